"""What stops the release of a lot, computed once and used three times: to refuse a command, to grey its button, and as the
sentence on the page.

A lot passes gates in order: production reviews its batch record, QC approves its results, QA approves it for certification,
the Qualified Person certifies it, QA releases it to stock. A bank passes production's review and QA's release. A gate counts
only while its signature stands and the gate before it was not signed anew afterwards.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from batches.models import Lot
from batches.selectors.dispositions import decision_before_hold
from batches.selectors.release import LIFT_HOLD_RULES
from batches.selectors.signatures import signatures_by_record
from evgmp.compliance import clock
from evgmp.compliance.models import Event, Signature
from evgmp.rules.blocker import Blocker
from evgmp.rules.command import Command
from qc.documents.certificates import certificate_of_analysis
from qc.domain.commands import APPROVE_FOR_CERTIFICATION, APPROVE_QC, CERTIFY_LOT, REJECT_LOT, RELEASE_BANK, RELEASE_TO_STOCK
from qc.domain.lifecycle_release import RELEASE, WORDS
from qc.models import CertificationRegister, QcApproval
from qc.selectors import stops
from qc.selectors.chain import Chain
from qc.selectors.papers import facts_of, newest_version_of
from qc.selectors.stops import QA, QC_HEAD, QP, Stop

# Gates by stage: command, title, whom it waits for, what the act is called in a sentence.
QC_GATE = (APPROVE_QC, "QC approval", QC_HEAD)
GATES: dict[str, tuple[tuple[Command, str, str], ...]] = {
    "ev_lot": (
        QC_GATE,
        (APPROVE_FOR_CERTIFICATION, "QA approval for certification", QA),
        (CERTIFY_LOT, "Certification by the Qualified Person", QP),
        (RELEASE_TO_STOCK, "Release to stock", QA),
    ),
    "cell_bank": (QC_GATE, (RELEASE_BANK, "Release of the bank", QA)),
}
# A bank can be released without a certificate of analysis; an EV lot can't.
OPTIONAL = {("cell_bank", APPROVE_QC.key)}
# What a later gate is told when this one is not signed.
MISSING = {
    APPROVE_QC.key: "qc_not_approved",
    APPROVE_FOR_CERTIFICATION.key: "not_approved_for_certification",
    CERTIFY_LOT.key: "not_certified",
}
# Decisions that rest on signed gates: from a hold they are signed anew when a signature fell.
RESTING = ("approved_for_certification", "certified", "released")


@dataclass(frozen=True)
class Gate:
    """One gate: the newest signature at it, whether that still counts, and why not."""

    command: Command
    title: str
    waits: str
    signature: Signature | None
    passed: bool
    fallen: Stop | None


class ReleaseState:
    """Where a lot stands on its way to release. Read once; `blockers` answers for any release command."""

    def __init__(self, lot: Lot, at: datetime | None = None) -> None:
        self.lot = lot
        self.at = at or clock.now()
        self.chain = Chain(lot)

    # --- what is true ---

    @property
    def disposition(self) -> str:
        return self.chain.dispositions[self.lot.pk]

    @cached_property
    def held_from(self) -> str:
        """The decision that a hold interrupted; empty when the lot is not on hold."""
        return decision_before_hold(self.lot) if self.disposition == "hold" else ""

    @cached_property
    def making(self) -> list[Stop]:
        return stops.making_stops(self.lot, self.disposition) + stops.expiry_stops(self.lot, self.at)

    @cached_property
    def _records(self) -> dict[int, list[Stop]]:
        return stops.record_stops(self.chain)

    @property
    def own_record(self) -> list[Stop]:
        return self._records[self.lot.pk]

    @property
    def other_records(self) -> list[Stop]:
        return [stop for lot in self.chain.ancestors for stop in self._records[lot.pk]]

    @cached_property
    def exceptions(self) -> list[Stop]:
        return stops.exception_stops(self.chain)

    @cached_property
    def origin(self) -> list[Stop]:
        return stops.ancestor_stops(self.chain) + stops.donor_stops(self.chain)

    @cached_property
    def laboratory(self) -> list[Stop]:
        return stops.laboratory_stops(self.chain)

    @cached_property
    def approval(self) -> QcApproval | None:
        return QcApproval.objects.filter(lot=self.lot).select_related("certificate").order_by("-pk").first()

    @cached_property
    def certification(self) -> CertificationRegister | None:
        return CertificationRegister.objects.filter(lot=self.lot).select_related("certificate").order_by("-pk").first()

    # --- the gates ---

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        found: list[Gate] = []
        for command, title, waits in GATES.get(self.lot.stage, ()):
            found.append(self._gate(command, title, waits, found[-1] if found else None))
        return tuple(found)

    def _gate(self, command: Command, title: str, waits: str, before: Gate | None) -> Gate:
        signature = self._signatures.get(command.key)
        if signature is None:
            return Gate(command, title, waits, None, False, None)
        why = signature.withdrawn_why or self._overtaken(command, signature, before)
        if why:
            stop = Stop("signature_fell", f"{title} no longer stands", why, waits, blockers=())
            return Gate(command, title, waits, signature, False, stop)
        return Gate(command, title, waits, signature, self._still_decided(command), None)

    def _overtaken(self, command: Command, signature: Signature, before: Gate | None) -> str:
        """Why a signature that did not fall by itself no longer counts, or an empty text."""
        optional = before is not None and (self.lot.stage, before.command.key) in OPTIONAL
        if before is not None and not optional:
            if not before.passed:
                return f"{before.title}, on which it rests, no longer stands."
            if before.signature is not None and before.signature.event.seq > signature.event.seq:
                return f"{before.title} was signed anew afterwards."
        return self._stale_paper() if command is APPROVE_QC else ""

    def _stale_paper(self) -> str:
        """The certificate of analysis says something else than the record says now."""
        approval = self.approval
        if approval is None:
            return "There is no certificate of analysis."
        paper = approval.certificate
        if newest_version_of(paper).pk != paper.pk:
            return f"{paper} is superseded."
        now = asdict(certificate_of_analysis(self.lot))
        issued = facts_of(paper)["content"]
        changed = [name for name in now if name != "signatures" and _plain(now[name]) != issued.get(name)]
        if changed:
            return f"{paper} no longer says what the record says ({', '.join(name.replace('_', ' ') for name in changed)})."
        return ""

    def _still_decided(self, command: Command) -> bool:
        """A decision counts while the lot stands at it or beyond: QA may have taken it back since."""
        if command is APPROVE_QC:
            return True
        order = ("approved_for_certification", "certified", "released")
        reached = {APPROVE_FOR_CERTIFICATION: order, CERTIFY_LOT: order[1:], RELEASE_TO_STOCK: order[2:], RELEASE_BANK: order[2:]}
        return (self.held_from or self.disposition) in reached[command]

    @cached_property
    def _signatures(self) -> dict[str, Signature]:
        """The newest signature given by each release command on this lot."""
        records: list[list[Any]] = [
            list(QcApproval.objects.filter(lot=self.lot)),
            list(self.lot.dispositions.all()),
            list(CertificationRegister.objects.filter(lot=self.lot)),
        ]
        found: dict[str, Signature] = {}
        given = [s for rows in records for listed in signatures_by_record(rows).values() for s in listed]
        verbs = {e.pk: e for e in Event.objects.filter(pk__in=[s.event_id for s in given])}
        for signature in sorted(given, key=lambda s: s.pk):
            signature.event = verbs[signature.event_id]
            found[signature.event.verb] = signature
        return found

    @property
    def next_gate(self) -> Gate | None:
        """The first gate that is not passed and not optional."""
        return next((g for g in self.gates if not g.passed and (self.lot.stage, g.command.key) not in OPTIONAL), None)

    # --- what bars ---

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """Everything that stops the release now, most pressing first. A gate that only waits to be signed is not among them."""
        if self.disposition in ("released", "rejected", "recalled"):
            return ()
        if self.lot.making_status != "made":
            return tuple(self.making)
        found = self.making + self.laboratory + self.exceptions + self.own_record + self.other_records + self.origin
        fallen = [gate.fallen for gate in self.gates if gate.fallen]
        return stops.in_order(found + fallen[:1])

    def blockers(self, command: Command) -> list[Blocker]:
        """Why a release command can't be done now, whoever does it. Empty is the only yes."""
        found = self._status_blockers(command)
        if command is REJECT_LOT:
            return found
        if self.lot.stage not in GATES or command not in [gate.command for gate in self.gates]:
            return [*found, Blocker("wrong_stage", f"“{command.label}” is not for {self.lot}: {self.lot.stage_name}.")]
        return found + self._order_blockers(command) + _reasons(self._facts_for(command))

    def may_be_signed(self, command: Command) -> bool:
        """Whether nothing bars a gate: the answer of `blockers`, found without reading on after the first reason."""
        if self._status_blockers(command) or self._order_blockers(command):
            return False
        return not any(self._facts_for(command))

    def _status_blockers(self, command: Command) -> list[Blocker]:
        if command in (APPROVE_QC, APPROVE_FOR_CERTIFICATION) and self.held_from in RESTING:
            return []
        if command is APPROVE_FOR_CERTIFICATION and self.disposition == "certified":
            return [Blocker("hold_first", f"{self.lot} is certified. Put it on hold first; then it can be approved anew.")]
        return RELEASE.blockers(command, status=self.disposition)

    def _facts_for(self, command: Command) -> Iterator[Stop]:
        """The stops that bear on a gate, the cheapest to find first. QC speaks for results, not for other lots' records or donors."""
        yield from (stop for stop in self.making if stop.key != "on_hold")
        yield from self.exceptions
        yield from self.laboratory
        yield from self.own_record
        if command is not APPROVE_QC:
            yield from self.origin
            yield from self.other_records

    def _order_blockers(self, command: Command) -> list[Blocker]:
        found = []
        for gate in self.gates:
            if gate.command is command:
                if gate.passed:
                    found.append(Blocker("gate_signed", f"{gate.title} is signed already, and the signature stands."))
                break
            if not gate.passed and (self.lot.stage, gate.command.key) not in OPTIONAL:
                how = f"no longer stands. {gate.fallen.evidence} It is signed anew first" if gate.fallen else "comes first"
                found.append(Blocker(MISSING[gate.command.key], f"{gate.title} {how}, by the {gate.waits}."))
        return found

    # --- the sentence ---

    @property
    def sentence(self) -> str:
        lot = self.lot.number
        if self.disposition in ("released", "rejected", "recalled", "aborted"):
            return f"{lot} is {WORDS[self.disposition]}."
        if count := len(self.stops):
            words = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
            told = words[count - 1] if count <= len(words) else str(count)
            return f"{told} thing{'s' if count > 1 else ''} stop{'s' if count == 1 else ''} the release of {lot}"
        if gate := self.next_gate:
            return f"Nothing stops {lot}. It waits for the {gate.waits}"
        return f"Nothing stops {lot}."

    @property
    def waits(self) -> str:
        """Whom the lot waits for: those of the stops, or of the next gate."""
        if self.stops:
            return ", ".join(dict.fromkeys(stop.waits for stop in self.stops))
        return self.next_gate.waits if self.next_gate else ""


def _reasons(found: Iterable[Stop]) -> list[Blocker]:
    return [blocker for stop in found for blocker in stop.reasons]


def _plain(value: Any) -> Any:
    """Tuples as the lists that JSON makes of them."""
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value


def release_state(lot: Lot, at: datetime | None = None) -> ReleaseState:
    """Where `lot` stands on its way to release."""
    return ReleaseState(lot, at)


def state_of(lot: Lot) -> ReleaseState:
    """The state read once for a page: buttons, sentence and ladder of one answer share it."""
    known: ReleaseState | None = getattr(lot, "_release_state", None)
    if known is None:
        known = lot._release_state = ReleaseState(lot)  # type: ignore[attr-defined]
    return known


def fallen_since_hold(lot: Lot) -> list[Blocker]:
    """A lot does not return from a hold to a decision whose signatures fell meanwhile."""
    if decision_before_hold(lot) not in RESTING:
        return []
    return [
        Blocker(
            "signature_fell",
            f"{gate.title} no longer stands. {gate.fallen.evidence} Sign it anew: “{APPROVE_FOR_CERTIFICATION.label}” ends the hold.",
        )
        for gate in release_state(lot).gates
        if gate.fallen
    ]


# QA lifts holds on the shop floor, which knows no laboratory; what the laboratory has to say is asked from here.
LIFT_HOLD_RULES.append(fallen_since_hold)
