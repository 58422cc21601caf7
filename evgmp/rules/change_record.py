"""The change record of a version: master, specification, label template, roles and formulas (MST-07).

Its reason is the reason of the act that authored the version, its effective date the instant of the approval; the parts below say what
the version means for others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from evgmp.rules.blocker import Blocker, refuse
from evgmp.rules.lifecycle import Facts

# The parts of a change record beside its reason, and what people call them.
CHANGE_PARTS = {"impact": "impact", "affected_batches": "affected batches", "training_needed": "training needed"}


@dataclass(frozen=True)
class Change:
    """What a version means for others, as typed."""

    impact: str
    affected_batches: str
    training_needed: str

    def said(self) -> dict[str, str]:
        """Each part without the blanks around it. Refused while one of them says nothing."""
        parts = {name: str(getattr(self, name)).strip() for name in CHANGE_PARTS}
        if missing := missing_parts(parts):
            raise refuse("change_record_missing", f"The change record lacks: {', '.join(missing)}. Write what holds, or “None” and why.")
        return parts


def missing_parts(parts: Mapping[str, str]) -> list[str]:
    """What people call the parts that are empty."""
    return [words for name, words in CHANGE_PARTS.items() if not parts[name].strip()]


def change_recorded(facts: Facts) -> Blocker | None:
    """No version without its change record. Fact: change_record_missing, the names of its empty parts. Only a version that an
    earlier release of the software wrote can lack one."""
    if missing := facts["change_record_missing"]:
        return Blocker("change_record_missing", f"The change record lacks: {', '.join(missing)}. Author it again with a complete change record.")
    return None


def software_adopted(facts: Facts) -> Blocker | None:
    """Nothing is approved by roles and formulas that QA has not adopted. Fact: not_adopted, a sentence; empty when it has."""
    return Blocker("not_adopted", facts["not_adopted"]) if facts["not_adopted"] else None
