"""The operator's pages: one step, one screen, one main button."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404

from batches.domain.commands import CORRECT_ENTRY, DECIDE_HOLD_POINT, RECORD_ENTRY, RECORD_LATE_ENTRY, SIGN_STEP, SKIP_STEP
from batches.domain.lifecycle_records import STEP
from batches.forms.records import CorrectEntryForm, DecideHoldPointForm, RecordEntryForm, RecordLateEntryForm, SignStepForm
from batches.selectors.records import step_facts, step_of
from batches.selectors.sheets import Sheet
from batches.services.clocks import notice_clocks
from batches.services.entries import correct_entry
from batches.services.late import record_late_entry
from batches.services.order import decide_hold_point, skip_step
from batches.services.steps import record_entry, sign_step
from batches.views.alarms import alarm_list
from batches.views.exceptions import ReportException
from batches.views.records import ResumeBatch
from batches.views.step_page import sign_context, sign_note, step_context, tiles
from evgmp.compliance import clock
from evgmp.rules.blocker import Blocker
from evgmp.rules.command import Meaning
from evgmp.web.command_view import CommandView, offered
from evgmp.web.forms import ActForm
from evgmp.web.record_view import ReadView


class StepCommand(CommandView):
    """A command on one step. Who looks at it is kept at the step as `viewer`: a step may be for one role, or ask for training."""

    @classmethod
    def find(cls, on: str) -> Any:
        return step_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        sheet = getattr(target, "shown", None) or Sheet(target.batch)
        viewer = getattr(target, "viewer", None)
        return STEP.blockers(cls.command, status=target.status, facts=step_facts(sheet, sheet.step(target.pk), viewer, clock.now()))

    def blockers_now(self, target: Any) -> list[Blocker]:
        target.viewer = self.actor
        return super().blockers_now(target)

    @classmethod
    def meanings(cls, target: Any) -> tuple[Meaning, ...]:
        witnessed = cls.command.witness and target.master_step.witness
        return (*cls.command.signs, Meaning.VERIFIED) if witnessed else cls.command.signs


class RecordEntry(StepCommand):
    """Posts from the step's own page; a refused value comes back on the same screen with what was typed."""

    command = RECORD_ENTRY
    service = staticmethod(record_entry)
    form_class = RecordEntryForm
    template_name = "batches/step.html"

    def _page(self, target: Any, form: Any, act_form: ActForm, *, status: int = 200, **more: Any) -> Any:
        if act_form.is_bound:
            # The page that comes back shows the step as it is now, so it may be sent again from what it shows.
            target = self.find(target.number)
            act_form.data = {name: act_form.data.get(name, "") for name in act_form.fields} | {"seen": str(target.revision)}
        self.form = form
        return super()._page(target, form, act_form, status=status, **more)

    def extra_context(self, target: Any) -> dict[str, Any]:
        return step_page(target, self.actor, self.form)


class SignStep(StepCommand):
    command = SIGN_STEP
    service = staticmethod(sign_step)
    form_class = SignStepForm
    template_name = "batches/sign_step.html"

    def extra_context(self, target: Any) -> dict[str, Any]:
        context = step_context(target)
        return {**context, **sign_context(context["sheet"])}


class SkipStep(StepCommand):
    command = SKIP_STEP
    service = staticmethod(skip_step)
    template_name = "batches/step_act.html"

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {**step_context(target), "intro": "The step is left out and the record says why. A second person signs that it does not apply."}


class DecideHoldPoint(StepCommand):
    command = DECIDE_HOLD_POINT
    service = staticmethod(decide_hold_point)
    form_class = DecideHoldPointForm

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        lot = target.batch.lot
        still_open = [exception.number for exception in lot.exceptions.all() if exception.status == "open"]
        return [
            ("Hold point", target), ("What is decided", " ".join(target.master_step.instructions)), ("Lot", lot),
            ("Master version", target.batch.version.number), ("Open exceptions", ", ".join(still_open) or "None"),
        ]  # fmt: skip


class RecordLateEntry(StepCommand):
    command = RECORD_LATE_ENTRY
    service = staticmethod(record_late_entry)
    form_class = RecordLateEntryForm
    template_name = "batches/step_act.html"

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Step", target), ("Master version", target.batch.version.number), ("State", STEP.words[target.status])]

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {
            **step_context(target),
            "intro": "For what was read but not recorded at its moment. Both times are kept, a second person signs, and an exception "
            "opens for QA. A signed step opens again.",
        }


class CorrectEntry(StepCommand):
    command = CORRECT_ENTRY
    service = staticmethod(correct_entry)
    form_class = CorrectEntryForm
    template_name = "batches/step_act.html"

    def initial(self, target: Any) -> dict[str, Any]:
        return {"entry": self.request.GET.get("entry", "")[:80]}

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Step", target), ("Master version", target.batch.version.number), ("State", STEP.words[target.status])]

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {
            **step_context(target),
            "intro": "The first entry stays readable beside the new one. Computed values follow; signed steps that they touch "
            "open again and lose their signatures.",
        }


class StepPage(ReadView):
    """The operator's screen of one step."""

    template_name = "batches/step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            step: Any = step_of(self.kwargs["key"])
        except ObjectDoesNotExist as error:
            raise Http404(f"There is no step {self.kwargs['key']}.") from error
        notice_clocks(step.batch)
        step.viewer = self.actor
        may_record = self.actor.role_for(RECORD_ENTRY) and not RecordEntry.barred(step)
        form = RecordEntryForm(target=step, actor=self.actor) if may_record else None
        act_form = ActForm(command=RECORD_ENTRY, meanings=(), initial={"seen": str(step.revision)})
        return {**super().get_context_data(**kwargs), **step_page(step, self.actor, form), "form": form, "act_form": act_form}


def step_page(step: Any, actor: Any, form: Any) -> dict[str, Any]:
    """The screen of a step: what it shows, what may be done, and why not."""
    step.viewer = actor
    context = {**(shown := step_context(step)), **alarm_list(actor, shown["batch"], step)}
    sign = offered(actor, SignStep, step)
    shown_tiles, beside = tiles(context["sheet"], form), len(context["side_lines"])
    return {
        **context,
        "alarm_count": bool(context["alarm"]) + len(context["passed"]) + bool(context["waiting_alarms"]),
        "tiles": shown_tiles,
        # Fields stand three in a row where two would push what is computed from them out of sight; a reading needs more room.
        "crowded": all(tile["field"] for tile in shown_tiles) and (
            (len(shown_tiles) > 4 and beside > 0) or (len(shown_tiles) == 3 and beside > 4)
        ),
        "record_url": RecordEntry.url(step),
        "record": offered(actor, RecordEntry, step),
        "sign": sign,
        "correct": offered(actor, CorrectEntry, step),
        "report": offered(actor, ReportException, step),
        "resume": _only_open(offered(actor, ResumeBatch, context["batch"])),
        "late": _only_open(offered(actor, RecordLateEntry, step)),
        "skip": _only_open(offered(actor, SkipStep, step)),
        "decide": _only_open(offered(actor, DecideHoldPoint, step)),
        "complete": sign is not None and not sign["barred"],
        "sign_note": sign_note(context["sheet"]),
    }


def _only_open(command: Any) -> Any:
    """A command that is offered only where it can be done: most steps know neither hold point nor leaving out."""
    return command if command and not command["barred"] else None
