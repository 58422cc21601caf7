"""The scan screen of a step: what it needs, what was scanned, and why something may not be used."""

from typing import Any

from csp.decorators import csp_update
from django.http import HttpResponse
from django.utils.decorators import method_decorator

from batches.domain.commands import CORRECT_USE, RECORD_USE, TAKE_SAMPLE
from batches.forms.materials import CorrectUseForm, RecordUseForm, TakeSampleForm
from batches.selectors.uses import proposals
from batches.services.planned_samples import take_sample
from batches.services.use_corrections import correct_use
from batches.services.uses import record_use
from batches.views.step_page import step_context
from batches.views.steps import StepCommand
from evgmp.compliance import clock
from evgmp.rules.blocker import Blocker
from evgmp.web.forms import ActForm


# The decoder of the camera is WebAssembly, which the browser compiles on this page only.
@method_decorator(csp_update({"script-src": ["'wasm-unsafe-eval'"]}), name="dispatch")
class RecordUse(StepCommand):
    """Posts to itself; a refused scan shows what was scanned, what the step needs and what to do."""

    command = RECORD_USE
    service = staticmethod(record_use)
    form_class = RecordUseForm
    template_name = "batches/scan.html"

    def _refused(self, target: Any, form: Any, act_form: ActForm, blockers: list[Blocker]) -> HttpResponse:
        self.stops = [blocker for blocker in blockers if blocker.field != "quantity"]
        # The page that comes back shows the step as it is now, so it may be sent again from what it shows.
        target = self.find(target.number)
        act_form.data = {name: act_form.data.get(name, "") for name in act_form.fields} | {"seen": str(target.revision)}
        return super()._refused(target, form, act_form, blockers)

    def extra_context(self, target: Any) -> dict[str, Any]:
        context = step_context(target)
        stops = getattr(self, "stops", [])
        return {
            **context,
            "stop": stops[0].message if stops else "",
            "further": [blocker.message for blocker in stops[1:]],
            "scanned": self.request.POST.get("code", "").strip()[:60],
            "proposals": proposals(target, context["needs"], clock.now()),
            "open_needs": sum(not line.done for line in context["needs"]),
        }

    def success_url(self, record: Any) -> str:
        """Back to the step when all is scanned, else to the next scan."""
        is_open = any(not line.done for line in step_context(record)["needs"])
        return self.url(record) if is_open else str(record.get_absolute_url())


class TakeSample(StepCommand):
    command = TAKE_SAMPLE
    service = staticmethod(take_sample)
    form_class = TakeSampleForm
    template_name = "batches/step_act.html"

    def extra_context(self, target: Any) -> dict[str, Any]:
        return step_context(target)


class CorrectUse(StepCommand):
    command = CORRECT_USE
    service = staticmethod(correct_use)
    form_class = CorrectUseForm

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "The first line stays readable, struck. A signed step opens again and loses its signatures."}
