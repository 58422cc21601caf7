"""Chain of custody of a sample; contract laboratories."""

from typing import Any

from batches.selectors.headers import lot_header
from evgmp.compliance import clock
from evgmp.compliance.site_time import site_day
from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.components import value_text
from evgmp.web.record_view import RecordDetail, RecordList
from qc.domain.commands import APPROVE_LABORATORY, DESTROY_SAMPLE, RECORD_CUSTODY
from qc.domain.custody import custody_defects
from qc.forms.custody import ApproveLaboratoryForm, DestroySampleForm, RecordCustodyForm
from qc.selectors import custody as selectors
from qc.selectors.results import sample_of
from qc.services import custody as services


def sample_facts(sample: Any) -> list[tuple[str, Any]]:
    """What was drawn, from what, for what, and what it came in."""
    return [
        ("Lot", sample.lot), ("For", sample.purpose), ("Drawn", value_text(sample.quantity, sample.unit)), ("Container", sample.container),
        ("Storage", sample.storage),
    ]  # fmt: skip


class SampleCommand(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return sample_of(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        links = selectors.chain_of_custody(target)
        last = links[-1]
        return [
            ("Sample", target), ("Lot", target.lot), ("For", target.purpose), ("Quantity drawn", value_text(target.quantity, target.unit)),
            ("Last known", f"{last.what}: {last.where}"),
        ]  # fmt: skip


class RecordCustody(SampleCommand):
    command = RECORD_CUSTODY
    service = staticmethod(services.record_custody)
    form_class = RecordCustodyForm

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        found = custody_defects("returned", status=target.status, place="x", destroyed=selectors.is_destroyed(target), away=True)
        return [blocker for blocker in found if not blocker.field]


class DestroySample(SampleCommand):
    command = DESTROY_SAMPLE
    service = staticmethod(services.destroy_sample)
    form_class = DestroySampleForm

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return selectors.bars_destruction(target, site_day(clock.now()))


class Custody(RecordDetail):
    """The chain of custody of one sample, from its drawing to its end."""

    template_name = "qc/custody.html"
    commands = (RecordCustody, DestroySample)

    def record(self, key: str) -> Any:
        return sample_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        header = lot_header(record.lot, "results")
        state = "destroyed" if selectors.is_destroyed(record) else record.status
        badges = [{"state": state, "word": "", "url": ""}]
        return {**header, "record_id": record.number, "kind": f"Sample of {record.lot}", "badges": badges, "facts": sample_facts(record)}

    def details(self, record: Any) -> dict[str, Any]:
        events = list(record.custody.order_by("pk"))
        return {
            "links": selectors.chain_of_custody(record),
            "keep_until": selectors.keep_until_of(record),
            "look_due": selectors.look_due_of(record),
            "signatures": [signature for one in (record, *events) for signature in signatures_of(one)],
            "trail": rows_of(events_about([record, *events]), only=[record, *events]),
        }


class ApproveLaboratory(CommandView):
    command = APPROVE_LABORATORY
    service = staticmethod(services.approve_laboratory)
    form_class = ApproveLaboratoryForm
    takes_target = False


class Laboratories(RecordList):
    title = "Contract laboratories"
    template_name = "qc/laboratories.html"
    create = (ApproveLaboratory,)

    def rows(self) -> Any:
        return selectors.laboratories()


class LaboratoryDetail(RecordDetail):
    template_name = "qc/laboratory.html"

    def record(self, key: str) -> Any:
        return selectors.laboratory_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        over = record.valid_until < site_day(clock.now())
        return {
            "record_id": record.code,
            "kind": record.name,
            "badges": [{"state": "expired" if over else "in_date", "word": "", "url": ""}],
            "facts": [("Agreement", record.agreement), ("Runs until", record.valid_until)],
        }

    def details(self, record: Any) -> dict[str, Any]:
        return {
            "results": list(selectors.results_of_laboratory(record)[:100]),
            "signatures": signatures_of(record),
            "trail": rows_of(events_about([record]), only=[record]),
        }
