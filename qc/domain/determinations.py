"""The determinations of one test: how they are written down, what they make reportable, and how they are shown. Knows no Django.

A test whose row asks for several determinations is recorded by them alone, each as it was typed; nobody types their mean. Beyond the limit
of their spread the result is invalid: it neither passes nor fails, and the determination is done again (LAB-18).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from evgmp.rules.blocker import Blocker
from evgmp.rules.limits import Judgement, Verdict
from evgmp.rules.reading import BELOW, Reading, display_number
from qc.domain.replicates import MEANS, ReplicatePlan, agreeing_bound, combined

Stored = Mapping[str, str]
# The verdict that passes less comes first: with “each”, it is the one that counts.
ORDER = (Verdict.DOES_NOT_CONFORM, Verdict.NO_VERDICT, Verdict.CONFORMS)
# Digits of a calculated value that are shown behind those of its determinations. The exact amount is kept and compared.
SHOWN_BEYOND = 2
KEPT = Decimal("0.0001")


@dataclass(frozen=True)
class Reportable:
    """What the determinations make: the kind of the result, its value where one can be told, and their spread in percent."""

    kind: str
    value: Reading | None
    spread: Decimal | None = None

    @property
    def spread_kept(self) -> Decimal | None:
        """The spread as it is kept beside the result: nothing is judged by it, it is computed again where it is."""
        return None if self.spread is None else self.spread.quantize(KEPT)


def by_determinations(plan: ReplicatePlan | None) -> ReplicatePlan | None:
    """The plan, when it asks for several numbers; None for one determination and for wells that are only counted."""
    return plan if plan is not None and (plan.combine in MEANS or plan.combine == "each") else None


def stored(readings: Sequence[Reading]) -> list[dict[str, str]]:
    """The determinations as they are kept: text as typed, qualifier, exact amount."""
    return [{"text": one.text, "qualifier": one.qualifier, "amount": str(one.amount)} for one in readings]


def read_back(kept: Sequence[Stored]) -> tuple[Reading, ...]:
    return tuple(Reading(one["text"], Decimal(one["amount"]), one["qualifier"]) for one in kept)


def determination_defects(
    plan: ReplicatePlan | None, kind: str, readings: Sequence[Reading], *, value: Reading | None, lod: Decimal | None, loq: Decimal | None
) -> list[Blocker]:
    """Why these determinations can't be recorded as a result of this kind. lod, loq: in the unit of the row, else None."""
    if plan is None:
        return [Blocker("replicates_not_wanted", "This test is one determination. Leave the others out.", "replicate_1")] if readings else []
    if value is not None:
        return [Blocker("value_calculated", "The value of this test is calculated from its determinations. Enter those, not the value.", "replicate_1")]
    if len(readings) > plan.count:
        return [Blocker("replicates_too_many", f"{len(readings)} determinations are written, the method asks for {plan.count}. None may be added.", "")]
    if kind == "invalid":
        return []
    if len(readings) < plan.count:
        missing = f"{len(readings)} of {plan.count} determinations are written. Record every one, as the method asks."
        return [Blocker("replicates_missing", missing, f"replicate_{len(readings) + 1}")]
    return [
        Blocker("replicate_contradicts", sentence, f"replicate_{number}")
        for number, one in enumerate(readings, start=1)
        if (sentence := _contradiction(kind, one, lod, loq))
    ]


def _contradiction(kind: str, reading: Reading, lod: Decimal | None, loq: Decimal | None) -> str:
    """Why one determination is not what the kind of the result says, or an empty text."""
    amount = reading.amount or Decimal(0)
    if kind == "not_detected" and reading.qualifier not in BELOW:
        return f"“{reading.text}” is a detection. A result is “not detected” only when every determination is written with “<”."
    if kind == "not_detected" and lod is not None and amount > lod:
        return f"“{reading.text}” leaves more open than the LOD of {display_number(lod)}. Enter the LOD that was in force, or correct it."
    if kind == "below_loq" and loq is not None:
        is_below = amount <= loq if reading.qualifier in BELOW else amount < loq and not reading.qualifier
        if not is_below:
            return f"“{reading.text}” does not lie below the LOQ of {display_number(loq)}. Choose “Number”, or correct it."
    return ""


def reportable(plan: ReplicatePlan, kind: str, readings: Sequence[Reading]) -> Reportable:
    """The reportable value of complete determinations (see `determination_defects`). With “each” it is not known before each is judged."""
    if kind != "number" or plan.combine not in MEANS:
        return Reportable(kind, None)
    if (bound := agreeing_bound(readings)) is not None:
        return Reportable("number", bound)
    found = combined(plan, readings)
    if found.amount is None:
        return Reportable("invalid", None, found.spread)
    return Reportable("number", Reading(shown_amount(found.amount, readings), found.amount), found.spread)


def deciding(judgements: Sequence[Judgement]) -> int:
    """Which of several judgements counts: the one that passes least, the first of its kind."""
    return min(range(len(judgements)), key=lambda index: (ORDER.index(judgements[index].verdict), index))


def least_favourable(judgements: Sequence[Judgement], readings: Sequence[Reading], lower: Decimal | None, upper: Decimal | None) -> int:
    """Which determination a result with “each” reports: of those that pass least the one nearest to a limit, or farthest beyond it.

    The first one where there is no limit. lower, upper: in the unit of the determinations. No order of entry makes a result look better.
    """
    return min(range(len(readings)), key=lambda i: (ORDER.index(judgements[i].verdict), _distance(readings[i].amount, lower, upper), i))


def _distance(amount: Decimal | None, lower: Decimal | None, upper: Decimal | None) -> Decimal:
    """How far an amount lies within its limits; below zero outside them."""
    if amount is None:
        return Decimal(0)
    return min([*([] if lower is None else [amount - lower]), *([] if upper is None else [upper - amount])], default=Decimal(0))


def shown_amount(amount: Decimal, readings: Sequence[Reading]) -> str:
    """A calculated amount with two digits more than its determinations; “…” says that it goes on. Nothing is judged by this text."""
    exponents = [int(one.amount.as_tuple().exponent) for one in readings if one.amount is not None]
    place = min(exponents, default=0) - SHOWN_BEYOND
    cut = amount.quantize(Decimal(1).scaleb(place), rounding=ROUND_DOWN)
    if cut != amount:
        head, times, power = display_number(cut).partition(" × ")
        return f"{head}…{times}{power}"
    exact = amount.normalize()
    wanted = min(exponents, default=0)
    return str(exact.quantize(Decimal(1).scaleb(wanted)) if int(exact.as_tuple().exponent) > wanted else exact)


def determinations_shown(plan: ReplicatePlan | None, kept: Sequence[Stored], spread: Decimal | None) -> str:
    """`7.20; 7.30 (difference 1.4 %)`: every determination as typed, with the spread that the method limits; empty without any."""
    texts = "; ".join(one["text"] for one in kept)
    if not texts or plan is None or spread is None:
        return texts
    word, most = ("difference", plan.difference_max) if plan.difference_max is not None else ("CV", plan.cv_max)
    limit = f", at most {display_number(most)} %" if most is not None else ""
    return f"{texts} ({word} {spread.quantize(Decimal('0.1'))} %{limit})"
