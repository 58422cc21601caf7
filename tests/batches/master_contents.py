"""What a master holds beside its steps, for the short masters of tests: completed, so that a text can be about its steps only."""

import re

from batches.domain.master_file import DataFileError, MasterFile, read_master

# As a form of the head takes it.
TYPED = {
    "strength": "Intermediate: none", "theoretical_yield": "600", "yield_unit": "mL", "yield_low_pct": "50", "yield_high_pct": "150",
    "containers": "Bag, sterile", "closures": "Sterile connector", "labels": "Label template bag", "sampling": "As the steps say",
    "specifications": "In-process limits of the steps", "note": "None", "precautions": "None",
}  # fmt: skip
ROW = {"item": "Feed", "quantity": "1000", "unit": "mL", "tolerance_pct": "10"}


def complete(text: str) -> str:
    """The text with every element that it lacks. A text that is complete, or no master at all, comes back as it is."""
    try:
        master = read_master(text)
    except DataFileError:
        return text
    if master.theoretical_yield is not None:
        return text
    said = {name: words for name, words in TYPED.items() if not getattr(master, name)} | {"yield_unit": unit_made(master)}
    lines = [f'{name} = ["{words}"]' if name == "specifications" else f'{name} = "{words}"' for name, words in said.items()]
    items = {need.item: need.unit for step in master.steps for need in step.materials} or {ROW["item"]: ROW["unit"]}
    for place, (item, unit) in enumerate(items.items(), 1):
        row = {**ROW, "item": item, "unit": unit}
        lines += ["", "[[component]]", f'key = "component_{place}"', *(f'{name} = "{words}"' for name, words in row.items())]
    return re.sub(r"(?=^\[\[step\]\])", lambda _: "\n".join(lines) + "\n\n", text, count=1, flags=re.MULTILINE)


def unit_made(master: MasterFile) -> str:
    """The unit of the quantity made; mL where no value fills it."""
    return next((p.unit for step in master.steps for p in step.parameters if p.fills == "lot.quantity_made"), "mL")
