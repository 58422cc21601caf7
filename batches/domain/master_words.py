"""What the fields of a master's parts are called for people, and how they belong together on a form. Knows no Django.

A field that is not named here is shown under its own name, in the last group: nothing the schema holds is left out.
"""

from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from typing import Any

# Field -> (label, help). `part.field` goes before `field`.
WORDS: dict[str, tuple[str, str]] = {
    "key": ("Key", "Small letters, digits and underscores; made from the title when left empty. References name it."),
    "code": ("Code", "Of the master record, for example MBR-TFF."),
    "title": ("Title", ""),
    "stage": ("Stage", "What kind of lot it makes."),
    "product": ("Product", "Its name."),
    "batch_size": ("Batch size", ""),
    "note": ("Special notes", "“None” where there are none."),
    "strength": ("Strength", "For example 1.0E+10 particles/mL; or that an intermediate has none."),
    "components": ("Components", "All that goes into one batch."),
    "ComponentFile.item": ("Component", "The code of the item, or its name."),
    "ComponentFile.tolerance_pct": ("Tolerance, %", ""),
    "theoretical_yield": ("Theoretical yield", "What one batch gives when nothing is lost."),
    "yield_unit": ("Unit of the yield", "That of the quantity made."),
    "yield_low_pct": ("Lowest yield, %", "Of the theoretical yield; below it the batch is investigated."),
    "yield_high_pct": ("Highest yield, %", "Above it the batch is investigated."),
    "containers": ("Containers", ""),
    "closures": ("Closures", ""),
    "labels": ("Labels", "Which label templates, and where their specimens are kept."),
    "sampling": ("Sampling and testing", "What is sampled and tested, when, by which procedure."),
    "specifications": ("Specifications", "Of what is made and tested in process. One on each line."),
    "precautions": ("Precautions", "For the product and for people. “None” where there are none."),
    "highest_passage": ("Highest passage", "Since the commitment. Beyond it no lot begins by this master."),
    "highest_pdl": ("Most population doublings", "Cumulative. What stands at it is not grown further."),
    "oldest_bank_days": ("Oldest bank, days", "Of an older bank no vial is withdrawn for it."),
    "section": ("Section", "Neighbouring steps of one section stand together."),
    "instructions": ("Instructions", "One on each line."),
    "kind": ("Kind", ""),
    "witness": ("A second person witnesses and signs", ""),
    "critical": ("Critical step", ""),
    "filtration": ("Kind of filtration", ""),
    "filtration_position": ("Number of the filtration", "All steps of one filtration have the same number: 1, 2, 3."),
    "training": ("Training", "Must be in date beside that of the command."),
    "performer": ("Performed by", "Empty: whoever may record."),
    "may_skip": ("“Not applicable” is allowed, with a reason", ""),
    "parallel": ("Any order within group", "Neighbouring steps that name the same group may be done in any order."),
    "condition": ("Only when", "A step whose condition does not hold is passed over."),
    "Condition.value": ("Earlier value", "As step.value, for example count.viability."),
    "Condition.choices": ("is one of", "One on each line."),
    "at_least": ("is at least", ""),
    "below": ("is below", ""),
    "times": ("Time limits", "Clocks that this step stops."),
    "since": ("Runs since", "A step, step.value (an instant) or @parent_made."),
    "minimum_min": ("Minimum, min", ""),
    "alert_min": ("Alert, min", ""),
    "maximum_min": ("Maximum, min", ""),
    "until": ("Stops at", "An instant of this step. Empty: when the step is signed."),
    "holds": ("Holds this step too: once the maximum is passed, QA decides before it begins", ""),
    "materials": ("Materials", "What this step adds."),
    "item": ("Item", ""),
    "quantity": ("Quantity", ""),
    "unit": ("Unit", ""),
    "tolerance_pct": ("Tolerance, %", "Empty: as much as is used."),
    "equipment": ("Equipment and rooms", "By their class."),
    "equipment_class": ("Class", "For example tff_skid or room_grade_b."),
    "monitoring": ("Environmental monitoring", "Kinds that must cover the use, for example settle_plates. One on each line."),
    "samples": ("Samples", "What this step draws."),
    "purpose": ("Purpose", ""),
    "attachment": ("Attachment or photo", ""),
    "label": ("Name", "As the operator reads it."),
    "decimals": ("Decimals", ""),
    "required": ("Must be recorded", ""),
    "choices": ("Choices", "One on each line."),
    "accepted": ("Accepted choices", "Any other opens an exception. One on each line."),
    "plausible_low": ("Plausible from", "Outside is refused as a slip."),
    "plausible_high": ("Plausible to", ""),
    "alert_low": ("Alert limit, low", "A value equal to a limit is inside it."),
    "alert_high": ("Alert limit, high", ""),
    "action_low": ("Action limit, low", "Outside opens an exception."),
    "action_high": ("Action limit, high", ""),
    "target": ("Target", "Shown, not judged."),
    "formula": ("Formula of the book", ""),
    "formula_version": ("Version of the formula", ""),
    "inputs": ("Inputs of the formula", "One on each line: argument = value. `p_feed` of this step, `setup.area` of an earlier one, "
               "`*log.tmp` all rows of a log, `@parent_cpdl` from the genealogy; several with commas."),
    "fills": ("Fills the attribute", "What the lot keeps of it."),
    "source": ("Source", "Where the limit or instruction comes from."),
    "gate": ("Gate: outside its limits nothing goes on until QA decided", ""),
}  # fmt: skip

GROUPS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "MasterFile": [
        ("", ("code", "title", "stage", "product", "strength", "batch_size", "note", "precautions")),
        ("Theoretical yield", ("theoretical_yield", "yield_unit", "yield_low_pct", "yield_high_pct")),
        ("Containers, closures and labels", ("containers", "closures", "labels")),
        ("Sampling and specifications", ("sampling", "specifications")),
        ("Limits of the cells", ("highest_passage", "highest_pdl", "oldest_bank_days")),
    ],
    "StepFile": [
        ("", ("title", "kind", "section", "instructions", "key")),
        ("Who", ("critical", "witness", "may_skip", "performer", "training")),
        ("Attachments and filtration", ("attachment", "filtration", "filtration_position")),
        ("Order and condition", ("parallel", "condition")),
    ],
    "ParameterFile": [
        ("", ("label", "kind", "unit", "decimals", "required", "key")),
        ("Limits", ("plausible_low", "plausible_high", "alert_low", "alert_high", "action_low", "action_high", "target", "gate")),
        ("Choices", ("choices", "accepted")),
        ("Calculation", ("formula", "formula_version", "inputs")),
        ("Use", ("fills", "source")),
    ],
}


def words_of(part: str, field: str) -> tuple[str, str]:
    """Label and help of a field of a part."""
    return WORDS.get(f"{part}.{field}") or WORDS.get(field) or (field.replace("_", " ").capitalize(), "")


def groups_of(part: type[Any], leave_out: Iterable[str] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """Every field of a part in its group, in the order of the form. Groups of rows (times, materials ...) stand alone, last."""
    out = set(leave_out)
    named = [(title, tuple(n for n in names if n not in out)) for title, names in GROUPS.get(part.__name__, [])]
    placed = {name for _, names in named for name in names}
    rest = [f.name for f in fields(part) if f.name not in placed | out]
    return [*named, *((words_of(part.__name__, name)[0], (name,)) for name in rest)]


def in_words(value: Any) -> str:
    """A field as people read it: figures keep their digits, lists are joined, parts name what they hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return " / ".join(map(in_words, value))
    if hasattr(value, "items"):
        return ", ".join(f"{name} = {in_words(part)}" for name, part in value.items())
    if hasattr(value, "__dataclass_fields__"):
        part = type(value).__name__
        said = ((words_of(part, f.name)[0].lower(), getattr(value, f.name)) for f in fields(value) if f.name != "key")
        held = ", ".join(f"{label} {in_words(inner)}" for label, inner in said if inner not in (None, "", (), False))
        return f"{value.key}: {held}" if hasattr(value, "key") else held
    return str(value) if not isinstance(value, Decimal) else f"{value}"
