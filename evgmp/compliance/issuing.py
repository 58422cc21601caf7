"""Issuing a paper: number, freeze, draw once, store, and read for ever.

A paper is drawn from frozen data, never from live rows. The data (number, version, plant, issuer and content) are one
canonical JSON text; its SHA-256 is printed on every page and the text itself is attached to the PDF. A newer version
supersedes an older one; nothing replaces it (PRT-02). A copy is drawn from the same data with a watermark (PRT-03).
"""

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.template.loader import render_to_string

from evgmp.compliance import clock
from evgmp.compliance.actor import Actor
from evgmp.compliance.canonical import canonical, sha256
from evgmp.compliance.datamatrix import gs1_datamatrix
from evgmp.compliance.files import store_file
from evgmp.compliance.models import DocumentCopy, Event, GmpModel, IssuedDocument, Plant
from evgmp.compliance.paper_parts import DataFile, PaperFault
from evgmp.compliance.recording import Recording
from evgmp.compliance.typesetting import typeset
from evgmp.rules.blocker import refuse

SCHEMA = "evgmp.paper/1"
# Crockford's base 32: no I, L, O, U, so that a code read aloud or typed from paper is not mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")


TYPESET = Path(__file__).resolve().parents[2] / "templates" / "documents"
"""A kind of paper with a .typ template here is long and drawn by typst; every other kind is drawn from HTML."""


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
    frozen = _frozen(kind, number, title, record, content, before=before, at=rec.at, by=rec.act.by, role=rec.role)
    data = canonical({**frozen, "recording": rec.id})
    code = check_code(number, frozen["version"], sha256(data))
    return _stored(rec, record, data, code, _drawn(kind, data, code), before=before, at=rec.at)


@dataclass(frozen=True)
class Prepared:
    """A paper drawn before the door opens, because drawing it takes longer than others should wait for the record."""

    kind: str
    number: str
    data: str
    code: str
    pdf: bytes
    at: datetime
    before: IssuedDocument | None


def prepare(*, kind: str, number: str, title: str, record: GmpModel, content: Any, by: Actor, role: str) -> Prepared:
    """Freeze and draw the next version of paper `number`. Nothing is issued yet; `issue_prepared` does that.

    Its time is the moment of freezing; `as_of_event` names the last event that the content can have seen.
    """
    before, at = newest(number), clock.now()
    frozen = _frozen(kind, number, title, record, content, before=before, at=at, by=by, role=role)
    data = canonical({**frozen, "as_of_event": last_event()})
    code = check_code(number, frozen["version"], sha256(data))
    return Prepared(kind, number, data, code, _drawn(kind, data, code), at, before)


def last_event() -> int:
    """Number of the newest event; 0 before the first. Whatever writes a GMP row leaves an event with it."""
    return Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def issue_prepared(rec: Recording, prepared: Prepared, *, record: GmpModel) -> IssuedDocument:
    """Issue a prepared paper. The caller has made sure, under the record's lock, that its content still holds.

    Raises RuleBroken when another version was issued meanwhile.
    """
    if newest(prepared.number) != prepared.before:
        raise refuse("issued_meanwhile", f"{prepared.number} was issued by somebody else at the same moment. Use that paper.")
    return _stored(rec, record, prepared.data, prepared.code, prepared.pdf, before=prepared.before, at=prepared.at)


def same_content(document: IssuedDocument, content: Any) -> bool:
    """Whether a paper was issued from exactly this content, whoever issued it and whenever."""
    return canonical(json.loads(document.data)["content"]) == canonical(asdict(content))


def _frozen(
    kind: str, number: str, title: str, record: GmpModel, content: Any, *, before: IssuedDocument | None, at: datetime, by: Actor, role: str
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "kind": kind,
        "number": number,
        "version": before.version + 1 if before else 1,
        "title": title,
        "record": str(record),
        "supersedes": f"version {before.version} of {stamp(before.issued_at)[:10]}" if before else "",
        "issued_at": stamp(at),
        "issued_by": {"name": by.printed_name, "user_id": by.user_id, "role": role},
        "plant": _plant(),
        "system": f"evgmp {settings.EVGMP_VERSION}",
        "content": asdict(content),
    }


def _stored(
    rec: Recording, record: GmpModel, data: str, code: str, pdf: bytes, *, before: IssuedDocument | None, at: datetime
) -> IssuedDocument:
    paper = json.loads(data)
    document = IssuedDocument(
        number=paper["number"],
        version=paper["version"],
        kind=paper["kind"],
        title=paper["title"],
        record_type=record._meta.label_lower,
        record_key=str(record.pk),
        data=data,
        data_sha256=sha256(data),
        content=store_file(rec, pdf),
        check_code=code,
        supersedes=before,
        issued_at=at,
        issued_by=rec.act.by.printed_name,
    )
    document.save()
    return document


@dataclass(frozen=True)
class PreparedCopy:
    """A copy drawn before the door opens, as it is to be stored."""

    mark: Mark
    pdf: bytes
    at: datetime


def next_copy_number(document: IssuedDocument) -> int:
    last = DocumentCopy.objects.filter(document=document).order_by("-copy_number").first()
    return last.copy_number + 1 if last else 1


def prepare_copy(document: IssuedDocument, *, by: Actor, at: datetime, status: str = "") -> PreparedCopy:
    """Draw the next numbered copy, watermarked with who took it and when. `status`: of the record, in a word."""
    mark = Mark(
        copy_number=next_copy_number(document), taken_by=f"{by.printed_name} ({by.user_id})", taken_at=stamp(at), status=status
    )  # fmt: skip
    return PreparedCopy(mark, _drawn(document.kind, document.data, document.check_code, mark), at)


def store_copy(rec: Recording, document: IssuedDocument, prepared: PreparedCopy) -> DocumentCopy:
    """Keep a prepared copy. The caller has made sure, under the paper's lock, that its number and status still hold."""
    copy = DocumentCopy(
        document=document,
        copy_number=prepared.mark.copy_number,
        taken_at=prepared.at,
        taken_by=rec.act.by.printed_name,
        content=store_file(rec, prepared.pdf),
    )
    copy.save()
    return copy


def take_copy(rec: Recording, document: IssuedDocument, *, status: str = "") -> DocumentCopy:
    """The next numbered copy of a short paper, drawn and kept in one recording."""
    return store_copy(rec, document, prepare_copy(document, by=rec.act.by, at=rec.at, status=status))


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
    attached = DataFile(f"{number}-v{version}.json", f"Data of {number} version {version}, canonical JSON", data)
    template = TYPESET / f"{kind}.typ"
    if template.exists():
        return typeset(template, _frame(paper, data, code, mark), pictures=_pictures(paper, code), at=at, attached=attached)
    from evgmp.compliance.pdf import draw  # here, because WeasyPrint takes seconds to load and most processes draw nothing

    identifier = sha256(data + canonical(asdict(mark)) if mark else data)[:32].encode()
    return draw(paper_html(kind, data, code, mark), identifier=identifier, at=at, attached=(attached,))


def _frame(paper: dict[str, Any], data: str, code: str, mark: Mark | None) -> dict[str, Any]:
    """What a typeset paper shows around its frozen data."""
    digest, url = sha256(data), check_url(code)
    return {
        "paper": paper,
        "hash": " ".join(digest[i : i + 8] for i in range(0, 64, 8)),
        "code": code,
        "url": url,
        "address": url.removesuffix(f"{code}/"),
        "copy": asdict(mark) if mark else None,
    }


def _pictures(paper: dict[str, Any], code: str) -> dict[str, str]:
    """The symbols of a typeset paper by name: `qr`, and `code0`, `code1` … where the content lists GS1 codes."""
    codes = paper["content"].get("codes", ())
    return {"qr": _qr(check_url(code)), **{f"code{n}": gs1_datamatrix(elements) for n, elements in enumerate(codes)}}


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, dark="#14232f")
    return drawn.getvalue().decode()


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
