"""One value: read as typed, judged, computed. No database."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from batches.domain.entry_rules import (
    Refused,
    Value,
    computed_value,
    limits_in_words,
    mark_of,
    outside_sentence,
    range_in_words,
    read_value,
    shown_amount,
)
from evgmp.rules.calculation import CalculationRefused

D = Decimal
LOW, HIGH = D("0.00"), D("5.00")


@dataclass
class Asked:
    """A parameter as a master would ask for it."""

    key: str = "p"
    label: str = "Pressure"
    kind: str = "number"
    unit: str = "bar"
    decimals: int | None = 2
    choices: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    plausible_low: Decimal | None = LOW
    plausible_high: Decimal | None = HIGH
    alert_low: Decimal | None = None
    alert_high: Decimal | None = None
    action_low: Decimal | None = None
    action_high: Decimal | None = None
    formula: str = ""
    formula_version: int | None = None
    inputs: dict[str, Any] = field(default_factory=dict)


CHOICE = Asked(kind="choice", label="Integrity", unit="", decimals=None, choices=["pass", "fail"], accepted=["pass"])
INSTANT = Asked(kind="instant", label="Seeded at", unit="", decimals=None)
NOW = datetime.datetime(2026, 11, 23, 13, 5, tzinfo=datetime.UTC)


@pytest.mark.req("REC-03")
@pytest.mark.parametrize("text", ["0.43", "0.4", "0", "5.00", "+1", "4.3E-1", "1.20"])
def test_a_number_is_kept_as_typed_and_read_exactly(text: str) -> None:
    value = read_value(Asked(), f" {text} ")
    assert (value.text, value.amount) == (text, D(text))


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.435", "at most 2 decimals"),
        ("5.01", "plausible for Pressure is 0.00 to 5.00 bar"),
        ("-0.01", "plausible for Pressure is 0.00 to 5.00 bar"),
        ("1E+29", "plausible"),
        ("> 0.4", "without “>”"),
        ("1,234", "two ways"),
        ("", "Nothing was entered"),
        ("x" * 501, "501 characters"),
    ],
)
def test_what_cannot_be_the_number(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words.replace("(", r"\(")):
        read_value(Asked(), text)


def test_open_ranges_are_said_in_words() -> None:
    with pytest.raises(Refused, match=r"at least 0\.00 bar"):
        read_value(Asked(plausible_high=None), "-1")
    with pytest.raises(Refused, match=r"at most 5\.00 bar"):
        read_value(Asked(plausible_low=None), "6")
    assert read_value(Asked(plausible_low=None, plausible_high=None, decimals=None), "123.456789").amount == D("123.456789")
    assert [range_in_words(None, None), range_in_words(D(1), None), range_in_words(None, D(2)), range_in_words(D(1), D(2))] == [
        "", "at least 1", "at most 2", "1 to 2",
    ]  # fmt: skip


@pytest.mark.req("REC-03", negative=True)
def test_choices_texts_and_instants() -> None:
    assert read_value(CHOICE, "pass") == Value("pass")
    with pytest.raises(Refused, match="Choose one of: pass, fail"):
        read_value(CHOICE, "Pass")
    assert read_value(Asked(kind="text"), " a remark ").text == "a remark"
    assert read_value(INSTANT, NOW, now=NOW).text == "2026-11-23T13:05+00:00"
    assert read_value(INSTANT, NOW.replace(second=7)).text == "2026-11-23T13:05:07+00:00"
    with pytest.raises(Refused, match="in the future"):
        read_value(INSTANT, NOW + datetime.timedelta(minutes=1), now=NOW)
    with pytest.raises(Refused, match="never typed"):
        read_value(Asked(kind="calculated"), "1")
    for given in (NOW.replace(tzinfo=None), "2026-11-23"):
        with pytest.raises(TypeError):
            read_value(INSTANT, given)
    with pytest.raises(TypeError):
        read_value(Asked(), 0.43)


@pytest.mark.req("EXE-06")
@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("0.19", "below_limit"), ("0.20", "near_limit"), ("0.22", "in_limit"), ("0.38", "in_limit"), ("0.39", "near_limit"),
        ("0.40", "near_limit"), ("0.41", "above_limit"),
    ],
)  # fmt: skip
def test_marks_at_each_level(text: str, mark: str) -> None:
    asked = Asked(action_low=D("0.20"), alert_low=D("0.22"), alert_high=D("0.38"), action_high=D("0.40"))
    assert mark_of(asked, read_value(asked, text)) == mark


@pytest.mark.req("EXE-06")
def test_marks_of_choices_and_of_values_without_limits() -> None:
    assert mark_of(CHOICE, Value("pass")) == "accepted"
    assert mark_of(CHOICE, Value("fail")) == "not_accepted"
    assert mark_of(Asked(), Value("1", D(1))) == "no_limit"
    assert mark_of(INSTANT, Value("2026-11-23T13:05+00:00")) == "no_limit"


@pytest.mark.req("EXE-06")
def test_the_sentence_of_an_exception() -> None:
    asked = Asked(label="TMP", action_low=D("0.20"), action_high=D("0.40"))
    where = "TFF-2026-001 step 8"
    assert (
        outside_sentence(asked, Value("0.43", D("0.43")), "above_limit", where)
        == "TMP 0.43 bar is above its limit 0.40 bar (TFF-2026-001 step 8)"
    )
    assert (
        outside_sentence(asked, Value("0.1", D("0.1")), "below_limit", where)
        == "TMP 0.1 bar is below its limit 0.20 bar (TFF-2026-001 step 8)"
    )
    assert outside_sentence(CHOICE, Value("fail"), "not_accepted", where) == "Integrity is “fail”, accepted is “pass” (TFF-2026-001 step 8)"
    assert outside_sentence(asked, Value("0.3", D("0.3")), "in_limit", where) == ""
    assert limits_in_words(asked) == "Limit 0.20 to 0.40 bar"
    assert limits_in_words(CHOICE) == "Accepted: pass"
    assert limits_in_words(Asked()) == ""


@pytest.mark.req("EXE-08")
def test_a_computed_value_is_exact_and_its_text_rounded_for_reading() -> None:
    tmp = Asked(
        kind="calculated", formula="filtration.tmp", formula_version=1, inputs={"feed": "a", "retentate": "b", "permeate": "c"}, decimals=2
    )
    found = {"a": D("0.56"), "b": D("0.15"), "c": D("0.05")}
    assert computed_value(tmp, found.get) == Value("0.31", D("0.305"))
    mean = Asked(kind="calculated", formula="statistics.mean", formula_version=1, inputs={"values": "*log.x"}, decimals=3)
    assert computed_value(mean, {"*log.x": (D(1), D(2), D(2))}.get).text == "1.667"
    several = Asked(kind="calculated", formula="statistics.max", formula_version=1, inputs={"values": ["a", "b"]}, decimals=2)
    assert computed_value(several, found.get).amount == D("0.56")


@pytest.mark.req("EXE-08", negative=True)
def test_missing_data_never_gives_a_value() -> None:
    several = Asked(kind="calculated", formula="statistics.mean", formula_version=1, inputs={"values": ["a", "b"]}, decimals=2)
    with pytest.raises(CalculationRefused, match="needs values"):
        computed_value(several, {"a": D(1)}.get)
    tmp = Asked(kind="calculated", formula="filtration.tmp", formula_version=1, inputs={"feed": "a", "retentate": "b", "permeate": "c"})
    with pytest.raises(CalculationRefused, match="permeate"):
        computed_value(tmp, {"a": D(1), "b": D(1)}.get)


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [
        ("0.305", 2, "0.31"), ("-0.001", 2, "0.00"), ("66.5", 0, "67"), ("1.84E+9", 2, "1.84 × 10⁹"), ("1840000000", 2, "1.84 × 10⁹"),
        ("18403456789", 0, "1.84 × 10¹⁰"), ("2.80735", None, "2.80735"), ("999999.6", 0, "1 × 10⁶"), ("12345678.9", 1, "1.235 × 10⁷"),
    ],
)  # fmt: skip
def test_amounts_as_text(amount: str, decimals: int | None, text: str) -> None:
    assert shown_amount(D(amount), decimals) == text
