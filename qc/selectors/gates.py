"""The gates of a release: who signed at each, and whether that signature still counts.

A lot passes gates in order: QC approves its results, QA approves it for certification, the Qualified Person certifies it, QA
releases it to stock. A bank passes QA's release. A gate counts only while its signature stands and the gate before it was not
signed anew afterwards.
"""

from dataclasses import asdict, dataclass
from typing import Any

from batches.models import Lot
from batches.selectors.signatures import signatures_by_record
from evgmp.compliance.models import Event, Signature
from evgmp.rules.command import Command
from qc.documents.certificates import certificate_of_analysis
from qc.domain.commands import APPROVE_FOR_CERTIFICATION, APPROVE_QC, CERTIFY_LOT, RELEASE_BANK, RELEASE_TO_STOCK
from qc.models import CertificationRegister, QcApproval
from qc.selectors.papers import facts_of, newest_version_of
from qc.selectors.stops import QA, QC_HEAD, QP, Stop

# Gates by stage: command, title, whom it waits for.
QC_GATE = (APPROVE_QC, "QC approval", QC_HEAD)
_TO_STOCK = (
    QC_GATE,
    (APPROVE_FOR_CERTIFICATION, "QA approval for certification", QA),
    (CERTIFY_LOT, "Certification by the Qualified Person", QP),
    (RELEASE_TO_STOCK, "Release to stock", QA),
)
GATES: dict[str, tuple[tuple[Command, str, str], ...]] = {
    "ev_lot": _TO_STOCK,
    "drug_product": _TO_STOCK,
    "cell_bank": (QC_GATE, (RELEASE_BANK, "Release of the bank", QA)),
}
# A bank can be released without a certificate of analysis; an EV lot and a drug product can't.
OPTIONAL = {("cell_bank", APPROVE_QC.key)}
# The disposition that each decision leaves, in their order.
ORDER = ("approved_for_certification", "certified", "released")
REACHED = {APPROVE_FOR_CERTIFICATION: ORDER, CERTIFY_LOT: ORDER[1:], RELEASE_TO_STOCK: ORDER[2:], RELEASE_BANK: ORDER[2:]}


@dataclass(frozen=True)
class Gate:
    """One gate: the newest signature at it, whether that still counts, and why not."""

    command: Command
    title: str
    waits: str
    signature: Signature | None
    passed: bool
    fallen: Stop | None
    optional: bool


def read_gates(lot: Lot, disposition: str, approval: QcApproval | None) -> tuple[Gate, ...]:
    """The gates of a lot in their order. `disposition`: the lot's, or the one that a hold interrupted."""
    signatures = _signatures(lot)
    found: list[Gate] = []
    for command, title, waits in GATES.get(lot.stage, ()):
        before = found[-1] if found and not found[-1].optional else None
        optional = (lot.stage, command.key) in OPTIONAL
        signature = signatures.get(command.key)
        why = _why_fallen(lot, command, signature, before, approval) if signature else ""
        fallen = Stop("signature_fell", f"{title} no longer stands", why, waits) if why else None
        # A decision counts while the lot stands at it or beyond: QA may have taken it back since.
        stands = command is APPROVE_QC or disposition in REACHED[command]
        found.append(Gate(command, title, waits, signature, signature is not None and not why and stands, fallen, optional))
    return tuple(found)


def _why_fallen(lot: Lot, command: Command, signature: Signature, before: Gate | None, approval: QcApproval | None) -> str:
    """Why a signature no longer counts, or an empty text."""
    if signature.withdrawn_why:
        return signature.withdrawn_why
    if before is not None and not before.passed:
        return f"{before.title}, on which it rests, no longer stands."
    if before is not None and before.signature is not None and before.signature.event.seq > signature.event.seq:
        return f"{before.title} was signed anew afterwards."
    return _stale_paper(lot, approval) if command is APPROVE_QC else ""


def _stale_paper(lot: Lot, approval: QcApproval | None) -> str:
    """The certificate of analysis says something else than the record says now."""
    if approval is None:
        return "There is no certificate of analysis."
    paper = approval.certificate
    if newest_version_of(paper).pk != paper.pk:
        return f"{paper} is superseded."
    now = asdict(certificate_of_analysis(lot))
    issued = facts_of(paper)["content"]
    changed = [name for name in now if name != "signatures" and _plain(now[name]) != issued.get(name)]
    if changed:
        return f"{paper} no longer says what the record says ({', '.join(name.replace('_', ' ') for name in changed)})."
    return ""


def _signatures(lot: Lot) -> dict[str, Signature]:
    """The newest signature given by each release command on this lot."""
    records: list[list[Any]] = [
        list(QcApproval.objects.filter(lot=lot)),
        list(lot.dispositions.all()),
        list(CertificationRegister.objects.filter(lot=lot)),
    ]
    found: dict[str, Signature] = {}
    given = [s for rows in records for listed in signatures_by_record(rows).values() for s in listed]
    verbs = {e.pk: e for e in Event.objects.filter(pk__in=[s.event_id for s in given])}
    for signature in sorted(given, key=lambda s: s.pk):
        signature.event = verbs[signature.event_id]
        found[signature.event.verb] = signature
    return found


def _plain(value: Any) -> Any:
    """Tuples as the lists that JSON makes of them."""
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value
