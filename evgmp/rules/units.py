"""When two ways of writing a unit mean the same one. Nothing is converted: EU and IU, mL and L, % and a fraction stay different."""

import re

_MICRO = "\N{GREEK SMALL LETTER MU}"
# ug, uL, umol: the letter that keyboards have instead of the micro sign; alone in front of a unit of measure it means nothing else.
_ASCII_MICRO = re.compile(r"(?<![^\W_])u(?=(?:g|l|L|m|M|mol)(?![^\W_]))")
# The litre is written l or L; everywhere else small and capital letters differ (mM is no mm).
_LITRE = re.compile(rf"(?<![^\W_])([mnpdk{_MICRO}]?)l(?![^\W_])")
_ONE_OVER = re.compile(r"[\s·*]([^\W\d_]+|%)\s*(?:\^?-1|⁻¹)$")

_SHARE = re.compile(r"(?:out )?of ([0-9]{1,9})(?![0-9])")

# Quantities that lie on both sides of zero: temperatures, potentials, logarithms, and what is told as a change against something.
_SIGNED = re.compile(
    rf"°|(?<![^\W_])[mk{_MICRO}]?V(?![^\W_])|\b(?:dB|ln|lg)\b"
    r"|(?i:\blog|\b(?:delta|inhibition|suppression|change|difference|deviation|shift|increase|decrease|reduction|offset|bias)\b)"
)
# Quantities of which there is none or some: masses, volumes, amounts, lengths, times, shares, activities, and whatever is counted.
_AMOUNT = re.compile(
    rf"%|(?<![^\W_])(?:[mcnpfk{_MICRO}]?(?:g|L|mol|M|Da|m)|EU|IU|U|CFU|PFU|TCID50|GC|ppm|ppb|m?Osm|mOsmol|Osmol|min|h|s|d|pH)(?![^\W_])"
    r"|(?i:\b(?:cop(?:y|ies)|genomes?|particles?|cells?|vials?|doses?|counts?|events?|colon(?:y|ies)|metaphases?|days?|hours?|doublings?|droplets?|of [0-9]))"
)


def can_be_negative(unit: str) -> bool:
    """Whether a value in this unit may lie below zero: mV, °C, log10, “% inhibition”, a score. No mass, count, volume or concentration does.

    Of a value without a unit, or in one that is none of these, nothing is known, so it may.
    """
    text = canonical(unit)
    return bool(_SIGNED.search(text)) or not _AMOUNT.search(text)


def total_of(unit: str) -> int | None:
    """Of how many a count in this unit is told: 5 for “of 5”, “of 5 markers”; None for every other unit."""
    found = _SHARE.match(unit.strip())
    return int(found.group(1)) if found else None


def canonical(unit: str) -> str:
    """`unit` in one spelling: single blanks, one micro sign, mL for ml, a/b for a per b and a b⁻¹."""
    text = " ".join(unit.replace("\N{MICRO SIGN}", _MICRO).replace("\N{MINUS SIGN}", "-").split())
    text = _ASCII_MICRO.sub(_MICRO, text)
    text = re.sub(r"\s*/\s*|\s+per\s+", "/", text)
    text = _ONE_OVER.sub(r"/\1", text)
    return _LITRE.sub(r"\1L", text)


def same_unit(first: str, second: str) -> bool:
    """Whether both spell the same unit. Two empty ones do; an empty one and a unit don't."""
    return canonical(first) == canonical(second)
