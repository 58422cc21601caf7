"""Recording a result: as typed, judged at once; nonsense is refused with a sentence."""

import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from batches.models import Lot, Sample
from evgmp.compliance.models import Attachment
from qc.domain.commands import RECORD_RESULT
from qc.forms.results import RecordResultForm
from qc.models import Result
from qc.selectors.results import open_rows, received_samples
from qc.selectors.runs import run_choices
from qc.services.files import RawFile
from qc.services.results import record_result
from tests.builders import act, cast, person
from tests.qc.builders_lab import (
    chain,
    drawn,
    effective,
    found,
    line,
    methods,
    one_event,
    received,
    refused,
    restated,
    result,
    row_of,
    run_of,
    twice,
)
from tests.qc.test_lab_pages import as_person, page

pytestmark = pytest.mark.django_db

# Endotoxin: a number with controls, less than 0.500 EU/mL. Appearance: a term without a run.
ENDOTOXIN = "DS-SF-ENDO"


@pytest.fixture
def ev() -> Lot:
    cast()
    effective()
    return chain(line())[0]


@pytest.fixture
def sample(ev: Lot) -> Sample:
    return received(ev)


@pytest.mark.req("LAB-09", "LAB-11", "REC-03")
def test_a_number_is_kept_as_typed_and_judged_at_once(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    with one_event(RECORD_RESULT):
        kept = result(ev, ENDOTOXIN, sample, run, value="0.120")
    kept.refresh_from_db()
    assert kept.number.startswith("RES-")
    assert (kept.text, kept.amount, kept.unit) == ("0.120", Decimal("0.120"), "EU/mL")
    assert (kept.verdict, kept.status, kept.is_current) == ("conforms", "entered", True)
    assert kept.rounded == "0.120"
    assert (kept.sample, kept.run, kept.analyst, kept.analyst_id) == (sample, run, "A. Analyst", "a.analyst")
    assert kept.tested_on == sample.received_at.astimezone(ZoneInfo(settings.EVGMP_TIME_ZONE)).date()  # type: ignore[union-attr]


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"value": "<0.050"}, "conforms"),
        ({"value": "<0.500"}, "conforms"),
        ({"value": "<0.6"}, "no_verdict"),
        ({"value": ">0.4"}, "no_verdict"),
        ({"value": ">0.5"}, "does_not_conform"),
        ({"value": "0.500"}, "does_not_conform"),
        ({"kind": "below_loq", "loq": Decimal("0.050")}, "conforms"),
        ({"kind": "below_loq", "loq": Decimal("0.051")}, "no_verdict"),
        ({"kind": "not_detected", "lod": Decimal("0.005")}, "conforms"),
        ({"kind": "not_detected", "lod": Decimal("0.005"), "lod_unit": "EU/L"}, "no_verdict"),
        ({"kind": "not_detected", "lod": Decimal("0.7")}, "no_verdict"),
    ],
)
def test_censored_results_are_compared_by_what_they_show(ev: Lot, sample: Sample, said: dict[str, Any], verdict: str) -> None:
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN)), **said)
    assert kept.verdict == verdict, kept.why
    assert kept.why.endswith(".")


@pytest.mark.req("LAB-10")
def test_a_term_of_the_specification_is_recorded_without_a_run(ev: Lot, sample: Sample) -> None:
    row = next(row for row in open_rows(ev) if row.result_type == "qualitative" and not row.controls)
    kept = result(ev, row.code, sample, kind="term", term=row.accepted[0])
    assert (kept.verdict, kept.run, kept.text) == ("conforms", None, row.accepted[0])
    other = next(term for term in row.known if term not in row.accepted)
    assert Result(row=row, kind="term", term=other).judge().verdict == "does_not_conform"


@pytest.mark.req("REC-06")
def test_a_raw_file_is_attached_and_signed_with_the_result(ev: Lot, sample: Sample) -> None:
    from evgmp.compliance.validity import signatures_of

    data = b"\xff\xd8 raw \x00 export"
    fields = found(sample, run_of(row_of(ev, ENDOTOXIN)), **twice("0.1"))
    kept = record_result(act(RECORD_RESULT, "a.analyst"), ev.number, row=ENDOTOXIN, raw_file=RawFile("plate.bin", "", data), **fields)
    attachment = Attachment.objects.get(record_type="qc.result", record_key=str(kept.pk))
    assert bytes(attachment.content.data) == data
    (signature,) = signatures_of(kept)
    assert {cover["type"] for cover in signature.covered} == {"qc.result", "compliance.attachment"}


@pytest.mark.req("LAB-01", negative=True)
def test_only_a_received_sample_of_the_lot_can_be_tested(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    waiting = drawn(ev)
    with refused("sample_not_received", "Receive it first"):
        result(ev, ENDOTOXIN, waiting, run, value="0.1")
    other = received(chain(line("LINE-02"), prefix="2025")[0])
    with refused("unknown_sample", "no sample of"):
        result(ev, ENDOTOXIN, other, run, value="0.1")


@pytest.mark.req("LAB-02", negative=True)
def test_a_row_with_controls_needs_a_run_of_its_method(ev: Lot, sample: Sample) -> None:
    with refused("run_missing", "Record the run first"):
        result(ev, ENDOTOXIN, sample, value="0.1")
    run = run_of(row_of(ev, "DS-PU-HCDNA"))
    with refused("other_method", "TM-025"):
        result(ev, ENDOTOXIN, sample, run, value="0.1")


@pytest.mark.req("LAB-01", negative=True)
def test_dates_that_can_not_be_are_refused(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    with refused("in_the_future"):
        result(ev, ENDOTOXIN, sample, run, value="0.1", tested_on=datetime.date(2099, 1, 1))
    with refused("before_sample", "was drawn on"):
        result(ev, ENDOTOXIN, sample, run, value="0.1", tested_on=datetime.date(2020, 1, 1))


@pytest.mark.req("LAB-01", negative=True)
def test_a_run_before_the_sample_was_drawn_is_refused(ev: Lot) -> None:
    early = run_of(row_of_pinned(ev))
    later = received(ev)
    with refused("run_before_sample", "before"):
        result(ev, ENDOTOXIN, later, early, value="0.1")


@pytest.mark.req("LAB-02")
def test_only_runs_that_fit_are_offered_and_the_others_say_why(ev: Lot) -> None:
    row = row_of_pinned(ev)
    first = received_samples(ev)[0]
    early = run_of(row)
    later = received(ev)
    late = run_of(row)
    by_number = {one.number: one for one in run_choices(row, [later])}
    assert (by_number[early.number].why_not, by_number[late.number].why_not) == (f"it was performed before {later} was drawn", "")
    both = {one.number: one for one in run_choices(row, [first, later])}
    assert (both[early.number].why_not, f"not for {later}" in both[early.number].words) == ("", True)
    assert [one.why_not for one in run_choices(row, [])] == ["no sample of this lot is received"] * 2


@pytest.mark.req("LAB-02")
def test_a_test_without_a_fitting_run_leads_to_recording_one(ev: Lot) -> None:
    row = row_of_pinned(ev)
    shown = page(as_person("a.analyst"), "record_result", ev.number, row=row.code)
    assert "No run fits yet." in shown
    assert f"/record-run/?method={quote(row.method_key)}" in shown


def row_of_pinned(ev: Lot) -> Any:
    received(ev)
    return row_of(ev, ENDOTOXIN)


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"value": None}, "replicates_missing"),
        ({"kind": "term", "term": "clear"}, "kind_not_possible"),
        ({"kind": "not_tested"}, "kind_not_possible"),
        ({"kind": "not_detected"}, "lod_missing"),
        ({"kind": "not_detected", "lod": Decimal(0)}, "not_above_zero"),
        ({"kind": "below_loq"}, "loq_missing"),
        ({"kind": "below_loq", "loq": Decimal("-1")}, "not_above_zero"),
        ({"kind": "below_loq", "loq": Decimal("0.05"), "value": "0.1"}, "value_calculated"),
        ({"value": "0.1", "term": "clear"}, "term_not_wanted"),
        ({"value": "-0.01"}, "below_zero"),
        ({"value": "0.00"}, "zero_measured"),
    ],
)
def test_a_kind_carries_what_it_needs_and_nothing_else(ev: Lot, sample: Sample, said: dict[str, Any], key: str) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    with refused(key):
        result(ev, ENDOTOXIN, sample, run, **said)


@pytest.mark.req("LAB-24", negative=True)
def test_a_row_gets_one_result(ev: Lot, sample: Sample) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    result(ev, ENDOTOXIN, sample, run, value="0.1")
    with refused("row_not_open", "correct it"):
        result(ev, ENDOTOXIN, sample, run, value="0.2")
    with refused("row_not_open"):
        result(ev, "NO-SUCH-ROW", sample, run, value="0.2")


@pytest.mark.req("MST-10", negative=True)
def test_a_lot_without_a_pinned_specification_takes_no_result() -> None:
    cast()
    _, (culture,) = chain(line())
    sample = received(culture)
    with refused("no_specification", "receives a sample"):
        result(culture, ENDOTOXIN, sample, value="0.1")


@pytest.mark.req("LAB-13", negative=True)
def test_a_valid_run_can_not_be_called_invalid(ev: Lot, sample: Sample) -> None:
    good = run_of(row_of(ev, ENDOTOXIN))
    with refused("run_is_valid", "Record what was found"):
        result(ev, ENDOTOXIN, sample, good, kind="invalid")
    kept = result(ev, ENDOTOXIN, sample, run_of(row_of(ev, ENDOTOXIN), failing="NEGATIVE"), kind="invalid")
    assert kept.verdict == "no_verdict"


@pytest.mark.req("LAB-13", negative=True)
def test_an_invalid_test_without_a_run_says_why(ev: Lot, sample: Sample) -> None:
    row = next(row for row in open_rows(ev) if row.result_type == "qualitative" and not row.controls)
    with refused("why_missing"):
        result(ev, row.code, sample, kind="invalid")
    kept = result(ev, row.code, sample, kind="invalid", why_invalid="The vial broke before the test")
    assert (kept.verdict, kept.reason) == ("no_verdict", "The vial broke before the test")


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1,234", "two ways"),
        ("1e999", "too large"),
        ("NaN", "not one number"),
        ("Infinity", "not one number"),
        ("😀", "not one number"),
        ("0.1 EU/mL", "Leave the unit out"),
        ("9" * 10_000, "10000 characters"),
        ("0.1\x00", ""),
        ("", ""),
    ],
)
def test_bad_numbers_are_refused_in_the_form_with_a_sentence(ev: Lot, sample: Sample, typed: str, words: str) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    data = {"row": ENDOTOXIN, "sample": sample.number, "run": run.number, "kind": "number", "replicate_1": "0.1", "replicate_2": typed}
    form = RecordResultForm(data, target=ev, actor=person("a.analyst"))
    assert not typed or not form.is_valid()
    if typed:
        assert words in " ".join(form.errors["replicate_2"])
    else:
        assert form.is_valid()
        with refused("replicates_missing", "1 of 2 determinations"):
            record_result(act(RECORD_RESULT, "a.analyst"), ev.number, **form.cleaned_data)


@pytest.mark.req("LAB-09")
def test_the_form_leads_nobody(ev: Lot, sample: Sample) -> None:
    """Terms come in the order of the alphabet, no term is chosen beforehand, and neither limit nor accepted terms are shown."""
    row = next(row for row in open_rows(ev) if row.result_type == "qualitative" and len(row.known) > 1)
    form = RecordResultForm(target=ev, actor=person("a.analyst"), initial={"row": row.code})
    terms = [value for value, _ in form.fields["term"].choices][1:]  # type: ignore[attr-defined]
    assert terms == sorted(row.known, key=str.casefold)
    assert not form["term"].value()
    assert not form["kind"].value()
    numeric = RecordResultForm(target=ev, actor=person("a.analyst"), initial={"row": ENDOTOXIN})
    assert "0.5" not in str(numeric)
    assert "In EU/mL:" in str(numeric)


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "a.labhead", "a.reviewer", "q.person", "i.inspector"])
def test_other_roles_are_refused(ev: Lot, sample: Sample, by: str) -> None:
    fields = found(sample, run_of(row_of(ev, ENDOTOXIN)), **twice("0.1"))
    with refused("not_permitted"):
        record_result(act(RECORD_RESULT, by), ev.number, row=ENDOTOXIN, **fields)


@pytest.mark.req("REC-01", negative=True)
def test_a_double_post_leaves_one_result(ev: Lot, sample: Sample) -> None:
    fields = found(sample, run_of(row_of(ev, ENDOTOXIN)), **twice("0.1"))
    record_result(act(RECORD_RESULT, "a.analyst", once="press"), ev.number, row=ENDOTOXIN, **fields)
    with refused("already_recorded"):
        record_result(act(RECORD_RESULT, "a.analyst", once="press"), ev.number, row=ENDOTOXIN, **fields)


@pytest.mark.req("AUD-08", negative=True)
def test_a_page_older_than_the_lot_is_refused(ev: Lot, sample: Sample) -> None:
    seen = str(Lot.objects.get(pk=ev.pk).revision)
    drawn(ev)
    fields = found(sample, run_of(row_of(ev, ENDOTOXIN)), **twice("0.1"))
    with refused("stale_page"):
        record_result(act(RECORD_RESULT, "a.analyst", seen=seen), ev.number, row=ENDOTOXIN, **fields)


@pytest.mark.req("LAB-02", negative=True)
@pytest.mark.parametrize("status", ["draft", "expired", "retired"])
def test_a_method_that_is_not_validated_now_gives_no_release_result(ev: Lot, sample: Sample, status: str) -> None:
    run = run_of(row_of(ev, ENDOTOXIN))
    methods(restated("TM-025", status))
    with refused("method_unfit", "Use the one that replaced it" if status == "retired" else "Use a validated one"):
        result(ev, ENDOTOXIN, sample, run, value="0.1")
