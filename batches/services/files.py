"""Original files kept beside a record, byte for byte (REC-06)."""

from dataclasses import dataclass

from evgmp.compliance.files import store_file
from evgmp.compliance.models import Attachment, GmpModel
from evgmp.compliance.recording import Recording


@dataclass(frozen=True)
class RawFile:
    """A file as a person handed it in."""

    name: str
    media_type: str
    data: bytes


def attach(rec: Recording, record: GmpModel, file: RawFile | None, *, raw_data_location: str = "") -> Attachment | None:
    """Store `file` under its hash and attach it to `record`; nothing when there is no file."""
    if file is None:
        return None
    attachment = Attachment(
        record_type=record._meta.label_lower,
        record_key=str(record.pk),
        name=file.name[:200],
        media_type=file.media_type[:100],
        is_static_copy=bool(raw_data_location),
        raw_data_location=raw_data_location[:200],
        content=store_file(rec, file.data),
    )
    attachment.save()
    return attachment
