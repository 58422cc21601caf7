"""Labels: a template is authored and approved; labels are issued by count, printed again with a reason, and reconciled."""

from batches.documents.label_parts import LabelSheet
from batches.documents.labels import KIND, TITLE, TOO_SMALL, label_sheet, missing_values
from batches.domain.commands_labels import APPROVE_LABEL, AUTHOR_LABEL, CHECK_LABEL, PRINT_LABELS, RECONCILE_LABELS, REPRINT_LABELS
from batches.domain.data_file import DataFileError
from batches.domain.label_code import elements_of, read_as, read_back_blockers
from batches.domain.label_file import label_file
from batches.models import LabelCount, LabelIssue, LabelReading, LabelTemplate, Lot, MaterialLot, Sample
from batches.selectors.labels import (
    approval_blockers,
    file_of,
    issue_of,
    labelled_of,
    own,
    printed_labels,
    printed_so_far,
    profile_findings,
    reconciling_blockers,
    sample_for,
    suits,
    template_of,
    unread_blockers,
    vials_of,
)
from batches.services.exceptions import open_exception
from batches.services.versions import put_into_force
from evgmp.compliance import issuing
from evgmp.compliance.attempting import refusals_kept
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import RuleBroken, refuse
from evgmp.rules.change_record import Change

MOST_LABELS = 500


def author_label(act: Act, *, text: str, impact: str, affected_batches: str, training_needed: str) -> LabelTemplate:
    """A new version of a template, as a draft, with its change record. The reason says what changes and why."""
    with recording(AUTHOR_LABEL, act) as rec:
        try:
            label = label_file(text)
        except DataFileError as error:
            raise refuse("unreadable_label", str(error), "text") from error
        last = LabelTemplate.objects.filter(code=label.code).order_by("-version").first()
        template = LabelTemplate(
            code=label.code, version=last.version + 1 if last else 1, title=label.title, kind=label.kind[:20], source_text=text,
            change_reason=act.reason.strip(), **Change(impact, affected_batches, training_needed).said(),
        )  # fmt: skip
        template.save()
        rec.about(template, kind=label.kind)
    return template


def approve_label(act: Act, on: str) -> LabelTemplate:
    """QA puts a version into force; the one before is superseded in the same recording (LBL-01, LBL-05)."""
    with recording(APPROVE_LABEL, act) as rec:
        template = LabelTemplate.locked(pk=template_of(on).pk)
        fresh(template, act)
        if blockers := approval_blockers(template):
            raise RuleBroken(*blockers)
        put_into_force(template, LabelTemplate.objects.filter(code=template.code), rec.at)
        rec.about(template, version=template.version)
    return template


def print_labels(act: Act, on: str, *, template: str, count: int, sample: str = "") -> LabelIssue:
    """Issue `count` labels of a lot from an effective template. Numbers go on from the last issue, so none is given twice."""
    with recording(PRINT_LABELS, act) as rec:
        lot = _locked(on)
        fresh(lot, act)
        version = _effective(template, lot)
        of = _sample(lot, version, sample)
        first = 1 if of else printed_so_far(lot, version) + 1
        if not 1 <= count <= MOST_LABELS:
            raise refuse("count_out_of_range", f"Print 1 to {MOST_LABELS} labels at a time.", "count")
        vials = vials_of(lot, version)
        if version.kind == "bank" and first + count - 1 > len(vials):
            left = len(vials) - first + 1
            raise refuse("more_labels_than_vials", f"{lot} has {len(vials)} vials, of which {max(left, 0)} have no label yet.", "count")
        return _issued(rec, lot, version, of, first=first, count=count, repeats=None)


def reprint_labels(act: Act, on: str, *, first: int, count: int) -> LabelIssue:
    """Print labels of an issue again, with a reason and a second person. The prints are numbered (LBL-03)."""
    with recording(REPRINT_LABELS, act) as rec:
        found = issue_of(on)
        lot = _locked(found.labelled.number)
        origin = found.repeats or found
        if count < 1 or first < origin.first or first + count > origin.first + origin.count:
            last = origin.first + origin.count - 1
            raise refuse("not_of_this_issue", f"{origin} printed the labels {origin.first} to {last}. Choose among these.", "first")
        return _issued(rec, lot, origin.template, origin.sample, first=first, count=count, repeats=origin)


def check_label(act: Act, on: str, *, code: str) -> LabelReading:
    """Read one printed label back before it is applied: what its symbol says must be what was printed, and what the record says
    now (LBL-04). A label that says anything else is refused, and the attempt is kept."""
    with refusals_kept(CHECK_LABEL, act, f"{on} {code}", kind="scan"), recording(CHECK_LABEL, act) as rec:
        issue = LabelIssue.locked(pk=issue_of(on).pk)
        if blockers := reconciling_blockers(issue):
            raise RuleBroken(*blockers)
        printed, now = printed_labels(issue), _sheet(issue.repeats or issue, issue).labels
        codes = [label["code"] for label in printed]
        if blockers := read_back_blockers(code, codes, [one.code for one in now]):
            raise RuleBroken(*blockers)
        place = [elements_of(one) for one in codes].index(read_as(code, codes))
        if changed := [new.element for old, new in zip(printed[place]["lines"], now[place].lines, strict=True) if old["value"] != new.value]:
            said = f"The record says something else than this label now: {', '.join(changed)}. Destroy it and print anew."
            raise refuse("record_changed", said, "code")
        row = LabelReading(issue=issue, identity=now[place].identity, code=codes[place], at=rec.at, read_by=act.by.printed_name)
        row.save()
        rec.about(row, issue=issue.number, label=row.identity)
    return row


def _sheet(origin: LabelIssue, issue: LabelIssue) -> LabelSheet:
    """The labels of an issue as they would be printed now."""
    return label_sheet(
        file_of(issue.template), template=issue.template.number, issue=issue.number, lot=issue.labelled, sample=issue.sample,
        vials=vials_of(issue.labelled, issue.template), first=issue.first, count=issue.count, total=origin.first + origin.count - 1,
        copy_number=issue.copy_number,
    )  # fmt: skip


def reconcile_labels(act: Act, on: str, *, used: int, specimen: int, damaged: int, returned: int, destroyed: int) -> LabelCount:
    """Count what became of an issue. More labels unaccounted for than the template allows open an exception (LBL-02)."""
    with recording(RECONCILE_LABELS, act) as rec:
        issue = LabelIssue.locked(pk=issue_of(on).pk)
        if blockers := [*reconciling_blockers(issue), *unread_blockers(issue)]:
            raise RuleBroken(*blockers)
        row = LabelCount(
            issue=issue, used=used, specimen=specimen, damaged=damaged, returned=returned, destroyed=destroyed, at=rec.at
        )  # fmt: skip
        row.save()
        if abs(row.missing) > file_of(issue.template).limit:
            words = (
                f"{row.missing} of {issue.count} labels are missing"
                if row.missing > 0
                else f"{-row.missing} more labels were counted than issued"
            )
            open_exception(rec, lot=issue.lot, material_lot=issue.material_lot, kind="labels", sentence=f"{issue}: {words} ({issue.labelled})")
        rec.about(row, issue=issue.number, issued=issue.count, missing=row.missing)
    return row


def _locked(number: str) -> Lot | MaterialLot:
    """The product lot or material lot under its lock."""
    found = labelled_of(number)
    return MaterialLot.locked(pk=found.pk) if isinstance(found, MaterialLot) else Lot.locked(pk=found.pk)


def _effective(number: str, lot: Lot | MaterialLot) -> LabelTemplate:
    version = LabelTemplate.objects.filter(pk=template_of(number).pk, status="effective").first() if _is_number(number) else None
    if version is None:
        raise refuse("label_not_effective", f"There is no effective label template {number[:60]}. Choose an approved one.", "template")
    if not suits(version, lot):
        stage = "a received material" if isinstance(lot, MaterialLot) else f"a lot of this stage ({lot.stage_name})"
        raise refuse("label_of_other_stage", f"{version} is no label for {stage}.", "template")
    return version


def _is_number(number: str) -> bool:
    try:
        template_of(number)
    except (LabelTemplate.DoesNotExist, ValueError):
        return False
    return True


def _sample(lot: Lot | MaterialLot, version: LabelTemplate, number: str) -> Sample | None:
    if version.kind != "sample" or isinstance(lot, MaterialLot):
        return None
    found = sample_for(lot, number)
    if found is None:
        raise refuse("no_such_sample", f"{lot} has no sample {number[:40]}. Write its number, for example SMP-2026-0001.", "sample")
    return found


def _issued(
    rec: Recording, lot: Lot | MaterialLot, version: LabelTemplate, sample: Sample | None, *, first: int, count: int, repeats: LabelIssue | None
) -> LabelIssue:
    if unsuited := profile_findings(version):
        raise refuse("label_of_other_profile", " ".join(unsuited), "template")
    label = file_of(version)
    if blockers := missing_values(label, lot, sample):
        raise RuleBroken(*blockers)
    number = rec.next_number(f"LBL-{rec.at.year}", digits=4)
    copy_number = repeats.reprints.count() + 2 if repeats else 1
    total = repeats.first + repeats.count - 1 if repeats else first + count - 1
    sheet = label_sheet(
        label, template=version.number, issue=number, lot=lot, sample=sample, vials=vials_of(lot, version), first=first, count=count,
        total=total, copy_number=copy_number,
    )  # fmt: skip
    try:
        paper = issuing.issue(rec, kind=KIND, number=number, title=TITLE, record=lot, content=sheet)
    except RuleBroken as broken:
        if TOO_SMALL not in str(broken):
            raise
        sentence = f"The text of this label does not fit on {label.width} × {label.height} mm. Have a larger label or shorter statements approved."
        raise refuse(TOO_SMALL, sentence, "template") from broken
    issue = LabelIssue(
        number=number, template=version, **own(lot), sample=sample, repeats=repeats, first=first, count=count, copy_number=copy_number,
        reason=rec.act.reason, paper=paper, issued_at=rec.at, issued_by=rec.act.by.printed_name,
    )  # fmt: skip
    issue.save()
    rec.about(
        issue,
        references=[version],
        lot=lot.number,
        count=count,
        first=first,
        print=copy_number,
        codes=[one.code for one in sheet.labels][:3],
    )
    return issue
