"""Reading drafts of masters: their parts, what is wrong with them, what changed in them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from batches.domain.master_differences import Difference, differences
from batches.domain.master_editing import PartGone, Path, part_at
from batches.domain.master_file import MasterFile, read_master
from batches.models import MasterDraft, MasterVersion
from batches.selectors.master_check import all_defects, defects_by_part


@dataclass
class Place:
    """A part of a draft: the head, a step or a parameter. Its number is its address, for example `MD-2026-001.setup.area`."""

    draft: MasterDraft
    path: Path

    @property
    def number(self) -> str:
        return ".".join((self.draft.number, *self.path))

    @property
    def revision(self) -> int:
        """A part is as old as its draft: whoever saved anything in between has changed the page."""
        return self.draft.revision

    @cached_property
    def content(self) -> MasterFile:
        return read_master(self.draft.content)

    @property
    def part(self) -> Any:
        """What stands here. Raises PartGone when somebody removed it."""
        return part_at(self.content, self.path)

    @property
    def gone(self) -> str:
        """Why there is no such part, or nothing."""
        try:
            part_at(self.content, self.path)
        except PartGone as gone:
            return str(gone)
        return ""

    @property
    def name(self) -> str:
        """What people call the part."""
        if self.gone:
            return ".".join(self.path)
        return str(getattr(self.part, "title", "") or getattr(self.part, "label", "") or self.number)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The draft, where the step stands."""
        return self.draft.get_absolute_url() + (f"#{self.path[0]}" if self.path else "")

    @property
    def page_of_step(self) -> str:
        """Where the values of its step are edited."""
        return reverse("batches:edit_master_part", args=[".".join((self.draft.number, *self.path[:1]))])


def place_of(number: str) -> Place:
    """The part an address names. Raises MasterDraft.DoesNotExist, and ValueError where no master has a part; whether the part itself is
    there still, `Place.gone` says."""
    draft, *path = number.strip().split(".")
    if len(path) > 2:
        raise ValueError("A value has no parts of its own.")
    return Place(draft_of(draft), tuple(path))


def draft_of(number: str) -> MasterDraft:
    return MasterDraft.objects.select_related("based_on__master", "version__master").get(number=number.strip().upper())


def open_drafts() -> "QuerySet[MasterDraft]":
    return MasterDraft.objects.filter(status="open").select_related("based_on__master").order_by("pk")


def draft_facts(draft: MasterDraft) -> dict[str, Any]:
    """What the rules of MASTER_DRAFT ask about."""
    content = read_master(draft.content)
    newest = MasterVersion.objects.filter(master__code=content.code).select_related("master").order_by("-version").first()
    # A draft that was submitted is that newer version itself.
    meanwhile = draft.status == "open" and newest is not None and newest.pk != draft.based_on_id
    return {"defects": len(all_defects(content)), "written_meanwhile": newest.number if newest and meanwhile else ""}


def defects_of(content: MasterFile) -> dict[Path, list[str]]:
    """Every defect beside the part it names."""
    return defects_by_part(content, all_defects(content))


def changes_of(draft: MasterDraft) -> list[Difference]:
    """What the draft changes in the version it began from; empty for a new master."""
    return differences(read_master(draft.based_on.source_text), read_master(draft.content)) if draft.based_on else []


def changed_since(draft: MasterDraft, seen: str) -> list[Difference]:
    """What others changed since the revision that a page showed."""
    history: Any = draft.history  # type: ignore[attr-defined]
    shown = history.filter(revision=int(seen)).first() if seen.isdecimal() and len(seen) < 10 else None
    return differences(read_master(shown.content), read_master(draft.content)) if shown else []
