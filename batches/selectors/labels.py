"""Reading label templates and issues."""

import json
from typing import Any

from django.db.models import QuerySet

from batches.domain.label_file import STAGES, LabelFile, defects, differences, label_file
from batches.domain.label_profiles import profile_defects
from batches.domain.master_differences import Difference
from batches.models import Container, LabelIssue, LabelTemplate, Lot, MaterialLot, Sample
from batches.selectors.lots import lot_of
from evgmp.compliance.models import Plant
from evgmp.rules.blocker import Blocker
from evgmp.rules.change_record import change_recorded


def templates() -> "QuerySet[LabelTemplate]":
    return LabelTemplate.objects.order_by("code", "-version")


def template_of(number: str) -> LabelTemplate:
    """The template named LBL-VIAL-V1. Raises DoesNotExist or ValueError."""
    code, _, version = number.strip().upper().rpartition("-V")
    return LabelTemplate.objects.get(code=code, version=int(version))


def versions_of(template: LabelTemplate) -> list[LabelTemplate]:
    """Every version of the same template, newest first."""
    return list(templates().filter(code=template.code))


def earlier_version(template: LabelTemplate) -> LabelTemplate | None:
    """The version before this one, whatever its status."""
    return templates().filter(code=template.code, version__lt=template.version).first()


def changes_since(earlier: LabelTemplate | None, template: LabelTemplate) -> list[Difference]:
    """What changed between two versions, from their texts; nothing without an earlier one."""
    return differences(file_of(earlier), file_of(template)) if earlier else []


def effective_templates(lot: Lot | MaterialLot) -> list[LabelTemplate]:
    """Effective templates for this lot."""
    return [template for template in LabelTemplate.objects.filter(status="effective") if suits(template, lot)]


def suits(template: LabelTemplate, lot: Lot | MaterialLot) -> bool:
    """Whether labels of this kind belong on this lot: its stage, or that it is a received material."""
    return template.kind == "material" if isinstance(lot, MaterialLot) else lot.stage in STAGES[template.kind]


def labelled_of(number: str) -> Lot | MaterialLot:
    """The product lot or material lot of this number. Raises Lot.DoesNotExist."""
    try:
        return lot_of(number)
    except Lot.DoesNotExist:
        found = MaterialLot.objects.filter(number=number.strip().upper()).first()
        if found is None:
            raise
        return found


def own(lot: Lot | MaterialLot) -> dict[str, Lot | MaterialLot]:
    """The column of an issue that names this lot."""
    return {"material_lot" if isinstance(lot, MaterialLot) else "lot": lot}


def file_of(template: LabelTemplate) -> LabelFile:
    return label_file(template.source_text)


def approval_blockers(template: LabelTemplate) -> list[Blocker]:
    """Why this version can't be approved: its status, then its change record (MST-07), then every defect by name (LBL-05)."""
    if template.status != "draft":
        return [Blocker("wrong_status", f"{template} is {template.status}. Only a draft is approved.")]
    unsaid = change_recorded({"change_record_missing": template.change_record_missing})
    found = [Blocker("label_defect", sentence) for sentence in [*defects(file_of(template)), *profile_findings(template)]]
    return [*([unsaid] if unsaid else []), *found]


def profile_findings(template: LabelTemplate) -> list[str]:
    """Why the template does not suit the regulatory profile of the plant as it is now (LBL-05)."""
    plant = Plant.objects.order_by("pk").first()
    return profile_defects(file_of(template), plant.regulatory_profile if plant else "")


def issues() -> "QuerySet[LabelIssue]":
    return LabelIssue.objects.select_related("template", "lot", "material_lot", "sample", "paper", "repeats", "reconciliation").order_by("-pk")


def issue_of(number: str) -> LabelIssue:
    return issues().get(number=number.strip().upper())


def issues_of(lot: Lot | MaterialLot) -> list[LabelIssue]:
    return list(issues().filter(**own(lot)).order_by("pk"))


def printed_so_far(lot: Lot | MaterialLot, template: LabelTemplate) -> int:
    """How many labels of this kind were issued for the lot, reprints apart: numbers go on from there."""
    first = LabelIssue.objects.filter(**own(lot), sample=None, template__kind=template.kind, repeats=None)
    return sum(first.values_list("count", flat=True))


def vials_of(lot: Lot | MaterialLot, template: LabelTemplate) -> list[Container]:
    """The vials of a bank, whose own codes are on their labels."""
    if template.kind != "bank" or isinstance(lot, MaterialLot):
        return []
    return list(Container.objects.filter(lot=lot).order_by("sequence"))


def sample_for(lot: Lot, number: str) -> Sample | None:
    return Sample.objects.filter(lot=lot, number=number.strip().upper()).first()


def reconciling_blockers(issue: LabelIssue) -> list[Blocker]:
    if getattr(issue, "reconciliation", None) is not None:
        return [Blocker("reconciled_already", f"The labels of {issue} were counted already. A count is made once.")]
    return []


def unread_blockers(issue: LabelIssue) -> list[Blocker]:
    """Labels are not counted as used before one of them was read back (LBL-04)."""
    if issue.readings.exists():
        return []
    return [Blocker("label_not_read_back", f"No label of {issue} was read back yet. Scan one of them against the record first.")]


def printed_labels(issue: LabelIssue) -> list[dict[str, Any]]:
    """The labels of an issue as printed, from the frozen data of their paper: identity, code, lines."""
    return list(json.loads(issue.paper.data)["content"]["labels"])


def open_labels(lot: Lot) -> list[str]:
    """Why labels of a lot are not accounted for, as sentences: issues that nobody counted, and missing labels that QA has not decided on."""
    found = []
    for issue in LabelIssue.objects.filter(lot=lot, reconciliation=None).order_by("pk"):
        found.append(f"The {issue.count} labels of {issue} are not reconciled")
    for exception in lot.exceptions.filter(kind="labels", status="open").order_by("pk"):
        found.append(f"{exception.sentence}, and {exception} is not decided")
    return found


def issue_facts(issue: LabelIssue) -> list[tuple[str, Any]]:
    """Name and value of an issue, for its page and before a signature."""
    count = getattr(issue, "reconciliation", None)
    last = issue.first + issue.count - 1
    counted = (
        f"used {count.used}, specimen {count.specimen}, damaged {count.damaged}, returned {count.returned}, destroyed {count.destroyed}"
        if count
        else ""
    )
    return [
        ("Labels", issue.number),
        ("Lot", issue.labelled),
        ("Sample", issue.sample or "–"),
        ("Template", issue.template.number),
        ("Printed", f"{issue.count}, number {issue.first}" + (f" to {last}" if last > issue.first else "")),
        ("Printed again from", issue.repeats or "–"),
        ("Reason", issue.reason or "–"),
        ("Read back", ", ".join(row.identity for row in issue.readings.order_by("pk")) or "Not yet"),
        ("Reconciled", counted or "Not yet"),
        ("Unaccounted for", count.missing if count else "–"),
    ]
