"""What may be reported for which type of row, and what each kind of result must carry. Knows no Django."""

from collections.abc import Sequence
from decimal import Decimal

from evgmp.rules.blocker import Blocker
from evgmp.rules.reading import Reading
from evgmp.rules.verdict import RowRule, below_zero

KINDS_OF_TYPE: dict[str, tuple[str, ...]] = {
    "numeric": ("number", "below_loq", "not_detected", "invalid"),
    "presence_absence": ("not_detected", "below_loq", "number", "term", "invalid"),
    "qualitative": ("term", "invalid"),
    "text": ("term", "invalid"),
}


def kinds_for(result_type: str, *, has_unit: bool = True, has_terms: bool = True) -> tuple[str, ...]:
    """Kinds that a row of this type can report, in the order of the form."""
    absent = set() if has_terms else {"term"}
    if not has_unit and result_type != "numeric":
        absent.add("number")
    return tuple(kind for kind in KINDS_OF_TYPE[result_type] if kind not in absent)


def wells_defects(kind: str, *, asked: int, positive: int | None) -> list[Blocker]:
    """Whether the count of positive wells is there and agrees with the kind. asked: wells of one extraction, 0 when the row asks for none."""
    if not asked or kind == "invalid":
        return [Blocker("wells_not_wanted", "This result carries no wells. Leave the field empty.", "wells_positive")] if positive is not None else []
    if positive is None:
        return [Blocker("wells_missing", f"Enter how many of the {asked} wells were positive: each one counts.", "wells_positive")]
    if not 0 <= positive <= asked:
        return [Blocker("wells_impossible", f"An extraction has {asked} wells. Enter a number from 0 to {asked}.", "wells_positive")]
    if (kind == "not_detected") != (positive == 0):
        return [Blocker("wells_contradict", f"{positive} positive wells and this kind of result contradict each other. Correct one of them.", "wells_positive")]
    return []


def what_is_missing(
    kind: str, *, value: Reading | None, term: str, terms: tuple[str, ...], lod: Decimal | None, loq: Decimal | None
) -> list[Blocker]:
    """What a result of this kind still needs, or carries although it can't have it."""
    found = []
    if kind == "number" and value is None:
        found.append(Blocker("value_missing", "Write the number that was found.", "value"))
    if kind != "number" and value is not None:
        found.append(Blocker("value_not_wanted", "This kind of result carries no number. Remove it, or choose “Number”.", "value"))
    if kind == "term" and term not in terms:
        found.append(Blocker("term_missing", f"Choose one of the terms of the specification: {'; '.join(terms)}.", "term"))
    if kind != "term" and term:
        found.append(Blocker("term_not_wanted", "This kind of result carries no term. Remove it, or choose “Term”.", "term"))
    if kind == "not_detected" and lod is None:
        found.append(Blocker("lod_missing", "Enter the LOD of this test: “not detected” means nothing without it.", "lod"))
    if kind == "below_loq" and loq is None:
        found.append(Blocker("loq_missing", "Enter the LOQ of this test: the value is only known to lie below it.", "loq"))
    for limit, name in ((lod, "lod"), (loq, "loq")):
        if limit is not None and limit <= 0:
            found.append(Blocker("not_above_zero", f"The {name.upper()} must be above zero. Check it.", name))
    return found


def value_defects(rule: RowRule, loq_max: Decimal | None, value: Reading | None, replicates: Sequence[Reading]) -> list[Blocker]:
    """Why one of the numbers, as it was written, can't be a value of this row: it lies below zero, or is zero where the row names an LOQ."""
    named = [("value", value)] if not replicates else [(f"replicate_{number}", one) for number, one in enumerate(replicates, start=1)]
    found = []
    for field, one in named:
        if one is None or one.amount is None:
            continue
        if sentence := below_zero(rule, one.amount):
            found.append(Blocker("below_zero", sentence, field))
        elif one.amount == 0 and not one.qualifier and loq_max is not None:
            found.append(Blocker("zero_measured", "0 is no measured value: it lies below the LOQ. Choose “Not detected” or “Detected, below the LOQ”.", field))
    return found
