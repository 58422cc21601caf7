"""Where a sample has been, and when it may be destroyed (LAB-01, LAB-27). Knows no Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from evgmp.rules.blocker import Blocker

# What happens to a sample after it was drawn and received; that it was tested is told by its results.
HANDLED = {
    "aliquoted": "Aliquoted",
    "stored": "Stored",
    "sent": "Sent to a contract laboratory",
    "returned": "Returned",
    "inspected": "Looked at for the year",
}
KINDS = {**HANDLED, "destroyed": "Destroyed"}
# What the yearly look at a reserve found; a change is investigated (21 CFR 211.170(b)).
FINDINGS = {"unchanged": "No sign of deterioration", "changed": "A sign of deterioration"}
# So many days before it is due the yearly look stands on the work list.
CHECK_AHEAD = timedelta(days=30)


def custody_defects(
    kind: str, *, status: str, place: str, destroyed: bool, away: bool, finding: str = "", remark: str = "", due: date | None = None,
    today: date | None = None,
) -> list[Blocker]:  # fmt: skip
    """Why this can't be the next link of the chain. status: of the sample; away: it was sent and has not returned. finding: of the yearly look
    at a reserve; due: the last day of that look, None for a sample that is no reserve."""
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
    return found + (_look_defects(finding, remark, away=away, due=due, today=today) if kind == "inspected" else _no_finding(finding))


def _look_defects(finding: str, remark: str, *, away: bool, due: date | None, today: date | None) -> list[Blocker]:
    """What the yearly look lacks. A sign of deterioration, and a look after its day, are explained."""
    if due is None or away:
        why = "was sent away" if away else "is not stored for retention"
        return [Blocker("no_reserve", f"This sample {why}. The yearly look is at a reserve that is stored here until a day.", "kind")]
    found = []
    if finding not in FINDINGS:
        found.append(Blocker("finding_missing", f"Say what was seen: {' or '.join(FINDINGS.values()).lower()}.", "finding"))
    if finding == "changed" and not remark.strip():
        found.append(Blocker("change_unexplained", "Say in the remark what has changed. An exception is opened with it.", "remark"))
    elif today is not None and today > due and not remark.strip():
        found.append(Blocker("look_late", f"This look was due until {due}. Say in the remark why it is late.", "remark"))
    return found


def _no_finding(finding: str) -> list[Blocker]:
    return [Blocker("finding_not_wanted", "A finding belongs to the yearly look at a reserve. Leave it empty.", "finding")] if finding else []


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


def a_year_after(day: date) -> date:
    """The same day of the next year; of 29 February the last day of that month."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def keeps_until(expires_on: date) -> date:
    """How long a reserve of a finished product is kept at least: one year after its expiry (21 CFR 211.170(b)(1))."""
    return a_year_after(expires_on)


def look_due(stored_on: date, looks: Iterable[date], keep_until: date) -> date | None:
    """Last day of the next yearly look at a reserve: a year after the last one, or after it was stored. None when its retention ends before."""
    due = a_year_after(max([stored_on, *looks]))
    return due if due <= keep_until else None


def reserve_defects(
    lot: str, *, expires_on: date | None, kept: Iterable[Kept], units_for_tests: Decimal | None = None, exempt: str = ""
) -> list[Blocker]:
    """Why a finished lot has no reserve to be released on (LAB-27). Only whole units count that are stored long enough.

    units_for_tests: units that one complete set of the tests takes, sterility and pyrogens left out; twice as many are kept. exempt: why the
    specification of the product asks for no reserve. Neither given: nobody could say what is enough, so nothing is.
    """
    if exempt:
        return []
    if units_for_tests is None:
        return [
            Blocker(
                "reserve_missing",
                f"The specification of {lot} does not say how many units its tests take, so nobody can say if its reserve is enough. Approve a version "
                "with units_for_tests, or with the reason of reserve_exempt.",
            )
        ]
    if expires_on is None:
        return [Blocker("reserve_missing", f"{lot} has no expiry, so nobody can say how long its reserve is kept. Complete its batch first.")]
    wanted = keeps_until(expires_on)
    there = [one for one in kept if not one.destroyed and one.units >= 1]
    needed, held = 2 * units_for_tests, sum((one.units for one in there if one.keep_until >= wanted), Decimal(0))
    if held >= needed:
        return []
    if held:
        return [
            Blocker(
                "reserve_missing",
                f"{lot} has a reserve of {held.normalize():f} units until {wanted}; {needed.normalize():f} are kept, twice what all tests take. "
                "Store more units.",
            )
        ]
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
