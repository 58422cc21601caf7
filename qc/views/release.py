"""Review and release: the lots under review, the review page of a lot, and the decisions."""

from typing import Any

from django.urls import reverse

from batches.selectors.headers import lot_header
from batches.selectors.holds import holds_of
from batches.selectors.lots import lot_of
from batches.selectors.signatures import signatures_by_record
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered
from evgmp.web.record_view import RecordDetail, RecordList
from qc.domain.commands import APPROVE_FOR_CERTIFICATION, APPROVE_QC, CERTIFY_LOT, REJECT_LOT, RELEASE_BANK, RELEASE_TO_STOCK
from qc.forms.release import CertifyForm
from qc.selectors import papers, parts, review
from qc.selectors.gates import Gate
from qc.selectors.release_state import ReleaseState, state_of
from qc.services import release as services
from qc.views.reworks import rework_list


class ReleaseCommand(CommandView):
    """A decision on a lot, by its number. What bars it is the release state; what bars this person is told before signing."""

    @classmethod
    def find(cls, on: str) -> Any:
        return lot_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return state_of(target).blockers(cls.command)

    @classmethod
    def own_blockers(cls, state: ReleaseState, user_id: str) -> list[Blocker]:
        return parts.decider_blockers(state.chain, user_id)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        state = state_of(target)
        rows: list[tuple[str, Any]] = [("Lot", target), ("Product", target.product), ("What stops it", state.sentence)]
        if state.approval:
            paper = state.approval.certificate
            rows += [("Certificate of analysis", paper), ("sha-256 of its data", paper.data_sha256)]
        rows += [(part["name"], f"{part['done']} of {part['total']}") for part in review.completeness_of(state)]
        return rows

    def extra_context(self, target: Any) -> dict[str, Any]:
        state = state_of(target)
        own = self.own_blockers(state, self.actor.user_id)
        context: dict[str, Any] = {"cancel_url": review_url(target)}
        if own:
            context["blockers"] = [*self.barred(target), *own]
        return context

    def success_url(self, record: Any) -> str:
        return review_url(getattr(record, "lot", record))


class ApproveQc(ReleaseCommand):
    command = APPROVE_QC
    service = staticmethod(services.approve_qc)

    @classmethod
    def own_blockers(cls, state: ReleaseState, user_id: str) -> list[Blocker]:
        return parts.approver_blockers(state.lot, user_id)


class ApproveForCertification(ReleaseCommand):
    command = APPROVE_FOR_CERTIFICATION
    service = staticmethod(services.approve_for_certification)


class CertifyLot(ReleaseCommand):
    command = CERTIFY_LOT
    service = staticmethod(services.certify_lot)
    form_class = CertifyForm

    @classmethod
    def own_blockers(cls, state: ReleaseState, user_id: str) -> list[Blocker]:
        return parts.certifier_blockers(state.chain, user_id)


class ReleaseToStock(ReleaseCommand):
    command = RELEASE_TO_STOCK
    service = staticmethod(services.release_to_stock)


class ReleaseBank(ReleaseCommand):
    command = RELEASE_BANK
    service = staticmethod(services.release_bank)


class RejectLot(ReleaseCommand):
    command = REJECT_LOT
    service = staticmethod(services.reject_lot)

    @classmethod
    def own_blockers(cls, state: ReleaseState, user_id: str) -> list[Blocker]:
        return []


VIEWS_BY_COMMAND: dict[str, type[ReleaseCommand]] = {
    view.command.key: view for view in (ApproveQc, ApproveForCertification, CertifyLot, ReleaseToStock, ReleaseBank)
}


def review_url(lot: Any) -> str:
    return reverse("qc:lot_review", args=[lot.number])


def offered_gate(actor: Any, state: ReleaseState) -> list[dict[str, Any]]:
    """The decisions this person's role may take on a lot: the next gate of theirs, and the rejection."""
    found = []
    for gate in state.gates:
        if not gate.passed and (action := offered(actor, VIEWS_BY_COMMAND[gate.command.key], state.lot, primary=True)):
            own = VIEWS_BY_COMMAND[gate.command.key].own_blockers(state, actor.user_id)
            action["barred"] = action["barred"] + [blocker.message for blocker in own]
            found.append(action)
    ready = [action for action in found if not action["barred"]]
    shown = ready[:1] or found[:1]
    if (reject := offered(actor, RejectLot, state.lot)) and not reject["barred"]:
        shown.append({**reject, "stop": True, "icon": "slash-circle"})
    return shown


class Reviews(RecordList):
    """Lots on their way to release, each with the sentence that says what stops it."""

    title = "Lots under review"
    template_name = "qc/reviews.html"
    page_size = 10

    def rows(self) -> Any:
        return review.lots_under_review()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        holds = holds_of(context["rows"])
        states = [(state_of(lot), holds.get(lot.pk, ())) for lot in context["rows"]]
        return {**context, "states": states, "register": review.register()[:10]}


class LotReview(RecordDetail):
    """Opens with what stops this lot and whom it waits for; then exceptions, changes, sign-off, completeness."""

    template_name = "qc/review.html"

    def record(self, key: str) -> Any:
        return lot_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return lot_header(record, "review")

    def details(self, record: Any) -> dict[str, Any]:
        state = state_of(record)
        exceptions = review.exceptions_of(state.chain)
        counts = {"open": sum(row["undecided"] for row in exceptions), "all": len(exceptions)}
        counts["closed"] = counts["all"] - counts["open"]
        show = self.request.GET.get("show", "open" if counts["open"] else "all")
        show = show if show in review.SHOWN else "all"
        rungs = rungs_of(state)
        return {
            "state": state,
            "note": note_of(state),
            "papers": papers.papers_about(record),
            "stops": [
                {"what": stop.what, "evidence": stop.evidence, "waits": stop.waits, "url": stop.url, "link": stop.link}
                for stop in state.stops
            ],
            "exceptions": [row for row in exceptions if show == "all" or row["undecided"] == (show == "open")],
            "counts": counts,
            "segments": [
                {"label": f"{name.capitalize()} {counts[name]}", "url": f"?show={name}", "active": name == show} for name in review.SHOWN
            ],
            "changes": review.changes_of(state.chain),
            "rungs": rungs,
            "signed_count": sum(rung["state"] == "done" for rung in rungs),
            "completeness": review.completeness_of(state),
            "actions": offered_gate(self.actor, state),
            **rework_list(self.actor, record),
        }


def note_of(state: ReleaseState) -> str:
    """The line below the sentence."""
    if state.stops:
        return f"It waits for: {state.waits}."
    if state.certification and state.disposition in ("certified", "released"):
        return f"Certified by {state.certification.qp_name}, register entry {state.certification.serial}."
    return ""


def rungs_of(state: ReleaseState) -> list[dict[str, Any]]:
    """The ladder of signatures, production's review first."""
    batch = state.chain.batches.get(state.lot.pk)
    signed = [s for s in signatures_by_record([batch])[str(batch.pk)] if s.meaning == "reviewed"] if batch else []
    done = not state.own_record
    rungs = [
        {
            "title": "Production review", "state": "done" if done else "stop", "sig": signed[-1] if signed else None,
            "note": "", "barred": [stop.evidence for stop in state.own_record],
        }
    ]  # fmt: skip
    waiting = True
    for gate in state.gates:
        rungs.append(_rung(state, gate, waiting and done))
        if not gate.passed and not gate.optional:
            waiting = False
    return rungs


def _rung(state: ReleaseState, gate: Gate, is_next: bool) -> dict[str, Any]:
    rung: dict[str, Any] = {"title": gate.title, "sig": gate.signature, "note": "", "barred": []}
    if gate.passed:
        return {**rung, "state": "done"}
    if gate.fallen:
        rung["barred"] = [gate.fallen.evidence]
    if not is_next:
        return {**rung, "state": "locked", "note": f"Opens after the signatures before it. Then it waits for the {gate.waits}."}
    if reasons := state.blockers(gate.command):
        count = len(reasons)
        note = f"Cannot be signed yet: {count} reason{'s' if count > 1 else ''}."
        return {**rung, "state": "stop", "note": note, "barred": [*rung["barred"], *(reason.message for reason in reasons)]}
    note = "Optional: issues a certificate of analysis. " if gate.optional else ""
    return {**rung, "state": "now", "note": f"{note}Waits for the {gate.waits}."}
