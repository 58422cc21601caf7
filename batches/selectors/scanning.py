"""What a scanned or typed code is: resolved by the server, whatever the page believes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from batches.domain.materials import container_of, plain_code
from batches.selectors.equipment import unit_of
from batches.selectors.lots import lot_of
from batches.selectors.materials import material_of
from batches.selectors.samples import sample_of
from batches.selectors.vials import vial_of
from evgmp.rules.blocker import RuleBroken, refuse


@dataclass(frozen=True)
class Found:
    """kind: material, equipment or other. what: the item or class it is of. sentence: how a refusal names it."""

    kind: str
    record: Any
    what: str
    sentence: str
    container: int | None = None


def found_by(text: str) -> Found:
    """The thing that carries this code. Raises RuleBroken for a code that nothing here carries."""
    code = plain_code(text)
    for find in (_material, _equipment, _other):
        if found := find(code):
            return found
    raise _unknown(text)


def _unknown(text: str) -> RuleBroken:
    return refuse(
        "unknown_code", f"Nothing here carries the code “{text.strip()[:60]}”. Scan again, or type the code under the barcode.", "code"
    )


def _first(find: Callable[[str], Any], code: str) -> Any:
    try:
        return find(code)
    except (ObjectDoesNotExist, ValueError):
        return None


def _material(code: str) -> Found | None:
    lot = _first(material_of, code)
    if lot is None:
        return None
    named = container_of(code)
    return Found("material", lot, lot.item.code, f"{code} is {lot.item.name} ({lot.item.code})", named[1] if named else None)


def _equipment(code: str) -> Found | None:
    unit = _first(unit_of, code)
    return Found("equipment", unit, unit.equipment_class, f"{code} is {unit.name} ({unit.kind.title})") if unit is not None else None


def _other(code: str) -> Found | None:
    """Product lots, vials and samples have their own commands; scanned into a step they are the wrong thing."""
    for find, word in ((lot_of, "a lot"), (vial_of, "a vial"), (sample_of, "a sample")):
        if record := _first(find, code):
            return Found("other", record, "", f"{code} is {word} of this plant")
    return None
