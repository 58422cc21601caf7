"""Defects in what a step of a master uses: materials, equipment, the room it clears, samples (MST-09, EXE-12, EXE-13, EXE-16, EXE-17). Knows no Django."""

from collections import Counter
from collections.abc import Iterable, Iterator

from batches.domain.environment import monitoring
from batches.domain.equipment import CLASSES
from batches.domain.master_parts import MaterialNeed, StepFile

# Steps that decide something; QA or the data close them.
NOTHING_USED = ("hold_point", "branch")


def use_defects(step: StepFile) -> Iterator[str]:
    """Every defect of the things this step uses, as sentences."""
    if step.kind == "material" and not step.materials:
        yield "A material addition names no material. Add [[step.material]], or make it an entry step."
    if step.materials and not step.witness:
        yield "What is added is verified by a second person. Set witness to true."
    if step.kind == "equipment" and not step.equipment:
        yield "An equipment use names no equipment. Add [[step.equipment]], or make it an entry step."
    if step.kind == "clearance":
        yield from _clearance(step)
    if step.kind == "sampling" and not step.samples:
        yield "A sampling step draws no sample. Add [[step.sample]], or make it an entry step."
    if step.kind in NOTHING_USED and (step.materials or step.equipment or step.samples or step.attachment):
        yield "Nothing is used, drawn or attached in a step that decides. Name it in the step before."
    for sample in step.samples:
        if not sample.purpose or not sample.unit or sample.quantity <= 0:
            yield f"Sample {sample.key}: A sample needs its purpose, a quantity above zero and a unit. Add what is absent."
    yield from _twice([need.key for need in step.materials] + [need.key for need in step.equipment] + [need.key for need in step.samples])
    for part in step.equipment:
        if part.equipment_class not in CLASSES:
            yield f"Equipment {part.key}: The class “{part.equipment_class}” is not known. Use one of: {', '.join(CLASSES)}."
        for kind in part.monitoring:
            if kind not in monitoring().limits.get(part.equipment_class, {}):
                known = ", ".join(monitoring().limits.get(part.equipment_class, {})) or "none"
                yield f"Equipment {part.key}: “{kind}” has no limit for this class. Use one of: {known}."
    for need in step.materials:
        for sentence in _material(need):
            yield f"Material {need.key}: {sentence}"


def _clearance(step: StepFile) -> Iterator[str]:
    rooms = [need for need in step.equipment if need.equipment_class in CLASSES and CLASSES[need.equipment_class].is_room]
    if len(rooms) != 1 or not rooms[0].required:
        yield "A line clearance clears one room. Name it in one [[step.equipment]] that is required."
    if not step.witness:
        yield "A line clearance is done by two persons. Set witness to true."
    if not any(parameter.kind == "choice" and parameter.required for parameter in step.parameters):
        yield "A line clearance without a checklist checks nothing. Ask for each point as a required choice."
    if step.may_skip or step.condition is not None or step.parallel:
        yield "A line clearance is always done, in its turn. Remove may_skip, condition and parallel."


def _material(need: MaterialNeed) -> Iterator[str]:
    if not need.item:
        yield "The item is absent. Add its code."
    if not need.unit:
        yield "The unit is absent. Add the unit of the item."
    if need.quantity is not None and need.quantity <= 0:
        yield "The quantity must be more than zero. Correct it, or leave it out where as much as is used is added."
    if need.quantity is not None and need.tolerance_pct is None:
        yield "A quantity needs its tolerance in percent, so that it can be judged. Add it."
    if need.tolerance_pct is not None and (need.quantity is None or not 0 <= need.tolerance_pct < 100):
        yield "A tolerance is 0 or more and below 100 percent, and needs a quantity. Correct it."


def _twice(keys: Iterable[str]) -> Iterator[str]:
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"The key {key} of what is used appears {times} times. Give each its own."
