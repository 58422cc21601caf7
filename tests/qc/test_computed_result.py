"""A test whose value is computed from what was measured: nobody types the value, and it can be computed again."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from batches.models import Lot, Sample
from evgmp.rules.reading import parse_number
from qc.domain.commands import RECORD_RESULT
from qc.models import AssayRun, Result
from qc.services.recomputing import recomputed
from tests.builders import PASSWORD
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused

pytestmark = pytest.mark.django_db
LYSIS = "DS-PU-LYSIS"


@pytest.fixture
def its_run(ev_under_test: Lot) -> AssayRun:
    return lab.run_of(lab.row_of(ev_under_test, LYSIS))


def measured(untreated: str = "1.20E+10", treated: str = "8.0E+8") -> dict[str, Any]:
    return {"inputs": {name: parse_number(text) for name, text in (("untreated", untreated), ("treated", treated)) if text}}


@pytest.mark.req("LAB-05", "LAB-12")
def test_the_value_follows_from_its_inputs_and_the_reviewer_sees_it_computed_again(
    ev_under_test: Lot, its_sample: Sample, its_run: AssayRun, as_person: Any
) -> None:
    url = reverse("qc:record_result", args=[ev_under_test.number])
    client = as_person("a.analyst")
    asked = client.get(url, {"row": LYSIS})
    form = asked.context["form"]
    assert [field.name for field in form.input_fields()] == ["input_untreated", "input_treated"]
    assert "value" not in form.fields
    act_form = asked.context["act_form"]
    typed = {"row": LYSIS, "kind": "number", "sample": its_sample.number, "run": its_run.number, "user_id": "a.analyst", "password": PASSWORD}
    hidden = {name: act_form[name].value() for name in ("seen", "once")}
    half = client.post(f"{url}?row={LYSIS}", {**hidden, **typed, "input_untreated": "1.20E+10"})
    assert "Treated (particles/mL) is not written. The value is computed from it." in half.content.decode()
    assert 'value="1.20E+10"' in half.content.decode()
    with one_event(RECORD_RESULT):
        client.post(f"{url}?row={LYSIS}", {**hidden, **typed, "input_untreated": "1.20E+10", "input_treated": "8.0E+8"})
    kept = Result.objects.get(row__code=LYSIS)
    assert (kept.formula, kept.formula_version, kept.text, kept.rounded, kept.verdict) == ("particles.lysed", 1, "93.333333…", "93", "conforms")
    assert str(kept.amount) == "93.33333333333333333333333333333333"
    assert kept.inputs_shown == "Untreated 1.20E+10 particles/mL; treated 8.0E+8 particles/mL"
    page = as_person("b.analyst").get(reverse("qc:review_result", args=[kept.number])).content.decode()
    for words in ("particles.lysed, version 1", "Gives, computed again now", "93.333333…", kept.inputs_shown, "Same outcome", "L = 100 x (U - T) / U"):
        assert words in page, words
    lab.reviewed(kept.number)
    assert [line for one in recomputed() for line in one.differences] == []


@pytest.mark.req("LAB-05", negative=True)
def test_a_typed_value_a_missing_input_and_inputs_without_a_value_are_refused(ev_under_test: Lot, its_sample: Sample, its_run: AssayRun) -> None:
    def record(**said: Any) -> Result:
        return lab.result(ev_under_test, LYSIS, its_sample, its_run, **{"inputs": {}, **said})

    with refused("value_calculated", "The value of this test is computed from untreated, treated. Enter those, not the value."):
        record(value=parse_number("95"))
    with refused("input_missing", "Treated (particles/mL) is not written"):
        record(**measured(treated=""))
    with refused("input_bound", "“<8E+8” is a bound"):
        record(**measured(treated="<8E+8"))
    with refused("not_computed", "There are more particles with detergent than without"):
        record(**measured(treated="2E+10"))
    other = lab.run_of(lab.row_of(ev_under_test, "DS-SF-ENDO"))
    with refused("inputs_not_wanted", "The method of this test computes nothing"):
        lab.result(ev_under_test, "DS-SF-ENDO", its_sample, other, **lab.twice("0.1"), **measured())
    assert not Result.objects.exists()


@pytest.mark.req("LAB-05", negative=True)
def test_a_value_that_is_not_that_of_its_inputs_has_no_verdict(ev_under_test: Lot, its_sample: Sample, its_run: AssayRun) -> None:
    kept = lab.result(ev_under_test, LYSIS, its_sample, its_run, **measured())
    again = lab.correct(kept.number, its_sample, its_run, **measured(treated="9.0E+8"))
    assert (again.text, again.supersedes_id) == ("92.5", kept.pk)
    kept.amount = Decimal(99)
    assert (str(kept.judge().verdict), kept.judge().why) == ("no_verdict", "The value is not that of its measured values. Record it again.")
    kept.inputs = []
    assert str(kept.judge().verdict) == "no_verdict"
