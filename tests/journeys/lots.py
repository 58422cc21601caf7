"""The lots of a plan: bank, derivation, passages, media, TFF run, EV lot, each with believable numbers."""

from collections.abc import Callable
from typing import Any

from batches.domain.data_file import document
from qc.domain.specification_fields import ROW, asked_in, shown_of
from tests.journeys.plan import DAY, INSTRUMENTS, ROOT, SENDAI, STANDARDS, Plan, morning, sci

# The change record of the first version of a specification and of a label template.
FIRST_SPECIFICATION = {
    "impact": "First version: it replaces the paper specification of the pilot campaign", "affected_batches": "None, no lot is sampled yet",
    "training_needed": "Analysts read the tests and their limits",
}  # fmt: skip
FIRST_METHODS = {
    "impact": "First version: it replaces the paper list of test methods", "affected_batches": "None, no lot is sampled yet",
    "training_needed": "Analysts are trained in each method before they test by it",
}  # fmt: skip
FIRST_LABEL = {
    "impact": "First version: it replaces labels written by hand", "affected_batches": "None, no label is printed yet",
    "training_needed": "Operators read how labels are checked and reconciled",
}  # fmt: skip


def masters_and_specifications(plan: Plan, minute: int, masters: list[str], specifications: dict[str, str]) -> None:
    """Author, review and approve the shipped masters and specifications (file name -> code)."""
    from tests.journeys.plan import MASTERS

    why = "First version for the pilot campaign of the site"
    first = {
        "impact": "First version: it replaces the paper forms of the pilot campaign", "affected_batches": "None, no batch runs yet",
        "training_needed": "Operators and supervisors read the master and do a dry run",
    }  # fmt: skip
    for name in masters:
        code = f"{MASTERS[name].code}-V1"
        plan.do(minute, "batches.author_master", "m.author", reason=why, data={"shipped": name, **first})
        plan.do(minute + 30, "batches.review_master", "b.verifier", on=code)
        plan.do(minute + 60, "batches.approve_master", "a.reviewer", on=code)
        minute += 90
    if specifications:
        minute = methods(plan, minute, why)
    for name, code in specifications.items():
        plan.do(minute, "qc.author_specification", "m.author", reason=why, data={"shipped": name, **FIRST_SPECIFICATION})
        plan.do(minute + 30, "qc.review_specification", "a.labhead", on=f"{code}-V1")
        plan.do(minute + 60, "qc.approve_specification", "a.reviewer", on=f"{code}-V1")
        minute += 90
    if specifications:
        standards(plan, minute)


def row_typed(name: str, code: str, **changed: str) -> dict[str, Any]:
    """What the form of a row of a shipped specification sends back, with some fields typed anew."""
    tables = document((ROOT / f"qc/masterdata/specifications/{name}.toml").read_text())
    row = next(row for row in tables["row"] if row["code"] == code)
    shown = shown_of(asked_in(ROW), row)
    shown |= {"method": f"{row['method_number']} v{row['method_version']}", **changed}
    lines = {one.name for one in asked_in(ROW) if one.kind == "lines"}
    said = {field: "on" if value is True else value for field, value in shown.items() if value is not False and value not in ("", (), None)}
    return {field: "\n".join(value) if field in lines else list(value) if isinstance(value, tuple) else value for field, value in said.items()}


def methods(plan: Plan, minute: int, why: str) -> int:
    """The list of test methods: authored, reviewed and approved before any specification names one. Returns the minute after."""
    plan.do(minute, "qc.author_methods", "m.author", reason=why, data={"code": "ML-QC", "shipped": "methods", **FIRST_METHODS})
    plan.do(minute + 30, "qc.review_methods", "a.labhead", on="ML-QC-V1")
    plan.do(minute + 60, "qc.approve_methods", "a.reviewer", on="ML-QC-V1")
    return minute + 90


def standards(plan: Plan, minute: int) -> None:
    """The lots that the methods name enter the register, and another person qualifies each."""
    for turn, (name, (mark, lot, source, value, unit)) in enumerate(STANDARDS.items(), start=1):
        data = {
            "kind": "reference_standard", "name": name, "lot": lot, "source": source, "expires_on": "2099-12-31", "assigned_value": value,
            "assigned_unit": unit,
        }  # fmt: skip
        plan.do(minute, "qc.register_standard", "a.analyst", data=data, **{"as": mark})
        plan.do(minute + 4, "qc.qualify_standard", "a.labhead", on=f"{{{mark}}}", data={"report": f"QR-STD-{turn:03d} v1"})
        minute += 8


def materials_and_room(plan: Plan, minute: int) -> None:
    """Items of the site's list, the lots that arrive before the campaign (one released, one still in quarantine), and the rooms."""
    items = (
        {"code": "MAT-0077", "name": "Culture medium, serum-free", "unit": "mL", "origin": "Recombinant only; TSE statement TSE-0077"},
        {"code": "MAT-0310", "name": "Detachment enzyme, recombinant", "unit": "mL", "origin": "None", "open_hours": "168"},
    )
    for item in items:
        plan.do(minute, "batches.register_item", "m.author", data={**item, "storage": "2 to 8 °C"})
        minute += 5
    arrival = {"supplier": "Sample Media", "expires_on": "2031-05-31", "place": "Cold room C2-04"}
    certificate = {"certificate": {"name": "coa.txt", "text": "Certificate of analysis: sterile, endotoxin below 0.1 EU/mL"}}
    data = {**arrival, "supplier_lot": "M-2291", "containers": "40", "per_container": "1000"}
    plan.do(minute, "batches.receive_material", "b.operator", on="MAT-0077", data=data, files=certificate, **{"as": "medium"})
    why = "Certificate agrees with the specification of the item, seals intact"
    plan.do(minute + 40, "batches.decide_material", "a.labhead", on="{medium.number}", data={"decision": "released"}, reason=why)
    data = {**arrival, "supplier_lot": "E-0310", "containers": "12", "per_container": "100"}
    plan.do(minute + 45, "batches.receive_material", "b.operator", on="MAT-0310", data=data, files=certificate, **{"as": "enzyme"})
    for turn, (code, name, grade) in enumerate((("ROOM-C2", "Culture room C2", "c"), ("ROOM-B1", "Filling room B1", "b"))):
        room(plan, minute + 50 + 2 * turn, code, name, grade)
    for turn, (code, name) in enumerate(INSTRUMENTS.items()):
        unit = {"code": code, "name": name, "equipment_class": "analytical_instrument", "place": "Laboratory"}
        plan.do(minute + 60 + 20 * turn, "batches.register_equipment", "a.verifier", data=unit)
        for number, kind in enumerate(("calibrated", "qualified"), start=1):
            kept = {"kind": kind, "evidence": f"Certificate C-{code}-{number}", "valid_until": "2031-12-31"}
            plan.do(minute + 60 + 20 * turn + 5 * number, "batches.record_upkeep", "a.verifier", on=code, witness="b.operator", data=kept)


def room(plan: Plan, minute: int, code: str, name: str, grade: str) -> None:
    """A room of this grade, qualified for years. It is cleaned before each use."""
    plan.do(minute, "batches.register_equipment", "a.verifier",
            data={"code": code, "name": name, "equipment_class": f"room_grade_{grade}", "place": "Suite 2"})  # fmt: skip
    qualified = {"kind": "qualified", "evidence": f"Qualification report QR-{code[5:]}-03", "valid_until": "2031-12-31"}
    plan.do(minute + 5, "batches.record_upkeep", "a.verifier", on=code, witness="b.operator", data=qualified)


def cleaned(plan: Plan, minute: int, room: str = "ROOM-C2") -> int:
    """A room is cleaned before it is cleared for a lot."""
    data = {"kind": "cleaned", "evidence": f"Cleaning instruction CL-{room[5:]}, sheet filled"}
    plan.do(minute, "batches.record_upkeep", "a.operator", on=room, witness="b.operator", data=data)
    return minute + 15


def eligible_donor_and_line(plan: Plan, minute: int) -> None:
    plan.do(minute, "batches.register_donor", "a.verifier", data={
        "code": "DONOR-0007", "sex": "female", "age_band": "30-34", "tissue_source": "Skin biopsy", "consent_reference": "CONS-2024-0007",
        "consent_scope": "Reprogramming, banking, manufacture of medicines, commercial use",
        "testing_summary": "HIV-1/2, HBV, HCV, syphilis, HTLV-I/II, CMV, WNV: tested on 2024-11-04, kit lots in file DF-0007",
    })  # fmt: skip
    plan.do(minute + 90, "batches.decide_donor_eligibility", "a.reviewer", on="DONOR-0007",
            reason="All screening and tests are complete and negative, the consent covers the use",
            data={"eligibility": "eligible", "basis": "Donor file DF-0007, determination of 2024-11-20"})  # fmt: skip
    plan.do(minute + 200, "batches.register_cell_line", "a.verifier", on="DONOR-0007", data={
        "code": "IMEV-L01", "clone": "C4", "vector_kit": "Sendai kit, lot SV-2211", "genetic_edits": "None",
        "reprogramming_method": "sendai", "vector_contents": SENDAI["vector_carries"], "culture": "Feeder-free on recombinant laminin",
        "hla_type": "A*02:01 A*24:02 B*07:02 B*40:01 C*07:02 C*03:04 DRB1*15:01 DRB1*04:05",
    })  # fmt: skip


def bank(plan: Plan, name: str, minute: int, line: str, vials: int) -> int:
    values = {
        "harvest.confluence_pct": "78", "harvest.differentiated_pct": "3", "harvest.passage_number": "18", "harvest.cpdl": "52.4",
        "formulate.suspension_volume": f"{vials + 5}.0", "formulate.cells_per_vial": "1200000", "fill.fill_volume_ml": "1.00",
        "fill.vials_filled": str(vials + 2), "fill.vials_discarded": "2", "freeze.exposure_min": "12", "freeze.cooling_rate": "1.0",
        "freeze.end_temperature": "-90", "freeze.vials_made": str(vials), "store.transfer_min": "2", "store.vapour_temperature": "-168",
        "store.vials_stored": str(vials),
    }  # fmt: skip
    count = [{"viable": str(int(plan.near(1.55e8, 0.02))), "total": str(int(plan.near(1.63e8, 0.005)))} for _ in range(2)]
    issue = {"prefix": "IPSC-MCB", "level": "mcb", "line": line}
    minute = cleaned(plan, minute)
    return plan.finish(name, plan.batch(name, "mbr_bank", minute, issue=issue, values=values, logs={"count": count}), release=False)


def store(plan: Plan, name: str, minute: int, tank: str, rack: str, box: str, by: str = "a.operator", witness: str = "b.operator") -> None:
    data = {"tank": tank, "rack": rack, "box": box, "rows": "6", "columns": "10", "first": "A1", "count": "60"}
    plan.do(minute, "batches.store_vials", by, on=f"{{{name}.lot.number}}", witness=witness, data=data)


def derivation(plan: Plan, name: str, minute: int, vial: str) -> int:
    def thaw(now: int) -> int:
        data = {"destination": f"{{{name}.lot.number}}"}
        plan.do(now, "batches.withdraw_vial", "a.operator", on=vial, witness="b.operator", data=data)
        plan.do(now + 4, "batches.thaw_vial", "a.operator", on=vial, witness="b.operator")
        return now + 12

    values = {
        "thaw.viable_thawed": "970000", "thaw.total_thawed": "1080000", "thaw.viable_frozen": "1200000", "seed.area_cm2": "150",
        "seed.viable_seeded": "3600000", "seed.density": "24000", "seed.vessel": "Six-well plates", "commit.day": "21",
        "commit.tra160_pct": "1.2", "commit.cd73_pct": "98.7", "commit.cd90_pct": "98.1", "commit.cd105_pct": "97.4",
        "detach.confluence_pct": "82", "detach.detach_min": "6", "result.culture_hours": "504.0",
    }  # fmt: skip
    course = (("1", "55", "epithelial"), ("5", "70", "epithelial"), ("9", "80", "mixed"), ("14", "85", "spindle-shaped"), ("18", "88", "spindle-shaped"))
    logs: dict[str, list[dict[str, Any]]] = {
        "expand": [
            {"ipsc_passage": "1", "confluence_pct": "75", "differentiated_pct": "2", "_gap": 2 * DAY},
            {"ipsc_passage": "2", "confluence_pct": "80", "differentiated_pct": "3", "_gap": DAY},
        ],
        "differentiate": [{"day": d, "confluence_pct": c, "morphology": m, "_gap": 4 * DAY} for d, c, m in course],
        "count": [{"viable": str(int(plan.near(6.0e7, 0.02))), "total": str(int(plan.near(6.3e7, 0.005)))} for _ in range(2)],
    }
    def plots(now: int, on: str) -> int:
        table = "marker;positive_pct\nTRA-1-60;1.2\nCD73;98.7\nCD90;98.1\nCD105;97.4\n"
        files = {"file": {"name": "commitment.csv", "text": table}}
        plan.do(now, "batches.attach_file", "a.operator", on=on, data={"shows": "Export of the cytometer, sample of day 21"}, files=files)
        plan.do(now + 2, "batches.acknowledge_alarm", "a.operator", on=f"{on}.tra160_pct",
                reason="Seen with the supervisor: inside the limit of the master, the plots show one clean population")  # fmt: skip
        return now + 4

    minute = cleaned(plan, minute)
    after = plan.batch(name, "mbr_der", minute, issue={"is_commitment": "on"}, values=values, logs=logs, before=[thaw], between={"commit": plots})
    return plan.finish(name, after)


def monitored(plan: Plan) -> Callable[[int, str], int]:
    """While the room is cleared, plates stand open. They are counted and reviewed before the culture ends."""

    def part(now: int, on: str) -> int:
        data = {"kind": "settle_plates", "place": "P3, beside the cabinet", "began_at": ("at", now - 2), "ended_at": ("at", now)}
        plan.do(now + 1, "batches.record_monitoring", "a.analyst", on="ROOM-C2", data=data, **{"as": "em_plates"})
        later = morning(now + 2 * DAY, 10)
        plan.do(later, "batches.read_monitoring", "a.analyst", on="{em_plates.number}", data={"value": "2"})
        plan.do(later + 60, "batches.review_monitoring", "a.labhead", on="{em_plates.number}", data={"decision": "valid"},
                reason="Sheet and plates seen, incubation as the procedure says")  # fmt: skip
        return now + 2

    return part


def passage(
    plan: Plan, name: str, parent: str, minute: int, *, seeded: int, area: int, counts: list[tuple[int, int]] | float, hours: str = "96.0",
    culture_days: int = 4, release: bool = True, version: int = 1,
    between: dict[str, Callable[[int, str], int]] | None = None,
) -> int:  # fmt: skip
    """`counts`: (viable, total) of each count, or the number of cells to count around."""
    if not isinstance(counts, list):
        total = counts / 0.955
        counts = [(int(plan.near(counts, 0.012)), int(plan.near(total * 1.015, 0.002))) for _ in range(2)]
    values = {
        "seed.area_cm2": str(area), "seed.viable_seeded": str(seeded), "seed.density": str(round(seeded / area)),
        "inspect.confluence_pct": str(plan.random.randint(76, 86)), "detach.detach_min": str(plan.random.randint(4, 8)),
        "doublings.culture_hours": hours, "seed.medium": f"{area * 0.2:.1f}",
    }  # fmt: skip
    logs: dict[str, list[dict[str, Any]]] = {
        "feed": [{"volume": f"{area * 0.2:.1f}", "confluence_pct": "35", "_gap": DAY * (culture_days - 2)}],
        "incubate": [
            {"temperature": f"{plan.near(37.0, 0.005):.1f}", "co2_pct": "5.0", "_gap": DAY},
            {"temperature": "37.0", "co2_pct": "5.1", "o2_pct": "19.8", "_gap": DAY - 300},
        ],
        "count": [{"viable": str(viable), "total": str(total)} for viable, total in counts],
    }
    before = [plan.consume(name, parent, str(seeded), "cells", "a.operator", "b.operator")]
    minute = cleaned(plan, minute)
    return plan.finish(name, plan.batch(name, "mbr_pas", minute, values=values, logs=logs, before=before, version=version, between=between),
                       release=release)  # fmt: skip


def media(plan: Plan, name: str, parent: str, minute: int, *, cells: str, particles: str, volume: int = 3960, clean: bool = False, made_in: str = "") -> int:
    """Conditioned medium, collected in the room that the culture was cleaned for; `clean`: the cleaning ended meanwhile; `made_in`: another room."""
    values = {
        "wash.washes": "3", "wash.wash_volume": "1500.0", "condition.volume_added": f"{volume + 40}.0", "condition.priming": "none",
        "collect.conditioning_hours": "48.0", "collect.volume_ml": f"{volume + 25}.0", "clarify.pressure": "0.32",
        "clarify.clarified_volume": f"{volume}.0", "particles.particles_per_ml": particles,
        "particles.blank_particles_per_ml": sci(plan.near(1.4e8, 0.1)), "hold.hold_temperature_c": f"{plan.near(4.6, 0.1):.1f}",
    }  # fmt: skip
    logs: dict[str, list[dict[str, Any]]] = {
        "monitor": [
            {"temperature": "36.9", "ph": "7.23", "glucose": "11.9", "lactate": "7.1", "_gap": 2 * DAY - 60},
        ],
        "count": [{"viable": str(int(plan.near(1.32e8, 0.01))), "total": "142000000"} for _ in range(2)],
    }
    before = [plan.consume(name, parent, cells, "cells", "a.operator", "b.operator")]
    minute = cleaned(plan, minute) if clean else minute
    return plan.finish(name, plan.batch(name, "mbr_cm", minute, values=values, logs=logs, before=before, room=made_in))


def media_pair(plan: Plan, names: tuple[str, str], parent: str, minute: int, *, cells: str, particles: tuple[str, str], clean: bool = False) -> int:
    """Two lots of one culture side by side, so that the hold of neither runs out before both are pooled: each in a room of its own,
    since a room that one batch has in use is not cleared for another."""
    minute = cleaned(plan, minute) if clean else minute
    room(plan, minute - DAY, "ROOM-C3", "Culture room C3", "c")
    cleaned(plan, minute - 30, "ROOM-C3")
    ends = [
        media(plan, name, parent, minute + 30 * i, cells=cells, particles=particles[i], made_in=("", "ROOM-C3")[i]) for i, name in enumerate(names)
    ]
    return max(ends)


def pressures(plan: Plan, feed: float, retentate: float, permeate: float, flow: int) -> dict[str, Any]:
    return {
        "p_feed": f"{feed + plan.random.uniform(-0.02, 0.02):.2f}", "p_retentate": f"{retentate:.2f}", "p_permeate": f"{permeate:.2f}",
        "permeate_flow": str(int(plan.near(flow, 0.05))), "_gap": 15,
    }  # fmt: skip


def run(
    plan: Plan, name: str, parents: list[str], minute: int, *, feed: float = 2.0e9, volume: float = 7800.0, rows: list[dict[str, Any]] | None = None,
    misread: bool = False, last_step: int = 0,
) -> tuple[int, float]:  # fmt: skip
    """A TFF run. Returns the minute after, and the final particles per mL. `misread`: one pressure is typed wrongly and corrected."""
    by, witness = "b.operator", "a.operator"
    clear = feed * 0.985
    kept = 400 if volume > 5000 else 250
    first = clear * (volume - 10) * 0.81 / kept
    washed = first * 0.965
    second = washed * kept * 0.93 / 160
    final = second * 0.93
    values = {
        "feed.pooled_volume_ml": f"{volume:.1f}", "feed.feed_particles_per_ml": sci(feed), "feed.hold_hours": "16.5", "feed.temperature": "5.2",
        "clarification.pressure": "0.28", "clarification.product_volume_ml": f"{volume - 10:.1f}", "clarification.product_particles_per_ml": sci(clear),
        "tff1_membrane.area_m2": "0.115", "tff1_membrane.flush_volume": "2000.0", "tff1.product_volume_ml": f"{kept}.0",
        "tff1.product_particles_per_ml": sci(first), "tff1.temperature": "19.6", "diafiltration.buffer_volume_ml": "2400.0",
        "diafiltration.product_volume_ml": f"{kept}.0", "diafiltration.product_particles_per_ml": sci(washed),
        "diafiltration.wash_particles_per_ml": sci(feed * 0.06), "diafiltration.conductivity_deviation": "1.8",
        "diafiltration.permeate_protein": "4.2", "tff1_integrity.air_flow": "3.1", "tff2_membrane.area_m2": "0.050",
        "tff2_membrane.flush_volume": "800.0", "tff2.product_volume_ml": "160.0", "tff2.product_particles_per_ml": sci(second),
        "sterile_filtration.product_volume_ml": "156.0", "sterile_filtration.product_particles_per_ml": sci(final),
        "recovery.permeate_volume_ml": f"{volume - 170:.1f}", "recovery.permeate_particles_per_ml": sci(feed * 0.055),
        "recovery.flush_volume_ml": "60.0", "recovery.flush_particles_per_ml": sci(feed * 2), "recovery.samples_volume_ml": "12.0",
        "recovery.samples_particles_per_ml": sci(first * 0.5), "balance.protein_ug_per_ml": f"{final / 6.0e8:.1f}",
    }  # fmt: skip
    log = rows or [pressures(plan, 0.55, 0.25, 0.05, 100) for _ in range(4)]
    between = {}
    if misread:
        log[1]["p_feed"] = "0.95"

        def correct(now: int, on: str) -> int:
            plan.do(now, "batches.correct_entry", by, on=on, reason="Gauge misread: the pump's own chart shows 0.55 bar at that minute",
                    data={"entry": "p_feed:2", "value": "0.55"})  # fmt: skip
            return now + 8

        between["tff1_log"] = correct
    logs = {"tff1_log": log, "tff2_log": [pressures(plan, 0.48, 0.22, 0.04, 38) for _ in range(3)]}
    before = [plan.consume(name, parent, f"{volume / len(parents):.1f}", "mL", by, witness) for parent in parents]
    minute = cleaned(plan, minute)
    after = plan.batch(name, "mbr_tff", minute, values=values, logs=logs, before=before, by=by, witness=witness,
                       last_step=last_step, leave_open=bool(last_step), between=between)  # fmt: skip
    return after, final


def ev_lot(plan: Plan, name: str, parent: str, minute: int, *, particles: float, vials: int, quantity: str = "150.0") -> int:
    by, witness = "b.operator", "a.operator"
    plan.strength[name] = particles * 0.97
    values = {
        "formulate.freeze_thaws": "0", "formulate.volume_ml_total": f"{vials + 6}.0", "formulate.particles_per_ml": sci(plan.strength[name]),
        "formulate.ph": "7.29", "formulate.osmolality": "302", "fill.bulk_hours": "3.5", "fill.vials_filled": str(vials + 4),
        "environment.particles_05": "610", "environment.settle_plates": "0", "environment.glove_prints": "0",
        "inspect.vials_inspected": str(vials + 4), "inspect.vials_rejected": "4", "freeze.wait_min": "45", "freeze.temperature": "-82",
        "labels.labels_issued": str(vials + 11), "labels.labels_used": str(vials + 4), "labels.labels_destroyed": "5",
        "labels.labels_specimens": "1", "labels.labels_returned": "1", "quantity.vials_accepted": str(vials), "quantity.vials_destroyed": "0",
    }  # fmt: skip
    logs = {"fill_checks": [{"fill_volume": f"{plan.near(1.0, 0.012):.3f}", "_gap": 15} for _ in range(3)]}
    before = [plan.consume(name, parent, quantity, "mL", by, witness)]
    minute = cleaned(plan, minute, "ROOM-B1")
    after = plan.batch(name, "mbr_ev", minute, values=values, logs=logs, before=before, by=by, witness=witness)
    return plan.finish(name, after, release=False, by=by)


def drug_product(plan: Plan, name: str, parent: str, minute: int) -> int:
    """Sixty vials of a released EV lot, diluted and filled as 116 vials of drug product. Nothing here is left to chance, so that
    the lots around it stay as they are."""
    by, witness = "b.operator", "a.operator"
    values = {
        "formulate.freeze_thaws": "1", "formulate.pool_particles": sci(plan.strength[parent] * 0.98),
        "formulate.volume_ml_total": "120.0", "formulate.particles_per_ml": sci(plan.strength[parent] * 0.49),
        "containers.doses_per_vial": "1", "fill.vials_filled": "116", "fill.interventions": "1",
        "fill.particles_05": "640", "fill.settle_plates": "0", "inspect.vials_inspected": "116", "inspect.vials_rejected": "3",
        "freeze.temperature": "-82", "labels.labels_issued": "128", "labels.labels_used": "116", "labels.labels_destroyed": "6",
        "labels.labels_specimens": "1", "labels.labels_returned": "5", "quantity.vials_accepted": "82", "quantity.vials_destroyed": "1",
    }  # fmt: skip
    logs = {"fill_checks": [{"fill_volume": volume, "_gap": 15} for volume in ("1.004", "0.997")]}
    before = [plan.consume(name, parent, "60", "vials", by, witness)]
    minute = cleaned(plan, minute, "ROOM-B1")
    after = plan.batch(name, "mbr_fill", minute, values=values, logs=logs, before=before, by=by, witness=witness)
    return plan.finish(name, after, release=False, by=by)


def particle_results(plan: Plan, particles: float) -> dict[str, dict[str, Any]]:
    """Results of the EV lot that agree with what its run counted."""
    found = plan.near(particles * 0.97, 0.04)
    return {
        "DS-CT-PART": {"kind": "number", "value": sci(found)},
        "DS-PU-PROT": {"kind": "number", "value": f"{found / 6.1e8:.1f}"},
        "DS-PU-PPR": {"kind": "number", "value": "6.1E+8"},
    }


def producing_culture(plan: Plan, name: str, parent: str, minute: int, *, cells: float, hours: str) -> int:
    """A culture that will condition media, with its end-of-production tests under way."""
    after = passage(plan, name, parent, minute, seeded=30_000_000, area=10_000, counts=cells, hours=hours)
    plan.testing(name, "spec_imsc_eop", SENDAI, drawn=after + 20, start=morning(after + 2 * DAY, 9), results=morning(after + 9 * DAY, 9),
                 quantity="20000000", unit="cells")  # fmt: skip
    return after
