"""What happens to samples in the laboratory, and which contract laboratories may test them (LAB-01, LAB-25, LAB-27)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from batches.models import Sample
from batches.services.exceptions import open_exception
from batches.services.samples import handled
from evgmp.compliance.recording import Act, fresh, recording
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import Blocker, RuleBroken, refuse
from qc.domain.commands import APPROVE_LABORATORY, DESTROY_SAMPLE, RECORD_CUSTODY
from qc.domain.custody import custody_defects
from qc.models import ContractLaboratory, SampleEvent
from qc.selectors.custody import bars_destruction, is_away, is_destroyed, keep_until_of, look_due_of
from qc.selectors.methods import methods_in_force


def record_custody(
    act: Act, on: str, *, kind: str, place: str, quantity: Decimal | None = None, keep_until: date | None = None, finding: str = "",
    remark: str = "",
) -> SampleEvent:  # fmt: skip
    """One link of the chain: aliquoted, stored, sent, returned or looked at. keep_until: last day of a retention period, for a stored sample.
    finding: what the yearly look at a reserve found; a sign of deterioration opens an exception, because it is investigated (LAB-27)."""
    with recording(RECORD_CUSTODY, act) as rec:
        sample = Sample.locked(number=on)
        fresh(sample, act)
        blockers = custody_defects(
            kind, status=sample.status, place=place, destroyed=is_destroyed(sample), away=is_away(sample), finding=finding, remark=remark,
            due=look_due_of(sample) or keep_until_of(sample), today=site_day(rec.at),
        )  # fmt: skip
        if quantity is not None and not 0 < quantity <= sample.quantity:
            blockers.append(Blocker("quantity_impossible", f"The sample has {sample.quantity} {sample.unit}. Enter more than 0 and at most that.", "quantity"))
        if keep_until is not None and kind != "stored":
            blockers.append(Blocker("not_stored", "A retention period belongs to a stored sample. Choose “Stored” or leave the day empty.", "keep_until"))
        if keep_until is not None and keep_until <= site_day(rec.at):
            blockers.append(Blocker("in_the_past", "A retention period ends in the future. Check the day.", "keep_until"))
        if blockers:
            raise RuleBroken(*blockers)
        event = SampleEvent(
            sample=sample, kind=kind, place=place.strip(), quantity=quantity, keep_until=keep_until, finding=finding, remark=remark.strip(), at=rec.at,
            by=act.by.printed_name, by_id=act.by.user_id,
        )  # fmt: skip
        event.save()
        handled(rec, sample)
        seen = f"The reserve sample {sample} of {sample.lot} shows a sign of deterioration: {remark.strip()}"
        opened = open_exception(rec, kind="reserve_changed", sentence=seen, lot=sample.lot, sample=sample) if finding == "changed" else None
        rec.about(event, covers=[event, *([opened] if opened else [])], sample=sample.number, lot=sample.lot.number)
    return event


def destroy_sample(act: Act, on: str, *, method: str) -> SampleEvent:
    """The end of a sample. Refused while it is retained, while a result of it waits for review or an OOS is open. method: how."""
    with recording(DESTROY_SAMPLE, act) as rec:
        sample = Sample.locked(number=on)
        fresh(sample, act)
        if blockers := bars_destruction(sample, site_day(rec.at)):
            raise RuleBroken(*blockers)
        if not method.strip():
            raise refuse("method_missing", "Say how the sample was destroyed.", "method")
        event = SampleEvent(
            sample=sample, kind="destroyed", place=method.strip(), remark=act.reason.strip(), at=rec.at, by=act.by.printed_name, by_id=act.by.user_id,
        )  # fmt: skip
        event.save()
        handled(rec, sample)
        rec.about(event, sample=sample.number, lot=sample.lot.number)
    return event


def approve_laboratory(act: Act, *, code: str, name: str, scope: Sequence[str], agreement: str, valid_until: date) -> ContractLaboratory:
    """QA approves a contract laboratory for named methods until its agreement ends, or renews the approval."""
    with recording(APPROVE_LABORATORY, act) as rec:
        known = {method.number for method in methods_in_force()}
        if not scope:
            raise refuse("scope_missing", "Choose the methods that the laboratory is approved for.", "scope")
        if unknown := [number for number in scope if number not in known]:
            raise refuse("unknown_method", f"{unknown[0][:40]} is no method of this site. Choose from the list.", "scope")
        if valid_until < site_day(rec.at):
            raise refuse("agreement_expired", "The agreement has ended. Renew it first, then approve the laboratory.", "valid_until")
        laboratory = ContractLaboratory.objects.select_for_update().filter(code=code).first() or ContractLaboratory(code=code)
        laboratory.name, laboratory.agreement, laboratory.valid_until = name.strip(), agreement.strip(), valid_until
        laboratory.scope = sorted(set(scope))
        laboratory.save()
        rec.about(laboratory, scope=laboratory.scope, valid_until=valid_until.isoformat())
    return laboratory


