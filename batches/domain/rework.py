"""When a made lot may be processed again: under an approved procedure, authorised by QA, with tests added (EXE-23). Knows no Django.

Source: 21 CFR 211.115; EU GMP part I, 5.65 to 5.67.
"""

from evgmp.rules.blocker import Blocker

# Stages of which a lot may go into another lot of the same stage. Cells are passaged, media are collected anew.
REWORKABLE = ("isolation_run", "ev_lot")
KINDS = {"reprocessing": "Reprocessing: a step of the process once more", "rework": "Rework: by another process"}
# The edge of the genealogy.
REWORK = "rework"
STATES = {"requested": "asked for", "authorised": "authorised by QA", "refused": "refused by QA", "begun": "begun"}


def rework_blocker(lot: str, procedure: str, authorised_for: str) -> Blocker | None:
    """Why this lot may not be taken into another of its stage made by `procedure`. authorised_for: the procedure that QA authorised for
    it and that has not begun; empty without one."""
    advice = "Production asks for it with procedure, reason and added tests, and QA authorises it first."
    if not authorised_for:
        return Blocker("rework_not_authorised", f"{lot} is made already, and no reprocessing or rework of it is authorised. {advice}", "parent")
    if authorised_for != procedure:
        return Blocker("rework_by_other_procedure", f"QA authorised {lot} to be processed again by {authorised_for}, not by {procedure}. {advice}", "parent")
    return None
