"""How criteria and results are worded on paper: numbers with real superscripts and no-break spaces, never a bare zero for “not detected”."""

import re
from collections.abc import Sequence
from decimal import Decimal

from batches.domain.entry_rules import shown_amount
from evgmp.web.components import NBSP, number_text, value_text
from qc.domain.dose import per_dose
from qc.domain.lifecycle import HIDDEN_UNTIL_READ
from qc.models import OosRetest, PotencyAssay, Result, SpecRow

# Categories whose amounts burden the patient by the dose.
RESIDUES = ("purity", "safety")
_POWER = re.compile(r"\b10\^(-?[0-9]+)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MICRO = re.compile(r"\bu([gLlm])(?![A-Za-z])")


def criterion(row: SpecRow) -> str:
    """The acceptance criterion with its unit, from the limits as they were approved."""
    words = _limits(row) or capital("; ".join(row.accepted)) or {"absent": "Absent", "present": "Present"}.get(row.expected, "Report")
    return f"{words} ({sensitivity})" if (sensitivity := _sensitivity(row)) else words


def result(found: Result | OosRetest) -> str:
    """The result in its reporting precision with unit and qualifier."""
    if isinstance(found, Result) and found.is_blind:
        return HIDDEN_UNTIL_READ
    if found.kind == "not_detected":
        return f"Not detected (LOD{NBSP}{value_text(found.lod, unit_text(found.lod_unit))})" if found.lod is not None else "Not detected"
    if found.kind == "below_loq":
        return (
            f"<{NBSP}{value_text(found.loq, unit_text(found.unit or found.lod_unit))}"
            if found.loq is not None
            else "Detected, below the LOQ"
        )
    if found.kind == "term":
        return capital(found.term)
    if found.kind == "invalid":
        return "Invalid"
    # A calculated value may have sixty digits: it is printed as it is shown, and judged exactly.
    shown = found.rounded or (found.amount if found.amount is not None and not (found.replicates or found.inputs) else found.text)
    number = f"{found.qualifier}{NBSP}{number_text(shown)}" if found.qualifier else number_text(shown)
    return f"{number}{_unit(found.unit)}"


def reason(found: Result) -> str:
    """Why a result was entered anew. As long as a second reader has still to judge it, the reason would tell what was seen."""
    return HIDDEN_UNTIL_READ if found.reason and found.is_blind else found.reason


def readers(found: Result) -> str:
    """What each of two readers saw, with both names; empty for a result of one reader, and while the second has not signed."""
    if (read := found.second_reading) is None:
        return ""
    seen = f"First reader {found.analyst} ({found.analyst_id}): {found.term}; second reader {read.reader} ({read.reader_id}): {read.term}"
    remark = f". Remark of the second reader: {read.remark.rstrip('.')}" if read.remark else ""
    return f"Read by two, each without sight of the other's reading. {seen}{'' if read.agrees else '. They differ'}{remark}"


def note(found: Result, evaluations: Sequence[PotencyAssay] = ()) -> str:
    """What has to stand beside the number: the LOQ it lies below, the reference standard of a potency test. evaluations: that it was made of."""
    parts = [words] if (words := readers(found)) else []
    if found.wells is not None:
        parts.append(found.wells_shown[:1].upper() + found.wells_shown[1:])
    if found.replicates:
        parts.append(f"Determinations {found.replicates_shown}")
    if found.inputs:
        parts.append(f"Computed from: {found.inputs_shown}")
    if found.kind == "below_loq":
        parts.append(f"Below LOQ {value_text(found.loq, unit_text(found.unit or found.lod_unit))}")
    parts += [f"{assay.shown[:1].upper()}{assay.shown[1:]}, {assay.number}, {assay.standard['name']} lot {assay.standard['lot']}" for assay in evaluations]
    if found.row.category == "potency" and found.run is not None:
        parts += [
            f"{control['kind'].replace('_', ' ').capitalize()}: {control['observed'] or control['outcome']}"
            for control in found.run.controls
            if control["kind"] in ("REFERENCE_STANDARD", "PARALLELISM")
        ]
    return ". ".join(parts)


def in_a_dose(found: Result, volume_ml: Decimal | None) -> str:
    """What a dose of this volume holds of a residue at most: `0.100 EU/dose`. Empty for other tests and where it can't be told."""
    if found.row.category not in RESIDUES or found.row.result_type != "numeric":
        return ""
    qualifier = "<" if found.kind == "below_loq" else found.qualifier
    held = per_dose(found.loq if found.kind == "below_loq" else found.amount, found.unit, volume_ml)
    if held is None:
        return ""
    words = value_text(shown_amount(held[0], 3), unit_text(held[1]))
    return f"{qualifier}{NBSP}{words}" if qualifier else words


def amount(found: Result) -> str:
    """The exact unrounded number in plain digits, for the attached data."""
    return format(found.amount, "f") if isinstance(found.amount, Decimal) else ""


def method(row: SpecRow) -> str:
    """Name, number and version of the method, with the pharmacopoeia chapter where one is used."""
    named = f"{row.method}, {row.method_number} v{row.method_version}"
    return f"{named}. {row.compendial}" if row.compendial else named


def capital(words: str) -> str:
    """A term as it begins a line: “no growth” becomes “No growth”, “pH” stays."""
    first = words.split(" ", 1)[0]
    return words[:1].upper() + words[1:] if first.islower() else words


def unit_text(unit: str) -> str:
    """A unit as it is printed: real micro sign and superscripts, and nothing for pH, which is a number without one."""
    if unit == "pH":
        return ""
    return _POWER.sub(lambda found: "10" + found[1].translate(_RAISED), _MICRO.sub(r"µ\1", unit))


def _unit(unit: str) -> str:
    shown = unit_text(unit)
    return f"{NBSP}{shown}" if shown else ""


def _limits(row: SpecRow) -> str:
    unit = _unit(row.unit)
    low, high = number_text(row.lower_text), number_text(row.upper_text)
    if row.lower_text and row.upper_text and row.lower_inclusive and row.upper_inclusive:
        return f"{low} to {high}{unit}"
    parts = []
    if row.lower_text:
        parts.append(f"{'≥' if row.lower_inclusive else '>'}{NBSP}{low}{unit}")
    if row.upper_text:
        parts.append(f"{'≤' if row.upper_inclusive else '<'}{NBSP}{high}{unit}")
    return " and ".join(parts)


def _sensitivity(row: SpecRow) -> str:
    if row.lod_max is not None:
        return f"LOD ≤{NBSP}{value_text(row.lod_max, unit_text(row.lod_unit))}"
    if row.validated_lod is not None:
        return f"validated method {row.validated_reference}, LOD {value_text(row.validated_lod, unit_text(row.validated_lod_unit))}"
    return ""
