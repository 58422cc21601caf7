"""Issuing a paper: number, freeze, draw once, store, and read for ever.

A paper is drawn from frozen data, never from live rows. The data (number, version, plant, issuer and content) are one
canonical JSON text; its SHA-256 is printed on every page and the text itself is attached to the PDF. A newer version
supersedes an older one; nothing replaces it (PRT-02). A copy is drawn from the same data with a watermark (PRT-03).
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string

from evgmp.compliance.canonical import canonical, sha256
from evgmp.compliance.files import store_file
from evgmp.compliance.models import DocumentCopy, GmpModel, IssuedDocument, Plant
from evgmp.compliance.pdf import DataFile, PaperFault, draw
from evgmp.compliance.recording import Recording
from evgmp.rules.blocker import refuse

SCHEMA = "evgmp.paper/1"
# Crockford's base 32: no I, L, O, U, so that a code read aloud or typed from paper is not mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")


@dataclass(frozen=True)
class Mark:
    """The watermark of a copy: which copy, taken by whom, when, and how the record stood then."""

    copy_number: int
    taken_by: str
    taken_at: str
    status: str = ""


def stamp(moment: datetime) -> str:
    """An instant as ISO 8601 in the zone of the plant with its offset: what data files hold and paper is drawn from."""
    return moment.astimezone(ZoneInfo(settings.EVGMP_TIME_ZONE)).isoformat(timespec="seconds")


def check_code(number: str, version: int, data_sha256: str) -> str:
    """Sixteen characters that name one version of one paper with this content, as `7Q2M-0XKD-93FZ-C1VN`.

    The first 80 bits of the SHA-256 over number, version and data hash, in Crockford's base 32.
    """
    bits = int.from_bytes(hashlib.sha256(f"{number} {version} {data_sha256}".encode()).digest()[:10], "big")
    letters = "".join(ALPHABET[bits >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def typed_code(text: str) -> str:
    """A check code as people type it (small letters, blanks, O for 0) in the form it is stored; empty when it is none."""
    letters = [c for c in text.upper().translate(_MISREAD) if c.isalnum()]
    if len(letters) != 16 or any(c not in ALPHABET for c in letters):
        return ""
    return "-".join("".join(letters[i : i + 4]) for i in range(0, 16, 4))


def check_url(code: str) -> str:
    """The public address that tells whether a paper is genuine and current."""
    return f"{settings.EVGMP_SITE_URL.rstrip('/')}/check/{code}/"


def newest(number: str) -> IssuedDocument | None:
    """The newest version of a paper."""
    return IssuedDocument.objects.filter(number=number).order_by("-version").first()


def issue(rec: Recording, *, kind: str, number: str, title: str, record: GmpModel, content: Any) -> IssuedDocument:
    """Issue the next version of paper `number` about `record`, drawn from `content`, a frozen dataclass.

    The template is `documents/<kind>.html`. Issue time is the recording's instant. Raises RuleBroken when the paper
    can't be drawn.
    """
    before = newest(number)
    version = before.version + 1 if before else 1
    by = rec.act.by
    data = canonical(
        {
            "schema": SCHEMA,
            "kind": kind,
            "number": number,
            "version": version,
            "title": title,
            "record": str(record),
            "supersedes": f"version {before.version} of {stamp(before.issued_at)[:10]}" if before else "",
            "issued_at": stamp(rec.at),
            "issued_by": {"name": by.printed_name, "user_id": by.user_id, "role": rec.role},
            "recording": rec.id,
            "plant": _plant(),
            "system": f"evgmp {settings.EVGMP_VERSION}",
            "content": asdict(content),
        }
    )
    digest = sha256(data)
    code = check_code(number, version, digest)
    document = IssuedDocument(
        number=number,
        version=version,
        kind=kind,
        title=title,
        record_type=record._meta.label_lower,
        record_key=str(record.pk),
        data=data,
        data_sha256=digest,
        content=store_file(rec, _drawn(kind, data, code)),
        check_code=code,
        supersedes=before,
        issued_at=rec.at,
        issued_by=by.printed_name,
    )
    document.save()
    return document


def take_copy(rec: Recording, document: IssuedDocument, *, status: str = "") -> DocumentCopy:
    """The next numbered copy of an issued paper, watermarked with who took it and when. `status`: of the record, in a word."""
    by = rec.act.by
    last = DocumentCopy.objects.filter(document=document).order_by("-copy_number").first()
    mark = Mark(
        copy_number=last.copy_number + 1 if last else 1,
        taken_by=f"{by.printed_name} ({by.user_id})",
        taken_at=stamp(rec.at),
        status=status,
    )
    copy = DocumentCopy(
        document=document,
        copy_number=mark.copy_number,
        taken_at=rec.at,
        taken_by=by.printed_name,
        content=store_file(rec, _drawn(document.kind, document.data, document.check_code, mark)),
    )
    copy.save()
    return copy


def paper_html(kind: str, data: str, code: str, mark: Mark | None = None) -> str:
    """The paper as HTML, drawn from its frozen data alone."""
    paper = json.loads(data)
    context = {
        "paper": paper,
        "content": paper["content"],
        "data_sha256": sha256(data),
        "check_code": code,
        "check_url": check_url(code),
        "check_address": check_url(code).removesuffix(f"{code}/"),
        "mark": mark,
    }
    return render_to_string(f"documents/{kind}.html", context)


def paper_pdf(kind: str, data: str, code: str, mark: Mark | None = None) -> bytes:
    """The paper as PDF/A with its data attached. The same arguments give the same bytes."""
    paper = json.loads(data)
    at = datetime.fromisoformat(mark.taken_at if mark else paper["issued_at"])
    number, version = paper["number"], paper["version"]
    identifier = sha256(data + canonical(asdict(mark)) if mark else data)[:32].encode()
    attached = DataFile(f"{number}-v{version}.json", f"Data of {number} version {version}, canonical JSON", data)
    return draw(paper_html(kind, data, code, mark), identifier=identifier, at=at, attached=(attached,))


def _drawn(kind: str, data: str, code: str, mark: Mark | None = None) -> bytes:
    try:
        return paper_pdf(kind, data, code, mark)
    except PaperFault as fault:
        raise refuse("paper_not_drawn", f"The paper can't be drawn, so nothing was issued. {fault}") from fault


def _plant() -> dict[str, Any]:
    plant = Plant.objects.order_by("pk").first()
    if plant is None:
        raise refuse("no_plant", "The plant is not named yet, so no paper can say who issued it. Open the plant first.")
    names = ("name", "address", "contact", "authorisation_number", "regulatory_profile", "is_demo")
    return {name: getattr(plant, name) for name in names}
