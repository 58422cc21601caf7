"""Nothing is processed again but as QA authorises it, and the tests it adds decide the release of what comes of it (EXE-23)."""

import pytest

import tests.qc.builders_release as scene
from batches.models import Lot, LotInput
from batches.services.dispositions import hold_lot
from evgmp.compliance import verifying
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from qc.domain import commands as c
from qc.selectors.release_state import release_state
from qc.selectors.reworks import rework_blockers
from qc.selectors.sheets import sheet
from qc.services import release
from qc.services.reworks import decide_rework
from tests.builders import act, person
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused
from tests.qc.builders_rework import ADDED, asked, decided, taken


@pytest.mark.req("EXE-23", negative=True)
def test_a_made_lot_is_not_taken_into_another_without_authorisation(ready_lot: Lot) -> None:
    batch = scene.begun(scene.FILL)
    with refused("rework_not_authorised", "no reprocessing or rework of it is authorised"):
        taken(batch, ready_lot)
    row = asked(ready_lot)
    with refused("rework_not_authorised"):
        taken(batch, ready_lot)
    assert decided(row, "refused").status == "refused"
    with refused("rework_not_authorised"):
        taken(batch, ready_lot)
    decided(asked(ready_lot))
    other = scene.begun(scene.FILL.replace("MBR-SHORTFILL", "MBR-OTHERFILL"))
    with refused("rework_by_other_procedure", "by MBR-SHORTFILL-V1, not by MBR-OTHERFILL-V1"):
        taken(other, ready_lot)
    assert not LotInput.objects.filter(parent=ready_lot).exists()


@pytest.mark.req("EXE-23")
def test_an_authorised_rework_runs_once_and_its_added_tests_decide_the_release(ready_lot: Lot) -> None:
    row = asked(ready_lot)
    with one_event(c.DECIDE_REWORK):
        row = decided(row)
    assert [(s.signer_id, s.meaning) for s in valid_signatures(row)] == [("b.reviewer", "approved")]
    batch, second = scene.begun(scene.FILL), scene.begun(scene.FILL)
    made = taken(batch, ready_lot)
    row.refresh_from_db()
    assert (row.status, row.made, LotInput.objects.get(child=made).purpose) == ("begun", made, "rework")
    # It served once: the rest of the lot needs another authorisation.
    with refused("rework_not_authorised"):
        taken(second, ready_lot, "10")
    made = scene.done(batch, **{**scene.FILL_VALUES, "vials": "55"})
    sample = lab.received(made)
    lab.all_pass(made, sample, but=(ADDED,))
    line = next(line for line in sheet(made).rows if line.row.code == ADDED)
    assert line.decides_release and line.is_added
    with refused("result_missing", ADDED):
        release.approve_qc(act(c.APPROVE_QC, "a.labhead"), made.number)
    run = lab.run_of(line.row)
    wrong = lab.reviewed(lab.result(made, ADDED, sample, run, kind="number", value="12.0").number)
    assert wrong.verdict == "does_not_conform"
    with refused("result_no_verdict", ADDED):
        release.approve_qc(act(c.APPROVE_QC, "a.labhead"), made.number)
    lab.reviewed(lab.correct(wrong.number, sample, run, **lab.conforming(line.row)).number)
    release.approve_qc(act(c.APPROVE_QC, "a.labhead"), made.number)
    # What it was made from stays in quarantine for ever, and does not stop it.
    assert release.approve_for_certification(act(c.APPROVE_FOR_CERTIFICATION, "a.reviewer"), made.number).disposition == "approved_for_certification"
    assert ready_lot.disposition == "quarantine"
    assert verifying.findings() == []


@pytest.mark.req("EXE-23", negative=True)
def test_a_hold_or_a_rejection_of_the_first_lot_stops_what_was_made_of_it(ready_lot: Lot) -> None:
    decided(asked(ready_lot))
    made = taken(scene.begun(scene.FILL), ready_lot)
    hold_lot(act(scene.b.HOLD_LOT, "a.reviewer"), ready_lot.number)
    assert [stop.key for stop in release_state(made).origin] == ["ancestor_blocked"]


@pytest.mark.req("EXE-23", "SIG-08", negative=True)
def test_who_decides(ready_lot: Lot) -> None:
    row = asked(ready_lot)
    with refused("not_permitted"):
        decide_rework(Act(by=person("b.verifier"), reason="The step is validated for a second pass"), row.number, decision="authorised")
    assert "asked_for_it" in [blocker.key for blocker in rework_blockers(row, "b.verifier")]
    assert "took_part" in [blocker.key for blocker in rework_blockers(row, "a.operator")]
    with refused("unknown_decision"):
        decided(row, "perhaps")
    decided(row)
    with refused("wrong_status"):
        decided(row, "refused")
