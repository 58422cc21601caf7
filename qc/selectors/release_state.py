"""What stops the release of a lot, computed once and used three times: to refuse a command, to grey its button, and as the
sentence on the page."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

from batches.models import Lot
from batches.selectors.dispositions import decision_before_hold
from batches.selectors.release import LIFT_HOLD_RULES
from evgmp.compliance import clock
from evgmp.rules.blocker import Blocker
from evgmp.rules.command import Command
from qc.domain.commands import APPROVE_FOR_CERTIFICATION, APPROVE_QC, CERTIFY_LOT, REJECT_LOT, RELEASE_BANK
from qc.domain.lifecycle_release import RELEASE, WORDS
from qc.models import CertificationRegister, QcApproval
from qc.selectors import stops
from qc.selectors.chain import Chain
from qc.selectors.gates import ORDER, Gate, read_gates
from qc.selectors.stops import Stop

# QA's decisions, which rest on the roles and formulas in force.
BY_ADOPTED = (APPROVE_FOR_CERTIFICATION, RELEASE_BANK)
# What a later gate is told when this one is not signed.
MISSING = {
    APPROVE_QC.key: "qc_not_approved",
    APPROVE_FOR_CERTIFICATION.key: "not_approved_for_certification",
    CERTIFY_LOT.key: "not_certified",
}
NUMBERS = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


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
        return [
            *stops.making_stops(self.lot, self.disposition),
            *stops.expiry_stops(self.lot, self.at),
            *stops.label_stops(self.lot),
        ]

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
    def beside(self) -> list[Stop]:
        return stops.beside_stops(self.chain)

    @cached_property
    def origin(self) -> list[Stop]:
        return stops.ancestor_stops(self.chain) + stops.donor_stops(self.chain)

    @cached_property
    def laboratory(self) -> list[Stop]:
        return stops.laboratory_stops(self.chain) + stops.reserve_stops(self.lot)

    @cached_property
    def software(self) -> list[Stop]:
        """QA decides by roles and formulas that QA has adopted. A decision that stands stays."""
        decided = any(gate.passed for gate in self.gates if gate.command in BY_ADOPTED)
        return [] if decided else stops.adoption_stops()

    @cached_property
    def approval(self) -> QcApproval | None:
        return QcApproval.objects.filter(lot=self.lot).select_related("certificate").order_by("-pk").first()

    @cached_property
    def certification(self) -> CertificationRegister | None:
        return CertificationRegister.objects.filter(lot=self.lot).select_related("certificate").order_by("-pk").first()

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        return read_gates(self.lot, self.held_from or self.disposition, self.approval)

    @property
    def next_gate(self) -> Gate | None:
        """The first gate that is not passed and not optional."""
        return next((g for g in self.gates if not g.passed and not g.optional), None)

    # --- what bars ---

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """Everything that stops the release now, most pressing first. A gate that only waits to be signed is not among them."""
        if self.disposition in ("released", "rejected", "recalled"):
            return ()
        if self.lot.making_status != "made":
            return tuple(self.making)
        found = self.making + self.laboratory + self.exceptions + self.beside + self.own_record + self.other_records + self.origin + self.software
        fallen = [gate.fallen for gate in self.gates if gate.fallen]
        return stops.in_order(found + fallen[:1])

    def blockers(self, command: Command) -> list[Blocker]:
        """Why a release command can't be done now, whoever does it. Empty is the only yes."""
        found = self._status_blockers(command)
        if command is REJECT_LOT:
            return found
        if command not in [gate.command for gate in self.gates]:
            return [*found, Blocker("wrong_stage", f"“{command.label}” is not for {self.lot}: {self.lot.stage_name}.")]
        return found + self._order_blockers(command) + _reasons(self._facts_for(command))

    def may_be_signed(self, command: Command) -> bool:
        """Whether nothing bars a gate: the answer of `blockers`, found without reading on after the first reason."""
        if self._status_blockers(command) or self._order_blockers(command):
            return False
        return not any(self._facts_for(command))

    def _status_blockers(self, command: Command) -> list[Blocker]:
        if command in (APPROVE_QC, APPROVE_FOR_CERTIFICATION) and self.held_from in ORDER:
            return []
        if command is APPROVE_FOR_CERTIFICATION and self.disposition == "certified":
            return [Blocker("hold_first", f"{self.lot} is certified. Put it on hold first; then it can be approved anew.")]
        return RELEASE.blockers(command, status=self.disposition)

    def _facts_for(self, command: Command) -> Iterator[Stop]:
        """The stops that bear on a gate, the cheapest to find first. QC speaks for results, not for equipment, materials, other lots' records or donors."""
        yield from (stop for stop in self.making if stop.key != "on_hold")
        yield from self.exceptions
        yield from self.laboratory
        yield from self.own_record
        if command is not APPROVE_QC:
            yield from self.beside
            yield from self.origin
            yield from self.other_records
        if command in BY_ADOPTED:
            yield from self.software

    def _order_blockers(self, command: Command) -> list[Blocker]:
        found = []
        for gate in self.gates:
            if gate.command is command:
                if gate.passed:
                    found.append(Blocker("gate_signed", f"{gate.title} is signed already, and the signature stands."))
                break
            if not gate.passed and not gate.optional:
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
            told = NUMBERS[count - 1] if count <= len(NUMBERS) else str(count)
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
    if decision_before_hold(lot) not in ORDER:
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
