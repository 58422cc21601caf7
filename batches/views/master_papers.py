"""A master on paper and as a file: the blank record to read and print, and the text to carry to another site."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse

from batches.documents.blank_record import blank_steps
from batches.domain.commands import PRINT_MASTER
from batches.domain.master_file import MasterFile, read_master
from batches.domain.master_parts import STAGES
from batches.selectors.master_check import all_defects
from batches.selectors.master_drafts import draft_of
from batches.selectors.masters import contents_of, version_of
from batches.services.master_papers import print_master
from evgmp.compliance import clock
from evgmp.web.command_view import CommandView
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
        return self.drawn(read_master(record.source_text))

    def drawn(self, content: MasterFile) -> dict[str, Any]:
        return {
            "steps": blank_steps(content), "contents": contents_of(content), "fills": range(4), "person": self.actor, "printed_at": clock.now(),
        }  # fmt: skip


class MasterDraftBlank(MasterBlank):
    """The blank record that a draft would become, as it stands now: nothing is issued, counted or recorded. Printed, it says on every page
    that it is a draft."""

    def record(self, key: str) -> Any:
        return draft_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        content = read_master(record.content)
        return {
            "record_id": record.number,
            "kind": f"{content.title}, blank record of a draft",
            "badges": [{"state": "draft" if record.status == "open" else record.status, "word": "", "url": ""}],
            "facts": [("Product", content.product), ("Stage", STAGES.get(content.stage, content.stage)), ("Batch size", content.batch_size)],
        }

    def details(self, record: Any) -> dict[str, Any]:
        content = read_master(record.content)
        return {**self.drawn(content), "is_draft": True, "defects_total": len(all_defects(content))}


class PrintMaster(CommandView):
    """A numbered PDF of the blank record, kept among the papers."""

    command = PRINT_MASTER
    service = staticmethod(print_master)

    @classmethod
    def find(cls, on: str) -> Any:
        return version_of(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Master version", target), ("State", target.status), ("Product", target.product)]

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "Every page says that the print is uncontrolled, who printed it, when, and which copy it is. Nothing may be recorded on it."}


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
