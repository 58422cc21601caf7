"""Environmental monitoring belongs to a batch by room and time: a link that lacks or fails opens an exception, and no review goes over it (EXE-19)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from batches.documents.executed_record import executed_record
from batches.domain import commands as c
from batches.domain.data_file import DataFileError
from batches.domain.environment import judged, limit_in_words, monitoring, overlaps, read_monitoring
from batches.domain.equipment import CLASSES
from batches.domain.master_file import read_master
from batches.domain.master_text import write_master
from batches.domain.master_uses import use_defects
from batches.models import BatchRecord, ExceptionRecord, MonitoringRecord
from batches.selectors.environment import batches_touched
from batches.selectors.executed import executed as gathered
from batches.services.environment import record_monitoring
from batches.services.exceptions import close_exception
from evgmp.compliance import clock, verifying
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_environment import MONITORED, PLACE, em_reviewed, ended, in_the_room, read, reviewed_batch, session
from tests.batches.builders_records import started, step_no
from tests.batches.builders_uses import ROOM, SKID, cleared, unit, used
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import PASSWORD, act, person, train

# --- limits as data ---

DATA = '[kind]\nplates = {{ title = "Plates", unit = "CFU" }}\n\n[limits.room_grade_c]\n{}\n'


@pytest.mark.req("EXE-19")
def test_the_limits_are_data_of_known_classes_and_kinds() -> None:
    known = monitoring()
    assert set(known.limits) <= set(CLASSES)
    assert {kind for limits in known.limits.values() for kind in limits} == set(known.kinds)
    assert (known.limits["room_grade_c"]["settle_plates"].highest, known.limits["room_grade_b"]["pressure"].lowest) == (50, 10)


@pytest.mark.req("EXE-19", negative=True)
@pytest.mark.parametrize("limit", ["plates = {}", 'other = { highest = "5" }', 'plates = { highest = 5 }', 'plates = { upper = "5" }'])
def test_a_limit_without_kind_or_figure_is_no_limit(limit: str) -> None:
    assert read_monitoring(DATA.format('plates = { highest = "5" }')).limits["room_grade_c"]["plates"].highest == 5
    with pytest.raises(DataFileError):
        read_monitoring(DATA.format(limit))
    with pytest.raises(DataFileError, match="needs the tables"):
        read_monitoring(DATA.format("").split("[limits")[0])


@pytest.mark.req("EXE-19")
@pytest.mark.parametrize(("value", "lowest", "highest", "status"), [
    ("50", None, "50", "em_within"), ("50.0000000000000000001", None, "50", "em_outside"), ("10", "10", None, "em_within"),
    ("9.9", "10", None, "em_outside"), ("0", None, "0", "em_within"), ("1", None, "0", "em_outside"),
])  # fmt: skip
def test_a_limit_itself_is_within(value: str, lowest: str | None, highest: str | None, status: str) -> None:
    ends = [Decimal(end) if end is not None else None for end in (lowest, highest)]
    assert judged(Decimal(value), *ends) == status
    assert limit_in_words(Decimal(10), None, "Pa") == "at least 10 Pa"


@pytest.mark.req("EXE-19")
def test_a_session_belongs_to_a_use_when_they_touch() -> None:
    at = clock.now()
    hour = timedelta(hours=1)
    assert overlaps(at, at + hour, at + hour, None) and overlaps(at, at + hour, at - hour, at)
    # Sessions are told in minutes: one that ends in the minute of the scan touches it.
    minute = at.replace(second=0, microsecond=0)
    assert overlaps(minute, minute, minute + timedelta(seconds=59), None) and not overlaps(minute, minute, minute + timedelta(seconds=60), None)
    assert not overlaps(at, at + hour, at + 2 * hour, None) and not overlaps(at, at + hour, at - 2 * hour, at - hour)


@pytest.mark.req("EXE-19", "MST-09", negative=True)
def test_a_master_asks_only_for_what_has_a_limit() -> None:
    master = read_master(MONITORED)
    assert read_master(write_master(master)).steps[1].equipment[0].monitoring == ("settle_plates", "pressure")
    assert not list(use_defects(master.steps[1]))
    wrong = read_master(MONITORED.replace('"pressure"', '"glove_prints"'))
    assert any("“glove_prints” has no limit for this class. Use one of: particles_05" in said for said in use_defects(wrong.steps[1]))


# --- sessions and batches ---


def environment_of(batch: BatchRecord) -> list[str]:
    return [e.sentence for e in ExceptionRecord.objects.filter(lot=batch.lot, kind="environment")]


@pytest.mark.req("EXE-19")
@pytest.mark.django_db
def test_a_batch_in_a_monitored_room_is_reviewed_and_its_record_prints_the_results() -> None:
    batch = in_the_room()
    with one_event(c.RECORD_MONITORING):
        plates = session()
    pressure = session("pressure", "14.5", by="a.operator")
    assert (plates.status, plates.value, plates.limit) == ("em_pending", None, "at most 50 CFU/4 h")
    assert (pressure.status, pressure.counted_in, pressure.recorded_by) == ("em_within", "Pa", "A. Operator")
    assert [(s.signer_id, s.meaning) for s in valid_signatures(pressure)] == [("a.operator", "performed")]
    assert batches_touched(plates) == [batch]
    batch = ended(batch)
    assert environment_of(batch) == []
    read(plates, "3", by="b.analyst")
    for record in (plates, pressure):
        em_reviewed(record)
    assert reviewed_batch(batch).status == "reviewed"
    lines = executed_record(gathered(BatchRecord.objects.get(pk=batch.pk))).environment
    assert [(line.what, line.result, line.is_outside) for line in lines] == [
        ("Settle plates", "3\u00a0CFU/4 h", False), ("Pressure above the next room", "14.5\u00a0Pa", False),
    ]  # fmt: skip
    assert all("A. Labhead" in line.reviewed for line in lines)
    assert verifying.findings() == []


@pytest.mark.req("EXE-19", negative=True)
@pytest.mark.django_db
def test_a_missing_link_opens_an_exception_and_bars_the_review() -> None:
    batch = in_the_room()
    em_reviewed(session("pressure", "15"))
    # Plates of yesterday, and of another place, are no link.
    session(ago=1500, minutes=60, value="1")
    batch = ended(batch)
    (sentence,) = environment_of(batch)
    assert sentence == f"Settle plates of ROOM-C2: no monitoring is recorded for its use in {batch.lot.number} step 2"
    exception = ExceptionRecord.objects.get(lot=batch.lot, kind="environment")
    with refused("environment_open", f"{exception.number} about the environment is not decided yet"):
        reviewed_batch(batch)
    closing = act(c.CLOSE_EXCEPTION, "a.reviewer", reason="Particle counts and pressure of the hour are inside their limits")
    close_exception(closing, exception.number, decision="impact_accepted")
    assert reviewed_batch(batch).status == "reviewed"


@pytest.mark.req("EXE-19", negative=True)
@pytest.mark.django_db
@pytest.mark.parametrize("late", [False, True])
def test_a_failed_link_opens_an_exception_on_the_batch_whenever_the_plates_are_read(late: bool) -> None:
    batch = in_the_room()
    em_reviewed(session("pressure", "15"))
    plates = session()
    if late:
        batch = ended(batch)
        with refused("environment_open", f"{plates.number} (Settle plates of ROOM-C2) has no result yet"):
            reviewed_batch(batch)
    plates = read(plates, "51")
    assert plates.status == "em_outside"
    batch = batch if late else ended(batch)
    (sentence,) = environment_of(batch)
    assert sentence.startswith(f"Settle plates in ROOM-C2, {PLACE}: 51\u00a0CFU/4 h, limit at most 50 CFU/4 h ({plates.number};")
    with refused("environment_open", "is not reviewed yet", "is not decided yet"):
        reviewed_batch(batch)


@pytest.mark.req("EXE-19", negative=True)
@pytest.mark.django_db
def test_an_excursion_while_no_batch_is_there_concerns_the_room() -> None:
    unit(ROOM)
    record = session("pressure", "-8")
    exception = ExceptionRecord.objects.get(kind="environment")
    assert (exception.lot, exception.equipment, exception.subject) == (None, record.unit, record.number)


@pytest.mark.req("EXE-19", negative=True)
@pytest.mark.django_db
def test_nobody_works_in_the_room_without_a_valid_gowning_qualification() -> None:
    unit(ROOM)
    asking = MONITORED.replace("MBR-EM", "MBR-GOWN").replace('kind = "equipment"', 'kind = "equipment"\ntraining = "gowning"')
    batch = started(asking)
    cleared(batch)
    train("a.operator", ("gowning",), date(2021, 1, 1))
    with refused("not_trained", "A. Operator has no valid training in “Gowning and aseptic work”"):
        used(step_no(batch, 2), ROOM)
    assert used(step_no(batch, 2), ROOM, by="b.operator").pk


@pytest.mark.req("EXE-19", negative=True)
@pytest.mark.django_db
def test_what_can_not_be_a_session() -> None:
    unit(ROOM)
    unit(SKID)
    with refused("no_limit"):
        session("glove_prints")
    with refused("no_limit"):
        session(room=SKID)
    with refused("impossible_value", "a count is zero or more"):
        session(value="-1")
    with refused("times_swapped"):
        session(minutes=-5)
    with refused("in_future"):
        session(minutes=45)
    with refused("signature_missing"):
        record_monitoring(Act(by=person("a.analyst")), ROOM, kind="pressure", place=PLACE, began_at=clock.now(), ended_at=clock.now())
    with refused("not_permitted"):
        session(by="i.inspector")
    assert not MonitoringRecord.objects.exists()


@pytest.mark.req("EXE-19")
@pytest.mark.django_db
def test_the_pages_of_room_and_batch_show_the_sessions() -> None:
    batch = in_the_room()
    analyst, local = signed_in("a.analyst"), clock.now()
    url = f"/record-monitoring/{ROOM}/"
    assert "Settle plates (CFU/4 h)" in text_of(analyst.get(url))
    instant = local.isoformat(timespec="minutes")
    data = {"kind": "settle_plates", "place": PLACE, "began_at": instant, "ended_at": instant, "user_id": "a.analyst", "password": PASSWORD}
    wrong = analyst.post(url, {**data, "value": "three"})
    assert wrong.status_code == 422 and PLACE in wrong.content.decode()
    assert analyst.post(url, data).status_code == 302
    record = MonitoringRecord.objects.get()
    assert f"/read-monitoring/{record.number}/" in analyst.get(f"/equipment/{ROOM}/").content.decode()
    page = text_of(analyst.get(batch.get_absolute_url()))
    assert "Not monitored" in page and "Pressure above the next room of" in page and "Result pending" in page
