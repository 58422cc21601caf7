"""Drafts of specifications: begun, edited row by row, submitted as a version or discarded. A draft may hold defects, a version may not."""

from collections.abc import Callable
from typing import Any

from batches.domain.data_file import DataFileError
from batches.domain.master_editing import KeyTaken, PartGone
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import refuse
from evgmp.rules.change_record import Change
from evgmp.rules.command import Command
from qc.domain import commands as c
from qc.domain import specification_editing as editing
from qc.domain.lifecycle_specifications import SPECIFICATION_DRAFT
from qc.domain.specification_edits import edits
from qc.domain.specification_file import SpecificationFile, read_document
from qc.domain.specification_text import remarks_of, write_document
from qc.models import Specification, SpecificationDraft, SpecificationVersion
from qc.selectors.specification_drafts import Place, changes_of, draft_facts, place_of
from qc.selectors.specifications import file_of, tables_of, version_of
from qc.services.specifications import without_defects, write_version


def draft_specification(act: Act, *, based_on: str = "", text: str = "", head: dict[str, str] | None = None) -> SpecificationDraft:
    """A draft that begins as a copy of a version, as a file with whatever defects it has, or as an empty specification of a new code."""
    with recording(c.DRAFT_SPECIFICATION, act) as rec:
        version = version_of(based_on) if based_on else None
        text = version.source_text if version else text or (_empty(head) if head else "")
        if not text:
            raise refuse("nothing_to_draft", "Choose a version, a file, or a code for a new specification.")
        file = _readable(text)
        version = version or SpecificationVersion.objects.filter(spec__code=file.code).select_related("spec").order_by("-version").first()
        tables = tables_of(text)
        if odd := editing.unaddressable(tables):
            raise refuse("doubled_codes", f"This file can't be edited row by row. {' '.join(odd)}")
        content = write_document(tables, remarks_of(text))
        draft = SpecificationDraft(number=rec.next_number(f"SD-{rec.at.year}"), content=content, based_on=version)
        draft.save()
        rec.about(draft, rows=len(file.rows))
    return draft


def _empty(head: dict[str, str]) -> str:
    """The text of a specification without rows. Refused for a code or stage that has one."""
    if Specification.objects.filter(code=head["code"]).exists():
        raise refuse("code_taken", f"{head['code']} has versions already. Begin the draft from one of them.", "code")
    if other := Specification.objects.filter(stage=head["stage"]).first():
        raise refuse("other_code", f"This stage has the specification {other.code}. Begin the draft from its newest version.", "stage")
    return write_document({"specification": head})


def edit_specification_part(act: Act, on: str, *, content: dict[str, Any]) -> Place:
    """One part put in the place of the earlier one: the head, a row or a control set."""
    with recording(c.EDIT_SPECIFICATION_PART, act) as rec:
        place = _locked(c.EDIT_SPECIFICATION_PART, act, on)
        after = _edited(lambda: editing.with_part(place.document, place.path, content))
        return _saved(rec, place, after, _path_of(place.path, content))


def add_specification_part(act: Act, on: str, *, content: dict[str, Any], after: str = "") -> Place:
    """A row behind the one named `after` or at the end; on `SD-2026-001.set:` a control set."""
    with recording(c.ADD_SPECIFICATION_PART, act) as rec:
        place = _locked(c.ADD_SPECIFICATION_PART, act, on)
        changed = _edited(lambda: editing.added(place.document, place.path, content, after))
        return _saved(rec, place, changed, _path_of(place.path or "row", content))


def move_specification_row(act: Act, on: str, *, row: str, to: int) -> Place:
    """A row among those of its category. `to`: its place there, 1 is the first."""
    with recording(c.MOVE_SPECIFICATION_ROW, act) as rec:
        place = _locked(c.MOVE_SPECIFICATION_ROW, act, on)
        return _saved(rec, place, _edited(lambda: editing.moved(place.document, row, to)), row)


def remove_specification_part(act: Act, on: str, *, part: str) -> Place:
    """A row, or a control set that no row uses."""
    with recording(c.REMOVE_SPECIFICATION_PART, act) as rec:
        place = _locked(c.REMOVE_SPECIFICATION_PART, act, on)
        return _saved(rec, place, _edited(lambda: editing.removed(place.document, part)), "")


def submit_specification(act: Act, on: str, *, impact: str, affected_batches: str, training_needed: str) -> SpecificationVersion:
    """The draft becomes the next version, signed by its author with its change record: from here on nobody edits it."""
    with recording(c.SUBMIT_SPECIFICATION, act) as rec:
        draft = SpecificationDraft.locked(number=on.strip().upper())
        fresh(draft, act)
        # The lock of all versions comes before the question which is the newest: two drafts submitted at once can't both follow one version.
        Specification.objects.select_for_update().filter(code=Place(draft, "").file.code).first()
        facts = draft_facts(draft)
        if not SPECIFICATION_DRAFT.blockers(c.SUBMIT_SPECIFICATION, status=draft.status, facts={**facts, "defects": 0}):
            without_defects(draft.content)
        target = SPECIFICATION_DRAFT.target(c.SUBMIT_SPECIFICATION, status=draft.status, facts=facts)
        if draft.based_on and not draft.based_on.change_record_missing and not changes_of(draft):
            raise refuse("nothing_changed", f"This draft says the same as {draft.based_on.number}. Change it, or discard it.")
        version, rows = write_version(act, draft.content, Change(impact, affected_batches, training_needed))
        draft.status, draft.version = target, version
        draft.save()
        rec.about(version, covers=[version, *rows], rows=len(rows), draft=draft.number)
    return version


def discard_specification_draft(act: Act, on: str) -> SpecificationDraft:
    """The draft is given up. It stays readable."""
    with recording(c.DISCARD_SPECIFICATION_DRAFT, act) as rec:
        draft = SpecificationDraft.locked(number=on.strip().upper())
        fresh(draft, act)
        draft.status = SPECIFICATION_DRAFT.target(c.DISCARD_SPECIFICATION_DRAFT, status=draft.status)
        draft.save()
        rec.about(draft)
    return draft


def _readable(text: str) -> SpecificationFile:
    """The specification in the text. Refused with the sentence of the reader."""
    try:
        return file_of(text)
    except DataFileError as error:
        raise refuse("unreadable_file", str(error), "file") from error


def _locked(command: Command, act: Act, on: str) -> Place:
    """The part, its draft under lock, open, and as the page showed it."""
    path = place_of(on).path
    draft = SpecificationDraft.locked(number=on.strip().partition(".")[0].upper())
    SPECIFICATION_DRAFT.target(command, status=draft.status)
    fresh(draft, act)
    return Place(draft, path)


def _path_of(path: str, content: dict[str, Any]) -> str:
    """The path of a part by its code or key after the edit; the head has none."""
    if not path:
        return ""
    return f"{editing.SET}{content['key']}" if editing.is_set(path) else str(content["code"])


def _edited(edit: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return edit()
    except PartGone as gone:
        raise refuse("part_gone", str(gone)) from gone
    except KeyTaken as taken:
        raise refuse("code_taken", str(taken), "code") from taken
    except ValueError as used:
        raise refuse("set_in_use", str(used), "part") from used


def _saved(rec: Recording, place: Place, after: dict[str, Any], path: str) -> Place:
    """The draft with its new content, which can be read again; the audit trail holds each difference in words."""
    changed = edits(place.document, after)
    if not changed:
        raise refuse("nothing_changed", "Nothing is different from what is saved already.")
    try:
        read_document(after)
    except DataFileError as error:
        raise refuse("unreadable_part", str(error)) from error
    place.draft.content = write_document(after, remarks_of(place.draft.content))
    place.draft.save()
    rec.about(place.draft, changes=[f"{d.where}, {d.field}: {d.old or 'nothing'} → {d.new or 'nothing'}" for d in changed])
    return Place(place.draft, path)
