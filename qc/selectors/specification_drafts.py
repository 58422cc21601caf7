"""Reading drafts of specifications: their parts, what is wrong with them, what changed in them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from batches.domain.master_differences import Difference
from batches.domain.master_editing import PartGone
from qc.domain.criterion_words import criterion_words
from qc.domain.specification_editing import SET, is_set, named, part_at, sets_of, users_of
from qc.domain.specification_edits import edits
from qc.domain.specification_fields import controls_shown
from qc.domain.specification_rows import CATEGORIES, PURPOSES, RowFile, SpecificationFile, titled
from qc.domain.specification_words import in_labels
from qc.models import SpecificationDraft, SpecificationVersion
from qc.selectors.specifications import changes_between, defects_of_file, file_of, tables_of


@dataclass
class Place:
    """A part of a draft: the head, a row or a control set. Its number is its address, for example `SD-2026-001.DS-SF-ENDO`."""

    draft: SpecificationDraft
    path: str

    @property
    def number(self) -> str:
        return f"{self.draft.number}.{self.path}" if self.path else self.draft.number

    @property
    def revision(self) -> int:
        """A part is as old as its draft: whoever saved anything in between has changed the page."""
        return self.draft.revision

    @cached_property
    def document(self) -> dict[str, Any]:
        """The tables of the file, every figure as it was typed."""
        return tables_of(self.draft.content)

    @cached_property
    def file(self) -> SpecificationFile:
        return file_of(self.draft.content)

    @property
    def part(self) -> dict[str, Any]:
        """What stands here. Raises PartGone when somebody removed it."""
        return part_at(self.document, self.path)

    @property
    def gone(self) -> str:
        """Why there is no such part, or nothing. A control set that is to be added has no name yet."""
        try:
            if self.path != SET:
                part_at(self.document, self.path)
        except PartGone as gone:
            return str(gone)
        return ""

    @property
    def name(self) -> str:
        """What people call the part."""
        if is_set(self.path):
            return self.path.removeprefix(SET)
        return str("" if self.gone else self.part.get("name", "")).strip() or self.path or self.number

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The draft, where the part stands."""
        return self.draft.get_absolute_url() + (f"#{self.path}" if self.path else "")


def place_of(number: str) -> Place:
    """The part an address names. Raises SpecificationDraft.DoesNotExist; whether the part itself is there still, `Place.gone` says."""
    draft, _, path = number.strip().partition(".")
    return Place(draft_of(draft), path)


def draft_of(number: str) -> SpecificationDraft:
    return SpecificationDraft.objects.select_related("based_on__spec", "version__spec").get(number=number.strip().upper())


def open_drafts() -> "QuerySet[SpecificationDraft]":
    return SpecificationDraft.objects.filter(status="open").select_related("based_on__spec").order_by("pk")


def draft_facts(draft: SpecificationDraft) -> dict[str, Any]:
    """What the rules of SPECIFICATION_DRAFT ask about."""
    file = Place(draft, "").file
    newest = SpecificationVersion.objects.filter(spec__code=file.code).select_related("spec").order_by("-version").first()
    # A draft that was submitted is that newer version itself.
    meanwhile = draft.status == "open" and newest is not None and newest.pk != draft.based_on_id
    return {"defects": len(defects_of_file(file)), "written_meanwhile": newest.number if newest and meanwhile else ""}


def defects_by_row(file: SpecificationFile) -> dict[str, list[str]]:
    """Every defect beside the row whose code its sentence begins with, or under "" where it names none."""
    return _by_code([row.code for row in file.rows], defects_of_file(file))


def _by_code(codes: Iterable[str], sentences: Iterable[str]) -> dict[str, list[str]]:
    known = sorted(codes, key=len, reverse=True)
    found: dict[str, list[str]] = defaultdict(list)
    for sentence in sentences:
        code = next((one for one in known if sentence.startswith((f"{one}: ", f"{one} "))), "")
        found[code].append(in_labels(sentence.removeprefix(f"{code}: ") if code else sentence))
    return dict(found)


def changes_of(draft: SpecificationDraft) -> list[Difference]:
    """What the draft changes in the version it began from; empty for a new specification."""
    return changes_between(file_of(draft.based_on.source_text), file_of(draft.content)) if draft.based_on else []


def changed_since(draft: SpecificationDraft, seen: str) -> list[Difference]:
    """What others changed since the revision that a page showed."""
    history: Any = draft.history  # type: ignore[attr-defined]
    shown = history.filter(revision=int(seen)).first() if seen.isdecimal() and len(seen) < 10 else None
    return edits(tables_of(shown.content), tables_of(draft.content)) if shown else []


def groups_of(place: Place, found: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """The tests by category as a certificate prints them, each with its place among those of its category and its defects."""
    rows = place.file.rows
    titles = {**CATEGORIES, **{row.category: row.category or "Without category" for row in rows if row.category not in CATEGORIES}}
    groups = [(title, [row for row in rows if row.category == key]) for key, title in titles.items()]
    return [
        {"title": title, "rows": [_row_shown(place, row, at, found) for at, row in enumerate(several, 1)]} for title, several in groups if several
    ]


def row_of(place: Place) -> dict[str, Any] | None:
    """The test at a place as the page of the draft shows it; nothing where there is none."""
    row = next((row for row in place.file.rows if row.code == place.path), None)
    return _row_shown(place, row, 0, {}) if row else None


def _row_shown(place: Place, row: RowFile, at: int, found: Mapping[str, list[str]]) -> dict[str, Any]:
    limits = row.lower is not None or row.upper is not None
    return {
        "row": row, "place": at, "number": f"{place.draft.number}.{row.code}", "defects": found.get(row.code, []),
        "criterion": criterion_words(row.lower, row.upper, row.lower_inclusive, row.upper_inclusive, row.accepted, row.expected),
        "unit": row.unit if limits else "",
        "method": " ".join(filter(None, (row.method_number, row.method_version and f"v{row.method_version}"))) or "no method",
        "purpose": ("optional" if row.purpose == "release" and not row.mandatory else PURPOSES.get(row.purpose, row.purpose).lower()),
        "condition": "applies under a condition" if row.applies_when else "",
    }  # fmt: skip


def sets_shown(place: Place) -> list[dict[str, Any]]:
    """The control sets with their controls and how many tests use each."""
    return [
        {
            "key": key, "path": f"{SET}{key}", "number": f"{place.draft.number}.{SET}{key}", "users": len(users_of(place.document, key)),
            "controls": [titled(kind) for kind, _ in controls_shown(one)],
        }
        for one in sets_of(place.document)
        if (key := named(one, "key"))
    ]  # fmt: skip
