"""The second reading of a qualitative result: a page that holds nothing of what the first reader saw."""

from typing import Any

from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from qc.domain.commands import READ_RESULT
from qc.domain.lifecycle import RESULT
from qc.forms.readings import ReadResultForm
from qc.selectors import results as selectors
from qc.services import readings as services


class ReadResult(CommandView):
    command = READ_RESULT
    service = staticmethod(services.read_result)
    form_class = ReadResultForm
    template_name = "qc/read_result.html"

    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.result_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return RESULT.blockers(READ_RESULT, status=target.status, facts=selectors.result_facts(target))

    def blockers_now(self, target: Any) -> list[Blocker]:
        own = {**selectors.result_facts(target), "reviewer": self.actor.user_id}
        return super().blockers_now(target) or RESULT.blockers(READ_RESULT, status=target.status, facts=own)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [
            ("Result", target), ("Lot", target.lot), ("Sample", target.sample), ("Test", target.row.name), ("Method", target.row.method_key),
            ("Tested on", target.tested_on), ("Analyst", target.analyst),
        ]  # fmt: skip

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"result": target, "files": selectors.files_of(target), "run_files": selectors.files_of(target.run) if target.run else []}
