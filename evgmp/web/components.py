"""Pure helpers behind the template tags: times, numbers, icons and the limit meter. They know no Django and no batch."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from html import escape
from pathlib import Path

from evgmp.rules.instants import MINUS
from evgmp.rules.instants import offset_text as offset_text
from evgmp.rules.instants import time_text as time_text
from evgmp.rules.reading import Reading, ResultKind, display_number

NBSP = "\u00a0"
SPRITE = Path(__file__).parent / "static" / "web" / "icons.svg"

_NUMBER = re.compile(r"([<>≤≥])?\s*([+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")


@dataclass(frozen=True)
class SignatureLine:
    """What a signature block shows (21 CFR 11.50): meaning, printed name, role, user ID, time; and whether it fell, and why."""

    meaning: str
    printed_name: str
    role: str
    signer_id: str
    at: datetime
    withdrawn: bool = False
    withdrawn_why: str = ""
    withdrawn_at: datetime | None = None
    digest: str = ""


@dataclass(frozen=True)
class Correction:
    """One corrected value: the entry before, the entry now, and why, by whom and when. `mark` numbers it on paper (c1, c2)."""

    old: str
    new: str
    unit: str
    why: str
    by: str
    at: datetime
    mark: str = ""


def number_text(amount: object) -> str:
    """A number as people read it: the house form of `display_number` with a true minus and no-break spaces.

    Text that is a number is read as one, other text stays as it is; a float is refused.
    """
    if isinstance(amount, Reading):
        if amount.kind is not ResultKind.NUMBER or amount.amount is None:
            return amount.text
        return f"{amount.qualifier}{NBSP}{number_text(amount.amount)}" if amount.qualifier else number_text(amount.amount)
    if isinstance(amount, (bool, float)):
        raise TypeError("A number on a GMP screen is a Decimal, never a float.")
    if isinstance(amount, (int, Decimal)):
        return display_number(Decimal(amount)).replace("-", MINUS).replace(" ", NBSP)
    return _number_in(str(amount).strip())


@lru_cache(maxsize=4096)
def _number_in(text: str) -> str:
    """Kept: a log holds the same few hundred readings over and over."""
    if match := _NUMBER.fullmatch(text):
        sign = f"{match[1]}{NBSP}" if match[1] else ""
        return sign + number_text(Decimal(match[2]))
    return text


# Units that are counted words: one of them is said in the singular.
ONE_OF = {
    "bags": "bag", "bottles": "bottle", "cells": "cell", "cycles": "cycle", "days": "day", "doses": "dose", "flasks": "flask", "labels": "label",
    "particles": "particle", "passages": "passage", "regions": "region",
    "tubes": "tube", "vials": "vial", "wells": "well",
}  # fmt: skip


def unit_word(number: str, unit: str) -> str:
    """`cycle` beside 1, `cycles` beside everything else; a unit of measurement stays as it is."""
    return ONE_OF.get(unit, unit) if number.strip() == "1" else unit


def label_with_unit(label: str, unit: str) -> str:
    """`Volume (mL)`; the label alone where it is the name of its unit already, as with pH."""
    return label if not unit or unit.casefold() == label.strip().casefold() else f"{label} ({unit})"


def value_text(amount: object, unit: str = "") -> str:
    """Number and unit with a no-break space between, so that they never part at a line end. Words get no unit."""
    number = number_text(amount)
    return f"{number}{NBSP}{unit_word(number, unit)}" if unit and any(c.isdigit() for c in number) else number


@lru_cache(maxsize=1)
def icon_symbols() -> dict[str, str]:
    """Every symbol of the sprite by name: the drawing inside it."""
    found = re.findall(r'<symbol id="([a-z0-9-]+)"[^>]*>(.*?)</symbol>', SPRITE.read_text("utf-8"), re.S)
    return dict(found)


def icon_svg(name: str, *, label: str = "", sprite_url: str = "", size: str = "") -> str:
    """An icon as SVG: a reference into the sprite on screen, the drawing itself where no address can be followed (paper)."""
    symbols = icon_symbols()
    if name not in symbols:
        raise ValueError(f"The icon {name} is not in icons.svg. Add it there or use one of its symbols.")
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    css = "i i-lg" if size == "lg" else "i"
    if sprite_url:
        return f'<svg class="{css}" {spoken}><use href="{escape(sprite_url)}#{name}"/></svg>'
    return f'<svg class="{css}" viewBox="0 0 16 16" {spoken}>{symbols[name]}</svg>'


def as_decimal(number: object) -> Decimal | None:
    """A limit or a reading as Decimal; None and empty text mean that there is none."""
    if number is None or number == "":
        return None
    if isinstance(number, (bool, float)):
        raise TypeError("A number on a GMP screen is a Decimal, never a float.")
    try:
        return Decimal(str(number))
    except InvalidOperation as problem:
        raise ValueError(f"“{number}” is not a number, so it cannot be drawn on a limit meter.") from problem


def bar_svg(done: int, total: int, blocked: int = 0) -> str:
    """A completeness bar: the done part in ink, the part that blocks in red, the rest empty. The words stand beside it."""
    part = Decimal(100) / total if total else Decimal(0)
    filled, stopped = (min(count, total) * part for count in (done, blocked))
    shape = '<rect class="{}" x="{:.1f}%" width="{:.1f}%" height="9"/>'
    bars = shape.format("b-all", Decimal(0), Decimal(100)) + shape.format("b-done", Decimal(0), filled)
    if blocked:
        bars += shape.format("b-stop", filled, stopped)
    return f'<svg class="ev-cbar" width="100%" height="9" aria-hidden="true">{bars}</svg>'
