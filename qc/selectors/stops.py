"""The things that can stop a release, each with what is wrong, the evidence, and whom it waits for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from batches.domain.lifecycle import use_blocker
from batches.models import ExceptionRecord, Lot
from batches.selectors.exceptions import exceptions_beside
from batches.selectors.genealogy import donor_blockers
from batches.selectors.labels import open_labels
from batches.selectors.records import unfinished
from batches.selectors.reworks import processed_again
from evgmp.compliance.site_time import site_day, site_time
from evgmp.people.adoptions import not_adopted
from evgmp.rules.blocker import Blocker
from qc.documents import wording
from qc.models import OutOfSpecification
from qc.selectors.chain import Chain
from qc.selectors.custody import reserve_blockers
from qc.selectors.oos import next_of, open_blocker
from qc.selectors.release import factor_blockers, release_blockers
from qc.selectors.sheets import sheet
from qc.selectors.standing import standing_records

PRODUCTION, ANALYST, SECOND, QC_HEAD = "Production supervisor", "QC analyst", "a second QC analyst", "Head of Quality Control"
QA, QP = "QA reviewer", "Qualified Person"

# What the laboratory's reasons are called when several of them are told as one, and whom they wait for.
LABORATORY = {
    "result_oos": ("result is", "results are", "out of specification", QA),
    "result_missing": ("result is", "results are", "not there yet", ANALYST),
    "result_unreviewed": ("result is", "results are", "not reviewed", SECOND),
    "reference_unreviewed": ("reference result is", "reference results are", "not reviewed", SECOND),
    "result_no_verdict": ("result is", "results are", "without a verdict", ANALYST),
}
ORDER = (
    "not_made", "on_hold", "result_oos", "oos_open", "exception_open", "lot_affected", "result_missing", "result_unreviewed",
    "reference_unreviewed", "result_no_verdict",
)  # fmt: skip


@dataclass(frozen=True)
class Stop:
    """One thing that stops a release. `blockers` are the single reasons behind it, when it tells several as one."""

    key: str
    what: str
    evidence: str
    waits: str
    url: str = ""
    link: str = ""
    blockers: tuple[Blocker, ...] = ()

    @property
    def reasons(self) -> tuple[Blocker, ...]:
        """As blockers: what is wrong, and who has to act."""
        return self.blockers or (Blocker(self.key, f"{self.what}. {self.evidence} It waits for: {self.waits}.".replace(". .", ".")),)


def making_stops(lot: Lot, disposition: str) -> list[Stop]:
    """Not made, or put on hold."""
    if lot.making_status != "made":
        return [Stop("not_made", f"{lot} is not made yet", f"It is {lot.making_status.replace('_', ' ')}.", PRODUCTION)]
    if disposition == "hold":
        held = lot.dispositions.filter(decision="hold").order_by("-pk").first()
        why = f"{held.reason or 'No reason recorded'} ({held.decided_by}, {site_time(held.at)})" if held else ""
        return [Stop("on_hold", f"{lot} is on hold", why, QA)]
    return []


def adoption_stops() -> list[Stop]:
    """Roles or formulas that QA has not adopted: a lot is not released by them (MST-07)."""
    sentence = not_adopted()
    if not sentence:
        return []
    told = Blocker("not_adopted", sentence)
    return [Stop("not_adopted", "The roles and formulas in force are not adopted", sentence, QA, reverse("people:in_force"), "Open them", (told,))]


def expiry_stops(lot: Lot, at: datetime) -> list[Stop]:
    if lot.expires_on is not None and lot.expires_on < site_day(at):
        return [Stop("lot_expired", f"{lot} has expired", f"Its expiry was {lot.expires_on}.", QA)]
    return []


def reserve_stops(lot: Lot) -> list[Stop]:
    """A drug product without a reserve (LAB-27)."""
    return [
        Stop(one.key, f"{lot} has no reserve", one.message, ANALYST, reverse("qc:lot_results", args=[lot.number]), "Open its samples", (one,))
        for one in reserve_blockers(lot)
    ]


def label_stops(lot: Lot) -> list[Stop]:
    """Labels printed for the lot that nobody counted, or of which some are missing (LBL-02, REL-05)."""
    return [Stop("labels_open", sentence, "Labels are reconciled before the lot is released.", PRODUCTION) for sentence in open_labels(lot)]


def record_stops(chain: Chain) -> dict[int, list[Stop]]:
    """Batch records that production has not reviewed, or whose signatures fell, by key of their lot."""
    standing = standing_records(chain)
    return {lot.pk: [] if lot.pk in standing else _record_stops(chain, lot) for lot in chain.lots}


def _record_stops(chain: Chain, lot: Lot) -> list[Stop]:
    batch = chain.batches.get(lot.pk)
    if batch is None and lot.pk in chain.sub_lots:
        # The record of the lot it is part of is in the chain and answers for itself.
        return []
    if batch is None:
        return [Stop("batch_record_missing", f"{lot} has no batch record", "", PRODUCTION)]
    if reasons := unfinished(batch):
        what = f"The batch record of {lot} is not reviewed by production"
        return [Stop("batch_not_reviewed", what, " ".join(reasons), PRODUCTION, batch.get_absolute_url(), "Open the record")]
    return []


def exception_stops(chain: Chain) -> list[Stop]:
    """Undecided exceptions on the lot or any ancestor, and those decided as affecting one of them (DEV-04)."""
    found = []
    for one in ExceptionRecord.objects.filter(lot__in=chain.lots).select_related("lot").order_by("pk"):
        where = f"{one.number} on {one.lot}"
        if one.status == "open":
            found.append(
                Stop("exception_open", one.sentence.rstrip("."), f"{where} has no decision.", QA, one.get_absolute_url(), "Open it")
            )
        elif one.decision == "lot_affected":
            evidence = f"{where}: QA decided that the lot is affected."
            found.append(
                Stop("lot_affected", one.sentence.rstrip("."), evidence, f"{QA}, who rejects the lot", one.get_absolute_url(), "Open it")
            )
    return found


def beside_stops(chain: Chain) -> list[Stop]:
    """Undecided exceptions about equipment and materials that the lot or an ancestor was made with (DEV-04)."""
    return [
        Stop(
            "exception_open", one.sentence.rstrip("."), f"{one.number} on {one.about}, with which the lot or what it comes from was made, has no decision.",
            QA, one.get_absolute_url(), "Open it",
        )
        for one in exceptions_beside(chain.lots)
    ]  # fmt: skip


def ancestor_stops(chain: Chain) -> list[Stop]:
    """Ancestors that may not be used any more: on hold, rejected, recalled or not released."""
    again = processed_again(chain.lots)
    return [
        Stop(
            "ancestor_blocked",
            f"{lot} may not be used",
            blocker.message,
            QA,
            lot.get_absolute_url(),
            "Open the lot",
        )
        for lot in chain.ancestors
        if not (lot.pk in again and chain.dispositions[lot.pk] == "quarantine") and (blocker := use_blocker(lot.number, lot.stage, chain.dispositions[lot.pk]))
    ]


def donor_stops(chain: Chain) -> list[Stop]:
    return [
        Stop(blocker.key, "The donor does not allow the release", blocker.message, QA, blockers=(blocker,))
        for blocker in donor_blockers(chain.lot)
    ]


def laboratory_stops(chain: Chain) -> list[Stop]:
    """Missing, unreviewed, failing results; open OOS of the lot or an ancestor; proof that reprogramming left nothing behind."""
    lot = chain.lot
    tested = sheet(lot)
    blockers = release_blockers(lot, tested)
    if lot.stage in ("ev_lot", "drug_product") and not any(line.row.computed for line in tested.rows):
        # The cargo's own rows are on the lot's sheet already. A drug product whose specification has no roll-up answers too.
        told = {blocker.message for blocker in blockers}
        own = f"EV cargo of {lot}: "
        blockers += [b for b in factor_blockers(lot) if b.message.removeprefix(own) not in told]
    blockers += _ancestor_results(chain, {blocker.message for blocker in blockers})
    undecided = OutOfSpecification.objects.filter(lot__in=chain.lots, status="open").select_related("lot", "result__row", "result__run")
    found = [_oos_stop(oos, blockers) for oos in undecided.order_by("pk")]
    grouped: dict[str, list[Blocker]] = defaultdict(list)
    taken = {blocker for stop in found for blocker in stop.blockers}
    for blocker in blockers:
        if blocker not in taken:
            grouped[blocker.key].append(blocker)
    found += [_told_as_one(lot, key, listed) for key, listed in grouped.items()]
    return list(in_order(found))


def _ancestor_results(chain: Chain, told: set[str]) -> list[Blocker]:
    """Banks and EV lots of a drug product were released on their results: one that was changed since and does not pass speaks again.
    An open OOS and what the roll-up names are told already."""
    if chain.lot.stage != "drug_product":
        return []
    found = [
        (lot, blocker) for stage in ("ev_lot", "cell_bank") for lot in chain.of_stage(stage) for blocker in release_blockers(lot) if blocker.key != "oos_open"
    ]
    names = ("EV cargo of ", "Bank ")
    return [Blocker(b.key, f"{lot}: {b.message}") for lot, b in found if not any(f"{name}{lot}: {b.message}" in told for name in names)]


def _oos_stop(oos: OutOfSpecification, blockers: list[Blocker]) -> Stop:
    """One OOS with its result and limit; takes up what the laboratory says of the same test."""
    row, what = oos.result.row, oos.result.row.name
    same = [
        b
        for b in blockers
        if b.key in ("oos_open", "result_oos") and (str(oos) in b.message or b.message.startswith(f"{what} ({row.code})"))
    ]
    following = next_of(oos)
    evidence = (
        f"{wording.result(oos.result)}, limit {wording.criterion(row)}. {oos} on {oos.lot} is open since {site_day(oos.opened_at)}. "
        f"Next: {following.does}."
    )
    told = tuple(same or [open_blocker(oos)])
    return Stop("oos_open", f"{what} is out of specification", evidence, following.waits, oos.get_absolute_url(), "Open it", told)


def _told_as_one(lot: Lot, key: str, found: list[Blocker]) -> Stop:
    url = reverse("qc:lot_results", args=[lot.number])
    if key not in LABORATORY:
        more = f" And {len(found) - 1} more of this kind." if len(found) > 1 else ""
        what, _, evidence = found[0].message.partition(". ")
        return Stop(key, what.rstrip("."), evidence + more, ANALYST, url, "Open the results", tuple(found))
    one, many, how, waits = LABORATORY[key]
    if len(found) == 1:
        what, evidence = f"One {one} {how}", found[0].message
    else:
        names = [blocker.message.partition(" (")[0] for blocker in found]
        shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        what, evidence = f"{len(found)} {many} {how}", f"{shown}."
    return Stop(key, what, evidence, waits, url, "Open the results", tuple(found))


def _place(key: str) -> int:
    return ORDER.index(key) if key in ORDER else len(ORDER)


def in_order(stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """Most pressing first."""
    return tuple(sorted(stops, key=lambda stop: _place(stop.key)))
