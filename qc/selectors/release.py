"""What the laboratory has to say against the release of a lot. Missing data never passes."""

from typing import Any

from batches.models import Lot
from batches.selectors.genealogy import inherited, producing_cultures
from evgmp.rules.blocker import Blocker
from qc.domain.applicability import FACTOR_ABSENCE
from qc.selectors.sheets import Sheet, SheetRow, open_oos, sheet

WHAT_TO_DO = {
    "pending": ("result_missing", "No result yet. Test it, record the result and have it reviewed."),
    "awaiting_review": ("result_unreviewed", "Waits for the review by a second person."),
    "cannot_conclude": ("result_no_verdict", ""),
    "oos": ("result_oos", ""),
    "reported": ("result_no_verdict", ""),
}


def release_blockers(lot: Lot, tested: Sheet | None = None) -> list[Blocker]:
    """Everything that stops the release of `lot` in the laboratory (LAB-11, LAB-24). Empty is the only pass."""
    tested = tested or sheet(lot)
    if tested.version is None:
        return [
            Blocker("no_specification", f"{lot} has no specification: the laboratory has received no sample of it. Receive a sample first.")
        ]
    found = [_row_blocker(line, "") for line in tested.rows if line.decides_release and not line.passes]
    found += [
        Blocker("reference_unreviewed", f"{line.row.name} ({line.row.code}): recorded but not reviewed. Another person reviews it.")
        for line in tested.applying
        if not line.decides_release and line.result is not None and line.result.status != "reviewed"
    ]
    if not any(line.decides_release for line in tested.rows):
        found.append(Blocker("no_release_test", f"No release test of {tested.version} applies to {lot}. Check the specification."))
    found += [
        Blocker("oos_open", f"{oos} is open: {oos.result.row.name}. QA decides on it before anything else.") for oos in open_oos(lot)
    ]
    return found


def _row_blocker(line: SheetRow, where: str) -> Blocker:
    key, sentence = WHAT_TO_DO[line.verdict]
    return Blocker(key, f"{where}{line.row.name} ({line.row.code}): {sentence or line.why}")


def factor_blockers(ev_lot: Lot) -> list[Blocker]:
    """Absence of reprogramming factors in every producing culture that went into the pool, and in the EV cargo itself."""
    cultures = producing_cultures(ev_lot)
    if not cultures:
        return [Blocker("no_producing_culture", f"No producing culture leads to {ev_lot}, so nothing shows that it is free of reprogramming factors.")]
    found = []
    for culture in cultures:
        found += _factor_blockers(culture, "imsc_eop", f"Culture {culture}")
    return found + _factor_blockers(ev_lot, "ev_ds", f"EV cargo of {ev_lot}")


def _factor_blockers(lot: Lot, stage: str, name: str) -> list[Blocker]:
    tested = sheet(lot)
    if tested.version is None or tested.version.spec.stage != stage:
        return [
            Blocker("factor_untested", f"{name}: not tested for reprogramming factors. Receive a sample of {lot} and test it against its specification.")
        ]
    lines = [line for line in tested.applying if line.row.category == FACTOR_ABSENCE]
    found = [_row_blocker(line, f"{name}: ") for line in lines if line.decides_release and not line.passes]
    contents: list[Any] = list(inherited(lot).vector_contents)
    if not contents:
        found.append(Blocker("vector_contents_unknown", f"{name}: the vector contents of its line are not recorded. Record them."))
    proved = {item for line in lines if line.decides_release and line.passes for item in line.row.covers}
    named = {item for line in lines if line.decides_release for item in line.row.covers}
    found += [
        Blocker("vector_item_unproved", f"{name}: the line carried {item}, and no test of {tested.version} proves its absence. Add the test.")
        for item in contents
        if item not in proved and item not in named
    ]
    return found
