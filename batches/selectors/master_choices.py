"""What the author of a master may choose from: kinds, formulas, attributes, topics, roles, references."""

from collections.abc import Mapping
from typing import Any

from batches.domain import master_parts as parts
from batches.domain.master_attributes import FILLS
from batches.domain.master_editing import Path
from batches.models import MasterParameter, MasterRecord, MasterStep, MasterVersion
from batches.selectors.master_check import roles_that_do
from evgmp.people.commands import TOPICS
from evgmp.rules.calculation import BOOK

Choice = tuple[str, str]
PARAMETER_WORDS = {"number": "Number", "text": "Text", "choice": "Choice", "instant": "Date and time", "calculated": "Calculated"}


def choices_for(master: parts.MasterFile, path: Path, shown: Mapping[str, Any]) -> dict[str, list[Choice]]:
    """Choices by field (`Part.field` or `field`). What the part holds already is always among them, even if it is a defect."""
    found: dict[str, list[Choice]] = {
        "StepFile.kind": list(parts.STEP_KINDS.items()),
        "ParameterFile.kind": [(kind, PARAMETER_WORDS.get(kind, kind)) for kind in parts.PARAMETER_KINDS],
        "stage": list(parts.STAGES.items()),
        "filtration": list(parts.FILTRATIONS.items()),
        "attachment": [(word, word) for word in parts.ATTACHMENTS if word],
        "training": list(TOPICS.items()),
        "performer": [(role.key, role.title) for role in roles_that_do()],
        "formula": [(key, f"{key}: {BOOK.latest(key).title}") for key in sorted(set(BOOK.keys()))],
        "fills": _attributes(master, path),
    }
    for name, offered in found.items():
        value = shown.get(name.rpartition(".")[2])
        if isinstance(value, str) and value and value not in dict(offered):
            offered.append((value, f"{value} (not known)"))
    return found


def _attributes(master: parts.MasterFile, path: Path) -> list[Choice]:
    """The typed attributes that a value of this step may fill, with their units."""
    step = next((s for s in master.steps if path and s.key == path[0]), None)
    tables = ["lot", master.stage, *(["filtration_stage"] if step is not None and step.filtration_position is not None else [])]
    return [(f"{t}.{n}", f"{t}.{n}" + (f", {a.unit}" if a.unit else "")) for t in tables for n, a in FILLS.get(t, {}).items()]


def choices_for_draft() -> tuple[list[Choice], list[Choice]]:
    """Versions a draft may begin from, the newest of each master; stages."""
    newest: dict[int, MasterVersion] = {}
    for version in MasterVersion.objects.select_related("master").order_by("master__code", "version"):
        newest[version.master_id] = version
    return [(v.number, f"{v.number}: {v.master.title}") for v in newest.values()], list(parts.STAGES.items())


def longest_texts() -> dict[str, int]:
    """How long a text may be, from the column it will stand in at the end."""
    found = {"MasterFile.product": 120, "MasterFile.batch_size": 120, "MasterFile.note": 10_000, "MasterFile.yield_unit": 40}
    for kind, model in (("MasterFile", MasterRecord), ("StepFile", MasterStep), ("ParameterFile", MasterParameter)):
        columns: Any = model._meta.concrete_fields
        found |= {f"{kind}.{column.name}": column.max_length for column in columns if getattr(column, "max_length", None)}
    return found
