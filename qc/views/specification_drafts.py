"""Pages of a draft of a specification: its tests with what is wrong beside each, and the commands that edit it row by row."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from evgmp.rules.blocker import Blocker
from evgmp.web.change_form import ChangeForm
from evgmp.web.command_view import CommandView, offered
from evgmp.web.part_command import PartCommand
from evgmp.web.record_view import ReadView, RecordDetail
from qc.domain import commands as c
from qc.domain.lifecycle_specifications import SPECIFICATION_DRAFT
from qc.domain.specification_editing import SET, is_set, named, rows_of
from qc.domain.specification_rows import STAGES
from qc.forms.specification_parts import (
    AddSpecificationPartForm,
    DraftSpecificationForm,
    MoveRowForm,
    RemoveSpecificationPartForm,
    SpecificationPartForm,
)
from qc.selectors.specification_drafts import (
    Place,
    changed_since,
    changes_of,
    defects_by_row,
    draft_facts,
    draft_of,
    groups_of,
    place_of,
    row_of,
    sets_shown,
)
from qc.services import specification_drafts as services


class DraftSpecification(CommandView):
    command = c.DRAFT_SPECIFICATION
    service = staticmethod(services.draft_specification)
    form_class = DraftSpecificationForm
    takes_target = False

    def initial(self, target: Any) -> dict[str, Any]:
        """`?from=SPEC-EV-DS-V1`: that version is chosen already."""
        return {"based_on": self.request.GET.get("from", "")}

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {
            "intro": "A draft is edited test by test and may hold defects. When it has none, its author signs and submits it for review. Remarks inside "
            "a file are not kept in a draft; those at its head are."
        }


class SpecificationPartCommand(PartCommand):
    """A command on one part of a draft."""

    @classmethod
    def find(cls, on: str) -> Any:
        return place_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        gone = [Blocker("part_gone", target.gone)] if target.gone else []
        return SPECIFICATION_DRAFT.blockers(cls.command, status=target.draft.status) + gone

    def meanwhile_of(self, target: Any, seen: str) -> tuple[list[Any], int]:
        draft = draft_of(target.draft.number)
        return changed_since(draft, seen), draft.revision


class EditSpecificationPart(SpecificationPartCommand):
    """The head, a row or a control set."""

    command = c.EDIT_SPECIFICATION_PART
    service = staticmethod(services.edit_specification_part)
    form_class = SpecificationPartForm
    template_name = "qc/edit_specification_part.html"

    @classmethod
    def find(cls, on: str) -> Any:
        place = place_of(on)
        if place.path == SET:
            raise ValueError("A control set that is to be added is not edited.")
        return place

    def extra_context(self, target: Any) -> dict[str, Any]:
        kind = "Control set" if is_set(target.path) else "Test"
        return {
            **super().extra_context(target),
            "heading": f"{kind}: {target.name}" if target.path else "The specification as a whole",
            "defects": defects_by_row(target.file).get(target.path, []),
            "part_changes": [one for one in changes_of(target.draft) if target.path and one.where.split(" ")[0] == target.path],
            "saved": row_of(target),
            "draft": target.draft,
        }


class AddSpecificationPart(SpecificationPartCommand):
    """A test behind another one, or a control set."""

    command = c.ADD_SPECIFICATION_PART
    service = staticmethod(services.add_specification_part)
    form_class = AddSpecificationPartForm
    template_name = "qc/edit_specification_part.html"

    @classmethod
    def find(cls, on: str) -> Any:
        place = place_of(on)
        if place.path not in ("", SET):
            raise ValueError("A test has no parts of its own.")
        return place

    def initial(self, target: Any) -> dict[str, Any]:
        """`?after=DS-SF-ENDO`: behind that test, in its category."""
        after = self.request.GET.get("after", "")
        row = next((row for row in rows_of(target.document) if named(row, "code") == after), None)
        return {"after": after, "category": named(row, "category"), "sample_type": named(row, "sample_type")} if row else {}

    def extra_context(self, target: Any) -> dict[str, Any]:
        heading = "A control set" if target.path else "A test"
        return {**super().extra_context(target), "heading": heading, "draft": target.draft, "cancel_url": target.draft.get_absolute_url()}


class _OnDraft(SpecificationPartCommand):
    """Named by the draft alone: the form names the part."""

    @classmethod
    def find(cls, on: str) -> Any:
        place = place_of(on)
        if place.path:
            raise ValueError("The part is named in the form.")
        return place


class MoveSpecificationRow(_OnDraft):
    command = c.MOVE_SPECIFICATION_ROW
    service = staticmethod(services.move_specification_row)
    form_class = MoveRowForm


class RemoveSpecificationPart(_OnDraft):
    command = c.REMOVE_SPECIFICATION_PART
    service = staticmethod(services.remove_specification_part)
    form_class = RemoveSpecificationPartForm

    def initial(self, target: Any) -> dict[str, Any]:
        return {"part": self.request.GET.get("part", "")}


class DraftCommand(CommandView):
    """A command on a whole draft."""

    @classmethod
    def find(cls, on: str) -> Any:
        return draft_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return SPECIFICATION_DRAFT.blockers(cls.command, status=target.status, facts=draft_facts(target))

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [
            ("Specification", target.title),
            ("Began from", target.based_on or "A new specification"),
            ("Tests", len(Place(target, "").file.rows)),
            ("Differences", len(changes_of(target)) if target.based_on else "First version"),
        ]


class SubmitSpecification(DraftCommand):
    command = c.SUBMIT_SPECIFICATION
    service = staticmethod(services.submit_specification)
    form_class = ChangeForm
    template_name = "qc/sign_specification.html"

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {
            "intro": "The draft becomes the next version, to be reviewed by the head of Quality Control and approved by QA. Nobody edits it after this.",
            "previous": target.based_on,
            "changes": changes_of(target),
        }


class DiscardSpecificationDraft(DraftCommand):
    command = c.DISCARD_SPECIFICATION_DRAFT
    service = staticmethod(services.discard_specification_draft)


class SpecificationDraftPage(RecordDetail):
    """The whole draft: tests by category, defects beside them, control sets, and what it changes."""

    template_name = "qc/specification_draft.html"
    commands = (SubmitSpecification, DiscardSpecificationDraft)

    def record(self, key: str) -> Any:
        return draft_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        file = Place(record, "").file
        return {
            "record_id": record.number,
            "kind": f"{file.title}, draft of a specification",
            "badges": [{"state": "draft" if record.status == "open" else record.status, "word": "", "url": ""}],
            "facts": [
                ("Specification", file.code),
                ("Stage", STAGES.get(file.stage, file.stage)),
                ("Began from", record.based_on or "A new specification"),
                *([("Became", record.version)] if record.version else []),
            ],
        }

    def details(self, record: Any) -> dict[str, Any]:
        place = Place(record, "")
        found = defects_by_row(place.file)
        edits = record.status == "open" and offered(self.actor, EditSpecificationPart, place)
        return {
            **({} if record.status == "open" else {"actions": []}),
            "draft": record,
            "groups": groups_of(place, found),
            "row_count": len(place.file.rows),
            "sets": sets_shown(place),
            "new_set": f"{record.number}.{SET}",
            "edits": bool(edits and not edits["barred"]),
            "head_defects": found.get("", []),
            "faulty": [(row.code, len(found[row.code])) for row in place.file.rows if found.get(row.code)],
            "defects_total": sum(map(len, found.values())),
            "changes": changes_of(record),
        }


class SpecificationDraftFile(ReadView):
    """The text of a draft, to keep or to carry to another site."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            draft = draft_of(self.kwargs["key"])
        except ObjectDoesNotExist as error:
            raise Http404("There is no such draft.") from error
        response = HttpResponse(draft.content.encode("utf-8"), content_type="application/toml")
        response.headers["Content-Disposition"] = content_disposition_header(True, f"{draft.number}.toml") or "attachment"
        return response
