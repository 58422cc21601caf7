"""The decisions on a lot, in their order: QC approves, QA approves for certification, the Qualified Person certifies, QA
releases; QA releases banks; QA rejects."""

from typing import Any

from batches.models import BatchRecord, Disposition, Lot
from batches.services.dispositions import dispose
from evgmp.compliance.issuing import issue, stamp
from evgmp.compliance.models import GmpModel, IssuedDocument
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import Blocker, RuleBroken
from qc.documents import certificates
from qc.domain.commands import APPROVE_FOR_CERTIFICATION, APPROVE_QC, CERTIFY_LOT, REJECT_LOT, RELEASE_BANK, RELEASE_TO_STOCK
from qc.models import CertificationRegister, LotSpecification, QcApproval, Result
from qc.selectors.parts import approver_blockers, certifier_blockers, decider_blockers
from qc.selectors.release_state import ReleaseState, release_state

PAPER_FIELDS = ["number", "version", "data_sha256", "content_id", "check_code"]
Cover = GmpModel | tuple[GmpModel, list[str]]


def _locked(on: str, act: Act) -> Lot:
    """The lot under lock; its batch record first, because who writes a record takes that lock before the lot's."""
    BatchRecord.objects.select_for_update().filter(lot__number=on).first()
    lot = Lot.locked(number=on)
    fresh(lot, act)
    return lot


def _refuse(blockers: list[Blocker]) -> None:
    if blockers:
        raise RuleBroken(*blockers)


def approve_qc(act: Act, on: str) -> QcApproval:
    """QC's head approves the results and issues the certificate of analysis, or its next version after a correction."""
    with recording(APPROVE_QC, act) as rec:
        lot = _locked(on, act)
        state = release_state(lot, rec.at)
        _refuse(state.blockers(APPROVE_QC) + approver_blockers(lot, act.by.user_id))
        pinned = LotSpecification.objects.select_related("version__spec").get(lot=lot)
        signed = certificates.signed_now(rec, "the results on this certificate")
        paper = issue(
            rec,
            kind=certificates.COA_KIND,
            number=state.approval.certificate.number if state.approval else rec.next_number(f"COA-{rec.at.year}"),
            title=certificates.COA_TITLE,
            record=lot,
            content=certificates.certificate_of_analysis(lot, (signed,)),
        )
        approval = QcApproval(lot=lot, specification=pinned.version.number, certificate=paper, at=rec.at, approved_by=act.by.printed_name)
        approval.save()
        lot.save()
        covers: list[Cover] = [approval, (paper, PAPER_FIELDS), *_vouched(state, [lot])]
        rec.about(approval, covers=covers, references=[pinned.version], certificate=str(paper), lot=lot.number)
    return approval


def approve_for_certification(act: Act, on: str) -> Lot:
    """QA has reviewed everything and hands the lot to the Qualified Person. The lot stays in quarantine."""
    with recording(APPROVE_FOR_CERTIFICATION, act) as rec:
        lot = _locked(on, act)
        state = release_state(lot, rec.at)
        _refuse(state.blockers(APPROVE_FOR_CERTIFICATION) + decider_blockers(state.chain, act.by.user_id))
        if state.disposition == "approved_for_certification":
            dispose(rec, lot, "quarantine", "The earlier approval for certification no longer stands.")
        row = dispose(rec, lot, "approved_for_certification")
        _about_decision(rec, state, row)
    return lot


def certify_lot(act: Act, on: str, *, destination: str) -> Lot:
    """The Qualified Person certifies: register row, batch certificate and disposition in one recording (REL-06, REL-07)."""
    with recording(CERTIFY_LOT, act) as rec:
        lot = _locked(on, act)
        state = release_state(lot, rec.at)
        _refuse(state.blockers(CERTIFY_LOT) + certifier_blockers(state.chain, act.by.user_id))
        # The gate of QC is among what was asked, so its approval is there.
        assert state.approval is not None
        coa = state.approval.certificate
        row = _registered(rec, state, coa, destination)
        decision = dispose(rec, lot, "certified")
        covers: list[Cover] = [row, decision, (row.certificate, PAPER_FIELDS), (coa, PAPER_FIELDS), *_vouched(state, state.chain.lots)]
        rec.about(row, covers=covers, register=row.serial, lot=lot.number, certificate=str(row.certificate))
    return lot


def _registered(rec: Recording, state: ReleaseState, coa: IssuedDocument, destination: str) -> CertificationRegister:
    """The row of the register with the batch certificate it belongs to."""
    lot, by = state.lot, rec.act.by
    serial = rec.next_number(f"QPR-{rec.at.year}")
    approved = next(gate.signature for gate in state.gates if gate.command is APPROVE_FOR_CERTIFICATION)
    words = (f"Approved by {approved.printed_name}", stamp(approved.at)[:10]) if approved else ("", "")
    content = certificates.batch_certificate(rec, lot, coa=coa, approved=words, serial=serial, destination=destination)
    paper = issue(
        rec,
        kind=certificates.BATCH_KIND,
        number=state.certification.certificate.number if state.certification else rec.next_number(f"BC-{rec.at.year}"),
        title=certificates.BATCH_TITLE,
        record=lot,
        content=content,
    )
    row = CertificationRegister(
        serial=serial,
        lot=lot,
        product=lot.product,
        certified_at=rec.at,
        qp_name=by.printed_name,
        qp_user_id=by.user_id,
        documents=[f"{line.record}: {line.number}" for line in content.basis],
        destination=destination,
        decision="certified",
        certificate=paper,
    )
    row.save()
    return row


def release_to_stock(act: Act, on: str) -> Lot:
    """The physical release, an act of its own after certification (REL-02)."""
    with recording(RELEASE_TO_STOCK, act) as rec:
        lot = _locked(on, act)
        state = release_state(lot, rec.at)
        _refuse(state.blockers(RELEASE_TO_STOCK) + decider_blockers(state.chain, act.by.user_id))
        _about_decision(rec, state, dispose(rec, lot, "released"))
    return lot


def release_bank(act: Act, on: str) -> Lot:
    """QA releases a cell bank: eligible donor, reviewed record, every mandatory test passed, nothing open."""
    with recording(RELEASE_BANK, act) as rec:
        lot = _locked(on, act)
        state = release_state(lot, rec.at)
        _refuse(state.blockers(RELEASE_BANK) + decider_blockers(state.chain, act.by.user_id))
        _about_decision(rec, state, dispose(rec, lot, "released"))
    return lot


def reject_lot(act: Act, on: str) -> Lot:
    """QA rejects a lot, with the reason. It never comes back (REL-01)."""
    with recording(REJECT_LOT, act) as rec:
        lot = _locked(on, act)
        _refuse(release_state(lot, rec.at).blockers(REJECT_LOT))
        row = dispose(rec, lot, "rejected", act.reason)
        rec.about(row, covers=[row, lot], lot=lot.number)
    return lot


def _about_decision(rec: Recording, state: ReleaseState, row: Disposition) -> None:
    """A decision vouches for itself, for the certificate and for what it rests on: a later change withdraws it, visibly."""
    papers: list[Cover] = [(state.approval.certificate, PAPER_FIELDS)] if state.approval else []
    rec.about(row, covers=[row, *papers, *_vouched(state, state.chain.lots)], lot=state.lot.number)


def _vouched(state: ReleaseState, lots: list[Lot]) -> list[Cover]:
    """What a release signature rests on: the lot with its typed half, its pinned specification, the results as they stand, and
    the standing of the batch records of `lots`. A superseded result or a record opened again withdraws the signature."""
    lot = state.lot
    covers: list[Cover] = [lot, lot.typed]
    covers += LotSpecification.objects.filter(lot=lot)
    for result in Result.objects.filter(lot=lot, is_current=True).order_by("pk"):
        covers.append((result, [*result.signed_fields(), "status", "is_current"]))
    for one in lots:
        # A sub-lot has no record of its own: that of the lot it is part of stands among `lots`.
        if batch := state.chain.batches.get(one.pk):
            covers.append((batch, [*batch.signed_fields(), "status"]))
    return covers


__all__: list[Any] = [
    "approve_for_certification", "approve_qc", "certify_lot", "reject_lot", "release_bank", "release_to_stock",
]  # fmt: skip
