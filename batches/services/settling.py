"""What the signature of a step settles about the things it used. Called by the command that signs, inside its recording."""

from datetime import datetime

from batches.models import Step
from batches.selectors.sheets import Sheet, step_name
from batches.selectors.uses import need_lines, uses_something
from batches.services.exceptions import open_exception
from evgmp.compliance.recording import Recording


def settle_uses(rec: Recording, sheet: Sheet, step: Step) -> None:
    """At the signature: what was used outside its tolerance, or went out of date while the step ran, opens an exception (EXE-15, EXE-17)."""
    if not uses_something(step):
        return
    known = set(step.exceptions.values_list("sentence", flat=True))
    for sentence in _findings(step, rec.at):
        said = f"{sheet.batch.lot.number} {step_name(step)[:60]}: {sentence}"
        if said not in known:
            open_exception(rec, lot=sheet.batch.lot, step=step, kind="material", sentence=said)


def _findings(step: Step, at: datetime) -> list[str]:
    return [line.outside for line in need_lines(step) if line.outside]
