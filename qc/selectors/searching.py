"""Records of the laboratory and the release for the search, newest first, with what their line names."""

from django.db.models import QuerySet

from evgmp.compliance.models import IssuedDocument
from qc.models import AssayRun, FileImport, MethodListVersion, OutOfSpecification, ReferenceStandard, Result, SpecificationVersion
from qc.selectors.papers import papers as listed_papers


def results() -> "QuerySet[Result]":
    return Result.objects.select_related("lot", "row").order_by("-pk")


def runs() -> "QuerySet[AssayRun]":
    return AssayRun.objects.order_by("-pk")


def oos_records() -> "QuerySet[OutOfSpecification]":
    return OutOfSpecification.objects.select_related("lot", "result__row").order_by("-pk")


def specifications() -> "QuerySet[SpecificationVersion]":
    return SpecificationVersion.objects.select_related("spec").defer("source_text").order_by("-pk")


def method_lists() -> "QuerySet[MethodListVersion]":
    return MethodListVersion.objects.select_related("method_list").defer("source_text").order_by("-pk")


def standards() -> "QuerySet[ReferenceStandard]":
    return ReferenceStandard.objects.order_by("-pk")


def imports() -> "QuerySet[FileImport]":
    return FileImport.objects.select_related("file").order_by("-pk")


def papers() -> "QuerySet[IssuedDocument]":
    return listed_papers()
