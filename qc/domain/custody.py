"""Where a sample has been, and when it may be destroyed (LAB-01, LAB-27). Knows no Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from evgmp.rules.blocker import Blocker

# What happens to a sample after it was drawn and received; that it was tested is told by its results.
HANDLED = {
    "aliquoted": "Aliquoted",
    "stored": "Stored",
    "sent": "Sent to a contract laboratory",
    "returned": "Returned",
}
KINDS = {**HANDLED, "destroyed": "Destroyed"}


def custody_defects(kind: str, *, status: str, place: str, destroyed: bool, away: bool) -> list[Blocker]:
    """Why this can't be the next link of the chain. status: of the sample; away: it was sent and has not returned."""
    if destroyed:
        return [Blocker("sample_destroyed", "This sample was destroyed. Nothing further can happen to it.")]
    if status != "received":
        return [Blocker("sample_not_received", "The laboratory has not received this sample. Receive it first.")]
    found = []
    if kind not in HANDLED:
        found.append(Blocker("unknown_kind", f"Choose one of: {', '.join(HANDLED.values())}.", "kind"))
    if not place.strip():
        found.append(Blocker("place_missing", "Say where the sample is now: freezer and position, or to whom it was sent.", "place"))
    if away and kind in ("aliquoted", "stored", "sent"):
        found.append(Blocker("sample_away", "This sample was sent away and has not returned. Record its return first.", "kind"))
    if not away and kind == "returned":
        found.append(Blocker("sample_here", "This sample was not sent away, so it can't return. Choose what happened.", "kind"))
    return found


def destruction_blockers(*, destroyed: bool, away: bool, keep_until: date | None, today: date, unreviewed: list[str], open_oos: list[str]) -> list[Blocker]:
    """What bars the destruction: a retention period, results that nobody has reviewed, an OOS that is not decided."""
    if destroyed:
        return [Blocker("sample_destroyed", "This sample was destroyed already.")]
    found = []
    if away:
        found.append(Blocker("sample_away", "This sample was sent away and has not returned. It can't be destroyed here."))
    if keep_until is not None and today <= keep_until:
        found.append(Blocker("retention", f"This sample is kept until {keep_until}. It may be destroyed from the day after."))
    if unreviewed:
        found.append(Blocker("results_unreviewed", f"Results of this sample wait for their review: {', '.join(unreviewed)}. Review them first."))
    if open_oos:
        found.append(Blocker("oos_open", f"{', '.join(open_oos)} is not decided, and this sample belongs to it. Keep it until QA has decided."))
    return found


@dataclass(frozen=True)
class Kept:
    """A sample that is stored for retention: how many units, until when; whether it was destroyed since."""

    number: str
    units: Decimal
    keep_until: date
    destroyed: bool = False


def keeps_until(expires_on: date) -> date:
    """How long a reserve of a finished product is kept at least: one year after its expiry (21 CFR 211.170(b)(1))."""
    if (expires_on.month, expires_on.day) == (2, 29):
        return date(expires_on.year + 1, 2, 28)
    return expires_on.replace(year=expires_on.year + 1)


def reserve_defects(lot: str, *, expires_on: date | None, kept: Iterable[Kept]) -> list[Blocker]:
    """Why a finished lot has no reserve to be released on (LAB-27). Only whole units count that are stored long enough."""
    if expires_on is None:
        return [Blocker("reserve_missing", f"{lot} has no expiry, so nobody can say how long its reserve is kept. Complete its batch first.")]
    wanted = keeps_until(expires_on)
    there = [one for one in kept if not one.destroyed and one.units >= 1]
    if any(one.keep_until >= wanted for one in there):
        return []
    known = "; ".join(f"{one.number} is kept until {one.keep_until}" for one in there)
    why = f"{known}, which is too short" if known else "No unit is stored for retention"
    return [
        Blocker(
            "reserve_missing",
            f"{lot} has no reserve that is kept until {wanted}, one year after its expiry. {why}. Store the retention sample until that day.",
        )
    ]


def laboratory_blockers(*, name: str, scope: list[str], valid_until: date, method_number: str, tested_on: date) -> list[Blocker]:
    """Whether a contract laboratory could give this result: its method is in the scope, its agreement covered the day of the test (LAB-25)."""
    found = []
    if tested_on > valid_until:
        found.append(
            Blocker("agreement_expired", f"The agreement with {name} ended on {valid_until}, before this test. QA renews the approval first.", "laboratory")
        )
    if method_number not in scope:
        found.append(Blocker("outside_scope", f"{name} is not approved for {method_number}. Its scope is: {', '.join(scope)}.", "laboratory"))
    return found
