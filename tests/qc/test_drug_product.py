"""The drug product from end to end: filled from a released EV lot, tested, certified, released; and everything that stops it."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

import tests.qc.builders_product as dp
import tests.qc.builders_release as scene
from batches.documents.labels import record_values
from batches.domain.commands import REPORT_EXCEPTION
from batches.models import DrugProduct, ExceptionRecord, Lot, LotInput, Sample, Step
from batches.selectors.affected import touched_by
from batches.selectors.family_tree import tree_of
from batches.selectors.genealogy import parts_of
from batches.selectors.lots import remaining
from batches.services import exceptions
from evgmp.compliance.verifying import findings
from evgmp.people.models import Account
from qc.domain import commands as c
from qc.models import CertificationRegister
from qc.selectors.chain import Chain
from qc.selectors.sheets import open_rows, sheet
from qc.services import release, results
from tests.batches import builders_records as floor
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import refused
from tests.qc.test_certify_lot import named_qualified_person

LINK = "DP-RF-LINK"


def link(lot: Lot) -> Any:
    return next(line for line in sheet(lot).rows if line.row.code == LINK)


# --- made ---


@pytest.mark.req("EXE-24", "TRC-01", "EXE-21")
def test_a_fill_uses_up_vials_of_its_ev_lot_and_counts_its_own(made_product: Lot) -> None:
    ev = scene.ev_lot()
    (edge,) = LotInput.objects.filter(child=made_product)
    assert (edge.parent, edge.quantity, edge.unit) == (ev, Decimal(60), "vials")
    assert remaining(ev) == 40
    assert parts_of(made_product) == [(Decimal("2.0E+11"), Decimal("60.00"))]
    typed = made_product.drugproduct
    assert (typed.vials_filled, typed.vials_rejected, made_product.quantity_made, made_product.unit) == (58, 2, 25, "vials")
    assert typed.particles_per_vial == Decimal("1.95E+11") * Decimal("1.001")
    assert [s.counted for s in Sample.objects.filter(lot=made_product)] == [False, False]
    assert remaining(made_product) == 25
    assert made_product.disposition == "quarantine"
    assert made_product.expires_on is not None
    assert not ExceptionRecord.objects.filter(lot=made_product).exists()
    assert [lot.stage for lot in Chain(made_product).ancestors][:2] == ["ev_lot", "isolation_run"]


@pytest.mark.req("EXE-20", "EXE-08", "LBL-06", "LBL-01")
@pytest.mark.req("EXE-20", "EXE-08", negative=True)
def test_a_lyophilised_lot_is_counted_to_the_last_vial_and_has_its_own_storage_tests_and_label(made_product: Lot) -> None:
    """A vial that is not found holds the batch at its gate until the count is right."""
    batch = dp.begun((scene.ev_lot(), "40"), master="mbr_lyo")
    wrong = {"quantity": {"vials_accepted": "4", "vials_destroyed": "0"}}
    step = dp.recorded_to(batch, **{**dp.LYOPHILISED, **wrong})
    with refused("gate_held", "Vials not accounted for is 1"):
        floor.signed(step)
    floor.corrected(step, "vials_accepted", "5")
    floor.signed(Step.objects.get(pk=step.pk))
    dp.cleared_after(batch)
    floor.completed(batch)
    lot = Lot.objects.get(pk=batch.lot_id)
    typed = lot.drugproduct
    assert (typed.dosage_form, typed.vials_filled, lot.quantity_made, lot.storage) == ("lyophilised", 38, 5, "2 to 8 °C")
    assert lot.expires_on is not None
    assert made_product.expires_on is not None
    assert lot.expires_on < made_product.expires_on
    dp.received(lot)
    assert {"DP-GN-MOIST"} <= {line.row.code for line in sheet(lot).applying}
    label = record_values(lot, None)
    assert (label["strength"], label["volume"], label["storage"]) == ("1.952 × 10¹¹\u00a0particles/vial", "1.00\u00a0mL", "2 to 8 °C")


@pytest.mark.req("EXE-24", "REL-02", negative=True)
def test_only_what_is_left_of_a_released_ev_lot_is_filled(made_product: Lot) -> None:
    ev, batch = scene.ev_lot(), dp.begun()
    with refused("overdraw", "40"):
        dp.took(batch, ev, "41")
    with refused("unit_differs", "counted in vials"):
        dp.took(batch, ev, "1", unit="mL")
    with refused("stage_order", "It takes: EV lot"):
        dp.took(batch, scene.lot_of("isolation_run"), "1")
    with refused("stage_order", "does not go into a drug product"):
        dp.took(batch, made_product, "1")
    scene.held(ev.number)
    with refused("lot_on_hold", ev.number):
        dp.took(batch, ev, "1")
    assert remaining(ev) == 40


@pytest.mark.req("REL-02", "EXE-24", negative=True)
def test_an_ev_lot_that_is_not_released_is_not_filled(ready_lot: Lot) -> None:
    batch = dp.begun()
    with refused("lot_in_quarantine", ready_lot.number):
        dp.took(batch, ready_lot, "1")
    assert not LotInput.objects.filter(child=batch.lot).exists()


@pytest.mark.req("REC-02", negative=True)
def test_the_typed_row_is_behind_the_wall(made_product: Lot) -> None:
    for sql in (
        "UPDATE batches_drugproduct SET vials_filled = 999", "DELETE FROM batches_drugproduct",
        "INSERT INTO batches_drugproduct (lot_id, revision, dosage_form, formulation, container) VALUES (1, 0, '', '', '')",
        "DELETE FROM batches_historicaldrugproduct", "UPDATE qc_specrow SET computed = ''",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(sql)
    assert DrugProduct.objects.get(lot=made_product).vials_filled == 58


# --- tested ---


@pytest.mark.req("LAB-24", "LAB-11")
def test_the_roll_up_is_computed_names_every_ancestor_and_is_recorded_by_nobody(approved_product: Lot) -> None:
    line = link(approved_product)
    assert (line.verdict, line.found, line.passes, line.result) == ("pass", "every ancestor row conforms", True, None)
    for lot in (scene.ev_lot(), scene.lot_of("passage"), scene.lot_of("cell_bank")):
        assert lot.number in line.why
    assert LINK not in [row.code for row in open_rows(approved_product)]
    sample = Sample.objects.filter(lot=approved_product)[0]
    with refused("row_computed", "Nobody records it"):
        results.record_result(
            act(c.RECORD_RESULT, "a.analyst"), approved_product.number, row=LINK, **lab.found(sample, None, kind="term", term="every ancestor row conforms")
        )
    assert "DP-GN-MOIST" not in [line.row.code for line in sheet(approved_product).applying]


def invalid(lot: Lot) -> None:
    old = factor_of(lot)
    bad = lab.run_of(old.row, failing=old.run.controls[0]["kind"])
    lab.reviewed(lab.correct(old.number, old.sample, bad, kind="invalid").number)


def insensitive(lot: Lot) -> None:
    old = factor_of(lot)
    lab.reviewed(lab.correct(old.number, old.sample, old.run, kind="not_detected", lod=(old.lod or 1) * 1000).number)


def unreviewed(lot: Lot) -> None:
    old = factor_of(lot)
    again = lab.run_of(old.row)
    lab.correct(old.number, old.sample, again, kind="not_detected", lod=old.lod)


def detected(lot: Lot) -> None:
    old = factor_of(lot)
    lab.correct(old.number, old.sample, old.run, kind="number", value="100000")


def factor_of(lot: Lot) -> Any:
    return lot.results.get(row__category="reprogramming_factor_absence", is_current=True)


@pytest.mark.req("LAB-24", "REL-05", negative=True)
def test_factor_rows_that_fall_upstream_stop_the_drug_product(approved_product: Lot) -> None:
    """Corrected after the ancestors were released: each is named, the approvals fall, and nobody signs again."""
    falls = (("cell_bank", invalid), ("passage", insensitive), ("ev_lot", unreviewed))
    for stage, spoil in falls:
        spoil(scene.lot_of(stage))
    line = link(approved_product)
    assert (line.verdict, line.passes, line.found) == ("cannot_conclude", False, "an ancestor row is missing, invalid or does not conform")
    assert [reason.key for reason in line.reasons] == ["result_no_verdict", "result_no_verdict", "result_unreviewed"]
    for reason, (stage, _) in zip(line.reasons, falls, strict=True):
        assert scene.lot_of(stage).number in reason.message
    with refused("result_unreviewed", scene.ev_lot().number):
        dp.approved_by_qc()
    detected(scene.lot_of("passage"))
    assert link(approved_product).verdict == "oos"
    with refused("result_oos", scene.lot_of("passage").number):
        dp.certified()


@pytest.mark.req("LAB-27", "LAB-24", negative=True)
def test_without_tests_and_a_reserve_nobody_approves(made_product: Lot) -> None:
    with refused("no_specification", made_product.number):
        dp.approved_by_qc()
    dp.tested(made_product, reserve=False)
    with refused("reserve_missing", "No unit is stored for retention"):
        dp.approved_by_qc()
    reserve = Sample.objects.get(lot=made_product, need="retention")
    dp.stored(made_product, reserve, days_short=1)
    with refused("reserve_missing", "which is too short"):
        dp.approved_by_qc()
    dp.stored(made_product, reserve)
    assert dp.stopped_by() == {}


# --- released ---


@pytest.mark.req("REL-02", "REL-05", "REL-06", "REL-07", "PRT-01", "TRC-01")
def test_a_drug_product_is_approved_certified_and_released_in_this_order(made_product: Lot) -> None:
    """The whole way, with its papers and its pages."""
    dp.tested(made_product)
    for gate, key in ((dp.approved_by_qa, "qc_not_approved"), (dp.certified, "wrong_status"), (dp.released, "wrong_status")):
        with refused(key):
            gate()
    coa = json.loads(dp.approved_by_qc().certificate.data)["content"]
    assert (coa["stage"], coa["complies"], coa["quantity"]) == ("Drug product", True, "25\u00a0vials")
    assert coa["strength"] == "1.952 × 10¹¹\u00a0particles/vial"
    assert coa["fill"] == "1.00\u00a0mL, 1 dose per vial"
    assert coa["container"].startswith("2 mL cyclo-olefin vial, stopper and cap, Phosphate buffer")
    assert coa["made_means"] == "end of filling"
    assert (coa["expires_on"], coa["storage"]) == (str(made_product.expires_on), "Below -70 °C")
    lines = {line["code"]: line for group in coa["groups"] for line in group["lines"]}
    assert (lines[LINK]["result"], lines[LINK]["outcome"]) == ("Every ancestor row conforms", "Pass")
    assert scene.ev_lot().number in lines[LINK]["note"]
    assert "EU/dose" in lines["DP-SF-ENDO"]["note"]
    assert [parent["stage"] for parent in coa["parents"]][:2] == ["EV lot", "TFF isolation run"]
    assert scene.ev_lot().number in [parent["lot"] for parent in coa["parent_tests"]]
    assert "DP-GN-MOIST" in coa["not_done"][0]["test"]
    with refused("wrong_status"):
        dp.certified()
    dp.approved_by_qa()
    dp.certified()
    row = CertificationRegister.objects.get(lot=made_product)
    paper = json.loads(row.certificate.data)["content"]
    assert (paper["strength"], paper["package"]) == ("1.952 × 10¹¹\u00a0particles/vial", "vial of 1.00\u00a0mL, 1 dose per vial")
    assert paper["dosage_form"].startswith("EV drug product, liquid, Phosphate buffer")
    assert f"BR-{scene.ev_lot().number}" in [line["number"] for line in paper["basis"]]
    dp.released()
    assert made_product.disposition == "released"
    assert tree_of(made_product, forward=False).graph.columns[-1] == "Drug products"
    assert made_product.number in [node.title for node in tree_of(scene.lot_of("cell_bank"), forward=True).graph.nodes]
    assert [one.lot.number for one in touched_by(scene.lot_of("isolation_run"))] == [scene.ev_lot().number, made_product.number]
    assert not findings()
    client = Client()
    client.force_login(Account.objects.get(user_id="i.inspector"))
    for name, more in (("batches:drug_products", []), ("batches:lot", [made_product.number]), ("qc:lot_results", [made_product.number])):
        answer = client.get(reverse(name, args=more))
        assert answer.status_code == 200, name
        assert made_product.number in answer.content.decode()
    assert "Every ancestor row conforms" in answer.content.decode()


@pytest.mark.req("SIG-08", "REL-06", negative=True)
def test_whoever_made_or_tested_an_ancestor_does_not_certify(approved_product: Lot) -> None:
    """The supervisor reviewed the records of every ancestor, the analyst tested them. QA's earlier decisions are no part."""
    for who, said in (("b.verifier", "You reviewed"), ("a.analyst", "You performed")):
        named_qualified_person(who)
        with refused("took_part_upstream", said):
            dp.certified(by=who)


@pytest.mark.req("REL-05", "TRC-05", negative=True)
def test_what_falls_upstream_stops_every_gate(approved_product: Lot) -> None:
    """Approved for certification already: the Qualified Person's act is refused for each of them, by name (G5)."""
    ev, run = scene.ev_lot(), scene.lot_of("isolation_run")
    assert dp.stopped_by() == {}
    scene.held(ev.number)
    with refused("ancestor_blocked", f"{ev} is on hold"):
        dp.certified()
    scene.held(run.number)
    scene.decided("DONOR-LINE-01", "ineligible")
    reported(run)
    oos_on(ev)
    scene.rejected()
    said = dp.stopped_by()
    assert {"ancestor_blocked", "donor_ineligible", "exception_open", "oos_open", "result_oos"} <= set(said)
    assert said["result_oos"].startswith(f"{ev}: ")
    assert (str(run) in said["exception_open"], str(ev) in said["oos_open"]) == (True, True)
    for words in (f"{ev} is rejected", f"{run} is on hold"):
        with refused("ancestor_blocked", words):
            dp.certified()


def reported(lot: Lot) -> None:
    exceptions.report_exception(act(REPORT_EXCEPTION, "a.operator"), lot.number, what="The bag leaked at the port")


def oos_on(lot: Lot) -> None:
    """The endotoxin of the EV lot, reviewed again after its release, is out of its limit."""
    lab.reviewed(scene.result_corrected(lot, "DS-SF-ENDO", value="5.000").number)


@pytest.mark.req("REL-06", "SIG-08", negative=True)
def test_a_wrong_role_signs_no_gate(made_product: Lot) -> None:
    tries: tuple[tuple[Any, str, str, dict[str, str]], ...] = (
        (c.APPROVE_QC, "approve_qc", "a.analyst", {}), (c.APPROVE_QC, "approve_qc", "q.person", {}),
        (c.APPROVE_FOR_CERTIFICATION, "approve_for_certification", "a.labhead", {}),
        (c.CERTIFY_LOT, "certify_lot", "a.reviewer", {"destination": "Germany"}), (c.RELEASE_TO_STOCK, "release_to_stock", "q.person", {}),
    )  # fmt: skip
    for command, service, who, more in tries:
        with refused("not_permitted"):
            getattr(release, service)(act(command, who), made_product.number, **more)
    assert made_product.disposition == "quarantine"
