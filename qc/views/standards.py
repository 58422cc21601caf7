"""The register of reference standards, controls and critical reagents."""

from typing import Any

from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.components import value_text
from evgmp.web.record_view import RecordDetail, RecordList
from qc.domain.commands import QUALIFY_STANDARD, REGISTER_STANDARD, WITHDRAW_STANDARD
from qc.domain.lifecycle_standards import STANDARD
from qc.forms.standards import QualifyStandardForm, RegisterStandardForm, WithdrawStandardForm
from qc.selectors import standards as selectors
from qc.selectors.results import files_of
from qc.services import standards as services


class RegisterStandard(CommandView):
    command = REGISTER_STANDARD
    service = staticmethod(services.register_standard)
    form_class = RegisterStandardForm
    takes_target = False


class StandardCommand(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.standard_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return STANDARD.blockers(cls.command, status=target.status, facts=selectors.facts_for(target))

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        earlier = "; ".join(f"{one.number}: {one.withdrawn_why}" for one in selectors.earlier_entries(target))
        return [
            ("Entry", target), *facts_of(target), ("Registered by", target.registered_by),
            *([("Withdrawn entries of this lot", earlier)] if earlier else []),
        ]  # fmt: skip


class QualifyStandard(StandardCommand):
    """What was registered stands beside the form: whoever signs vouches for value, expiry and bridging."""

    command = QUALIFY_STANDARD
    service = staticmethod(services.qualify_standard)
    form_class = QualifyStandardForm

    def blockers_now(self, target: Any) -> list[Blocker]:
        found = super().blockers_now(target)
        if found:
            return found
        return STANDARD.blockers(self.command, status=target.status, facts=selectors.facts_for(target, self.actor.user_id))


class WithdrawStandard(StandardCommand):
    command = WITHDRAW_STANDARD
    service = staticmethod(services.withdraw_standard)
    form_class = WithdrawStandardForm


class Standards(RecordList):
    title = "Reference standards, controls and critical reagents"
    template_name = "qc/standards.html"
    create = (RegisterStandard,)

    def rows(self) -> Any:
        return selectors.standard_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "lots": [(one, selectors.state_of(one)) for one in context["rows"]]}


class StandardDetail(RecordDetail):
    template_name = "qc/standard.html"
    commands = (QualifyStandard, WithdrawStandard)

    def record(self, key: str) -> Any:
        return selectors.standard_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "record_id": record.number,
            "kind": f"{record.kind_word}: {record.name}",
            "badges": [{"state": selectors.state_of(record), "word": "", "url": ""}],
            "facts": facts_of(record),
        }

    def details(self, record: Any) -> dict[str, Any]:
        return {
            "runs": selectors.runs_of_standard(record),
            "earlier": selectors.earlier_entries(record),
            "successors": list(record.successors.order_by("pk")),
            "files": files_of(record),
            "signatures": signatures_of(record),
            "trail": rows_of(events_about([record]), only=[record]),
        }


def facts_of(standard: Any) -> list[tuple[str, Any]]:
    """What was registered, for the header and for whoever signs."""
    found: list[tuple[str, Any]] = [
        ("Item", f"{standard.name} ({standard.kind_word.lower()})"), ("Lot", standard.lot), ("Source", standard.source), ("Expires on", standard.expires_on),
        ("Assigned value", value_text(standard.assigned_text, standard.assigned_unit) if standard.assigned_text else "None"),
    ]  # fmt: skip
    if standard.former is not None:
        found.append(("Bridged to", f"{standard.former}, ratio {standard.bridging_ratio}, report {standard.bridging_report}"))
    elif standard.not_bridged_why:
        found.append(("Not bridged", standard.not_bridged_why))
    return found
