"""Who took part in making or testing a lot and everything it was made from (SIG-08, AUD-12). QA's decisions and earlier
certifications are no part in this sense."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from batches.models import ContainerMovement, Lot, Sample
from batches.selectors.records import performers_of
from evgmp.compliance.models import Event, Signature
from evgmp.rules.blocker import Blocker
from evgmp.rules.command import Meaning
from qc.models import Result
from qc.selectors.chain import Chain

TOOK_PART = (Meaning.PERFORMED, Meaning.VERIFIED, Meaning.REVIEWED)
Parts = dict[str, list[str]]


def _record_keys(lots: Iterable[Lot], vials: Iterable[int]) -> dict[str, list[str]]:
    """Records of the laboratory and of the vials: samples, runs, results, withdrawals."""
    listed = list(lots)
    results = Result.objects.filter(lot__in=listed)
    return {
        "qc.result": [str(pk) for pk in results.values_list("pk", flat=True)],
        "qc.assayrun": [str(pk) for pk in results.exclude(run=None).values_list("run_id", flat=True).distinct()],
        "batches.sample": [str(pk) for pk in Sample.objects.filter(lot__in=listed).values_list("pk", flat=True)],
        "batches.container": [str(pk) for pk in vials],
        "batches.containermovement": [
            str(pk) for pk in ContainerMovement.objects.filter(container__in=list(vials)).values_list("pk", flat=True)
        ],
    }


def _in_records(keys: dict[str, list[str]], meanings: tuple[Meaning, ...]) -> Parts:
    found: Parts = defaultdict(list)
    for record_type, pks in keys.items():
        signed = Signature.objects.filter(record_type=record_type, record_key__in=pks, meaning__in=meanings).select_related("event")
        for signature in signed.order_by("pk"):
            found[signature.signer_id].append(f"{signature.meaning} “{signature.event.sentence}” of {signature.event.record_name}")
        for event in Event.objects.filter(record_type=record_type, record_key__in=pks, signatures=None).order_by("seq"):
            found[event.actor_id].append(f"recorded “{event.sentence}” of {event.record_name}")
    return found


def testers_of(lot: Lot) -> Parts:
    """Who performed tests of this lot: user ID -> what they did."""
    keys = _record_keys([lot], [])
    return _in_records({name: keys[name] for name in ("qc.result", "qc.assayrun")}, (Meaning.PERFORMED,))


def parts_in(chain: Chain, *, upstream: bool) -> Parts:
    """Everybody's part in a lot, with everything upstream of it or without."""
    lots = chain.lots if upstream else [chain.lot]
    vials = [edge.container_id for edge in chain.family.edges if edge.container_id is not None] if upstream else []
    found: Parts = defaultdict(list)
    for lot in lots:
        for user_id, sentences in performers_of(lot).items():
            found[user_id] += sentences
    for user_id, sentences in _in_records(_record_keys(lots, vials), TOOK_PART).items():
        found[user_id] += sentences
    return found


def _told(sentences: list[str]) -> str:
    listed = list(dict.fromkeys(sentences))
    return "; ".join(listed[:3]) + (f"; and {len(listed) - 3} more" if len(listed) > 3 else "")


def certifier_blockers(chain: Chain, user_id: str) -> list[Blocker]:
    """Whoever took part upstream, or signed an earlier gate of this lot, doesn't certify it. Names the records."""
    found = []
    if part := parts_in(chain, upstream=True).get(user_id):
        found.append(
            Blocker("took_part_upstream", f"You {_told(part)}, so you can't certify {chain.lot}. Another Qualified Person certifies it.")
        )
    gates = Signature.objects.filter(signer_id=user_id).filter(_earlier_gates(chain.lot)).select_related("event")
    if earlier := gates.first():
        found.append(
            Blocker("signed_earlier_gate", f"You signed “{earlier.event.sentence}” of {chain.lot}, so another person has to certify it.")
        )
    return found


def _earlier_gates(lot: Lot) -> Q:
    """Signatures of QC's approval and QA's approval for certification on this lot."""
    decisions = [str(pk) for pk in lot.dispositions.filter(decision="approved_for_certification").values_list("pk", flat=True)]
    approvals = [str(pk) for pk in lot.qc_approvals.values_list("pk", flat=True)]
    return Q(record_type="batches.disposition", record_key__in=decisions) | Q(record_type="qc.qcapproval", record_key__in=approvals)


def decider_blockers(chain: Chain, user_id: str) -> list[Blocker]:
    """Whoever took part in making or testing a lot doesn't decide on it for QA."""
    if part := parts_in(chain, upstream=False).get(user_id):
        return [Blocker("took_part", f"You {_told(part)}, so you can't decide on {chain.lot}. Another QA reviewer does.")]
    return []


def approver_blockers(lot: Lot, user_id: str) -> list[Blocker]:
    """Whoever tested a lot doesn't approve its results for QC."""
    if part := testers_of(lot).get(user_id):
        return [Blocker("tested_here", f"You {_told(part)}, so you can't approve the results of {lot}. Another head of QC does.")]
    return []
