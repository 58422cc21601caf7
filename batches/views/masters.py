"""Pages of master records."""

from typing import Any

from batches.domain.commands import APPROVE_MASTER, AUTHOR_MASTER, REVIEW_MASTER, START_BATCH
from batches.domain.lifecycle_records import MASTER
from batches.domain.master_file import read_master
from batches.domain.master_parts import STAGES
from batches.forms.masters import AuthorMasterForm
from batches.forms.records import StartBatchForm
from batches.selectors.master_drafts import open_drafts
from batches.selectors.masters import changes_since, contents_of, master_facts, master_list, previous_version, version_of
from batches.selectors.signatures import signatures_by_record
from batches.services.masters import approve_master, author_master, review_master
from batches.services.records import start_batch
from batches.views.master_drafts import DraftMaster
from batches.views.master_papers import PrintMaster
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.record_view import RecordDetail, RecordList


class MasterCommand(CommandView):
    """A command on one version of a master record."""

    @classmethod
    def find(cls, on: str) -> Any:
        return version_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return MASTER.blockers(cls.command, status=target.status, facts=master_facts(target))

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        steps = list(target.steps.all())
        values = sum(len(step.parameters.all()) for step in steps)
        return [
            ("Master record", f"{target.number}, {target.master.title}"),
            ("Product", target.product),
            ("Batch size", target.batch_size),
            ("Content", f"{len(steps)} steps, {values} values"),
            *target.change_record,
            ("Differences", len(changes_since(target)) if previous_version(target) else "First version"),
        ]


class AuthorMaster(CommandView):
    command = AUTHOR_MASTER
    service = staticmethod(author_master)
    form_class = AuthorMasterForm
    takes_target = False

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {
            "intro": "A finished master is taken from a file and submitted at once; to write or change one here, begin a draft. "
            "The reason says what this version changes and why. It becomes part of the master."
        }


class ReviewMaster(MasterCommand):
    command = REVIEW_MASTER
    service = staticmethod(review_master)


class ApproveMaster(MasterCommand):
    command = APPROVE_MASTER
    service = staticmethod(approve_master)

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "The version becomes effective now, and the one before it superseded. Batches in process keep their own version."}


class StartBatch(MasterCommand):
    command = START_BATCH
    service = staticmethod(start_batch)
    form_class = StartBatchForm

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "The lot gets its number, and the record holds every step of this version for its whole life."}


class Masters(RecordList):
    """Every master record with the state of its versions."""

    title = "Master records"
    template_name = "batches/masters.html"
    create = (DraftMaster, AuthorMaster)

    def rows(self) -> Any:
        return master_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "drafts": open_drafts(), "may_issue": bool(self.actor.role_for(START_BATCH))}


class MasterPage(RecordDetail):
    """One version as a readable document: steps, values, limits, signatures, and what changed since the version before."""

    template_name = "batches/master.html"
    commands = (ReviewMaster, ApproveMaster, StartBatch, PrintMaster)

    def record(self, key: str) -> Any:
        return version_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "record_id": record.number,
            "kind": f"{record.master.title}, master record",
            "badges": [{"state": record.status, "word": "", "url": ""}],
            "facts": [
                ("Product", record.product),
                ("Stage", STAGES[record.master.stage]),
                ("Batch size", record.batch_size),
                ("Reason", record.change_reason),
            ],
        }

    def details(self, record: Any) -> dict[str, Any]:
        signatures = signatures_by_record([record])[str(record.pk)]
        return {
            "steps": record.steps.all(),
            "change_record": record.change_record,
            "effective_from": record.effective_from,
            "contents": contents_of(read_master(record.source_text)),
            "signatures": signatures,
            "open_signatures": _open(signatures),
            "changes": changes_since(record),
            "previous": previous_version(record),
            "versions": record.master.versions.order_by("-version"),
        }


def _open(signatures: list[Any]) -> list[str]:
    """Signatures still to come, in their order."""
    given = {signature.meaning for signature in signatures if not signature.withdrawn}
    return [task for meaning, task in (("reviewed", "Reviewed by"), ("approved", "Approved by")) if meaning not in given]
