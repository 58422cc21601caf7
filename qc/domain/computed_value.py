"""A value that a method computes from what was measured: the inputs are written down as typed, nobody types the value. Knows no Django.

The formula stands in the BOOK under the key that the method names; a result keeps key, version and inputs, so that it can be computed again.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from evgmp.rules.blocker import Blocker
from evgmp.rules.calculation import ANY_UNIT, BOOK, Calculation, CalculationRefused
from evgmp.rules.reading import Reading, display_number
from qc.domain import calculations

# Only what the laboratory computes stands for a test; the batch record has its own formulas. Importing them enters them in the BOOK.
KINDS = tuple(f"{module}." for module in calculations.__all__ if module != "combining")
# Digits of a computed value that are shown. The exact amount is kept and compared.
SHOWN = 8

Stored = Mapping[str, str]


def choices() -> list[str]:
    """Keys that a method may name: one value in a unit of its own, from single numbers."""
    return [key for key in sorted({one.key for one in BOOK}) if key.startswith(KINDS) and not _unusable(BOOK.latest(key))]


def key_defects(key: str) -> Iterator[str]:
    """Why a method can't name this calculation."""
    if key not in choices():
        yield f"The calculation “{key}” is none that a test can be computed by. Use one of: {', '.join(choices())}."


def computed_by(key: str) -> Calculation | None:
    """The newest version of the calculation that a method names; None where it names none, or one that the BOOK does not hold."""
    return BOOK.latest(key) if key in BOOK else None


def label(name: str) -> str:
    """The name of an input as people read it."""
    return name.replace("_", " ").capitalize()


def input_defects(formula: Calculation | None, kind: str, value: Reading | None, replicates: Sequence[Reading], inputs: Mapping[str, Reading]) -> list[Blocker]:
    """Why these inputs can't be recorded for a result of this kind. formula: of the method, None when it computes nothing."""
    if formula is None:
        return [Blocker("inputs_not_wanted", "The method of this test computes nothing. Enter the value alone.", "value")] if inputs else []
    if value is not None or replicates:
        words = f"The value of this test is computed from {', '.join(map(label, formula.inputs)).lower()}. Enter those, not the value."
        return [Blocker("value_calculated", words, _field(next(iter(formula.inputs))))]
    if unknown := [name for name in inputs if name not in formula.inputs]:
        return [Blocker("input_unknown", f"{formula.title} does not use {', '.join(unknown)[:80]}. It uses {', '.join(formula.inputs)}.", "")]
    if kind == "invalid":
        return []
    if kind != "number":
        words = "This kind of result is not computed. Leave the measured values out, or choose “Number”."
        return [Blocker("inputs_not_wanted", words, _field(next(iter(inputs))))] if inputs else []
    missing = [
        Blocker("input_missing", f"{label(name)} ({unit}) is not written. The value is computed from it.", _field(name))
        for name, unit in formula.inputs.items() if name not in inputs
    ]  # fmt: skip
    bounds = [
        Blocker("input_bound", f"“{one.text}” is a bound, and nothing is computed from a bound. Measure it, or choose another kind of result.", _field(name))
        for name, one in inputs.items() if one.qualifier or one.amount is None
    ]  # fmt: skip
    return missing + bounds


def computed(formula: Calculation, inputs: Mapping[str, Reading]) -> Reading:
    """The value of whole inputs (see `input_defects`): its text as it is shown, its amount exact. Raises CalculationRefused."""
    amount = formula.compute(**{name: one.amount for name, one in inputs.items()})
    return Reading(shown(amount), amount)


def shown(amount: Decimal) -> str:
    """A computed amount as it is shown; “…” says that it goes on. Nothing is judged by this text."""
    cut = amount.quantize(Decimal(1).scaleb(amount.adjusted() - SHOWN + 1), rounding=ROUND_DOWN) if amount else amount
    if cut == amount:
        return display_number(amount.normalize())
    head, times, power = display_number(cut).partition(" × ")
    return f"{head}…{times}{power}"


def stored(formula: Calculation | None, inputs: Mapping[str, Reading]) -> list[dict[str, str]]:
    """The inputs as they are kept, in the order of the formula."""
    if formula is None:
        return []
    return [
        {"name": name, "unit": unit, "text": inputs[name].text, "amount": str(inputs[name].amount)}
        for name, unit in formula.inputs.items() if name in inputs
    ]  # fmt: skip


def computed_again(formula: Calculation | None, kept: Sequence[Stored]) -> str:
    """What kept inputs give now, as it is shown; empty where they give nothing."""
    try:
        return shown(formula.compute(**{one["name"]: Decimal(one["amount"]) for one in kept})) if formula is not None and kept else ""
    except CalculationRefused:
        return ""


def differs(formula: Calculation | None, kept: Sequence[Stored], amount: Decimal | None) -> str:
    """Why the recorded amount is not what its inputs give by this formula; empty when it is. formula: None when the BOOK does not hold it."""
    if formula is None:
        return "The formula of this value is not in the book of calculations. Ask the administrator to run verify."
    try:
        again = formula.compute(**{one["name"]: Decimal(one["amount"]) for one in kept})
    except CalculationRefused as refused:
        return refused.sentence
    return "" if again == amount else "The value is not that of its measured values. Record it again."


def inputs_shown(kept: Sequence[Stored]) -> str:
    """`Untreated 1.00E+11 particles/mL; treated 8.0E+9 particles/mL`, as typed; empty without any."""
    text = "; ".join(f"{label(one['name']).lower()} {one['text']} {one['unit']}" for one in kept)
    return text[:1].upper() + text[1:]


def _unusable(formula: Calculation) -> bool:
    return formula.unit == ANY_UNIT or any(formula.takes_list(name) for name in formula.inputs)


def _field(name: str) -> str:
    return f"input_{name}"
