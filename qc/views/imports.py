"""Instrument files: mappings, and the way of a file from its run over the preview to results."""

from typing import Any

from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered
from evgmp.web.record_view import RecordDetail, RecordList
from qc.domain.commands import APPROVE_MAPPING, AUTHOR_MAPPING, DISCARD_FILE, HAND_IN_FILE, IMPORT_RESULTS
from qc.domain.instrument_files.mapping_file import FORMATS, LAYOUTS
from qc.domain.lifecycle_imports import FILE_IMPORT
from qc.forms.imports import AuthorMappingForm, HandInFileForm
from qc.selectors import imports as selectors
from qc.services import imports as services
from qc.services import mappings


class AuthorMapping(CommandView):
    command = AUTHOR_MAPPING
    service = staticmethod(mappings.author_mapping)
    form_class = AuthorMappingForm
    template_name = "qc/author_mapping.html"
    takes_target = False


class ApproveMapping(CommandView):
    command = APPROVE_MAPPING
    service = staticmethod(mappings.approve_mapping)
    template_name = "qc/approve_mapping.html"

    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.mapping_version_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return selectors.mapping_blockers(target)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Mapping", target), ("Title", target.title), ("Methods", ", ".join(target.methods)), ("Reason of this version", target.change_reason)]


class HandInFile(CommandView):
    command = HAND_IN_FILE
    service = staticmethod(services.hand_in_file)
    form_class = HandInFileForm

    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.record_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        if not selectors.mappings_for(target):
            return [Blocker("no_mapping", f"No approved mapping is for an open test of {target}. Let a mapping be authored and approved first.")]
        return []

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        if not selectors.is_run(target):
            return [("Lot", target), ("For", "Tests that have no controls, and so no run")]
        return [("Run", target), ("Method", f"{target.method_key} {target.method}"), ("Instrument", target.instrument), ("Performed at", target.performed_at)]


class ImportCommand(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return selectors.import_of(on)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [
            ("Import", target), ("File", target.file.name), ("SHA-256", target.sha256), ("For", target.of), ("Tested on", target.tested_on),
            ("Samples measured", target.measured),
            ("Mapping", target.mapping),
        ]  # fmt: skip


class ImportResults(ImportCommand):
    """The preview again, above the signature: what is signed is what was shown."""

    command = IMPORT_RESULTS
    service = staticmethod(services.import_results)
    template_name = "qc/import_results.html"

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return FILE_IMPORT.blockers(IMPORT_RESULTS, status=target.status, facts=selectors.import_facts(target))

    def extra_context(self, target: Any) -> dict[str, Any]:
        preview = selectors.preview_of(target) if target.status == "handed_in" else None
        context: dict[str, Any] = {"preview": preview}
        own = FILE_IMPORT.blockers(IMPORT_RESULTS, status=target.status, facts=selectors.import_facts(target, self.actor.user_id))
        # A refused post says its reasons above the form; before, they stand in its place.
        if self.request.method == "GET" and (found := own + (preview.blockers if preview else [])):
            context["blockers"] = found
        return context


class DiscardFile(ImportCommand):
    command = DISCARD_FILE
    service = staticmethod(services.discard_file)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return FILE_IMPORT.blockers(DISCARD_FILE, status=target.status)


class Mappings(RecordList):
    title = "Mappings of instrument files"
    template_name = "qc/file_mappings.html"
    create = (AuthorMapping,)

    def rows(self) -> Any:
        return selectors.mapping_list()


class MappingDetail(RecordDetail):
    template_name = "qc/file_mapping.html"
    commands = (ApproveMapping,)

    def record(self, key: str) -> Any:
        return selectors.mapping_version_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        mapping = record.mapping
        return {
            "record_id": record.number,
            "kind": record.title,
            "badges": [{"state": record.status, "word": "", "url": ""}],
            "facts": [
                ("Methods", ", ".join(record.methods)),
                ("Reads", f"{FORMATS[mapping.format]}, {LAYOUTS[mapping.layout]}"),
                ("Effective from", record.effective_from),
            ],
        }

    def details(self, record: Any) -> dict[str, Any]:
        return {"mapping": record.mapping, "signatures": signatures_of(record), "trail": rows_of(events_about([record]), only=[record])}


class ImportDetail(RecordDetail):
    """A file and what it says: before the import a preview, after it the results with their places."""

    template_name = "qc/file_import.html"

    def record(self, key: str) -> Any:
        return selectors.import_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "record_id": record.number,
            "kind": record.file.name,
            "badges": [{"state": record.status, "word": "", "url": ""}],
            "facts": [
                ("For", record.of), ("Tested on", record.tested_on), ("Mapping", record.mapping), ("Handed in", record.handed_in_at),
                ("By", record.handed_in_by),
            ],
        }  # fmt: skip

    def details(self, record: Any) -> dict[str, Any]:
        preview = selectors.preview_of(record) if record.status == "handed_in" else None
        # What is imported or discarded is done with: nothing is offered any more.
        commands = (ImportResults, DiscardFile) if record.status == "handed_in" else ()
        actions = [a for view in commands if (a := offered(self.actor, view, record))]
        for action in actions:
            if action["key"] == IMPORT_RESULTS.key and preview and preview.blockers:
                action["barred"].append(f"{len(preview.blockers)} of its values can't be used; the table names each.")
        return {
            "actions": actions,
            "preview": preview,
            "results": selectors.results_of(record),
            "files": [record.file],
            "signatures": signatures_of(record),
            "trail": rows_of(events_about([record]), only=[record]),
        }
