"""Pages of batch records: the record as a document, and the commands on it as a whole."""

from typing import Any, ClassVar

from batches.domain.commands import ABORT_BATCH, COMPLETE_BATCH, CONSUME_LOT, HAND_OVER_BATCH, PAUSE_BATCH, RESUME_BATCH, REVIEW_BATCH
from batches.domain.lifecycle_records import BATCH
from batches.forms.records import ConsumeLotForm
from batches.selectors.clocks import faces
from batches.selectors.genealogy import inputs_of
from batches.selectors.headers import lot_header
from batches.selectors.lots import lot_of
from batches.selectors.record_lines import step_sheets, strip_of
from batches.selectors.record_papers import papers_of
from batches.selectors.records import batch_facts, batch_of, step_of, unsigned_steps
from batches.selectors.sheets import Sheet
from batches.selectors.signatures import hand_over_signatures, signatures_by_record
from batches.services.clocks import notice_clocks
from batches.services.interruptions import hand_over_batch, pause_batch, resume_batch
from batches.services.records import abort_batch, complete_batch, consume_lot, review_batch
from batches.views.alarms import alarm_list
from batches.views.environment import environment_of
from batches.views.record_papers import IssueRecord
from batches.views.step_page import step_context
from evgmp.compliance import clock
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.record_view import RecordDetail


class BatchCommand(CommandView):
    """A command on a whole batch record."""

    @classmethod
    def find(cls, on: str) -> Any:
        return batch_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        sheet = getattr(target, "shown", None) or Sheet(target)
        return BATCH.blockers(cls.command, status=target.status, facts=batch_facts(sheet))

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        sheet = Sheet(target)
        signed = len(sheet.steps) - len(unsigned_steps(sheet))
        still_open = [exception.number for exception in target.lot.exceptions.all() if exception.status == "open"]
        made = f"{target.lot.quantity_made} {target.lot.unit}" if target.lot.quantity_made is not None else "not recorded yet"
        return [
            ("Batch record", target.number),
            ("Lot", target.lot),
            ("Master version", target.version.number),
            ("Steps signed", f"{max(signed, 0)} of {len(sheet.steps)}"),
            ("Values", f"{len(sheet.all_entries())} recorded"),
            ("Quantity made", made),
            ("Open exceptions", ", ".join(still_open) or "None"),
        ]


class CompleteBatch(BatchCommand):
    command = COMPLETE_BATCH
    service = staticmethod(complete_batch)

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "With this signature the lot is made. It stays in quarantine until QA decides."}


class AbortBatch(BatchCommand):
    command = ABORT_BATCH
    service = staticmethod(abort_batch)

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "With this signature the batch stops for good and its lot is not used. Everything recorded stays."}


class OperatorsBatchCommand(BatchCommand):
    """A command of a whole batch that is done beside the process: on the operator's screen, at the step where the batch stands."""

    intro: ClassVar[str]

    def extra_context(self, target: Any) -> dict[str, Any]:
        standing = Sheet(target).first_open
        return {"intro": self.intro, **(step_context(step_of(standing.number)) if standing else {})}

    def _page(self, target: Any, form: Any, act_form: Any, **more: Any) -> Any:
        if Sheet(target).first_open:
            self.template_name = "batches/batch_act.html"  # type: ignore[misc]
        return super()._page(target, form, act_form, **more)


class PauseBatch(OperatorsBatchCommand):
    command = PAUSE_BATCH
    service = staticmethod(pause_batch)
    intro = "Nothing is recorded in this batch until it is resumed. Its clocks run on."


class ResumeBatch(OperatorsBatchCommand):
    command = RESUME_BATCH
    service = staticmethod(resume_batch)
    intro = "The batch goes on where it was paused. Say what you checked."


class HandOverBatch(OperatorsBatchCommand):
    command = HAND_OVER_BATCH
    service = staticmethod(hand_over_batch)
    intro = "You hand this batch over, the second person takes it. Say how it stands and what comes next."


class ReviewBatch(BatchCommand):
    command = REVIEW_BATCH
    service = staticmethod(review_batch)

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "You review every step, value and correction of this record. Open exceptions stay with QA."}


class ConsumeLot(CommandView):
    """What the lot in process is made from."""

    command = CONSUME_LOT
    service = staticmethod(consume_lot)
    form_class = ConsumeLotForm

    @classmethod
    def find(cls, on: str) -> Any:
        lot = lot_of(on)
        batch_of(f"BR-{lot.number}")
        return lot

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return BATCH.blockers(cls.command, status=target.batch.status)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        recorded = ", ".join(f"{edge.quantity} {edge.unit} of {edge.parent}" for edge in inputs_of(target))
        return [("Lot in process", target), ("Made from so far", recorded or "Nothing recorded yet")]

    def success_url(self, record: Any) -> str:
        return str(record.batch.get_absolute_url())


class BatchPage(RecordDetail):
    """The whole record as a document: exceptions first, then each step with values, corrections and signatures."""

    template_name = "batches/batch.html"
    tab = "record"
    commands = (CompleteBatch, ReviewBatch, ResumeBatch, PauseBatch, HandOverBatch, AbortBatch, IssueRecord)

    def record(self, key: str) -> Any:
        batch: Any = batch_of(key)
        notice_clocks(batch)
        # Every button of the page asks the same rules, so the record is read for all of them at once.
        batch.shown = Sheet(batch)
        return batch

    def header(self, record: Any) -> dict[str, Any]:
        header = lot_header(record.lot, self.tab)
        paused = [{"state": "paused", "word": "", "url": ""}] if record.status == "paused" else []
        return {**header, "badges": [*paused, *header["badges"]], "record_id": record.number, "kind": f"Batch record of {record.lot.number}"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way to the step where the batch stands leads the buttons; pausing and resuming are offered one at a time."""
        context = super().get_context_data(**kwargs)
        other = RESUME_BATCH if context["batch"].status != "paused" else PAUSE_BATCH
        actions = [act for act in context["actions"] if act["key"] != other.key]
        if step := context["next_step"]:
            actions.insert(0, {"label": f"Go to step {step.position}", "url": step.get_absolute_url(), "primary": True, "icon": "play-circle"})
        return {**context, "actions": actions}

    def details(self, record: Any) -> dict[str, Any]:
        sheets = step_sheets(record)
        sheet = record.shown
        first_open = sheet.first_open
        done = sum(sheet.is_done(step) for step in sheet.steps)
        still_open = [exception for exception in record.lot.exceptions.order_by("pk") if exception.status == "open"]
        return {
            "batch": record,
            "faces": faces(sheet, clock.now()),
            "sheets": sheets,
            "strip": strip_of(sheets, first_open, sheet),
            "steps_done": done,
            "passed_over": {step.pk for step in sheet.steps if sheet.applies(step) is False},
            "next_step": first_open if record.status == "in_process" else None,
            "exceptions": sorted(record.lot.exceptions.all(), key=lambda exception: (exception.status != "open", exception.pk)),
            "open_exceptions": still_open,
            "inputs": inputs_of(record.lot),
            "signatures": [*signatures_by_record([record])[str(record.pk)], *hand_over_signatures(record)],
            "consume": self._consume(record),
            "papers": papers_of(record),
            **alarm_list(self.actor, record),
            **environment_of(record),
        }

    def _consume(self, record: Any) -> Any:
        from evgmp.web.command_view import offered

        return offered(self.actor, ConsumeLot, record.lot) if record.status == "in_process" else None
