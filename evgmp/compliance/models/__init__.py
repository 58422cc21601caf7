from evgmp.compliance.models.attempt import Attempt
from evgmp.compliance.models.base import GmpModel, RecordedHistory
from evgmp.compliance.models.document import Attachment, DocumentCopy, FileContent, IssuedDocument
from evgmp.compliance.models.event import Event, NumberSeries, Trace
from evgmp.compliance.models.job import Job, WorkerSeen
from evgmp.compliance.models.plant import Plant
from evgmp.compliance.models.signature import SCHEMA, Seat, Signature

__all__ = [
    "SCHEMA",
    "Attachment",
    "Attempt",
    "DocumentCopy",
    "Event",
    "FileContent",
    "GmpModel",
    "IssuedDocument",
    "Job",
    "NumberSeries",
    "Plant",
    "RecordedHistory",
    "Seat",
    "Signature",
    "Trace",
    "WorkerSeen",
]
