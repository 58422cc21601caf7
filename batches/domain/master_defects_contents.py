"""What a master has to hold before it is approved, and this one lacks: one sentence an element (MST-03). Knows no Django.

Source: 21 CFR 211.186(b)(1) to (9); EU GMP part I, 4.17 and 4.18. Asked at approval only: a version that was approved before the
elements were asked for stays effective and readable, its next version has to hold them all.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from batches.domain.master_parts import ComponentFile, MasterFile

# Field -> the sentence where it is empty.
TEXTS: dict[str, str] = {
    "product": "The name of the product is absent. Add it.",
    "strength": "The strength is absent. State it, or that an intermediate has none.",
    "batch_size": "The batch size is absent. Add it.",
    "containers": "The containers are absent. Describe them.",
    "closures": "The closures are absent. Describe them.",
    "labels": "The labels are absent. Name each label, or state that there is none.",
    "sampling": "Sampling and testing are absent. State what is sampled and tested, when and by which procedure.",
    "note": "The special notes are absent. Write them, or “None”.",
    "precautions": "The precautions are absent. Write them, or “None”.",
}


def content_defects(master: MasterFile) -> list[str]:
    """Every element that is absent or can't be meant. Empty when the master holds all of them."""
    found = [sentence for field, sentence in TEXTS.items() if not getattr(master, field)]
    if not any(master.specifications):
        found.append("The specifications are absent. Name each, of what is made and of what is tested in process.")
    for step in master.steps:
        if not any(step.instructions):
            found.append(f"Step {step.key}: The instruction is absent. Add it.")
    return [*found, *_yield(master), *_components(master), *_limits_of_cells(master)]


def _yield(master: MasterFile) -> Iterator[str]:
    if master.theoretical_yield is None:
        yield "The theoretical yield is absent. State what one batch gives when nothing is lost."
    elif master.theoretical_yield <= 0:
        yield "The theoretical yield must be more than zero. Correct it."
    made = next((p.unit for step in master.steps for p in step.parameters if p.fills == "lot.quantity_made"), "")
    if not master.yield_unit:
        yield "The unit of the theoretical yield is absent. Add it."
    elif made and master.yield_unit != made:
        yield f"The theoretical yield is in {master.yield_unit}, the quantity made in {made}. Use {made}."
    low, high = master.yield_low_pct, master.yield_high_pct
    if low is None:
        yield "The lowest percentage of the theoretical yield is absent. Add it."
    if high is None:
        yield "The highest percentage of the theoretical yield is absent. Add it."
    if low is not None and high is not None and not 0 <= low < high:
        yield f"The percentages of the theoretical yield contradict each other ({low}, {high}). The lowest is 0 or more and below the highest."


def _limits_of_cells(master: MasterFile) -> Iterator[str]:
    """A limit below what any culture has refuses every lot: a slip. Whether a master needs one is for its author to say."""
    if master.highest_passage is not None and master.highest_passage < 1:
        yield "The highest passage must be 1 or more. Correct it, or leave it out where the master grows no cells."
    if master.highest_pdl is not None and master.highest_pdl <= 0:
        yield "The most population doublings must be more than zero. Correct it, or leave it out where the master grows no cells."
    if master.oldest_bank_days is not None and master.oldest_bank_days < 1:
        yield "The oldest bank must be 1 day or more. Correct it, or leave it out where the master thaws no vial."


def _components(master: MasterFile) -> Iterator[str]:
    if not master.components:
        yield "The list of components is absent. Name each with quantity, unit and tolerance."
        return
    for component in master.components:
        yield from (f"Component {component.item or component.key}: {sentence}" for sentence in _component(component))
    for item, times in Counter(component.item for component in master.components if component.item).items():
        if times > 1:
            yield f"Component {item}: It is listed {times} times. Keep one line with the whole quantity."
    units = {component.item: component.unit for component in master.components}
    for step in master.steps:
        for need in step.materials:
            if need.item not in units:
                yield f"Step {step.key}: It adds {need.item}, which the list of components lacks. Add it there."
            elif units[need.item] and units[need.item] != need.unit:
                yield f"Step {step.key}: It adds {need.item} in {need.unit}, the list of components has {units[need.item]}. Use one unit."


def _component(component: ComponentFile) -> Iterator[str]:
    if not component.item:
        yield "The item is absent. Add its code or name."
    if component.quantity is None or component.quantity <= 0:
        yield "The quantity is absent or not more than zero. State how much goes into one batch."
    if not component.unit:
        yield "The unit is absent. Add it."
    if component.tolerance_pct is None or not Decimal(0) <= component.tolerance_pct < 100:
        yield "The tolerance is absent or not from 0 to below 100 percent. State it."
