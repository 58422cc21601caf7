"""Hand-made frozen content of an executed batch record, for tests that need a paper and no batch."""

import json
from dataclasses import asdict, replace
from typing import Any

from batches.documents import course_parts as course
from batches.documents import record_parts as parts
from batches.documents.label_parts import LabelLine
from evgmp.compliance.canonical import canonical
from tests.documents.samples import paper_data

AT = "2026-10-22T17:52:48+02:00"


def signature(statement: str, name: str, withdrawn: str = "") -> course.SignatureLine:
    return course.SignatureLine(statement, name, "Operator", name.replace(" ", "").casefold(), AT, withdrawn)


SETUP = parts.StepPart(
    number=1, section="Preparation", title="Set up the membrane", is_critical=True,
    instructions=("Flush the membrane with 2 L of buffer.", "Test its integrity."), status="Signed", started=AT, ended=AT,
    lines=(
        parts.ValueLine("Membrane area", "0.100 to 0.200 m2", parts.Cell("0.115 m2", "In limit"), "A. Operator", AT),
        parts.ValueLine("Integrity before use", "pass", parts.Cell("pass", "Accepted"), "A. Operator", AT),
        parts.ValueLine("Remark", "", parts.Cell(""), "", ""),
    ),
    logs=(), exceptions=(),
    signatures=(signature("I performed this", "A. Operator"), signature("I watched this and checked the values", "B. Operator")),
)  # fmt: skip
LOG = parts.StepPart(
    number=2, section="Filtration", title="Pressure log", is_critical=False, instructions=("Read all gauges.",),
    status="Signed", started=AT, ended=AT, lines=(), exceptions=("EXC-2026-011",),
    logs=(
        parts.LogTable(
            (parts.Column("Feed pressure, bar", ""), parts.Column("TMP, bar", "0.20 to 0.40 bar")),
            (
                parts.LogRow(1, "A. Operator", AT, (
                    parts.Cell("0.78 bar", old=("0.87 bar",), marks=("c1",)),
                    parts.Cell("0.43 bar", "Above limit", True, exception="EXC-2026-011"),
                )),
                parts.LogRow(2, "B. Operator", AT, (parts.Cell("0.55 bar", marks=("L1",), is_late=True), "0.30 bar"), after="36 h 5 min after the row before"),
            ),
        ),
    ),
    signatures=(
        signature("I performed this", "A. Operator", "A. Operator: Entry corrected, 2026-10-22 15:52 UTC."),
        signature("I performed this", "A. Operator"),
    ),
)  # fmt: skip
LEFT_OUT = parts.StepPart(
    number=3, section="Filtration", title="Wash the membrane", is_critical=False, instructions=("Wash with 1 L of buffer.",), status="Not applicable",
    started="", ended=AT, lines=(), logs=(), exceptions=(), signatures=(signature("I performed this", "A. Operator"),),
    remark="Not applicable in this batch. Reason: Single-use membrane, discarded", unsigned=("I watched this and checked the values",),
)  # fmt: skip
HOLD_POINT = parts.StepPart(
    number=4, section="Filtration", title="QC agrees to go on", is_critical=True, instructions=("Wait for the counts.",), status="Signed", started=AT,
    ended=AT, lines=(), logs=(), exceptions=(), signatures=(signature("I approve this", "A. Analyst"),),
    remark="Decision at the hold point: Counts as expected",
)  # fmt: skip
SPECIMEN = course.Specimen(
    "LBL-2026-0001", "LBL-BAG-V2", 60, 30,
    (LabelLine("product", "", "iMSC-EV bulk"), LabelLine("status", "", "QUARANTINE"), LabelLine("lot", "Lot", "TFF-2026-018"),
     LabelLine("storage", "Store at", "2 to 8 °C"), LabelLine("manufacturer", "", "Sample Manufacturing Site")),
    ("For further manufacture.",), "(01)09506000134352(10)TFF-2026-018(21)0001K",
)  # fmt: skip

RECORD = parts.ExecutedRecord(
    batch="BR-TFF-2026-018", lot="TFF-2026-018", product="iMSC-EV bulk", stage="TFF isolation run", status="Reviewed by production",
    is_finished=True, disposition="Quarantine", master="MBR-TFF-V3", master_title="Isolation by TFF", master_effective=AT,
    batch_size="8 L conditioned medium", issued=AT, started=AT, completed=AT,
    facts=(parts.Fact("Quantity made", "156.0 mL"), parts.Fact("Mass balance of particles", "74.6 %")),
    origin=(parts.Fact("Donor", "DONOR-0007"), parts.Fact("Donor eligibility", "Eligible"), parts.Fact("Passage number", "3")),
    inputs=(parts.InputLine("CM-2026-021", "Conditioned-media lot", "CM-2026-021-B01", "3900.0 mL", AT, "BR-CM-2026-021"),),
    exceptions=(
        parts.ExceptionLine("EXC-2026-011", "Step 2", "TMP 0.43 bar is above its limit 0.40 bar", AT, "Closed", "No impact",
                            "The filter was not harmed.", "A. Reviewer", AT, "Minor deviation"),
        parts.ExceptionLine("EXC-2026-012", "", "A bag was found open", AT, "Open", "", "", "", ""),
    ),
    values_counted=4, values_changed=1,
    changes="1 value was changed after first entry (4 values compared). Each earlier value stands struck through beside the new one.",
    steps=(SETUP, LOG, LEFT_OUT, HOLD_POINT),
    corrections=(
        parts.CorrectionLine("c1", "Step 2, row 1, Feed pressure", "0.87 bar", "0.78 bar", "Digits swapped when read.", "A. Operator", AT,
                             (signature("I performed this", "C. Operator"),)),
    ),
    filtrations=(("Ultrafiltration", "100 kDa, 0.115 m²", "7790.0 mL", "400.0 mL", "19.5", "", "0.351 bar", "52.7 LMH", "81.1 %", "pass / pass"),),
    samples=(parts.SampleLine("SMP-2026-412", "in process", "1.0 mL", "cryotube", "A. Operator", AT, "Drawn"),),
    decisions=(parts.DecisionLine("On hold", "A. Reviewer", AT, "Waits for the integrity report"),),
    signatures=(signature("I reviewed this: Batch record reviewed by production", "A. Supervisor"),),
    people=(parts.PersonLine("A. Operator", "AO", "a.operator", "Operator", "performed 2"),),
    not_kept=("Environmental monitoring of the rooms",),
    late=(course.LateLine("L1", "Step 2, row 2", "Feed pressure 0.55 bar", AT, AT, "The terminal was in use", "B. Operator",
                          (signature("I performed this", "B. Operator"), signature("I watched this and checked the values", "A. Operator"))),),
    left_out=(
        course.DecidedStep("Step 3, Wash the membrane", "Not applicable", "Single-use membrane, discarded", (signature("I performed this", "A. Operator"),)),
    ),
    hold_points=(
        course.DecidedStep("Step 4, QC agrees to go on", "The batch goes on", "Counts as expected", (signature("I approve this", "A. Analyst"),)),
        course.DecidedStep("Step 9, QA looks at the film", "Not decided", "", ()),
    ),
    interruptions=(course.InterruptionLine("Batch handed over from A. Operator to B. Operator, at step 2", AT, "End of the shift, pump runs",
                                           (signature("I performed this", "A. Operator"),)),),
    clocks=(course.ClockLine("Hold of the medium", "at most 24 h", ((AT, AT),), "25 h 10 min", "Passed", True),
            course.ClockLine("Filtration", "at least 10 min, at most 8 h", ((AT, AT), (AT, "")), "", "Not stopped", False)),
    excursions=(course.ExcursionLine("EQ-LN2-01", AT, AT, "−138.5 °C", "−130 °C", False, "TM-114: lid open", "B. Operator", AT),
                course.ExcursionLine("FRZ-02", AT, AT, "−61 °C", "−70 °C", True, "TM-115: door left open", "B. Operator", AT)),
    materials=(course.MaterialLine("MAT-0077", "Culture medium", "ML-2026-0001-C01", "Sample Media, lot M-2291", "None", "100 mL", "2098-05-31", AT, "1, 2"),),
    units=(course.UnitLine("ROOM-C2", "Culture room", "Room, grade C", True, "", AT, AT, AT, "1",
                           ("Previous lot: TFF-2026-017. Cleared by A. Operator, checked by B. Operator",)),
           course.UnitLine("EQ-TFF-01", "TFF skid 1", "TFF skid", False, AT, AT, AT, AT, "1, 2", ())),
    labels=(
        course.LabelPrint("LBL-2026-0001", "LBL-BAG-V2", "Bag or bottle of an intermediate", "4, No. 1 to 4", "", "2", "1", "0", "0", "0", "1",
                          "A. Operator", AT, (signature("I performed this", "A. Operator"),)),
        course.LabelPrint("LBL-2026-0002", "LBL-BAG-V2", "Bag or bottle of an intermediate", "1, No. 2", "Print 2 of LBL-2026-0001: The first was torn",
                          "", "", "", "", "", "", "A. Operator", AT, ()),
    ),
    specimens=(SPECIMEN,), codes=(SPECIMEN.code,),
    environment=(
        course.MonitoringLine("EM-2026-0003", "Settle plates", "ROOM-C2, P3", AT, AT, "51 CFU/4 h", "at most 50 CFU/4 h", "Outside limit", True,
                              "A. Analyst, read by B. Analyst", "A. Labhead, 2026-10-23"),
        course.MonitoringLine("", "Pressure above the next room", "ROOM-C2, step 1", "", "", "", "", "Not monitored", True, "", ""),
    ),
    alarms=(
        course.AlarmLine("TMP 0.43 bar is above its limit 0.40 bar", "EXC-2026-011", AT, "Pump slowed, supervisor told",
                         (signature("I performed this", "A. Operator"),)),
        course.AlarmLine("TMP 0.39 bar is near its limit: alert 0.22 to 0.38 bar", "", AT, "", ()),
    ),
)  # fmt: skip


def record_data(content: parts.ExecutedRecord = RECORD, **changes: Any) -> str:
    """The frozen data of an executed record as `prepare` writes them."""
    data = json.loads(paper_data("executed_record", "EBR-TFF-2026-018", "Executed batch record", content, as_of_event=4711))
    del data["recording"]
    return canonical({**data, **changes})


def written_over(value: Any, text: str) -> Any:
    """The content as plain data with `text` in the place of every text but instants, the marks c1, c2 … and the symbols of labels."""
    if isinstance(value, str):
        return value if value in ("", AT) else text
    if isinstance(value, dict):
        return {key: inner if key in ("mark", "codes") else written_over(inner, text) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [written_over(inner, text) for inner in value]
    return value


def hostile_data(text: str) -> str:
    data = json.loads(record_data())
    return canonical({**data, "content": written_over(asdict(RECORD), text)})


__all__ = ["AT", "LOG", "RECORD", "SETUP", "hostile_data", "record_data", "replace", "signature"]
