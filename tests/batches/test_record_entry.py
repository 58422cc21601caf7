"""Recording values: saved when made, judged by their limits, refused only when they can't be the value."""

from decimal import Decimal

import pytest

from batches.domain.commands import RECORD_ENTRY
from batches.forms.records import RecordEntryForm
from batches.models import Entry, ExceptionRecord, FiltrationStage, Lot, Step
from batches.services.steps import record_entry
from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from tests.batches.builders_records import ABOVE, IN_LIMIT, PASSAGE, executed, logged, recorded, set_up, signed, started, step_no
from tests.batches.expecting import one_event, refused
from tests.builders import act, person, train

pytestmark = pytest.mark.django_db


def entry(step: Step, key: str, row: int = 1) -> Entry:
    return Entry.objects.get(step=step, parameter__key=key, row=row, is_current=True)


@pytest.mark.req("REC-01", "AUD-08", "EXE-02")
def test_each_value_is_saved_at_once_with_its_own_server_time() -> None:
    step = step_no(started(), 1)
    with one_event(RECORD_ENTRY):
        recorded(step, area="0.115")
    with one_event(RECORD_ENTRY):
        recorded(step, integrity="pass")
    first, second = entry(step, "area"), entry(step, "integrity")
    assert (first.text, first.amount, first.unit, first.recorded_by) == ("0.115", Decimal("0.115"), "m2", "A. Operator")
    assert first.recorded_at < second.recorded_at
    events = list(Event.objects.order_by("seq"))[-2:]
    assert [first.recorded_at, second.recorded_at] == [e.at for e in events]


@pytest.mark.req("EXE-09", "REC-05")
def test_a_value_fills_the_typed_attribute_in_the_same_recording() -> None:
    step = step_no(started(), 1)
    recorded(step, area="0.115", integrity="pass")
    stage = FiltrationStage.objects.get(position=1)
    assert (stage.area_m2, stage.integrity_pre) == (Decimal("0.115"), "pass")
    recordings = {
        row.history.order_by("-history_id").first().recording_id for row in (stage, entry(step, "area"), entry(step, "integrity"))
    }
    assert len(recordings) == 1


@pytest.mark.req("EXE-06")
@pytest.mark.parametrize(
    ("volume", "mark", "opens"),
    [
        ("569.9", "below_limit", True),
        ("570.0", "in_limit", False),
        ("600.0", "in_limit", False),
        ("630.0", "in_limit", False),
        ("630.1", "above_limit", True),
    ],
)
def test_values_at_the_limit_and_one_digit_beyond(volume: str, mark: str, opens: bool) -> None:
    batch = started()
    set_up(batch)
    logged(batch)
    recorded(step_no(batch, 3), volume=volume)
    assert entry(step_no(batch, 3), "volume").mark == mark
    assert ExceptionRecord.objects.filter(entry=entry(step_no(batch, 3), "volume")).exists() is opens


@pytest.mark.req("EXE-06", "DEV-02")
def test_a_value_outside_opens_an_exception_that_says_it_all() -> None:
    batch = started()
    set_up(batch)
    with one_event(RECORD_ENTRY):
        recorded(step_no(batch, 2), **ABOVE)
    exception = ExceptionRecord.objects.get()
    number = batch.lot.number
    assert exception.sentence == f"TMP 0.43 bar is above its limit 0.40 bar ({number} step 2 row 1)"
    assert (exception.status, exception.kind, exception.lot, exception.entry) == (
        "open",
        "limit",
        batch.lot,
        entry(step_no(batch, 2), "tmp"),
    )


@pytest.mark.req("EXE-06")
def test_a_choice_that_is_not_accepted_is_a_fact_too() -> None:
    step = step_no(started(), 1)
    recorded(step, integrity="fail")
    assert entry(step, "integrity").mark == "not_accepted"
    assert "is “fail”, accepted is “pass”" in ExceptionRecord.objects.get().sentence


@pytest.mark.req("EXE-08", "REC-05")
def test_computed_values_follow_exactly_with_formula_and_version() -> None:
    batch = started()
    set_up(batch)
    for row in (IN_LIMIT, {**IN_LIMIT, "p_feed": "0.56"}):
        recorded(step_no(batch, 2), **row)
    step = step_no(batch, 2)
    assert (entry(step, "tmp", 1).amount, entry(step, "tmp", 2).amount) == (Decimal("0.30"), Decimal("0.305"))
    assert entry(step, "tmp", 2).text == "0.31", "rounded for reading, kept unrounded"
    assert entry(step, "tmp").formula_version == 1
    # The mean waits for the log to be closed: a mean of an open log would be a guess.
    assert not Entry.objects.filter(parameter__key="tmp_mean").exists()
    signed(step)
    mean = Entry.objects.get(parameter__key="tmp_mean")
    assert mean.amount == Decimal("0.3025")
    assert FiltrationStage.objects.get(position=1).tmp_mean_bar == Decimal("0.3025")


@pytest.mark.req("EXE-09")
def test_a_computed_value_waits_until_its_inputs_exist() -> None:
    batch = started(PASSAGE, is_commitment=True)
    step = step_no(batch, 1)
    recorded(step, seeded="9.0E+7")
    assert not Entry.objects.filter(parameter__kind="calculated").exists()
    recorded(step, harvested="6.3E+8")
    assert str(entry(step, "pd").amount).startswith("2.80735492205")
    assert entry(step, "cpdl").amount == entry(step, "pd").amount
    lot = Lot.objects.get(pk=batch.lot_id)
    assert (lot.quantity_made, lot.typed.viable_seeded) == (Decimal("630000000"), Decimal("90000000"))
    assert lot.typed.population_doublings == entry(step, "pd").amount


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.1155", "at most 3 decimals"),
        ("25", "0.001 to 20.000 m2"),
        ("0", "0.001 to 20.000 m2"),
        ("-0.115", "0.001 to 20.000 m2"),
        ("0,115", "has a comma. Write it with a point: 0.115."), ("1,115", "can be read in two ways"),
        ("0.115 m2", "Leave the unit out"),
        ("abc", "not one number"),
        ("<0.115", "plain number"),
        ("NaN", "not one number"),
        ("1E+99", "too large"),
        ("  ", "Nothing was entered"),
    ],
)
def test_what_cannot_be_the_value_is_refused_with_the_limit_in_the_sentence(text: str, words: str) -> None:
    step = step_no(started(), 1)
    with refused("impossible_value", words):
        recorded(step, area=text)
    form = RecordEntryForm({"area": text}, target=step)
    assert not form.is_valid()
    if text.strip():
        assert words in " ".join(form.errors["area"])
    assert not Entry.objects.exists()


@pytest.mark.req("REC-03", negative=True)
def test_everything_wrong_is_said_at_once_and_nothing_is_kept() -> None:
    step = step_no(started(), 1)
    with refused("impossible_value", "25 m2 can't be", "is not among the choices"):
        recorded(step, area="25", integrity="perhaps", remark="fine")
    assert not Entry.objects.exists()


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(("values", "key"), [({}, "nothing_recorded"), ({"colour": "blue"}, "unknown_parameter")])
def test_nothing_and_the_unasked_are_refused(values: dict[str, str], key: str) -> None:
    step = step_no(started(), 1)
    with refused(key):
        recorded(step, **values)


@pytest.mark.req("REC-03", negative=True)
def test_an_instant_in_the_future_is_refused() -> None:
    import datetime

    batch = started()
    set_up(batch)
    logged(batch)
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    with refused("impossible_value", "lies in the future"):
        recorded(step_no(batch, 3), weighed_at=tomorrow)
    just_now = datetime.datetime.now(datetime.UTC).replace(second=0, microsecond=0)
    recorded(step_no(batch, 3), weighed_at=just_now)
    assert entry(step_no(batch, 3), "weighed_at").text == just_now.isoformat(timespec="minutes")


@pytest.mark.req("EXE-08", negative=True)
def test_a_computed_value_is_never_typed() -> None:
    batch = started()
    set_up(batch)
    with refused("impossible_value", "never typed"):
        recorded(step_no(batch, 2), **IN_LIMIT, tmp="0.30")
    form = RecordEntryForm({**IN_LIMIT, "tmp": "0.30"}, target=step_no(batch, 2))
    assert form.is_valid() and "tmp" in form.cleaned_data, "sent on, so that the service names it"
    assert [f.name for f in form.visible_fields()] == ["p_feed", "p_retentate", "p_permeate"]


@pytest.mark.req("REC-01", "EXE-06", negative=True)
def test_a_row_of_a_log_is_recorded_whole() -> None:
    batch = started()
    set_up(batch)
    with refused("row_incomplete", "Permeate pressure is absent"):
        recorded(step_no(batch, 2), p_feed="0.5", p_retentate="0.2")
    recorded(step_no(batch, 2), **IN_LIMIT)
    recorded(step_no(batch, 2), **IN_LIMIT)
    assert sorted(set(Entry.objects.filter(step=step_no(batch, 2)).values_list("row", flat=True))) == [1, 2]


@pytest.mark.req("EXE-01", negative=True)
def test_steps_are_done_in_order() -> None:
    batch = started()
    with refused("earlier_steps_first", "Step 1, “Set up the membrane”"):
        recorded(step_no(batch, 2), **IN_LIMIT)
    recorded(step_no(batch, 1), area="0.115", integrity="pass")
    with refused("earlier_steps_first"):
        recorded(step_no(batch, 2), **IN_LIMIT)
    signed(step_no(batch, 1))
    recorded(step_no(batch, 2), **IN_LIMIT)


@pytest.mark.req("EXE-01", "REC-01", negative=True)
def test_a_recorded_value_is_not_recorded_again() -> None:
    step = step_no(started(), 1)
    recorded(step, area="0.115")
    with refused("recorded_already", "Membrane area is recorded already: 0.115 m2, by A. Operator", "UTC", "correct it"):
        recorded(step, by="b.operator", area="0.116")
    assert entry(step, "area").text == "0.115"


@pytest.mark.req("REC-01", negative=True)
def test_a_signed_step_takes_no_more_values() -> None:
    batch = started()
    set_up(batch)
    with refused("wrong_status", "signed"):
        recorded(step_no(batch, 1), remark="late")


@pytest.mark.req("EXE-22", negative=True)
def test_an_aborted_batch_takes_no_more_values() -> None:
    from batches.domain.commands import ABORT_BATCH
    from batches.services.records import abort_batch

    batch = started()
    abort_batch(act(ABORT_BATCH, "a.verifier"), batch.number)
    with refused("batch_closed", "is aborted"):
        recorded(step_no(batch, 1), area="0.115")


@pytest.mark.req("REC-01", negative=True)
def test_a_double_post_is_recorded_once_and_a_stale_page_named() -> None:
    step = step_no(started(), 1)
    seen = str(step.revision)
    recorded(step, area="0.115", seen=seen, once="c" * 32)
    with refused("already_recorded"):
        recorded(step, area="0.115", seen=seen, once="c" * 32)
    with refused("stale_page", "A. Operator"):
        recorded(step, by="b.operator", integrity="pass", seen=seen)
    assert Entry.objects.count() == 1


@pytest.mark.req("ACC-04", negative=True)
@pytest.mark.parametrize("by", ["a.verifier", "a.analyst", "a.reviewer", "q.person", "i.inspector", "s.admin"])
def test_wrong_role(by: str) -> None:
    step = step_no(started(), 1)
    with refused("not_permitted"):
        record_entry(Act(by=person(by)), step.number, area="0.115")


@pytest.mark.req("ACC-14", negative=True)
def test_without_valid_training() -> None:
    import datetime

    step = step_no(started(), 1)
    train("a.operator", topics=("batch_execution",), until=datetime.date(2020, 6, 1))
    with refused("not_trained", "Batch execution"):
        recorded(step, area="0.115")


@pytest.mark.req("REC-01")
def test_the_form_asks_for_what_is_not_recorded_yet() -> None:
    batch = started()
    step = step_no(batch, 1)
    assert [f.name for f in RecordEntryForm(target=step).visible_fields()] == ["area", "integrity", "remark"]
    recorded(step, area="0.115")
    assert [f.name for f in RecordEntryForm(target=step).visible_fields()] == ["integrity", "remark"]
    again = RecordEntryForm({"area": "0.2"}, target=step)
    assert again.is_valid() and again.cleaned_data == {"area": "0.2"}, "sent on, so that the refusal names who recorded it"
    executed_batch = executed(started())
    assert not RecordEntryForm({}, target=step_no(executed_batch, 3)).is_valid()
