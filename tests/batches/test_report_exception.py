"""Whoever sees that something is not as it should be reports it where it is: a step, a lot, a sample, printed labels, a unit of
equipment, a material lot (DEV-01). QA closes it, and what it stops is plain."""

from typing import Any

import pytest
from django.db import IntegrityError

from batches.domain import commands as c
from batches.models import ExceptionRecord, Lot, Sample
from batches.selectors.exceptions import exception_blockers, exceptions_beside
from batches.services.exceptions import close_exception, open_exception, report_exception
from evgmp.compliance import verifying
from evgmp.compliance.recording import Act, recording
from evgmp.people import services as people
from qc.selectors.chain import Chain
from qc.selectors.release_state import ReleaseState
from qc.selectors.review import exceptions_of
from tests.batches.builders_material import sample
from tests.batches.builders_records import started, step_no
from tests.batches.builders_uses import EQUIPMENT_STEPS, ROOM, SKID, cleared, material, unit, used
from tests.batches.expecting import one_event, refused
from tests.batches.test_labels import ev_lot, printed, template
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import ADMIN, PASSWORD, act, person

pytestmark = pytest.mark.django_db

WHAT = "Condensate stood on the lid at 10:05, in the corner of the door"
KINDS = ("step", "lot", "sample", "label_issue", "equipment", "material_lot")
# Columns that each kind fills; the others stay empty.
COLUMNS = {
    "step": {"step", "lot"}, "lot": {"lot"}, "sample": {"sample", "lot"}, "label_issue": {"label_issue", "lot"},
    "equipment": {"equipment"}, "material_lot": {"material_lot"},
}  # fmt: skip


def things() -> dict[str, Any]:
    """One of each, and the lot they belong to (the label's is another)."""
    batch = started(EQUIPMENT_STEPS)
    labelled = ev_lot()
    return {
        "step": step_no(batch, 2), "lot": batch.lot, "sample": Sample.objects.get(lot=labelled),
        "label_issue": printed(labelled, template("vial")), "equipment": unit(), "material_lot": material(),
    }  # fmt: skip


def key_of(record: Any) -> str:
    return str(getattr(record, "number", None) or record.code)


def reported(record: Any, by: str = "a.operator") -> ExceptionRecord:
    return report_exception(act(c.REPORT_EXCEPTION, by), key_of(record), what=WHAT)


def closed(found: ExceptionRecord, decision: str = "no_impact", by: str = "b.reviewer") -> ExceptionRecord:
    signing = act(c.CLOSE_EXCEPTION, by, reason="The lid was dry inside and the seal is whole")
    return close_exception(signing, found.number, decision=decision)


@pytest.mark.req("DEV-01")
def test_it_is_reported_from_six_kinds_of_things_with_its_context_and_closed_by_qa() -> None:
    operator, reviewer = signed_in("a.operator"), signed_in("b.reviewer")
    told: dict[str, ExceptionRecord] = {}
    for kind, record in things().items():
        page = operator.get(record.get_absolute_url())
        form = f"/report-exception/{key_of(record)}/"
        assert f'href="{form}"' in page.content.decode(), kind
        assert "What it stops" in text_of(operator.get(form))
        with one_event(c.REPORT_EXCEPTION):
            done = operator.post(form, {"what": WHAT, "user_id": "a.operator", "password": PASSWORD})
        told[kind] = found = ExceptionRecord.objects.latest("pk")
        assert (done.status_code, done["Location"]) == (302, found.get_absolute_url()), kind
        assert {name for name in (*KINDS, "entry") if getattr(found, name) is not None} == COLUMNS[kind]
        assert (found.about, found.kind, found.sentence, found.status) == (record, "reported", WHAT, "open")
        assert record.get_absolute_url() in operator.get(found.get_absolute_url()).content.decode()
        assert found.lot is None or found.lot.get_absolute_url() in operator.get(found.get_absolute_url()).content.decode()
        if kind != "step":
            back = operator.get(record.get_absolute_url())
            assert found.get_absolute_url() in back.content.decode() and "open exception" in text_of(back), kind
    work, listed = text_of(reviewer.get("/")), text_of(reviewer.get("/exceptions/"))
    for kind, found in told.items():
        assert f"{found.number} waits for your decision" in work, kind
        assert found.number in listed and key_of(found.about) in listed
    for kind, found in told.items():
        with one_event(c.CLOSE_EXCEPTION):
            assert closed(found).status == "closed"
        if kind not in ("step", "lot"):
            assert "Exception closed" in text_of(reviewer.get(found.about.get_absolute_url())), "The trail of the thing tells it."
    assert verifying.findings() == []


@pytest.mark.req("DEV-01", "DEV-04")
def test_a_sample_and_labels_stop_their_lot_and_equipment_and_material_every_lot_made_with_them() -> None:
    batch = started(EQUIPMENT_STEPS)
    room, skid, medium = unit(ROOM), unit(SKID), material()
    cleared(batch)
    used(step_no(batch, 2), SKID)
    lot = Lot.objects.get(pk=batch.lot_id)
    beside, elsewhere = reported(skid), reported(medium)
    assert exception_blockers(lot) == []
    assert list(exceptions_beside([lot])) == [beside], "The material went into no lot."
    assert elsewhere.lot is None
    [row] = [row for row in exceptions_of(Chain(lot)) if beside in row["records"]]
    assert (row["blocks"], row["undecided"], skid in row["records"]) == (True, True, True)
    [stop] = ReleaseState(lot).beside
    assert stop.what == beside.sentence.rstrip(".")
    assert stop.evidence == f"{beside.number} on {skid}, with which the lot or what it comes from was made, has no decision."
    assert lot.number in text_of(signed_in("b.reviewer").get(beside.get_absolute_url())), "The lots made with it are named."
    of_sample, of_labels = (reported(one) for one in (sample(lot, "1", "mL"), printed(ev_lot(), template("vial"))))
    [blocker] = exception_blockers(lot)
    assert of_sample.number in blocker.message
    assert of_labels.lot is not None
    assert of_labels.number in exception_blockers(of_labels.lot)[0].message
    assert room.exceptions.count() == 0


@pytest.mark.req("DEV-01", negative=True)
def test_it_is_not_reported_by_who_only_reads_nor_about_what_nothing_carries() -> None:
    inspector, operator = signed_in("i.inspector"), signed_in("a.operator")
    for record in things().values():
        form = f"/report-exception/{key_of(record)}/"
        assert inspector.get(form).status_code == 403
        assert form not in inspector.get(record.get_absolute_url()).content.decode()
        with refused("not_permitted"):
            reported(record, "i.inspector")
    for unknown in ("EQ-NOWHERE-9", "MAT-2026-9999", "SMP-2026-9999", "%00", "x" * 300):
        assert operator.get(f"/report-exception/{unknown}/").status_code == 404
    with pytest.raises(Lot.DoesNotExist):
        report_exception(act(c.REPORT_EXCEPTION, "a.operator"), "EQ-NOWHERE-9", what=WHAT)
    assert not ExceptionRecord.objects.exists()


@pytest.mark.req("DEV-01", "SIG-08", negative=True)
def test_what_is_about_no_lot_affects_none_and_who_took_part_does_not_close() -> None:
    everything = things()
    about_unit, about_sample = reported(everything["equipment"]), reported(everything["label_issue"])
    with refused("no_lot_to_affect", "Put each lot it touches on hold"):
        closed(about_unit, "lot_affected")
    assert "Lot affected" not in text_of(signed_in("b.reviewer").get(f"/close-exception/{about_unit.number}/"))
    people.grant_role(Act(by=person(ADMIN), reason="Moves to quality assurance next month"), "a.operator", role="qa_reviewer")
    with refused("took_part", "You took part in what this exception is about"):
        closed(about_sample, by="a.operator")
    assert closed(about_sample, "lot_affected").decision == "lot_affected"


@pytest.mark.req("DEV-01", negative=True)
def test_the_database_holds_no_exception_about_nothing() -> None:
    with pytest.raises(IntegrityError), recording(c.HOLD_LOT, act(c.HOLD_LOT, "a.reviewer")) as rec:
        open_exception(rec, kind="reported", sentence=WHAT)
