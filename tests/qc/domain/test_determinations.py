"""The determinations of one test: every one is there, nobody types their mean, and a bound is never averaged."""

from decimal import Decimal

import pytest

from evgmp.rules.limits import Judgement, Verdict
from evgmp.rules.reading import Reading, parse_number
from qc.domain.determinations import (
    by_determinations,
    deciding,
    determination_defects,
    determinations_shown,
    least_favourable,
    read_back,
    reportable,
    shown_amount,
    stored,
)
from qc.domain.replicates import ReplicatePlan, agreeing_bound

TRIPLICATE = ReplicatePlan(3, "mean", cv_max=Decimal(20))
DUPLICATE = ReplicatePlan(2, "mean", difference_max=Decimal(20))
EACH = ReplicatePlan(3, "each")


def readings(*texts: str) -> list[Reading]:
    return [parse_number(text) for text in texts]


def defects(plan: ReplicatePlan | None, kind: str, *texts: str, value: Reading | None = None, lod: str = "", loq: str = "") -> list[tuple[str, str]]:
    limits = {"lod": Decimal(lod) if lod else None, "loq": Decimal(loq) if loq else None}
    return [(one.key, one.field) for one in determination_defects(plan, kind, readings(*texts), value=value, **limits)]


@pytest.mark.req("LAB-18")
def test_determinations_are_kept_as_typed_and_read_back_exactly() -> None:
    typed = readings("7.20", "< 0.050", "2.8 x 10^10")
    assert stored(typed)[0] == {"text": "7.20", "qualifier": "", "amount": "7.20"}
    assert read_back(stored(typed)) == tuple(typed)
    with pytest.raises(KeyError):
        read_back([{"text": "7.20"}])


@pytest.mark.req("LAB-18")
def test_a_mean_is_reported_with_its_spread_and_never_typed() -> None:
    found = reportable(TRIPLICATE, "number", readings("10.0", "11.0", "11.0"))
    assert found.value is not None
    assert (found.kind, found.value.text) == ("number", "10.666…")
    assert str(found.value.amount).startswith("10.6666666666666666666666")
    assert determinations_shown(TRIPLICATE, stored(readings("10.0", "11.0", "11.0")), found.spread) == "10.0; 11.0; 11.0 (CV 5.4 %, at most 20 %)"
    assert determinations_shown(DUPLICATE, stored(readings("7.2", "7.3")), Decimal("1.3793")) == "7.2; 7.3 (difference 1.4 %, at most 20 %)"
    assert determinations_shown(EACH, stored(readings("1", "2", "3")), None) == "1; 2; 3"
    assert determinations_shown(None, [], None) == ""


@pytest.mark.req("LAB-18", negative=True)
@pytest.mark.parametrize(
    ("plan", "kind", "texts", "more", "expected"),
    [
        (TRIPLICATE, "number", ["1", "2"], {}, [("replicates_missing", "replicate_3")]),
        (TRIPLICATE, "number", [], {}, [("replicates_missing", "replicate_1")]),
        (TRIPLICATE, "number", ["1"] * 4, {}, [("replicates_too_many", "")]),
        (TRIPLICATE, "invalid", ["1"] * 4, {}, [("replicates_too_many", "")]),
        (TRIPLICATE, "invalid", ["1"], {}, []),
        (TRIPLICATE, "number", ["1"] * 3, {"value": parse_number("1")}, [("value_calculated", "replicate_1")]),
        (TRIPLICATE, "number", ["1", "2", "3"], {}, []),
        (None, "number", ["1", "2"], {}, [("replicates_not_wanted", "replicate_1")]),
        (None, "number", [], {"value": parse_number("1")}, []),
        (DUPLICATE, "not_detected", ["<0.005", "0.004"], {"lod": "0.005"}, [("replicate_contradicts", "replicate_2")]),
        (DUPLICATE, "not_detected", ["<0.005", "<0.5"], {"lod": "0.005"}, [("replicate_contradicts", "replicate_2")]),
        (DUPLICATE, "not_detected", ["<0.005", "<0.005"], {"lod": "0.005"}, []),
        (DUPLICATE, "below_loq", ["<0.05", "0.05"], {"loq": "0.05"}, [("replicate_contradicts", "replicate_2")]),
        (DUPLICATE, "below_loq", ["<0.05", "0.04"], {"loq": "0.05"}, []),
        (DUPLICATE, "below_loq", ["<0.05", ">0.04"], {"loq": "0.05"}, [("replicate_contradicts", "replicate_2")]),
        (DUPLICATE, "below_loq", ["<0.06", "<0.05"], {"loq": "0.05"}, [("replicate_contradicts", "replicate_1")]),
    ],
)
def test_none_may_be_absent_added_or_contradict_the_result(
    plan: ReplicatePlan | None, kind: str, texts: list[str], more: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert defects(plan, kind, *texts, **more) == expected  # type: ignore[arg-type]


@pytest.mark.req("LAB-18", negative=True)
@pytest.mark.parametrize("texts", [["10", "10", "20"], ["10", "10", "<5"], ["<5", "<5", ">3"], ["-1", "0", "1"]])
def test_what_may_not_be_averaged_is_invalid_and_has_no_value(texts: list[str]) -> None:
    found = reportable(TRIPLICATE, "number", readings(*texts))
    assert (found.kind, found.value) == ("invalid", None)


@pytest.mark.req("LAB-10", "LAB-18")
def test_bounds_that_agree_say_what_the_weakest_says() -> None:
    for texts, bound in ((["<5", "<7", "≤7"], "≤7"), (["<5", "<5", "<5"], "<5"), ([">300", ">250", ">300"], ">250"), ([">3", "≥3", ">4"], "≥3")):
        found = reportable(TRIPLICATE, "number", readings(*texts))
        assert found.value is not None
        assert (found.kind, found.value.text, found.spread) == ("number", bound, None)
    assert agreeing_bound(readings("<5", "4")) is None
    assert agreeing_bound([]) is None


@pytest.mark.req("LAB-18")
def test_with_each_the_determination_that_passes_least_decides() -> None:
    good, bad, none = (Judgement(verdict, "x") for verdict in (Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM, Verdict.NO_VERDICT))
    assert deciding([good, none, bad, bad]) == 2
    assert deciding([good, none]) == 1
    assert deciding([good, good]) == 0
    for lower, upper, texts, at in (
        (None, "10", ("3.26", "3.32", "3.29"), 1), ("70", None, ("74.1", "74.8", "73.5"), 2), ("0.1", "10", ("1.2", "9.8", "0.2"), 2),
        (None, "10", ("11", "12", "11.5"), 1), (None, None, ("3", "2", "1"), 0),
    ):  # fmt: skip
        limits = (lower and Decimal(lower), upper and Decimal(upper))
        assert least_favourable([good, good, good], readings(*texts), *limits) == at
    assert least_favourable([good, bad, none], readings("9.99", "11", "5"), None, Decimal(10)) == 1
    assert reportable(EACH, "number", readings("1", "2", "9")).value is None
    assert by_determinations(ReplicatePlan(3, "all_absent")) is None
    assert by_determinations(EACH) is EACH


@pytest.mark.parametrize(
    ("amount", "texts", "shown"),
    [
        ("0.120", ["0.120", "0.120"], "0.120"), ("7.25", ["7.20", "7.30"], "7.25"), ("7.2", ["7.20", "7.20"], "7.20"),
        ("2.62E+10", ["2.61E+10", "2.63E+10"], "2.62E+10"), ("26166666666.6666", ["2.61E+10", "2.62E+10"], "2.6166… × 10¹⁰"),
        ("43.6", ["43.4", "43.8"], "43.6"), ("1200000", ["1200000"], "1200000"),
    ],
)  # fmt: skip
def test_a_calculated_amount_is_shown_with_two_more_digits(amount: str, texts: list[str], shown: str) -> None:
    assert shown_amount(Decimal(amount), readings(*texts)) == shown
