"""Original files kept beside a record: as on the shop floor, and each belongs to one run (REC-10)."""

from typing import Any

from django.apps import apps

from batches.services import files
from batches.services.files import RawFile
from evgmp.compliance.canonical import sha256
from evgmp.compliance.models import Attachment, GmpModel
from evgmp.compliance.recording import Recording
from evgmp.rules.blocker import refuse

__all__ = ["RawFile", "attach", "used_before"]


def attach(rec: Recording, record: GmpModel, file: RawFile | None, *, raw_data_location: str = "") -> Attachment | None:
    """Store `file` under its hash and attach it to `record`; nothing when there is no file. Refused when another run has these bytes."""
    if file is not None and (used := used_before(record, file)):
        raise refuse("file_used", f"This very file was handed in before, with {used}. A file belongs to one run: hand in the file of this one.", "raw_file")
    return files.attach(rec, record, file, raw_data_location=raw_data_location)


def used_before(record: Any, file: RawFile) -> str:
    """The number of a run, result or re-measurement that the same bytes belong to; empty when they are new, or of the same run or test.

    Results of one run share its file, and a corrected result may name the file of the one it supersedes.
    """
    if not _test_of(record):
        return ""
    for attachment in Attachment.objects.filter(content_id=sha256(file.data)):
        former: Any = apps.get_model(attachment.record_type)._default_manager.filter(pk=attachment.record_key).first()
        if former is not None and _test_of(former) and not _test_of(former) & _test_of(record):
            return str(former)
    return ""


def _test_of(record: Any) -> set[tuple[str, Any]]:
    """What a raw file may be shared within: the run, or the test of one lot when there is no run."""
    name = record._meta.label_lower
    if name == "qc.assayrun":
        return {("run", record.pk)}
    if name == "batches.lot":
        return {("lot", record.pk)}
    if name == "qc.result":
        return {("run", record.run_id)} if record.run_id else {("test", (record.lot_id, record.row_id)), ("lot", record.lot_id)}
    if name == "qc.potencyassay":
        return {("run", record.run_id)}
    if name == "qc.oosretest":
        return {("run", record.run_id)} if record.run_id else {("retest", record.pk)}
    return set()
