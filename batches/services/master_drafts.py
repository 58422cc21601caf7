"""Drafts of masters: begun, edited part by part, submitted as a version or discarded. A draft may hold defects, a version may not."""

from typing import Any

from batches.domain import commands as c
from batches.domain import master_editing as editing
from batches.domain.lifecycle_records import MASTER_DRAFT
from batches.domain.master_differences import differences
from batches.domain.master_file import MasterFile, read_master
from batches.domain.master_text import write_master
from batches.models import MasterDraft, MasterRecord, MasterVersion
from batches.selectors.master_drafts import Place, draft_facts, place_of
from batches.selectors.masters import lookup_of
from batches.services.masters import readable, refuse_defects, write_version
from evgmp.compliance.recording import Act, Recording, fresh, recording
from evgmp.rules.blocker import refuse
from evgmp.rules.change_record import Change
from evgmp.rules.command import Command


def draft_master(act: Act, *, based_on: str = "", text: str = "", content: MasterFile | None = None) -> MasterDraft:
    """A draft that begins as a copy of a version, as a file with whatever defects it has, or as an empty master of a new code."""
    with recording(c.DRAFT_MASTER, act) as rec:
        version = MasterVersion.objects.get(**lookup_of(based_on)) if based_on else None
        if version is not None:
            content = read_master(version.source_text)
        elif text:
            content = readable(text)
        elif content is None:
            raise refuse("nothing_to_draft", "Choose a version, a file, or a code for a new master.")
        elif MasterRecord.objects.filter(code=content.code).exists():
            raise refuse("code_taken", f"{content.code} has versions already. Begin the draft from one of them.", "code")
        if doubled := editing.doubled_keys(content):
            raise refuse("doubled_keys", f"This file can't be edited part by part. {' '.join(doubled)}")
        version = version or MasterVersion.objects.filter(master__code=content.code).order_by("-version").first()
        draft = MasterDraft(number=rec.next_number(f"MD-{rec.at.year}"), content=write_master(content), based_on=version)
        draft.save()
        rec.about(draft, steps=len(content.steps))
    return draft


def edit_master_part(act: Act, on: str, *, content: Any) -> Place:
    """One part put in the place of the earlier one: the head, a step (its values stay) or a value."""
    with recording(c.EDIT_MASTER_PART, act) as rec:
        place = _locked(c.EDIT_MASTER_PART, act, on)
        after = _edited(lambda: editing.with_part(place.content, place.path, content))
        return _saved(rec, place, after, path=(*place.path[:-1], content.key) if place.path else ())


def add_master_part(act: Act, on: str, *, content: Any, after: str = "") -> Place:
    """A step of the draft, or a value of a step: behind the neighbour named `after`, or at the end."""
    with recording(c.ADD_MASTER_PART, act) as rec:
        place = _locked(c.ADD_MASTER_PART, act, on)
        return _saved(
            rec, place, _edited(lambda: editing.added(place.content, place.path, content, after)), path=(*place.path, content.key)
        )


def move_master_part(act: Act, on: str, *, part: str, to: int) -> Place:
    """A step among the steps, or a value among those of its step. `part`: its path; `to`: its place, 1 is the first."""
    with recording(c.MOVE_MASTER_PART, act) as rec:
        place = _locked(c.MOVE_MASTER_PART, act, on)
        path = tuple(part.split("."))
        return _saved(rec, place, _edited(lambda: editing.moved(place.content, path, to)), path=path)


def remove_master_part(act: Act, on: str, *, part: str) -> Place:
    """A step with all its values, or one value."""
    with recording(c.REMOVE_MASTER_PART, act) as rec:
        place = _locked(c.REMOVE_MASTER_PART, act, on)
        path = tuple(part.split("."))
        return _saved(rec, place, _edited(lambda: editing.removed(place.content, path)), path=path[:-1])


def submit_master(act: Act, on: str, *, impact: str, affected_batches: str, training_needed: str) -> MasterVersion:
    """The draft becomes the next version, signed by its author with its change record: from here on nobody edits it."""
    with recording(c.SUBMIT_MASTER, act) as rec:
        draft = MasterDraft.locked(number=on.strip().upper())
        fresh(draft, act)
        # The lock of all versions comes before the question which is the newest: two drafts submitted at once can't both follow one version.
        MasterRecord.objects.select_for_update().filter(code=read_master(draft.content).code).first()
        facts = draft_facts(draft)
        if MASTER_DRAFT.blockers(c.SUBMIT_MASTER, status=draft.status, facts={**facts, "defects": 0}) == [] and facts["defects"]:
            refuse_defects(read_master(draft.content))
        target = MASTER_DRAFT.target(c.SUBMIT_MASTER, status=draft.status, facts=facts)
        content = read_master(draft.content)
        if draft.based_on and not draft.based_on.change_record_missing and not differences(read_master(draft.based_on.source_text), content):
            raise refuse("nothing_changed", f"This draft says the same as {draft.based_on.number}. Change it, or discard it.")
        version, rows = write_version(act, content, draft.content, Change(impact, affected_batches, training_needed))
        draft.status, draft.version = target, version
        draft.save()
        rec.about(version, covers=rows, steps=len(content.steps), draft=draft.number)
    return version


def discard_master_draft(act: Act, on: str) -> MasterDraft:
    """The draft is given up. It stays readable."""
    with recording(c.DISCARD_MASTER_DRAFT, act) as rec:
        draft = MasterDraft.locked(number=on.strip().upper())
        fresh(draft, act)
        draft.status = MASTER_DRAFT.target(c.DISCARD_MASTER_DRAFT, status=draft.status)
        draft.save()
        rec.about(draft)
    return draft


def _locked(command: Command, act: Act, on: str) -> Place:
    """The part, its draft under lock, open, and as the page showed it."""
    path = place_of(on).path
    draft = MasterDraft.locked(number=on.strip().split(".")[0].upper())
    MASTER_DRAFT.target(command, status=draft.status)
    fresh(draft, act)
    return Place(draft, path)


def _edited(edit: Any) -> MasterFile:
    try:
        return edit()  # type: ignore[no-any-return]
    except editing.PartGone as gone:
        raise refuse("part_gone", str(gone)) from gone
    except editing.KeyTaken as taken:
        raise refuse("key_taken", str(taken), "key") from taken


def _saved(rec: Recording, place: Place, after: MasterFile, path: editing.Path) -> Place:
    """The draft with its new content; the audit trail holds each difference in words."""
    changed = differences(place.content, after)
    if not changed:
        raise refuse("nothing_changed", "Nothing is different from what is saved already.")
    place.draft.content = write_master(after)
    place.draft.save()
    rec.about(place.draft, changes=[f"{d.where}, {d.field}: {d.old or 'nothing'} → {d.new or 'nothing'}" for d in changed])
    return Place(place.draft, path)
