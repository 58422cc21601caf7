"""Pages of a draft of a master: its steps with what is wrong beside each, and the commands that edit it part by part."""

import uuid
from typing import Any

from batches.domain import commands as c
from batches.domain.lifecycle_records import MASTER_DRAFT
from batches.domain.master_defects_contents import content_defects
from batches.domain.master_parts import STAGES, STEP_KINDS
from batches.forms.master_parts import AddPartForm, DraftMasterForm, MovePartForm, PartForm, RemovePartForm
from batches.selectors.master_drafts import Place, changed_since, changes_of, defects_of, draft_facts, draft_of, place_of
from batches.services import master_drafts as services
from evgmp.rules.blocker import Blocker
from evgmp.web.change_form import ChangeForm
from evgmp.web.command_view import CommandView, offered
from evgmp.web.part_command import PartCommand
from evgmp.web.record_view import RecordDetail


class DraftMaster(CommandView):
    command = c.DRAFT_MASTER
    service = staticmethod(services.draft_master)
    form_class = DraftMasterForm
    takes_target = False

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {
            "intro": "A draft is edited part by part and may hold defects. When it has none, its author signs and submits it for review."
        }


class MasterPartCommand(PartCommand):
    """A command on one part of a draft."""

    @classmethod
    def find(cls, on: str) -> Any:
        return place_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        gone = [Blocker("part_gone", target.gone)] if target.gone else []
        return MASTER_DRAFT.blockers(cls.command, status=target.draft.status) + gone

    def meanwhile_of(self, target: Any, seen: str) -> tuple[list[Any], int]:
        draft = draft_of(target.draft.number)
        return changed_since(draft, seen), draft.revision


class EditMasterPart(MasterPartCommand):
    """The head, a step or a value. A step's page also lists its values."""

    command = c.EDIT_MASTER_PART
    service = staticmethod(services.edit_master_part)
    form_class = PartForm
    template_name = "batches/edit_master_part.html"

    def success_url(self, record: Any) -> str:
        return str(record.page_of_step if len(record.path) == 2 else record.get_absolute_url())

    def extra_context(self, target: Any) -> dict[str, Any]:
        found = defects_of(target.content)
        step = target.part if len(target.path) == 1 and not target.gone else None
        values = [
            {"part": p, "path": f"{step.key}.{p.key}", "number": f"{target.number}.{p.key}", "place": i, "defects": found.get((step.key, p.key), [])}
            for i, p in enumerate(step.parameters, 1)
        ] if step else []  # fmt: skip
        return {
            **super().extra_context(target),
            "heading": {0: "The master as a whole", 1: f"Step: {target.name}", 2: f"Value: {target.name}"}[len(target.path)],
            "step": step,
            "values": values,
            "defects": [*found.get(target.path, []), *(content_defects(target.content) if not target.path else [])],
            "draft": target.draft,
            "fresh_key": uuid.uuid4().hex,
            "cancel_url": target.page_of_step if len(target.path) == 2 else target.get_absolute_url(),
        }


class AddMasterPart(MasterPartCommand):
    """A step behind another one, or a value of a step."""

    command = c.ADD_MASTER_PART
    service = staticmethod(services.add_master_part)
    form_class = AddPartForm
    template_name = "batches/edit_master_part.html"

    @classmethod
    def find(cls, on: str) -> Any:
        place = place_of(on)
        if len(place.path) > 1:
            raise ValueError("A value has no parts of its own.")
        return place

    def initial(self, target: Any) -> dict[str, Any]:
        after = self.request.GET.get("after", "")
        step = next((s for s in target.content.steps if s.key == after), None)
        return {"after": after, "section": step.section if step else target.content.steps[-1].section if target.content.steps else ""}

    def success_url(self, record: Any) -> str:
        return str(record.page_of_step)

    def extra_context(self, target: Any) -> dict[str, Any]:
        heading = f"A value for the step {target.name}" if target.path else "A step"
        back = target.page_of_step if target.path else target.get_absolute_url()
        return {**super().extra_context(target), "heading": heading, "draft": target.draft, "cancel_url": back}


class MoveMasterPart(MasterPartCommand):
    command = c.MOVE_MASTER_PART
    service = staticmethod(services.move_master_part)
    form_class = MovePartForm

    def success_url(self, record: Any) -> str:
        return str(record.page_of_step if len(record.path) == 2 else record.get_absolute_url())


class RemoveMasterPart(MasterPartCommand):
    command = c.REMOVE_MASTER_PART
    service = staticmethod(services.remove_master_part)
    form_class = RemovePartForm

    def initial(self, target: Any) -> dict[str, Any]:
        return {"part": self.request.GET.get("part", "")}

    def success_url(self, record: Any) -> str:
        return str(record.page_of_step if record.path else record.get_absolute_url())


class DraftCommand(CommandView):
    """A command on a whole draft."""

    @classmethod
    def find(cls, on: str) -> Any:
        return draft_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return MASTER_DRAFT.blockers(cls.command, status=target.status, facts=draft_facts(target))

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        content = Place(target, ()).content
        return [
            ("Master", f"{content.code}, {content.title}"),
            ("Began from", target.based_on or "A new master"),
            ("Steps", len(content.steps)),
            ("Differences", len(changes_of(target)) if target.based_on else "First version"),
        ]


class SubmitMaster(DraftCommand):
    command = c.SUBMIT_MASTER
    service = staticmethod(services.submit_master)
    form_class = ChangeForm

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {
            "intro": "The draft becomes the next version, to be reviewed by a second person and approved by QA. Nobody edits it after this."
        }


class DiscardMasterDraft(DraftCommand):
    command = c.DISCARD_MASTER_DRAFT
    service = staticmethod(services.discard_master_draft)


class MasterDraftPage(RecordDetail):
    """The whole draft: sections, steps, defects beside them, and what it changes."""

    template_name = "batches/master_draft.html"
    commands = (SubmitMaster, DiscardMasterDraft)

    def record(self, key: str) -> Any:
        return draft_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        content = Place(record, ()).content
        return {
            "record_id": record.number,
            "kind": f"{content.title}, draft of a master record",
            "badges": [{"state": "draft" if record.status == "open" else record.status, "word": "", "url": ""}],
            "facts": [
                ("Master", content.code),
                ("Stage", STAGES.get(content.stage, content.stage)),
                ("Began from", record.based_on or "A new master"),
                *([("Became", record.version)] if record.version else []),
            ],
        }

    def details(self, record: Any) -> dict[str, Any]:
        content = Place(record, ()).content
        found = defects_of(content)
        edits = record.status == "open" and offered(self.actor, EditMasterPart, Place(record, ()))
        steps = []
        for place, step in enumerate(content.steps, 1):
            below = [(f"{step.key}.{p.key}", p.label, found.get((step.key, p.key), [])) for p in step.parameters]
            steps.append({
                "part": step, "place": place, "kind": STEP_KINDS.get(step.kind, step.kind), "number": f"{record.number}.{step.key}",
                "new_section": place == 1 or step.section != content.steps[place - 2].section,
                "defects": found.get((step.key,), []), "values": below,
            })  # fmt: skip
        return {
            **({} if record.status == "open" else {"actions": []}),
            "draft": record,
            "steps": steps,
            "edits": bool(edits and not edits["barred"]),
            "head_defects": found.get((), []),
            "absent": content_defects(content),
            "defects_total": sum(map(len, found.values())),
            "changes": changes_of(record),
            "fresh_key": uuid.uuid4().hex,
        }
