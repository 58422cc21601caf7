"""OOS records: list, one with its result, its investigation and QA's decision."""

from typing import Any

from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.record_view import RecordDetail, RecordList
from qc.domain.commands import APPROVE_OOS_PLAN, AUTHORISE_RESAMPLE, CONFIRM_OOS, DRAW_RESAMPLE, INVALIDATE_OOS, PLAN_OOS, RECORD_RETEST
from qc.domain.lifecycle import OOS
from qc.domain.oos import EVALUATIONS
from qc.forms.oos import AuthoriseResampleForm, ConfirmOosForm, DrawResampleForm, InvalidateOosForm, PlanOosForm, RecordRetestForm
from qc.selectors import results as selectors
from qc.selectors.oos import due_of, is_overdue, next_of, oos_facts, plan_of, resample_of, retests_of, touched_lots
from qc.services import oos as services

STATES = {"open": ("open", "Open"), "confirmed": ("rejected", "Confirmed, lot rejected"), "invalidated": ("invalidated", "Result invalidated")}


class OosCommand(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.oos_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return OOS.blockers(cls.command, status=target.status, facts=oos_facts(target))

    @classmethod
    def barred_for(cls, person: Any, target: Any) -> list[Blocker]:
        """What bars the command for this person in particular."""
        return OOS.blockers(cls.command, status=target.status, facts={**oos_facts(target), "person": person.user_id})

    def extra_context(self, target: Any) -> dict[str, Any]:
        # A refused post keeps the form with what was typed and says why above it.
        if self.request.method != "GET":
            return {}
        return {"blockers": own} if (own := self.barred_for(self.actor, target)) else {}

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        result = target.result
        return [
            ("OOS", target), ("Lot", target.lot), ("Result", result), ("Test", result.row.name),
            ("Found", f"{result.text} {result.unit}".strip()), ("Outcome", result.why), ("Tested by", result.analyst),
        ]  # fmt: skip

    def success_url(self, record: Any) -> str:
        return str(getattr(record, "oos", record).get_absolute_url())


class PlanOos(OosCommand):
    """Phase I and the plan on one page: both are fixed before anything is measured again."""

    command = PLAN_OOS
    service = staticmethod(services.plan_oos)
    form_class = PlanOosForm


class ApproveOosPlan(OosCommand):
    command = APPROVE_OOS_PLAN
    service = staticmethod(services.approve_oos_plan)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        plan = plan_of(target)
        lines = [(line["question"], f"{line['finding_word']}. {line['remark']}".strip()) for line in plan.lines] if plan else []
        return [*super().summary(target), *lines, *_plan_words(plan)]


class RecordRetest(OosCommand):
    """As a result is recorded, on the sample and by the analyst of the plan. No limit and no earlier value is shown."""

    command = RECORD_RETEST
    service = staticmethod(services.record_retest)
    form_class = RecordRetestForm
    template_name = "qc/record_retest.html"

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("OOS", target), ("Lot", target.lot), ("Test", target.result.row.name), ("Sample", target.result.sample)]


class AuthoriseResample(OosCommand):
    """A new sample needs QA: the first result stays whatever the new one shows, and the two are never averaged."""

    command = AUTHORISE_RESAMPLE
    service = staticmethod(services.authorise_resample)
    form_class = AuthoriseResampleForm

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [*super().summary(target), ("First sample", target.result.sample), *_plan_words(plan_of(target))]


class DrawResample(OosCommand):
    command = DRAW_RESAMPLE
    service = staticmethod(services.draw_resample)
    form_class = DrawResampleForm

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        found = resample_of(target)
        why = [("Authorised by", found.authorised_by), ("Because", found.justification)] if found else []
        return [("OOS", target), ("Lot", target.lot), ("Test", target.result.row.name), ("First sample", target.result.sample), *why]


class InvalidateOos(OosCommand):
    command = INVALIDATE_OOS
    service = staticmethod(services.invalidate_oos)
    form_class = InvalidateOosForm

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [*super().summary(target), *_investigated(target), ("Other lots it may touch", _touched_words(target))]


class ConfirmOos(OosCommand):
    command = CONFIRM_OOS
    service = staticmethod(services.confirm_oos)
    form_class = ConfirmOosForm

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        named = [("Lot that will be rejected" if name == "Lot" else name, value) for name, value in super().summary(target)]
        return [*named, *_investigated(target), ("Other lots it may touch", _touched_words(target))]


def _investigated(oos: Any) -> list[tuple[str, Any]]:
    """The plan and every re-measurement, for the person who decides on the result."""
    measured = [(retest.number, f"{retest.text} {retest.unit}. {retest.why}") for retest in retests_of(oos)]
    return [*_plan_words(plan_of(oos)), *measured]


def _plan_words(plan: Any) -> list[tuple[str, Any]]:
    if plan is None:
        return []
    measured = f"{plan.retests_planned} by {plan.analyst}" if plan.retests_planned else "None"
    why = [("Why the first analyst", plan.same_analyst_why)] if plan.same_analyst_why else []
    evaluation = ("Evaluation", EVALUATIONS[plan.evaluation])
    return [("Hypothesis", plan.hypothesis), ("Re-measurements", measured), *why, evaluation, ("Proposed by", plan.proposed_by)]


def _touched_words(oos: Any) -> str:
    return "; ".join(f"{lot}, {why}" for lot, why in touched_lots(oos)) or "None found: no lot made from it, from its parents or tested in its run."


class OosList(RecordList):
    title = "OOS records"
    template_name = "qc/oos_list.html"

    def rows(self) -> Any:
        return selectors.oos_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "listed": [(oos, due_of(oos), is_overdue(oos), next_of(oos) if oos.status == "open" else None) for oos in context["rows"]]}


class OosDetail(RecordDetail):
    template_name = "qc/oos.html"
    commands = (PlanOos, ApproveOosPlan, RecordRetest, AuthoriseResample, DrawResample, InvalidateOos, ConfirmOos)

    def record(self, key: str) -> Any:
        return selectors.oos_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        state = STATES[record.status]
        return {
            "record_id": record.number,
            "kind": record.result.row.name,
            "badges": [{"state": state[0], "word": state[1], "url": ""}],
            "facts": [("Lot", record.lot), ("Result", record.result), ("Opened", record.opened_at),
                ("Overdue since the end of" if is_overdue(record) else "To be decided until", due_of(record)), ("Closed", record.closed_at),
            ],
        }

    def details(self, record: Any) -> dict[str, Any]:
        plan, retests = plan_of(record), retests_of(record)
        resample = resample_of(record)
        following = next_of(record) if record.status == "open" else None
        apart = [one for one in (plan, resample) if one is not None]
        told = [record, record.result, *apart, *retests]
        return {
            "result": record.result,
            "next": following,
            "plan": plan,
            "resample": resample,
            "plan_words": _plan_words(plan),
            "retests": retests,
            "touched": touched_lots(record),
            "files": [file for one in (record.result, record, *retests) for file in selectors.files_of(one)],
            "run_files": selectors.files_of(record.result.run) if record.result.run else [],
            "signatures": [*signatures_of(record.result), *signatures_of(record),
                           *(signature for one in apart for signature in signatures_of(one))],
            "trail": rows_of(events_about([record, record.result, *apart]), only=told),
        }
