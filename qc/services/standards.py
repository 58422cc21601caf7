"""The register of reference standards, controls and critical reagents: registered by one, qualified by another, withdrawn with a reason (LAB-21)."""

from datetime import date
from decimal import Decimal
from typing import Any

from evgmp.compliance.recording import Act, fresh, recording
from evgmp.compliance.site_time import site_day
from evgmp.rules.blocker import RuleBroken, refuse
from evgmp.rules.reading import Reading
from qc.domain.commands import QUALIFY_STANDARD, REGISTER_STANDARD, WITHDRAW_STANDARD
from qc.domain.lifecycle_standards import STANDARD
from qc.domain.standards import bridging_defects, registration_defects
from qc.models import ReferenceStandard
from qc.selectors.standards import facts_for, formers_of, twin_of
from qc.services.files import RawFile, attach

STAND, NOT_TRUSTED = "stand", "not_trusted"
QUALIFIED_FIELDS = ["qualification_report", "qualified_by", "qualified_by_id", "qualified_at"]
WITHDRAWN_FIELDS = ["status", "withdrawn_by", "withdrawn_at", "withdrawn_why", "unfit_from"]


def register_standard(
    act: Act, *, kind: str, name: str, lot: str, source: str, expires_on: date, assigned_value: Reading | None = None, assigned_unit: str = "",
    former: str = "", bridging_ratio: Reading | None = None, bridging_report: str = "", not_bridged_why: str = "", raw_file: RawFile | None = None,
) -> ReferenceStandard:  # fmt: skip
    """A lot enters the register, not qualified yet. former, ratio, report: its bridging to the lot before it; or why it needs none."""
    with recording(REGISTER_STANDARD, act) as rec:
        formers = formers_of(name)
        amounts = [_plain(reading, field) for reading, field in ((assigned_value, "assigned_value"), (bridging_ratio, "bridging_ratio"))]
        blockers = registration_defects(
            kind=kind, name=name, lot=lot, expires_on=expires_on, today=site_day(rec.at), assigned=amounts[0], unit=assigned_unit, twin=twin_of(name, lot)
        )
        blockers += bridging_defects(
            formers, former=former, ratio=amounts[1], report=bridging_report, why_not=not_bridged_why, unit=assigned_unit
        )
        if blockers:
            raise RuleBroken(*blockers)
        standard = ReferenceStandard(
            number=rec.next_number(f"STD-{rec.at.year}", 4), kind=kind, name=" ".join(name.split()), lot=" ".join(lot.split()), source=source.strip(),
            expires_on=expires_on, assigned_text=assigned_value.text if assigned_value else "", assigned_value=amounts[0],
            assigned_unit=assigned_unit.strip(), former=ReferenceStandard.objects.get(number=former) if former else None, bridging_ratio=amounts[1],
            bridging_report=bridging_report.strip(), not_bridged_why=not_bridged_why.strip(), registered_by=act.by.printed_name,
            registered_by_id=act.by.user_id, registered_at=rec.at,
        )  # fmt: skip
        standard.save()
        file = attach(rec, standard, raw_file)
        rec.about(standard, covers=[standard, *([file] if file else [])])
    return standard


def qualify_standard(act: Act, on: str, *, report: str, raw_file: RawFile | None = None) -> ReferenceStandard:
    """Another person qualifies the lot by its report: with the value, the expiry and the bridging that were registered."""
    with recording(QUALIFY_STANDARD, act) as rec:
        standard = ReferenceStandard.locked(number=on)
        fresh(standard, act)
        facts = facts_for(standard, act.by.user_id)
        if blockers := STANDARD.blockers(QUALIFY_STANDARD, status=standard.status, facts=facts):
            raise RuleBroken(*blockers)
        if not report.strip():
            raise refuse("report_missing", "Name the report that qualifies this lot.", "report")
        standard.status = STANDARD.target(QUALIFY_STANDARD, status=standard.status, facts=facts)
        standard.qualification_report, standard.qualified_at = report.strip(), rec.at
        standard.qualified_by, standard.qualified_by_id = act.by.printed_name, act.by.user_id
        standard.save()
        file = attach(rec, standard, raw_file)
        covers: list[Any] = [(standard, [*standard.signed_fields(), *QUALIFIED_FIELDS]), *([file] if file else [])]
        rec.about(standard, covers=covers, report=report.strip())
    return standard


def withdraw_standard(act: Act, on: str, *, runs: str, unfit_from: date | None = None) -> ReferenceStandard:
    """No run uses the lot any more. runs: whether those that used it `stand`, or are `not_trusted` from the day `unfit_from` on."""
    with recording(WITHDRAW_STANDARD, act) as rec:
        standard = ReferenceStandard.locked(number=on)
        fresh(standard, act)
        if blockers := STANDARD.blockers(WITHDRAW_STANDARD, status=standard.status, facts={}):
            raise RuleBroken(*blockers)
        if runs not in (STAND, NOT_TRUSTED):
            raise refuse("runs_undecided", "Say whether the runs that used this lot stand.", "runs")
        if (runs == NOT_TRUSTED) != (unfit_from is not None):
            raise refuse("day_and_runs", "Give the first day whose runs are not trusted, and only then. Leave it empty when the runs stand.", "unfit_from")
        if unfit_from is not None and unfit_from > site_day(rec.at):
            raise refuse("in_the_future", "This day lies in the future. Enter the first day whose runs are not trusted.", "unfit_from")
        standard.status = STANDARD.target(WITHDRAW_STANDARD, status=standard.status, facts={})
        standard.withdrawn_by, standard.withdrawn_at = act.by.printed_name, rec.at
        standard.withdrawn_why, standard.unfit_from = act.reason.strip(), unfit_from
        standard.save()
        rec.about(standard, covers=[(standard, ["number", *WITHDRAWN_FIELDS])], runs=runs)
    return standard


def _plain(reading: Reading | None, field: str) -> Decimal | None:
    if reading is not None and reading.qualifier:
        raise refuse("qualifier", f"Write a plain number without “{reading.qualifier}”.", field)
    return reading.amount if reading else None
