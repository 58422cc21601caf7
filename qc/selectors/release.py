"""What the laboratory has to say against the release of a lot. Missing data never passes."""

from batches.models import Lot
from evgmp.rules.blocker import Blocker
from qc.domain.roll_up import row_blocker
from qc.selectors.oos import open_blocker
from qc.selectors.roll_up import factor_blockers
from qc.selectors.sheets import Sheet, open_oos, sheet

__all__ = ["factor_blockers", "release_blockers"]


def release_blockers(lot: Lot, tested: Sheet | None = None) -> list[Blocker]:
    """Everything that stops the release of `lot` in the laboratory (LAB-11, LAB-24). Empty is the only pass."""
    tested = tested or sheet(lot)
    if tested.version is None:
        return [
            Blocker("no_specification", f"{lot} has no specification: the laboratory has received no sample of it. Receive a sample first.")
        ]
    found: list[Blocker] = []
    for line in tested.rows:
        if line.decides_release and not (line.passes and (not line.is_added or line.verdict == "pass")):
            found += line.reasons or (row_blocker(line.row.name, line.row.code, line.verdict, line.why),)
    found += [
        Blocker("reference_unreviewed", f"{line.row.name} ({line.row.code}): recorded but not reviewed. Another person reviews it.")
        for line in tested.applying
        if not line.decides_release and line.result is not None and line.result.status != "reviewed"
    ]
    if not any(line.decides_release for line in tested.rows):
        found.append(Blocker("no_release_test", f"No release test of {tested.version} applies to {lot}. Check the specification."))
    return found + [open_blocker(oos) for oos in open_oos(lot)]
