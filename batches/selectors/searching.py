"""Records of manufacturing for the search, newest first, with what their line names."""

from django.db.models import QuerySet

from batches.models import (
    BatchRecord,
    CellLine,
    Container,
    Donor,
    EquipmentUnit,
    ExceptionRecord,
    LabelIssue,
    Lot,
    MasterVersion,
    MaterialItem,
    MaterialLot,
    Sample,
)  # fmt: skip


def lots() -> "QuerySet[Lot]":
    return Lot.objects.order_by("-pk")


def batches() -> "QuerySet[BatchRecord]":
    return BatchRecord.objects.select_related("version__master").order_by("-pk")


def samples() -> "QuerySet[Sample]":
    return Sample.objects.select_related("lot").order_by("-pk")


def vials() -> "QuerySet[Container]":
    return Container.objects.select_related("lot").order_by("code")


def material_lots() -> "QuerySet[MaterialLot]":
    return MaterialLot.objects.select_related("item").order_by("-pk")


def items() -> "QuerySet[MaterialItem]":
    return MaterialItem.objects.order_by("code")


def units() -> "QuerySet[EquipmentUnit]":
    return EquipmentUnit.objects.order_by("code")


def exceptions() -> "QuerySet[ExceptionRecord]":
    return ExceptionRecord.objects.order_by("-pk")


def masters() -> "QuerySet[MasterVersion]":
    return MasterVersion.objects.select_related("master").defer("source_text").order_by("-pk")


def donors() -> "QuerySet[Donor]":
    return Donor.objects.order_by("code")


def lines() -> "QuerySet[CellLine]":
    return CellLine.objects.select_related("donor").order_by("code")


def label_issues() -> "QuerySet[LabelIssue]":
    return LabelIssue.objects.select_related("template", "lot").order_by("-pk")
