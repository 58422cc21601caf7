"""A master on paper and as a file: the blank record to read and print, and the text to carry to another site."""

from dataclasses import fields
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse

from batches.domain.equipment import CLASSES
from batches.domain.master_file import StepFile, read_master
from batches.domain.master_parts import STAGES, STEP_KINDS
from batches.domain.master_words import in_words, words_of
from batches.domain.materials import need_in_words
from batches.selectors.master_drafts import draft_of
from batches.selectors.masters import contents_of, version_of
from evgmp.compliance import clock
from evgmp.rules.reading import display_number
from evgmp.web.record_view import ReadView, RecordDetail


class MasterBlank(RecordDetail):
    """The blank record as an operator will meet it: every step with its values, limits and signatures still empty. Printed, it says
    on every page that it is no issued record."""

    template_name = "batches/master_blank.html"

    def record(self, key: str) -> Any:
        return version_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "record_id": record.number,
            "kind": f"{record.master.title}, blank record",
            "badges": [{"state": record.status, "word": "", "url": ""}],
            "facts": [("Product", record.product), ("Stage", STAGES[record.master.stage]), ("Batch size", record.batch_size)],
        }

    def details(self, record: Any) -> dict[str, Any]:
        content = read_master(record.source_text)
        said = {step.key: step for step in content.steps}
        steps = [
            {"row": row, "kind": STEP_KINDS.get(row.kind, row.kind), "needs": _needs(said[row.key]), "uses": _uses(said[row.key])}
            for row in record.steps.all()
        ]
        return {"steps": steps, "contents": contents_of(content), "fills": range(4), "person": self.actor, "printed_at": clock.now()}


def _needs(step: StepFile) -> list[tuple[str, str]]:
    """What a step says beside instructions, values and what it uses, in words."""
    plain = {"key", "section", "title", "instructions", "kind", "parameters", "witness", "critical", "materials", "equipment", "samples", "attachment"}
    found = ((words_of("StepFile", f.name)[0], in_words(getattr(step, f.name))) for f in fields(step) if f.name not in plain)
    return [(label, words) for label, words in found if words not in ("", "no")]


def _uses(step: StepFile) -> list[tuple[str, str, bool]]:
    """What is scanned, drawn or attached in a step: name, how much, whether it must be."""
    found = [(need.item, need_in_words(need), need.required) for need in step.materials]
    found += [(CLASSES[need.equipment_class].title, "", need.required) for need in step.equipment]
    found += [(f"Sample: {need.purpose}", f"{display_number(need.quantity)} {need.unit}", True) for need in step.samples]
    return [*found, *([("File or photo", "", step.attachment == "required")] if step.attachment else [])]


class _File(ReadView):
    """The text of a master file, letter for letter, as a download."""

    def text(self, key: str) -> tuple[str, str]:
        """(name, text). Raises ObjectDoesNotExist."""
        raise NotImplementedError(f"{type(self).__name__} needs text().")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            name, text = self.text(self.kwargs["key"])
        except ObjectDoesNotExist as error:
            raise Http404(f"There is no record {self.kwargs['key']}.") from error
        return HttpResponse(
            text, content_type="application/toml; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}.toml"'}
        )


class MasterFilePage(_File):
    def text(self, key: str) -> tuple[str, str]:
        version = version_of(key)
        return version.number, version.source_text


class MasterDraftFile(_File):
    def text(self, key: str) -> tuple[str, str]:
        draft = draft_of(key)
        return draft.number, draft.content
