"""Acknowledging an alarm, on the operator's screen where it rang in a step."""

from typing import Any

from batches.domain.commands import ACKNOWLEDGE_ALARM
from batches.selectors.alarms import Alarm, acknowledging_blockers, alarm_of, alarms_of
from batches.services.alarms import acknowledge_alarm
from batches.views.step_page import step_context
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered

INTRO = "Say what you saw and did. Your signed comment clears the alarm; it stays in the record, and QA still decides on an exception."


class AcknowledgeAlarm(CommandView):
    command = ACKNOWLEDGE_ALARM
    service = staticmethod(acknowledge_alarm)

    @classmethod
    def find(cls, on: str) -> Any:
        return alarm_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return acknowledging_blockers(target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Alarm", target.sentence), ("Lot", target.batch.lot), ("Step", target.step), ("Since", target.at), ("Exception", target.exception)]

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": f"{target.sentence}. {INTRO}" if target.step else INTRO, **(step_context(target.step) if target.step else {})}

    def _page(self, target: Any, form: Any, act_form: Any, **more: Any) -> Any:
        if target.step:
            self.template_name = "batches/step_act.html"  # type: ignore[misc]
        act_form.fields["reason"].label = "Comment"
        return super()._page(target, form, act_form, **more)


def alarm_list(actor: Any, batch: Any, step: Any = None) -> dict[str, Any]:
    """The alarms of a batch or a step, with the way to acknowledge each that still waits."""
    alarms: list[Alarm] = alarms_of(batch, step)
    waiting = [alarm for alarm in alarms if alarm.acknowledged is None]
    acts = {alarm.number: act for alarm in waiting if (act := offered(actor, AcknowledgeAlarm, alarm))}
    return {
        "rung": [{"alarm": alarm, "act": acts.get(alarm.number)} for alarm in alarms],
        "waiting_alarms": [{"alarm": alarm, "act": acts.get(alarm.number)} for alarm in waiting],
    }
