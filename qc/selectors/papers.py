"""Issued papers: lists, one paper with its copies, and whether what is stored is still what was issued."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from batches.models import Lot
from evgmp.compliance.canonical import sha256
from evgmp.compliance.files import bytes_of, is_intact
from evgmp.compliance.issuing import check_code, typed_code
from evgmp.compliance.models import DocumentCopy, IssuedDocument
from evgmp.web.state_words import state_word

KINDS = {
    "certificate_of_analysis": "Certificates of analysis",
    "batch_certificate": "Batch certificates",
    "executed_record": "Executed batch records",
    "labels": "Labels",
    "blank_record": "Prints of masters",
    "potency_report": "Reports of relative potency",
}

# Dispositions with which a copy does not say that its lot is not released.
RELEASED = ("released", "released_for_processing", "certified")

# Papers of hundreds of pages: a worker draws them.
LONG_KINDS = ("executed_record",)


@dataclass(frozen=True)
class Integrity:
    """Whether file, data and check code of a paper still fit together, and the sentence that says so."""

    intact: bool
    sentence: str


def papers(kind: str = "", asked: str = "") -> QuerySet[IssuedDocument]:
    """Issued papers, newest first; `asked` is part of a number, `kind` one of KINDS."""
    found = IssuedDocument.objects.select_related("superseded_by").defer("data", "content__data").order_by("-pk")
    if kind:
        found = found.filter(kind=kind)
    return found.filter(number__icontains=asked) if asked else found


def paper_of(key: str) -> IssuedDocument:
    """The paper named COA-2026-001-V1. Raises DoesNotExist or ValueError when there is none."""
    number, _, version = key.upper().rpartition("-V")
    return IssuedDocument.objects.select_related("content").get(number=number, version=int(version))


def paper_by_code(typed: str) -> IssuedDocument | None:
    """The paper of a check code as people type it."""
    code = typed_code(typed)
    return IssuedDocument.objects.select_related("content").filter(check_code=code).first() if code else None


def is_long(document: IssuedDocument) -> bool:
    """Whether drawing it takes longer than a page may."""
    return document.kind in LONG_KINDS


def papers_about(record: Any) -> QuerySet[IssuedDocument]:
    """Papers about one record, newest first."""
    return papers().filter(record_type=record._meta.label_lower, record_key=str(record.pk))


def records_of(documents: Iterable[IssuedDocument]) -> dict[int, Any]:
    """What each paper is about, by the key of the paper: a lot, an evaluation of relative potency, a version of a master."""
    wanted: dict[str, set[str]] = {}
    listed = list(documents)
    for document in listed:
        wanted.setdefault(document.record_type, set()).add(document.record_key)
    found = {
        (record_type, str(one.pk)): one for record_type, keys in wanted.items() for one in apps.get_model(record_type)._default_manager.filter(pk__in=keys)
    }
    return {document.pk: found[key] for document in listed if (key := (document.record_type, document.record_key)) in found}


def successor_of(document: IssuedDocument) -> IssuedDocument | None:
    """The version that supersedes this one."""
    return IssuedDocument.objects.filter(supersedes=document).first()


def newest_version_of(document: IssuedDocument) -> IssuedDocument:
    """The version that holds now: this one, or the last that supersedes it."""
    return IssuedDocument.objects.filter(number=document.number).order_by("-version")[0]


def copies_of(document: IssuedDocument) -> QuerySet[DocumentCopy]:
    return document.copies.order_by("copy_number").defer("content__data")


def copy_of(key: str, copy_number: int) -> DocumentCopy:
    return paper_of(key).copies.select_related("content").get(copy_number=copy_number)


def facts_of(document: IssuedDocument) -> dict[str, Any]:
    """The frozen data of a paper."""
    return dict(json.loads(document.data))


def integrity_of(document: IssuedDocument) -> Integrity:
    """Compute every hash of the paper anew."""
    if not is_intact(document.content):
        return Integrity(False, "The stored file is not the file that was issued: its sha-256 differs. Tell QA at once.")
    if sha256(document.data) != document.data_sha256:
        return Integrity(False, "The stored data are not the data that were issued: their sha-256 differs. Tell QA at once.")
    if check_code(document.number, document.version, document.data_sha256) != document.check_code:
        return Integrity(False, "The check code does not fit the paper. Tell QA at once.")
    return Integrity(True, "The stored file and its data are byte for byte what was issued.")


def pdf_of(document: IssuedDocument | DocumentCopy) -> bytes:
    return bytes_of(document.content)


def standing_of(document: IssuedDocument) -> str:
    """How the paper and its lot stand now, as a copy says it: superseded or not, released or not."""
    parts = []
    if successor := successor_of(document):
        parts.append(f"Superseded by version {successor.version}")
    if document.record_type == "batches.lot":
        lot = Lot.objects.get(pk=document.record_key)
        word = state_word(lot.disposition).word
        parts.append(f"Lot {lot.number}: {word}" + ("" if lot.disposition in RELEASED else ", not released"))
    return ". ".join(parts)
