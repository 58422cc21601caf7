"""Writes the demo plant's stories: `python -m tests.journeys.write_stories`. The files it writes are committed and read by `manage.py demo`."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from qc.domain.oos import CHECKS
from tests.journeys import lots
from tests.journeys.plan import DAY, EPISOMAL, IN_USE, SENDAI, Plan, beside, morning, run_of

STORIES = Path(__file__).resolve().parents[2] / "batches" / "masterdata" / "stories"
SPECIFICATION_CODES = {
    "spec_ipsc_mcb": "SPEC-IPSC-MCB", "spec_imsc_eop": "SPEC-IMSC-EOP", "spec_ev_ds": "SPEC-EV-DS",
    "spec_ev_dp": "SPEC-EV-DP",
}  # fmt: skip
PEOPLE = {
    "a.operator": ("A. Operator", "operator", ["batch_execution", "cell_banking"]),
    "b.operator": ("B. Operator", "operator", ["batch_execution", "cell_banking"]),
    "c.operator": ("C. Operator", "operator", ["batch_execution"]),
    "a.verifier": ("A. Supervisor", "verifier", ["batch_execution", "cell_banking"]),
    "b.verifier": ("B. Supervisor", "verifier", ["batch_execution", "cell_banking"]),
    "a.analyst": ("A. Analyst", "qc_analyst", ["qc_testing"]),
    "b.analyst": ("B. Analyst", "qc_analyst", ["qc_testing"]),
    "a.labhead": ("A. Labhead", "qc_reviewer", ["qc_testing", "quality_review"]),
    "a.reviewer": ("A. Reviewer", "qa_reviewer", ["quality_review"]),
    "b.reviewer": ("B. Reviewer", "qa_reviewer", ["quality_review"]),
    "q.person": ("Q. Person", "qualified_person", ["certification"]),
    "m.author": ("M. Author", "master_data_author", ["master_data"]),
    "i.inspector": ("I. Inspector", "inspector", []),
}
# Mappings of instrument files; the one without a number still waits for its approval.
MAPPINGS = {"plate_protein": "MAP-PLATE-PROTEIN-V1", "qpcr_dna": "MAP-QPCR-DNA-V1", "endotoxin_csv": "MAP-ENDO-CSV-V1", "flow_msc": ""}
# Tests of the lot in QC whose results come from files of instruments.
FROM_FILES = frozenset({"DS-PU-PROT", "DS-PU-HCDNA"})
# Tests that take weeks: the lot in QC still waits for them.
SLOW = frozenset({"DS-SF-STER", "DS-SF-MYCO", "DS-SF-VIRUS", "DS-PT-TCELL", "DS-PT-NFKB", "DS-PT-TNF"})


def people() -> Plan:
    plan = Plan(first_day=420)
    minute = 8 * 60 + 10
    for user_id, (name, role, _) in PEOPLE.items():
        data = {"user_id": user_id, "printed_name": name, "kind": "person", "password": "demo-plant-2026"}
        plan.do(minute, "people.add_person", "s.admin", reason=f"Joins the site as {role.replace('_', ' ')}", data=data)
        plan.do(minute + 2, "people.grant_role", "s.admin", on=user_id, reason="Appointed by the head of the site", data={"role": role})
        minute += 4
    plan.do(minute, "people.grant_role", "s.admin", on="s.admin", reason="Asked to help out in production", data={"role": "operator"},
            expect="refused", blocker="roles_exclude_each_other")  # fmt: skip
    minute, number = DAY + 8 * 60, 0
    for user_id, (_, _, topics) in PEOPLE.items():
        for topic in topics:
            number += 1
            by = "b.reviewer" if user_id == "a.reviewer" else "a.reviewer"
            data = {"topic": topic, "valid_from": "2025-01-01", "valid_until": "2030-12-31", "evidence": f"TR-2025-{number:03d}"}
            plan.do(minute, "people.record_training", by, on=user_id, data=data)
            minute += 2
    plan.do(minute + 10, "people.adopt_release", "a.reviewer", reason="First release of the software at this site, read role by role", data={
        "impact": "First adoption: the rights agree with the job descriptions, the formulas with the methods of the site",
        "affected_batches": "None, no batch runs yet", "training_needed": "None beside the training in the system, which is recorded",
    })  # fmt: skip
    return plan


def reports(plan: Plan, minute: int) -> None:
    """What people saw on an instrument and on a material lot: QA decided on the first, the second waits."""
    plan.do(minute, "batches.report_exception", "a.analyst", on="EQ-PCR-01", **{"as": "seen_unit"},
            data={"what": "The reference probe reads 0.4 °C above the display of the block, inside its tolerance of 0.5 °C"})  # fmt: skip
    plan.do(minute + 90, "batches.close_exception", "a.reviewer", on="{seen_unit.number}", data={"decision": "no_impact"},
            reason="The difference is inside the tolerance of the calibration, which is in date")  # fmt: skip
    plan.do(minute + 120, "batches.report_exception", "a.operator", on="{medium.number}",
            data={"what": "One of the bottles came with a dented cap; it stands apart and was not opened"})  # fmt: skip


def drafts(plan: Plan, minute: int) -> None:
    """A second version of the passage master is being reviewed, a draft is given up, and one is open."""
    who = "m.author"
    plan.do(minute, "batches.draft_master", who, data={"based_on": "MBR-PAS-V1"}, **{"as": "draft"})
    plan.do(minute + 5, "batches.add_master_part", who, on="{draft.number}", data={
        "title": "Photograph the culture", "kind": "attachment", "attachment": "required", "section": "Harvest",
        "instructions": "Photograph three fields before the harvest.",
        "key": "photograph",
    })  # fmt: skip
    plan.do(minute + 9, "batches.move_master_part", who, on="{draft.number}", data={"part": "photograph", "to": "2"})
    plan.do(minute + 12, "batches.edit_master_part", who, on="{draft.number}.photograph", data={
        "title": "Photograph the culture", "kind": "attachment", "attachment": "required", "section": "Harvest", "key": "photograph",
        "instructions": "Photograph three fields before the harvest.\nName each picture after the flask.",
    })  # fmt: skip
    plan.do(minute + 40, "batches.submit_master", who, on="{draft.number}", reason="Pictures of the culture were asked for in the last review", data={
        "impact": "None on the product: the harvest itself stays as it is", "affected_batches": "None, running batches keep version 1",
        "training_needed": "Operators read the new step",
    })  # fmt: skip
    plan.do(minute + 60, "batches.draft_master", who, data={"based_on": "MBR-CM-V1"}, **{"as": "given_up"})
    plan.do(minute + 70, "batches.discard_master_draft", who, on="{given_up.number}", reason="The site keeps its conditioning time after all")
    plan.do(minute + 90, "batches.draft_master", who, data={"based_on": "MBR-EV-V1"}, **{"as": "open_draft"})
    plan.do(minute + 95, "batches.add_master_part", who, on="{open_draft.number}", data={"title": "Inspect the vials", "kind": "entry", "key": "inspect_vials"})
    plan.do(minute + 97, "batches.remove_master_part", who, on="{open_draft.number}", data={"part": "inspect_vials"})
    plan.do(minute + 98, "batches.print_master", who, on="MBR-EV-V1")
    plan.do(minute + 99, "batches.add_master_part", who, on="{open_draft.number}", data={"title": "Inspect every vial", "kind": "entry", "key": "inspect_each"})


def specification_drafts(plan: Plan, minute: int) -> None:
    """The second version of a specification is being written, the first one of another waits for its review, a draft is given up."""
    who = "m.author"
    plan.do(minute, "qc.draft_specification", who, data={"based_on": "SPEC-EV-DP-V1"}, **{"as": "spec_draft"})
    tighter = "Tighter than published: the dose must also stay within K/M, 0.2 EU/kg/h intrathecal (USP <85>)."
    plan.do(minute + 10, "qc.edit_specification_part", who, on="{spec_draft.number}.DP-SF-ENDO",
            data=lots.row_typed("spec_ev_dp", "DP-SF-ENDO", upper="0.200", notes=tighter))  # fmt: skip
    plan.do(minute + 20, "qc.add_specification_part", who, on="{spec_draft.number}", data={
        "code": "DP-GN-COLOUR", "name": "Colour of the liquid", "category": "general", "purpose": "release", "mandatory": "on", "after": "DP-GN-APPEAR",
        "method": "TM-040 v1.0", "result_type": "qualitative", "accepted": "colourless", "known": "colourless\nslightly yellow\nyellow",
    })  # fmt: skip
    plan.do(minute + 25, "qc.move_specification_row", who, on="{spec_draft.number}", data={"row": "DP-GN-COLOUR", "to": "3"})
    plan.do(minute + 60, "qc.draft_specification", who, data={"shipped": "spec_cm"}, **{"as": "spec_cm"})
    plan.do(minute + 70, "qc.remove_specification_part", who, on="{spec_cm.number}", data={"part": "CM-SF-ANTIB"})
    plan.do(minute + 80, "qc.submit_specification", who, on="{spec_cm.number}", reason="Conditioned medium is tested before it is pooled", data={
        "impact": "First version: nothing is tested against another one", "affected_batches": "None until it is effective",
        "training_needed": "Analysts read the specification",
    })  # fmt: skip
    plan.do(minute + 90, "qc.draft_specification", who, data={"code": "SPEC-BANK", "title": "Producing-cell bank", "stage": "imsc_bank"}, **{"as": "spec_bank"})
    plan.do(minute + 95, "qc.discard_specification_draft", who, on="{spec_bank.number}", reason="The site banks no producing cells yet")


def master_data() -> Plan:
    plan = Plan(first_day=415)
    lots.materials_and_room(plan, 6 * 60)
    lots.masters_and_specifications(plan, 8 * 60, list(IN_USE), {})
    lots.eligible_donor_and_line(plan, 3 * DAY + 9 * 60)
    why = "First version for the pilot campaign of the site"
    for minute, name in ((2 * DAY + 15 * 60, "vial"), (2 * DAY + 15 * 60 + 10, "bag")):
        plan.do(minute, "batches.author_label", "m.author", reason=why, data={"shipped": name, **lots.FIRST_LABEL})
    plan.do(2 * DAY + 15 * 60 + 20, "batches.approve_label", "a.reviewer", on="LBL-VIAL-V1")
    second = 3 * DAY + 14 * 60
    plan.do(second, "batches.register_donor", "a.verifier", data={
        "code": "DONOR-0012", "sex": "male", "age_band": "40-44", "tissue_source": "Blood", "consent_reference": "CONS-2025-0012",
        "consent_scope": "Reprogramming, banking, manufacture of medicines",
        "testing_summary": "HIV-1/2, HBV, HCV, syphilis, HTLV-I/II tested; travel history not complete yet",
    })  # fmt: skip
    plan.do(second + 60, "batches.register_cell_line", "a.verifier", on="DONOR-0012", data={
        "code": "IMEV-L02", "clone": "B2", "reprogramming_method": "episomal", "vector_kit": "Episomal set, lot EP-0904",
        "vector_contents": EPISOMAL["vector_carries"], "genetic_edits": "None", "culture": "Feeder-free on recombinant laminin",
        "hla_type": "A*01:01 A*03:01 B*08:01 B*35:01 C*07:01 C*04:01 DRB1*03:01 DRB1*01:01",
    })  # fmt: skip
    lots.masters_and_specifications(plan, 4 * DAY + 8 * 60, [], SPECIFICATION_CODES)
    minute = 5 * DAY + 9 * 60
    for name, number in MAPPINGS.items():
        plan.do(minute, "qc.author_mapping", "m.author", reason="First version, compared with an export of the instrument", data={"shipped": name})
        if number:
            plan.do(minute + 30, "qc.approve_mapping", "a.reviewer", on=number)
        minute += 60
    plan.do(5 * DAY + 8 * 60, "qc.approve_laboratory", "a.reviewer", reason="Audited on site; the virus tests are done there", data={
        "code": "CL-01", "name": "Virus Testing Laboratory", "scope": ["TM-021", "TM-022"], "agreement": "QAA-0007 v2", "valid_until": "2099-12-31",
    })  # fmt: skip
    wrong = {"kind": "control", "name": "Low mycoplasma control", "lot": "MC-62-08", "source": "Sample Standards, CS-305", "expires_on": "2099-12-31"}
    plan.do(5 * DAY + 8 * 60 + 20, "qc.register_standard", "a.analyst", data=wrong, **{"as": "std_wrong"})
    plan.do(5 * DAY + 8 * 60 + 35, "qc.withdraw_standard", "a.labhead", on="{std_wrong}", data={"runs": "stand"},
            reason="The label says lot MC-26-08: the digits were exchanged when it was registered")  # fmt: skip
    drafts(plan, max(minute, 5 * DAY + 14 * 60))
    specification_drafts(plan, 6 * DAY + 9 * 60)
    return plan


def banks() -> Plan:
    plan = Plan(first_day=400)
    lots.bank(plan, "mcb1", 8 * 60, "IMEV-L01", 120)
    lots.store(plan, "mcb1", DAY + 9 * 60, "EQ-LN2-01", "3", "12")
    lots.store(plan, "mcb1", DAY + 10 * 60, "EQ-LN2-02", "1", "07")
    after = plan.testing("mcb1", "spec_ipsc_mcb", SENDAI, drawn=2 * DAY + 600, start=4 * DAY + 540, results=20 * DAY + 540,
                         quantity="5", unit="vials", vials="V001 V002 V003 V004 V005")  # fmt: skip
    plan.do(morning(after + 2 * DAY, 9), "qc.approve_qc", "a.labhead", on="{mcb1.lot.number}")
    plan.do(morning(after + 3 * DAY, 10), "qc.release_bank", "a.reviewer", on="{mcb1.lot.number}")
    plan.do(morning(after + 3 * DAY, 11), "qc.record_custody", "a.analyst", on="{smp_mcb1}",
            data={"kind": "stored", "place": "FRZ-02, rack 3, box 14", "keep_until": "2099-12-31"})  # fmt: skip
    second = 40 * DAY
    lots.bank(plan, "mcb2", second + 8 * 60, "IMEV-L02", 60)
    lots.store(plan, "mcb2", second + DAY + 9 * 60, "EQ-LN2-01", "3", "14", "b.operator", "a.operator")
    plan.testing("mcb2", "spec_ipsc_mcb", EPISOMAL, drawn=second + 2 * DAY + 600, start=second + 4 * DAY + 540,
                 results=second + 20 * DAY + 540, quantity="5", unit="vials", vials="V001 V002 V003 V004 V005",
                 told={"MCB-RF-EBNA1": {"kind": "number", "value": "0.014"}})  # fmt: skip
    plan.do(76 * DAY + 600, "qc.confirm_oos", "a.reviewer", on="{mcb2.lot.oos.first}", reason="No error was found in the laboratory: the line keeps the vector",
            data={"impact": "None: nothing was made from this bank, and no other bank was tested in its run"})  # fmt: skip
    plan.do(79 * DAY + 600, "qc.destroy_sample", "a.analyst", on="{smp_mcb2}", data={"method": "Autoclaved, waste bag 114"},
            reason="Used up by the tests, all of them reviewed")  # fmt: skip
    # The donor of this bank is undecided: no release, and nothing downstream.
    plan.do(75 * DAY + 600, "qc.release_bank", "a.reviewer", on="{mcb2.lot.number}", expect="refused", blocker="donor_undecided")
    plan.do(80 * DAY + 640, "batches.destroy_vial", "b.operator", on="{mcb1.lot.number}-V031", witness="a.operator",
            reason="Dropped at transfer between racks, the vial cracked")  # fmt: skip
    plan.do(80 * DAY + 720, "batches.record_excursion", "b.operator", on="{mcb2.lot.number}", data={
        "place": "EQ-LN2-01", "began_at": ("at", 80 * DAY + 630), "ended_at": ("at", 80 * DAY + 655), "highest_c": "-138.5", "limit_c": "-130",
        "source": "Monitoring record TM-114: lid open while a rack was moved",
    })  # fmt: skip
    return plan


def first_lot(plan: Plan, minute: int) -> int:
    """A vial, its derivation and passages, and a lot that is certified and released."""
    vial = "{mcb1.lot.number}-V006"
    plan.do(minute, "batches.reserve_vial", "a.verifier", on=vial, data={"purpose": "Derivation for the pilot campaign"})
    minute = lots.derivation(plan, "der", morning(minute + DAY), vial)
    minute = lots.passage(plan, "p1", "der", morning(minute + DAY), seeded=2_000_000, area=500, counts=1.62e7,
                          between={"line_clearance": lots.monitored(plan)})  # fmt: skip
    minute = lots.passage(plan, "p2", "p1", morning(minute + DAY), seeded=12_000_000, area=3000, counts=9.7e7)
    minute = lots.producing_culture(plan, "p3a", "p2", morning(minute + DAY), cells=2.46e8, hours="96.0")
    minute = lots.media_pair(plan, ("cm1", "cm2"), "p3a", morning(minute + DAY), cells="110000000", particles=("2.05E+9", "1.96E+9"))
    after, particles = lots.run(plan, "tff1", ["cm1", "cm2"], morning(minute + DAY), misread=True)
    minute = decided(plan, "tff1", after, "no_impact", "The value was misread and is corrected; the corrected TMP is inside its limit")
    minute = lots.ev_lot(plan, "ev1", "tff1", morning(minute + DAY), particles=particles, vials=142)
    minute = plan.testing("ev1", "spec_ev_ds", SENDAI, drawn=minute + 20, start=morning(minute + 2 * DAY, 9),
                          results=morning(minute + 18 * DAY, 9), quantity="20", unit="vials",
                          told={**lots.particle_results(plan, particles), "DS-SF-ENDO": {"kind": "number", "value": "0.731"}})  # fmt: skip
    plan.do(minute + 20, "qc.issue_potency_report", "a.labhead", on="{pot_ev1}")
    plan.do(minute + 40, "batches.move_lot", "b.operator", on="{ev1.lot.number}", data={"place": "FRZ-02", "temperature_class": "frozen"})
    minute = morning(invalidated(plan, "ev1", morning(minute + DAY, 9)) + 2 * DAY, 9)
    labels_and_record(plan, "ev1", minute + 2 * DAY + 94)
    return release(plan, "ev1", minute)


def labels_and_record(plan: Plan, name: str, minute: int) -> None:
    """Labels of a released lot: printed, two of them again, reconciled. Then its executed batch record."""
    on = f"{{{name}.lot.number}}"
    plan.do(minute, "batches.print_labels", "a.operator", on=on, data={"template": "LBL-VIAL-V1", "count": "8"}, **{"as": "labels"})
    plan.do(minute + 3, "batches.check_label", "a.operator", on="{labels.number}", data={"code": "{labels.first_code}"})
    plan.do(minute + 6, "batches.reprint_labels", "a.operator", on="{labels.number}", witness="b.operator",
            reason="Two labels stuck to each other in the printer", data={"first": "3", "count": "2"}, **{"as": "again"})  # fmt: skip
    plan.do(minute + 10, "batches.reconcile_labels", "a.operator", on="{labels.number}", witness="b.operator",
            data={"used": "6", "specimen": "1", "damaged": "1", "returned": "0", "destroyed": "0"})  # fmt: skip
    plan.do(minute + 12, "batches.check_label", "a.operator", on="{again.number}", data={"code": "{again.first_code}"})
    plan.do(minute + 14, "batches.reconcile_labels", "a.operator", on="{again.number}", witness="b.operator",
            data={"used": "2", "specimen": "0", "damaged": "0", "returned": "0", "destroyed": "0"})  # fmt: skip
    plan.do(minute + 15, "batches.report_exception", "b.operator", on="{labels.number}", **{"as": "seen_label"},
            data={"what": "The spare label from the roll has a smeared line; it was counted as damaged and none was applied"})  # fmt: skip
    plan.do(minute + 15, "batches.close_exception", "a.reviewer", on="{seen_label.number}", data={"decision": "no_impact"},
            reason="The damaged label is in the count, and every label applied was read back")  # fmt: skip
    plan.do(minute + 16, "batches.issue_record", "q.person", on=f"BR-{{{name}.lot.number}}")


def decided(plan: Plan, name: str, minute: int, decision: str, why: str) -> int:
    """Complete and review a run that has one exception; QA decides it, then releases the run for processing."""
    plan.do(minute, "batches.acknowledge_alarm", "b.operator", on=f"{{{name}.lot.exceptions.first}}",
            reason="Seen at the pump at once, the supervisor was told; the readings after it are inside the limit")  # fmt: skip
    minute = plan.finish(name, minute + 3, by="b.operator", release=False)
    plan.do(minute, "batches.close_exception", "a.reviewer", on=f"{{{name}.lot.exceptions.first}}", data={"decision": decision}, reason=why)
    plan.do(minute + 20, "batches.release_for_processing", "a.reviewer", on=f"{{{name}.lot.number}}")
    return minute + 40


def release(plan: Plan, name: str, minute: int) -> int:
    """QC approval, disposition, certification and release to stock, each after the one before; too early is refused."""
    on = f"{{{name}.lot.number}}"
    plan.do(minute, "qc.certify_lot", "q.person", on=on, data={"destination": "Germany"}, expect="refused", blocker="not_approved_for_certification")
    plan.do(minute + 30, "qc.approve_qc", "a.labhead", on=on)
    plan.do(minute + DAY, "qc.approve_for_certification", "a.reviewer", on=on)
    plan.do(minute + 2 * DAY, "qc.certify_lot", "q.person", on=on, data={"destination": "Germany"})
    plan.do(minute + 2 * DAY + 90, "qc.release_to_stock", "a.reviewer", on=on)
    plan.do(minute + 2 * DAY + 120, "qc.take_copy", "q.person", on=f"{{{name}.lot.qc_approvals.first.certificate.key}}")
    return minute + 3 * DAY


def second_run(plan: Plan, name: str, minute: int, number: str = "TM-025") -> None:
    """One more run by the second analyst, in which everything went as the method says."""
    plan.do(minute, "qc.record_run", "b.analyst", data=run_of(f"{number} v1.0", minute), **{"as": name})


def twice(value: str) -> dict[str, str]:
    """A value as its two determinations, a little apart."""
    return {f"replicate_{number}": beside(value, Decimal(step)) for number, step in ((1, "-0.02"), (2, "0.02"))}


def invalidated(plan: Plan, name: str, minute: int) -> int:
    """The endotoxin of a lot is out of its limit. Phase I finds a dilution error; two re-measurements as planned; QA invalidates; tested again."""
    oos, sample = f"{{{name}.lot.oos.first}}", f"{{smp_{name}}}"
    found = {f"finding_{key}": "in_order" for key in CHECKS} | {
        "finding_reagents": "not_in_order", "remark_reagents": "Dilution sheet: 1:50 asked, 1:5 pipetted; the calculation used 1:50",
    }  # fmt: skip
    plan.do(minute, "qc.plan_oos", "a.analyst", on=oos, data={
        **found, "hypothesis": "The sample was diluted 1:5 instead of 1:50, so the result is ten times too high. A correct dilution is inside the limit.",
        "retests": "2", "analyst": "b.analyst", "evaluation": "all_conform",
    })  # fmt: skip
    plan.do(minute + 60, "qc.approve_oos_plan", "a.reviewer", on=oos)
    plan.do(minute + 70, "qc.authorise_resample", "a.reviewer", on=oos, reason="One of the two re-measurements shows the lot apart from this vial", data={
        "justification": "The stopper of the first vial was found loose when it was thawed, as the photograph in the sheet shows",
    })  # fmt: skip
    drawn = {"quantity": "1", "unit": "vials", "container": "Vials as filled", "storage": "Below -70 °C"}
    plan.do(minute + 100, "qc.draw_resample", "a.analyst", on=oos, data=drawn, **{"as": f"new_{name}"})
    plan.do(minute + 130, "qc.receive_sample", "a.analyst", on=f"{{new_{name}.sample.number}}", data={"condition": "Frozen, stopper and seal intact"})
    minute = morning(minute + DAY, 9)
    second_run(plan, f"run_{name}_oos", minute)
    for turn, (value, measured) in enumerate((("0.074", sample), ("0.081", f"{{new_{name}.sample.number}}"))):
        data = {"sample": measured, "run": f"{{run_{name}_oos}}", "kind": "number", **twice(value), "tested_on": ("day", minute)}
        plan.do(minute + 10 + turn * 5, "qc.record_retest", "b.analyst", on=oos, data=data)
    minute = morning(minute + DAY, 9)
    sheet = {"name": "dilution-sheet.csv", "text": "step;asked;done\n1;1:50;1:5\n"}
    plan.do(minute, "qc.invalidate_oos", "a.reviewer", on=oos, files={"evidence": sheet}, data={
        "cause": "The sample was diluted 1:5 instead of 1:50, as the dilution sheet shows",
        "impact": "None: the sheet of this day holds this lot alone",
    }, reason="The dilution error is documented and both planned re-measurements conform")  # fmt: skip
    second_run(plan, f"run_{name}_again", minute + 60)
    data = {"row": "DS-SF-ENDO", "sample": sample, "run": f"{{run_{name}_again}}", "kind": "number", **twice("0.079"), "tested_on": ("day", minute)}
    plan.do(minute + 90, "qc.record_result", "b.analyst", on=f"{{{name}.lot.number}}", data=data, **{"as": f"again_{name}"})
    plan.do(minute + 120, "qc.review_result", "a.analyst", on=f"{{again_{name}}}")
    return minute + 120


def second_lot(plan: Plan, minute: int) -> int:
    """A lot whose potency is out of specification: the OOS waits for QA."""
    reports(plan, minute + 60)
    minute = lots.producing_culture(plan, "p3b", "p2", morning(minute), cells=2.38e8, hours="98.0")
    minute = lots.media(plan, "cm3", "p3b", morning(minute + DAY), cells="210000000", particles="1.85E+9", volume=7860)
    rows = [lots.pressures(plan, 0.55, 0.25, 0.05, 100) for _ in range(4)]
    rows[2] = lots.pressures(plan, 0.88, 0.38, 0.05, 92)
    after, particles = lots.run(plan, "tff2", ["cm3"], morning(minute + DAY), feed=1.85e9, rows=rows)
    why = "One reading of four above the limit, for at most 15 min; yield and balance are inside their limits"
    minute = decided(plan, "tff2", after, "impact_accepted", why)
    minute = lots.ev_lot(plan, "ev2", "tff2", morning(minute + DAY), particles=particles, vials=138)
    results = {**lots.particle_results(plan, particles), "DS-PT-TCELL": {"kind": "number", "value": "14.6"}}
    minute = plan.testing("ev2", "spec_ev_ds", SENDAI, drawn=minute + 20, start=morning(minute + 2 * DAY, 9), results=morning(minute + 18 * DAY, 9),
                          quantity="20", unit="vials", told=results, without=frozenset({"DS-RF-EXO-MYC"}))  # fmt: skip
    after = extracted_again(plan, "ev2", morning(minute + DAY, 9))
    plan.do(after + 30, "qc.request_rework", "b.verifier", on="{ev2.lot.number}", reason="A second passage over the membrane may bring the potency back", data={
        "kind": "reprocessing", "procedure": "MBR-EV-V1", "tests": ["DS-ID-D10"],
    }, **{"as": "rework"})  # fmt: skip
    plan.do(after + 75, "qc.decide_rework", "b.reviewer", on="{rework.number}", data={"decision": "refused"},
            reason="The OOS of the potency is open: its cause is not known, so nothing is processed again")  # fmt: skip
    return after + 75


def extracted_again(plan: Plan, name: str, minute: int) -> int:
    """One of three wells is positive for MYC: the one repeat extraction that the specification fixed beforehand, all wells negative."""
    sample: dict[str, Any] = {"sample": f"{{smp_{name}}}"}
    second_run(plan, f"run_{name}_first", minute, "TM-070")
    found = {"row": "DS-RF-EXO-MYC", "run": f"{{run_{name}_first}}", "kind": "below_loq", "loq": "500", "wells_positive": "1", "tested_on": ("day", minute)}
    plan.do(minute + 10, "qc.record_result", "b.analyst", on=f"{{{name}.lot.number}}", data={**sample, **found}, **{"as": f"first_{name}"})
    minute = morning(minute + DAY, 9)
    second_run(plan, f"run_{name}_second", minute, "TM-070")
    again = {"run": f"{{run_{name}_second}}", "kind": "not_detected", "lod": "100", "wells_positive": "0", "tested_on": ("day", minute)}
    plan.do(minute + 10, "qc.repeat_extraction", "b.analyst", on=f"{{first_{name}}}", data={**sample, **again}, **{"as": f"second_{name}"})
    plan.do(minute + 60, "qc.review_result", "a.analyst", on=f"{{second_{name}}}")
    return minute + 60


def lots_in_work(plan: Plan, minute: int) -> int:
    """A drug product and an EV lot that wait for QC, and a lot in its TFF run with the pressure above its limit."""
    filled = lots.drug_product(plan, "dp1", "ev1", morning(minute, 9))
    plan.do(filled + 20, "qc.receive_sample", "a.analyst", on="{dp1.lot.samples.last}", data={"condition": "Frozen, seal intact, label matches"})
    minute = lots.producing_culture(plan, "p3c", "p2", morning(minute), cells=2.52e8, hours="95.0")
    minute = lots.media(plan, "cm4", "p3c", morning(minute + DAY), cells="150000000", particles="2.17E+9", volume=7860)
    after, particles = lots.run(plan, "tff3", ["cm4"], morning(minute + DAY), feed=2.17e9)
    minute = plan.finish("tff3", after, by="b.operator")
    minute = lots.ev_lot(plan, "ev3", "tff3", morning(minute + DAY), particles=particles, vials=145)
    minute = plan.testing("ev3", "spec_ev_ds", SENDAI, drawn=minute + 20, start=morning(minute + 2 * DAY, 9), results=morning(minute + 6 * DAY, 9),
                          quantity="20", unit="vials", without=SLOW | FROM_FILES, reviewed=30, told=lots.particle_results(plan, particles))  # fmt: skip
    minute = files_of_instruments(plan, "ev3", morning(minute + DAY, 9))
    minute = lots.media(plan, "cm5", "p3c", morning(minute + DAY), cells="70000000", particles="2.08E+9", clean=True)
    rows = [lots.pressures(plan, 0.56, 0.25, 0.05, 101), lots.pressures(plan, 0.61, 0.27, 0.05, 97), lots.pressures(plan, 0.90, 0.34, 0.05, 84)]
    after, _ = lots.run(plan, "tff4", ["cm5"], morning(minute + DAY), feed=2.08e9, volume=3900.0, rows=rows, last_step=5)
    plan.do(after + 2, "batches.split_lot", "b.operator", on="{cm5.lot.number}", witness="a.operator", data={"parts": "30.0\n29.0"})
    plan.do(after + 5, "batches.start_batch", "a.verifier", on="MBR-EV-V1", **{"as": "ev4"})
    plan.do(after + 8, "batches.reserve_material", "a.operator", on="{medium.number}", data={"batch": "{ev4.lot.number}", "quantity": "500"})
    plan.do(after + 10, "batches.open_material", "a.operator", on="{medium.number}", data={"container": "40"})
    plan.do(after + 12, "batches.hand_over_batch", "b.operator", on="BR-{tff4.lot.number}", witness="a.operator",
            reason="End of the shift: the concentration runs and the last pressures are written")  # fmt: skip
    plan.do(after + 14, "qc.register_standard", "b.analyst", data={
        "kind": "reference_standard", "name": "EV reference standard", "lot": "RS-26-02", "source": "Prepared here from EV lot REF-02, record PR-021",
        "expires_on": "2099-12-31", "assigned_value": "98", "assigned_unit": "%", "former": "{std_ev.number}", "bridging_ratio": "0.98",
        "bridging_report": "BR-STD-002 v1",
    })  # fmt: skip
    return after + 14


def files_of_instruments(plan: Plan, name: str, minute: int) -> int:
    """A plate-reader file read for the wrong dilution is discarded, the right one imported; a qPCR file waits for its import."""
    on, sample = f"{{{name}.lot.number}}", f"{{smp_{name}.number}}"
    for key, dilution in (("wrong", "20"), ("right", "2")):
        text = "Plate:\tBCA 12\n\nSample\tWells\tMean Result\tDilution\nSTD01\tA1,A2\t2000\t1\n"
        text += "".join(f"{sample}\t{wells}\t{found}\t{dilution}\n" for wells, found in (("C1,C2", "21,84"), ("D1,D2", "22,10"), ("E1,E2", "21,47"))) + "~End\n"
        file = {"name": f"bca_12_{key}.txt", "text": text}
        data = {"mapping": "MAP-PLATE-PROTEIN-V1", "measured": "1"}
        plan.do(minute, "qc.hand_in_file", "a.analyst", on=on, files={"raw_file": file}, data=data, **{"as": f"file_{key}"})
        minute += 10
    plan.do(minute, "qc.discard_file", "a.analyst", on="{file_wrong}", reason="Exported with the dilution of another plate; the sample was diluted 1:2")
    plan.do(minute + 5, "qc.import_results", "a.analyst", on="{file_right}")
    run = run_of("TM-050 v1.0", minute)
    aborted = {"method": run["method"], "instrument": run["instrument"], "performed_at": ("at", minute - 60), "course": "aborted",
               "remark": "The lid of the cycler was opened by mistake in cycle 3; nothing was read"}  # fmt: skip
    plan.do(minute + 8, "qc.record_run", "a.analyst", data=aborted)
    plan.do(minute + 10, "qc.record_run", "a.analyst", data=run, **{"as": f"run_{name}_dna"})
    text = (
        "Well,Sample Name,Target,Task,Omit,Ct,Quantity,Unit,LOD,LOQ\nA1,STD-1,Alu,STANDARD,false,18.2,10,ng/dose,0.01,0.05\n"
        f"B1,{sample},Alu,UNKNOWN,false,27.41,2.31,ng/dose,0.01,0.05\nB2,{sample},Alu,UNKNOWN,false,27.38,2.36,ng/dose,0.01,0.05\n"
        f"B3,{sample},Alu,UNKNOWN,false,27.46,2.24,ng/dose,0.01,0.05\n"
    )
    plan.do(minute + 20, "qc.hand_in_file", "a.analyst", on=f"{{run_{name}_dna}}", files={"raw_file": {"name": "alu_2291.csv", "text": text}},
            data={"mapping": "MAP-QPCR-DNA-V1", "measured": "1"})  # fmt: skip
    return minute + 30


COUNTING = "EQ-PCR-01"


def counted(*stories: list[dict[str, Any]]) -> None:
    """The PCR cycler counts its runs, from 301 on, through all the stories in the order of time."""
    runs = (act for told in stories for act in told if act["command"] == "qc.record_run" and act["data"]["instrument"] == COUNTING)
    for number, act in enumerate(runs, start=301):
        act["data"] = {**act["data"], "sequence": str(number)}


def toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)  # a JSON string is a TOML string too


def written(title: str, acts: list[dict[str, Any]]) -> str:
    parts = [f"[story]\ntitle = {toml(title)}\n"]
    for act in acts:
        lines = ["[[do]]"]
        for key in ("command", "on", "by", "witness", "at", "reason", "data", "files", "each", "every", "as", "expect", "blocker"):
            if key not in act:
                continue
            if key == "each":
                lines += ["each = [", *(f"  {toml(item)}," for item in act["each"]), "]"]
            else:
                lines.append(f"{key} = {toml(act[key])}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def main() -> None:
    # The lots end yesterday: their length is measured first, then the plan is begun that many days ago.
    probe = Plan(first_day=400)
    length = lots_in_work(probe, second_lot(probe, first_lot(probe, 9 * 60) + DAY) + 2 * DAY) // DAY
    plan = Plan(first_day=length + 1)
    end_first = first_lot(plan, 9 * 60)
    end_second = second_lot(plan, end_first + DAY)
    last = lots_in_work(plan, end_second + 2 * DAY)
    plan.do(max(last, morning(last, 16)), "people.retire_person", "s.admin", on="c.operator", reason="Left the company at the end of the quarter")
    marks = [act["as"] for act in plan.told() if "as" in act]
    told = plan.told()
    cut = [next(i for i, act in enumerate(told) if act.get("as") == name) for name in ("p3b", "p3c")]
    # The drug product begins the last story, before the culture of its EV lot does.
    cut[1] = min(cut[1], next(i for i, act in enumerate(told) if act.get("as") == "dp1"))
    assert marks
    of_banks = banks().told()
    counted(of_banks, told)
    files = {
        "01_people.toml": ("The people of the plant, their roles and their training", people().told()),
        "02_master_data.toml": ("Master records, specifications, donors and lines", master_data().told()),
        "03_banks.toml": ("Two iPSC banks: one is released; the other keeps its vector and is rejected", of_banks),
        "04_first_lot.toml": ("From a vial to an EV lot that is certified and released", told[: cut[0]]),
        "05_second_lot.toml": ("An EV lot whose potency is out of specification", told[cut[0] : cut[1]]),
        "06_lots_in_work.toml": ("A drug product and an EV lot that wait for QC, and a lot in its TFF run", told[cut[1] :]),
    }
    for name, (title, acts) in files.items():
        (STORIES / name).write_text(written(title, acts))
        print(f"{name}: {len(acts)} acts")


if __name__ == "__main__":
    main()
