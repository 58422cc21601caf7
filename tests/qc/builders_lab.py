"""Laboratory scenes for tests: lots of a chain, samples, runs and results, made by the commands of the laboratory.

Lots of the chain are written as rows inside a recording: how a lot is executed step by step is tested elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from batches.domain.commands import DRAW_SAMPLE, REGISTER_CELL_LINE, REGISTER_DONOR, REGISTER_EQUIPMENT, START_BATCH
from batches.models import (
    CellBank,
    CellLine,
    ConditionedMediaLot,
    Donor,
    DrugProduct,
    EquipmentEntry,
    EquipmentUnit,
    EVLot,
    IsolationRun,
    Lot,
    LotInput,
    Passage,
    Sample,
)
from batches.services.donors import register_cell_line, register_donor
from batches.services.samples import draw_sample
from evgmp.compliance.models import Event
from evgmp.compliance.recording import Recording, recording
from evgmp.rules.blocker import RuleBroken
from evgmp.rules.command import Command
from evgmp.rules.reading import Reading, parse_number
from qc.domain import commands as c
from qc.domain.determinations import by_determinations
from qc.domain.tracking_run import COMPUTED
from qc.models import AssayRun, MethodListVersion, OutOfSpecification, ReferenceStandard, Result, SpecificationVersion, SpecRow
from qc.selectors.methods import calculation_of, example_text, lists_in_force, method_named
from qc.selectors.potency import rule_of
from qc.selectors.results import open_rows, sheet
from qc.selectors.runs import methods_in_use
from qc.selectors.specifications import shipped_text
from qc.services import methods as method_lists
from qc.services import oos, potency, readings, results, runs, samples, specifications
from tests.builders import CHANGE, act
from tests.furnishing import standing_methods, standing_specification
from tests.journeys.plan import STANDARDS
from tests.journeys.readings import READINGS

SENDAI = ["SEV", "OCT4", "SOX2", "KLF4", "MYC"]
EV_SPEC, EOP_SPEC, MCB_SPEC = "spec_ev_ds", "spec_imsc_eop", "spec_ipsc_mcb"

# A row whose rounding rule is none, for exact comparison.
UNROUNDED_ROW = """
[[row]]
code = "DS-DIAVOLUMES"
category = "purity"
name = "Diavolumes of the buffer exchange"
method = "Phase contrast, iPSC colonies"
method_number = "TM-002"
method_version = "1.0"
sample_type = "Run record"
result_type = "numeric"
unit = "diavolumes"
decimals = 0
rounding = "none"
lower = "6"
replicates = 1
replicate_rule = "One value a run"
mandatory = true
purpose = "release"
source = "In-process requirement of this test"
source_status = "verified"
limit_origin = "illustrative"
"""


def line(code: str = "LINE-01", *, method: str = "sendai", contents: list[str] | None = None) -> CellLine:
    """A cell line with a donor of its own."""
    donor = f"DONOR-{code}"
    register_donor(
        act(REGISTER_DONOR, "a.verifier"), code=donor, sex="female", age_band="20-29", tissue_source="skin", consent_reference="CONSENT-1",
        consent_scope="clinical use", testing_summary="negative",
    )  # fmt: skip
    register_cell_line(
        act(REGISTER_CELL_LINE, "a.verifier"), donor, code=code, clone="C1", reprogramming_method=method, vector_kit="Kit",
        vector_contents=contents if contents is not None else SENDAI, hla_type="A*02:01", genetic_edits="none", culture="feeder-free",
    )  # fmt: skip
    assert Donor.objects.filter(code=donor).exists()
    return CellLine.objects.get(code=code)


def lot(number: str, stage: str, *, parents: tuple[Lot, ...] = (), **typed: Any) -> Lot:
    """One made lot with its typed row and its edges."""
    model: Any = {
        "cell_bank": CellBank, "passage": Passage, "conditioned_media": ConditionedMediaLot, "isolation_run": IsolationRun, "ev_lot": EVLot,
        "drug_product": DrugProduct,
    }[stage]  # fmt: skip
    with recording(START_BATCH, act(START_BATCH, "a.verifier")) as rec:
        made = Lot(
            number=number, stage=stage, product="iMSC-EV", making_status="made", quantity_made=Decimal(1000), unit="mL", made_on=rec.at,
        )  # fmt: skip
        made.save()
        model(lot=made, **typed).save()
        for parent in parents:
            LotInput(parent=parent, child=made, quantity=Decimal(1), unit="mL", at=rec.at).save()
        rec.about(made)
    return made


def bank(cell_line: CellLine, number: str = "IPSC-MCB-001", level: str = "mcb") -> Lot:
    return lot(number, "cell_bank", level=level, line=cell_line, passage_number=20, cpdl=Decimal(30))


def chain(cell_line: CellLine, *, cultures: int = 1, prefix: str = "2026") -> tuple[Lot, list[Lot]]:
    """Bank, commitment, producing cultures with their media lots, run, EV lot. Returns the EV lot and the cultures."""
    made = bank(cell_line, f"IPSC-MCB-{prefix}")
    start = lot(f"IMSC-P-{prefix}-000", "passage", parents=(made,), is_commitment=True)
    producing = [lot(f"IMSC-P-{prefix}-{n:03d}", "passage", parents=(start,)) for n in range(1, cultures + 1)]
    media = [lot(f"CM-{prefix}-{n:03d}", "conditioned_media", parents=(p,)) for n, p in enumerate(producing, start=1)]
    run = lot(f"TFF-{prefix}-001", "isolation_run", parents=tuple(media))
    return lot(f"EV-{prefix}-001", "ev_lot", parents=(run,)), producing


def author_list(text: str, code: str = "ML-QC", **change: str) -> MethodListVersion:
    """A draft of a method list with its change record, as far as nothing else is said."""
    return method_lists.author_methods(act(c.AUTHOR_METHODS, "m.author"), code=code, text=text, **{**CHANGE, **change})


def methods(text: str = "", code: str = "ML-QC") -> MethodListVersion:
    """A method list, authored, reviewed and approved, unless it is effective already: the examples where no text is given."""
    text = text or example_text()
    if standing := standing_methods(text):
        return standing
    version = author_list(text, code)
    method_lists.review_methods(act(c.REVIEW_METHODS, "a.labhead"), version.number)
    return method_lists.approve_methods(act(c.APPROVE_METHODS, "a.reviewer"), version.number)


def restated(number: str, status: str, text: str = "") -> str:
    """The list of examples with another status of one of its methods."""
    return (text or example_text()).replace(f'number = "{number}"\n', f'number = "{number}"\nstatus = "{status}"\n')


def author(text: str) -> SpecificationVersion:
    return specifications.author_specification(act(c.AUTHOR_SPECIFICATION, "m.author"), text=text, **CHANGE)


def effective(name: str = EV_SPEC, *, text: str = "") -> SpecificationVersion:
    """A specification, authored, reviewed and approved, unless it is effective already."""
    if standing := standing_specification(text or shipped_text(name)):
        return standing
    if not lists_in_force():
        methods()
    version = author(text or shipped_text(name))
    specifications.review_specification(act(c.REVIEW_SPECIFICATION, "a.labhead"), version.number)
    standards()
    return specifications.approve_specification(act(c.APPROVE_SPECIFICATION, "a.reviewer"), version.number)


def drawn(of: Lot) -> Sample:
    """A sample still on the floor."""
    return draw_sample(
        act(DRAW_SAMPLE, "a.operator"), of.number, purpose="Release testing", quantity=Decimal(1), unit="mL", container="cryotube", storage="-80 °C"
    )


def received(of: Lot) -> Sample:
    """A sample in the laboratory; the first one pins the lot's specification."""
    return samples.receive_sample(act(c.RECEIVE_SAMPLE, "a.analyst"), drawn(of).number, condition="Frozen, seal intact")


def run_of(row: SpecRow, by: str = "a.analyst", *, failing: str = "", missing: str = "") -> AssayRun:
    """A run of the row's method, with every control passed unless named."""
    asked = methods_in_use()[row.method_key].controls
    outcomes = {failing: "fail", missing: "missing"}
    method = method_named(row.method_number, row.method_version)
    tracked = method is not None and method.tracking is not None
    asked = tuple(control for control in asked if not (tracked and control["kind"] in COMPUTED))
    controls = [
        {"kind": control["kind"], "observed": "as required", "outcome": outcomes.get(control["kind"], "pass")} for control in asked
    ]
    return runs.record_run(
        act(c.RECORD_RUN, by), method=row.method_key, instrument=instrument(), performed_at=None, controls=controls, sample_measure="100 µL",
        reagents=reagents_of(row.method_number, row.method_version), **(TRACKED if tracked else {}),
    )  # fmt: skip


# Blank and two dilutions of a tracking run that agree.
TRACKED: dict[str, Any] = {"blank": parse_number("1.1E+6"), "dilutions": "500; 5.24E+7\n1000; 2.71E+7"}


def instrument(code: str = "EQ-01", *, until: datetime | None = None, equipment_class: str = "analytical_instrument") -> str:
    """An instrument in calibration and qualified, written once as rows: how equipment is kept is tested elsewhere."""
    if not EquipmentUnit.objects.filter(code=code).exists():
        with recording(REGISTER_EQUIPMENT, act(REGISTER_EQUIPMENT, "a.verifier")) as rec:
            unit = EquipmentUnit(code=code, name="Reader", equipment_class=equipment_class, place="Laboratory")
            unit.save()
            for kind in ("calibrated", "qualified"):
                EquipmentEntry(
                    unit=unit, kind=kind, at=datetime(2025, 1, 1, tzinfo=UTC), until=until or datetime(2099, 1, 1, tzinfo=UTC), note="Certificate",
                    performed_by="A. Supervisor",
                ).save()  # fmt: skip
            rec.about(unit)
    return code


def standard(
    name: str, lot: str = "RS-1", *, status: str = "qualified", until: date = date(2099, 12, 31), value: str = "100", unit: str = "%",
    kind: str = "reference_standard",
) -> str:  # fmt: skip
    """The number of a lot in the register, written once as a row: how a lot gets there is tested elsewhere."""
    if there := ReferenceStandard.objects.filter(name=name, lot=lot).first():
        return there.number
    with recording(c.REGISTER_STANDARD, act(c.REGISTER_STANDARD, "a.analyst")) as rec:
        made = _entry(rec, name, lot, status=status, expires_on=until, assigned_text=value, assigned_unit=unit if value else "", kind=kind)
        rec.about(made)
    return made.number


def standards() -> None:
    """A qualified lot of everything that the methods name as their standard."""
    if ReferenceStandard.objects.exists():
        return
    with recording(c.REGISTER_STANDARD, act(c.REGISTER_STANDARD, "a.analyst")) as rec:
        made = [_entry(rec, name, "RS-1", assigned_text="100", assigned_unit="%") for name in STANDARDS]
        rec.about(made[0], covers=made)


def _entry(rec: Recording, name: str, lot: str, *, status: str = "qualified", **said: Any) -> ReferenceStandard:
    since = datetime(2025, 1, 1, tzinfo=UTC)
    fields: dict[str, Any] = {"kind": "reference_standard", "expires_on": date(2099, 12, 31), **said}
    by: dict[str, Any] = {"qualification_report": "QR-1", "qualified_by": "A. Labhead", "qualified_by_id": "a.labhead", "qualified_at": since}
    made = ReferenceStandard(
        number=rec.next_number("STD-2025", 4), name=name, lot=lot, source="Certificate C-1", status=status, registered_by="A. Analyst",
        registered_by_id="a.analyst", registered_at=since, assigned_value=Decimal(fields["assigned_text"]) if fields["assigned_text"] else None,
        **(by if status == "qualified" else {}), **fields,
    )  # fmt: skip
    made.save()
    return made


def reagents_of(number: str, version: str = "1.0") -> str:
    """The lines of every reagent and standard that the method names."""
    method = method_named(number, version)
    assert method is not None
    return "\n".join([*(f"{name}; LOT-1; 2099-12-31" for name in method.reagents), *(standard(name) for name in method.standards)])


def row_of(of: Lot, code: str) -> SpecRow:
    return next(found.row for found in sheet(of).rows if found.row.code == code)


def conforming(row: SpecRow) -> dict[str, Any]:
    """What a good lot would show for this row."""
    if row.result_type == "numeric":
        inside = row.lower_text or row.upper_text or "1"
        if row.lower_text and row.upper_text:
            inside = str((Decimal(row.lower_text) + Decimal(row.upper_text)) / 2)
        elif not (row.lower_inclusive if row.lower_text else row.upper_inclusive):
            inside = str(Decimal(inside) * (2 if row.lower_text else Decimal("0.5")))
        return {"kind": "number", "value": parse_number(inside)}
    if row.result_type == "presence_absence" and row.expected == "absent":
        return {"kind": "not_detected", "lod": row.lod_max or row.validated_lod}
    return {"kind": "term", "term": row.accepted[0]}


def found(sample: Sample, run: AssayRun | None = None, **said: Any) -> dict[str, Any]:
    """The fields of a result, what is not said left empty."""
    empty: dict[str, Any] = {
        "sample": sample.number, "run": run.number if run else "", "kind": "number", "value": None, "term": "", "lod": None, "lod_unit": "",
        "loq": None, "tested_on": None,
    }  # fmt: skip
    if isinstance(said.get("value"), str):
        said["value"] = parse_number(said["value"])
    return {**empty, **said}


def twice(value: str) -> dict[str, Any]:
    """A test of two determinations, both alike."""
    return {"replicates": [parse_number(value)] * 2}


def counted(row: SpecRow | None, said: dict[str, Any]) -> dict[str, Any]:
    """What the row asks for beside the value, where nothing is said of it: every well alike, every determination alike."""
    kind = said.get("kind", "number")
    if row is None or kind == "invalid":
        return said
    if row.repeat and "wells_positive" not in said:
        return {**said, "wells_positive": 0 if kind == "not_detected" else row.replicates}
    if kind == "number" and calculation_of(row) is not None and "inputs" not in said:
        lost = parse_number(said["value"]) if isinstance(said["value"], str) else said["value"]
        return {**said, "value": None, "inputs": {"untreated": parse_number("100"), "treated": Reading.of(100 - lost.amount)}}
    plan = by_determinations(row.replicate_plan)
    if plan is None or "replicates" in said:
        return said
    limit = said.get("lod") if kind == "not_detected" else said.get("loq")
    one = said.get("value") if kind == "number" else Reading.of(limit, "<") if limit is not None else None
    one = parse_number(one) if isinstance(one, str) else one
    kept = {} if kind == "number" else {"value": said.get("value")}
    return {**said, "value": None, **kept, "replicates": [one] * plan.count if one is not None else []}


def result(of: Lot, code: str, sample: Sample, run: AssayRun | None = None, by: str = "a.analyst", **said: Any) -> Result:
    row = SpecRow.objects.filter(version__lots__lot=of, code=code).first()
    return results.record_result(act(c.RECORD_RESULT, by), of.number, row=code, **found(sample, run, **counted(row, said)))


def correct(number: str, sample: Sample, run: AssayRun | None = None, by: str = "a.analyst", **said: Any) -> Result:
    row = Result.objects.select_related("row").get(number=number).row
    return results.correct_result(act(c.CORRECT_RESULT, by), number, **found(sample, run, **counted(row, said)))


def reviewed(number: str, by: str = "b.analyst") -> Result:
    """Reviewed; where the row asks for two readers, the second one saw the same."""
    one = Result.objects.select_related("row").get(number=number)
    if one.is_blind:
        readings.read_result(act(c.READ_RESULT, by), number, term=one.term)
    return results.review_result(act(c.REVIEW_RESULT, by), number)


def confirmed(number: str, by: str = "a.reviewer") -> OutOfSpecification:
    return oos.confirm_oos(act(c.CONFIRM_OOS, by), number, impact="No other lot is touched: the sample was this lot's alone.")


def all_pass(of: Lot, sample: Sample, *, only: str = "", but: tuple[str, ...] = ()) -> None:
    """Record and review a conforming result for every open row (of one category), except those named."""
    recorded: dict[str, AssayRun] = {}
    for row in open_rows(of):
        if row.code in but or (only and row.category != only):
            continue
        run = recorded.setdefault(row.method_key, run_of(row)) if row.controls and row.method_key not in recorded else recorded.get(row.method_key)
        if rule_of(row) is not None and run is not None:
            plan = by_determinations(row.replicate_plan)
            for one in (run, *(run_of(row) for _ in range(1, plan.count if plan else 1))):
                potency.record_potency(act(c.RECORD_POTENCY, "a.analyst"), one.number, sample=sample.number, readings=READINGS)
            reviewed(result(of, row.code, sample).number)
            continue
        reviewed(result(of, row.code, sample, run, **conforming(row)).number)




@contextmanager
def one_event(command: Command) -> Iterator[None]:
    """Exactly one event, of this command, is left."""
    before = Event.objects.count()
    yield
    left = list(Event.objects.order_by("seq")[before:])
    assert [event.verb for event in left] == [command.key]


@contextmanager
def refused(key: str, words: str = "") -> Iterator[None]:
    """The act is refused by this blocker, in a sentence that holds `words`, and nothing is left."""
    before = Event.objects.count(), Result.objects.count(), OutOfSpecification.objects.count()
    with pytest.raises(RuleBroken) as broken:
        yield
    assert key in [blocker.key for blocker in broken.value.blockers], broken.value.blockers
    assert words in str(broken.value)
    assert (Event.objects.count(), Result.objects.count(), OutOfSpecification.objects.count()) == before
