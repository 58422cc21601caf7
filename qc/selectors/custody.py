"""Reading chains of custody and contract laboratories."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from batches.domain.lifecycle import amount_in
from batches.models import Lot, Sample
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import Blocker
from evgmp.rules.reading import display_number
from qc.domain.custody import Kept, destruction_blockers, look_due, reserve_defects
from qc.models import ContractLaboratory, OutOfSpecification, Result, SampleEvent
from qc.selectors.sheets import pinned_version


@dataclass(frozen=True)
class Link:
    """One line of the chain: when, what, where and by whom."""

    at: datetime
    what: str
    where: str
    by: str


def chain_of_custody(sample: Sample) -> list[Link]:
    """Drawn, received, every handling, every test, in the order of time."""
    links = [Link(sample.drawn_at, "Drawn", f"{sample.container}, {sample.storage}", sample.drawn_by)]
    if sample.received_at is not None:
        links.append(Link(sample.received_at, "Received", sample.condition, sample.received_by))
    for event in sample.custody.order_by("pk"):
        kept = f"; kept until {event.keep_until}" if event.keep_until else ""
        seen = f"; {event.finding_words.lower()}" if event.finding else ""
        much = f"; {display_number(event.quantity)} {sample.unit}" if event.quantity is not None else ""
        links.append(Link(event.at, event.kind_word, event.place + much + seen + kept, event.by))
    for result in Result.objects.filter(sample=sample).select_related("row").order_by("pk"):
        links.append(Link(result.recorded_at, "Tested", f"{result.row.name} ({result.number})", result.analyst))
    return sorted(links, key=lambda link: link.at)


def is_destroyed(sample: Sample) -> bool:
    return SampleEvent.objects.filter(sample=sample, kind="destroyed").exists()


def destroyed_among(samples: Iterable[Sample]) -> set[int]:
    """Keys of those that were destroyed."""
    return set(SampleEvent.objects.filter(sample__in=[one.pk for one in samples], kind="destroyed").values_list("sample_id", flat=True))


def is_away(sample: Sample) -> bool:
    """Sent to a contract laboratory and not returned."""
    last = SampleEvent.objects.filter(sample=sample, kind__in=("sent", "returned")).order_by("-pk").first()
    return last is not None and last.kind == "sent"


def keep_until_of(sample: Sample) -> date | None:
    """The latest day that any storing set: a retention period is never shortened."""
    days = [event.keep_until for event in SampleEvent.objects.filter(sample=sample) if event.keep_until]
    return max(days, default=None)


def units_of(sample: Sample) -> Decimal:
    """What is left in the container: as drawn, less what was taken as aliquots, or what the last other link says."""
    left = sample.quantity
    for kind, quantity in SampleEvent.objects.filter(sample=sample, quantity__isnull=False).order_by("pk").values_list("kind", "quantity"):
        left = left - quantity if kind == "aliquoted" else quantity
    return max(left, Decimal(0))


def look_due_of(sample: Sample) -> date | None:
    """Last day of the next yearly look at a reserve that is still here; None for any other sample."""
    return _due(list(SampleEvent.objects.filter(sample=sample).order_by("pk")))


def _due(events: "list[SampleEvent]") -> date | None:
    stored = [event for event in events if event.keep_until]
    if not stored or any(event.kind == "destroyed" for event in events):
        return None
    looks = [site_day(event.at) for event in events if event.kind == "inspected"]
    return look_due(site_day(stored[0].at), looks, max(event.keep_until for event in stored if event.keep_until))


def looks_due(by: date) -> list[tuple[Sample, date]]:
    """Reserves whose yearly look falls due until this day, the most pressing first."""
    events: dict[int, list[SampleEvent]] = defaultdict(list)
    reserves = SampleEvent.objects.filter(keep_until__isnull=False).order_by().values("sample")
    for event in SampleEvent.objects.filter(sample__in=reserves).select_related("sample__lot").order_by("pk"):
        events[event.sample_id].append(event)
    found = [(listed[0].sample, due) for listed in events.values() if (due := _due(listed)) is not None and due <= by]
    return sorted(found, key=lambda one: (one[1], one[0].pk))


def bars_destruction(sample: Sample, today: date) -> list[Blocker]:
    results = Result.objects.filter(sample=sample, is_current=True, status="entered").order_by("pk")
    undecided = OutOfSpecification.objects.filter(result__sample=sample, status="open").order_by("pk")
    return destruction_blockers(
        destroyed=is_destroyed(sample), away=is_away(sample), keep_until=keep_until_of(sample), today=today,
        unreviewed=[result.number for result in results], open_oos=[oos.number for oos in undecided],
    )  # fmt: skip


def reserve_blockers(lot: Lot) -> list[Blocker]:
    """What a drug product lacks of its reserve. Other lots are no finished product and need none here (LAB-27)."""
    if lot.stage != "drug_product":
        return []
    samples = Sample.objects.filter(lot=lot, custody__keep_until__isnull=False).distinct().order_by("pk")
    kept = [
        Kept(sample.number, amount_in(units_of(sample), sample.unit, lot.unit) or Decimal(0), until, is_destroyed(sample))
        for sample in samples
        if (until := keep_until_of(sample)) is not None
    ]
    version = pinned_version(lot)
    if version is None:
        # Said as such already, and nothing is known yet of how large the reserve has to be.
        return []
    return reserve_defects(
        lot.number, expires_on=lot.expires_on, kept=kept, units_for_tests=version.units_for_tests, exempt=version.reserve_exempt
    )


def laboratories() -> QuerySet[ContractLaboratory]:
    return ContractLaboratory.objects.order_by("code")


def laboratory_of(code: str) -> ContractLaboratory:
    return ContractLaboratory.objects.get(code=code)


def results_of_laboratory(laboratory: ContractLaboratory) -> QuerySet[Any]:
    return Result.objects.filter(laboratory=laboratory).select_related("lot", "row").order_by("-pk")
