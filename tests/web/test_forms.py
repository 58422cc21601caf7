"""Form parts refuse what can't be a value, with a sentence; they never judge a limit."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from evgmp.web.command_view import problems_of
from evgmp.web.forms import CodeField, CommandForm, DayField, InstantField, NumberField


@pytest.mark.req("REC-03")
@pytest.mark.parametrize(("typed", "value"), [("1.20", "1.20"), ("2.8E+10", "2.8E+10"), ("−3", "-3"), ("100.00", "100.00")])
def test_a_number_is_read_exactly(typed: str, value: str) -> None:
    assert NumberField().clean(typed) == Decimal(value)


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(
    ("typed", "options", "sentence"),
    [
        ("1.234", {"decimals": 2}, "more precise"),
        ("1.5", {"whole": True}, "whole numbers only"),
        ("1E+29", {"decimals": 2, "high": "100"}, "can't be: plausible is at most 100"),
        ("-1", {"low": "0", "unit": "bar"}, "plausible is at least 0 bar"),
        ("7", {"low": "0", "high": "5", "unit": "bar"}, "plausible is 0 to 5 bar"),
        ("< 5", {}, "without"),
        ("1,234", {}, "1,234"),
        ("NaN", {}, "NaN"),
        ("1e999", {}, "1e999"),
        ("5 bar", {}, "nit"),
        ("9" * 5000, {}, ""),
    ],
)
def test_nonsense_is_refused_with_a_sentence(typed: str, options: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        NumberField(**options).clean(typed)  # type: ignore[arg-type]
    assert sentence in " ".join(refused.value.messages)


def test_a_reading_keeps_its_qualifier_and_text() -> None:
    reading = NumberField(as_reading=True).clean("< 0.050")
    assert (reading.qualifier, reading.amount, reading.text) == ("<", Decimal("0.050"), "< 0.050")
    assert NumberField(required=False).clean("") is None


def test_times_are_read_in_the_zone_of_the_site() -> None:
    assert InstantField().clean("2026-11-23 14:05").isoformat() == "2026-11-23T14:05:00+01:00"
    assert InstantField().clean("2026-11-23T14:05+00:00").isoformat() == "2026-11-23T14:05:00+00:00"
    assert DayField().clean("2026-11-23") == date(2026, 11, 23)
    assert InstantField(required=False).clean("") is None
    assert DayField(required=False).clean("") is None


@pytest.mark.parametrize("field", [InstantField, DayField])
@pytest.mark.parametrize("typed", ["yesterday", "23.11.2026", "1026-01-01", "2026-13-01", "9" * 100])
def test_what_is_no_time_is_refused(field: type, typed: str) -> None:
    with pytest.raises(ValidationError):
        field().clean(typed)


def test_codes_are_capitals_digits_and_hyphens() -> None:
    assert CodeField().clean(" donor-0007 ") == "DONOR-0007"
    for wrong in ("DONOR 7", "-A", "A-", "Ä1", "A/B", "<b>"):
        with pytest.raises(ValidationError):
            CodeField().clean(wrong)


class TwoNeeds(CommandForm):
    run = forms.CharField(label="Run")
    kind = forms.ChoiceField(label="Kind", choices=[("number", "Number")], widget=forms.RadioSelect)
    value = NumberField(label="Number")


@pytest.mark.req("REC-03", negative=True)
def test_empty_fields_are_one_thing_to_fix_and_lead_to_the_first() -> None:
    assert problems_of(TwoNeeds({"value": "x"})) == [
        ("id_run", "2 fields are empty: Run; Kind. Fill them in."),
        ("id_value", f"Number: {TwoNeeds({'value': 'x'}).errors['value'][0]}"),
    ]
    assert problems_of(TwoNeeds({"run": "1", "value": "1"})) == [("id_kind_0", "Kind: it is empty. Fill it in.")]
