"""Files byte for byte: an instrument's output, an image, an issued paper (REC-06).

A file is keyed by the SHA-256 of its bytes and kept in the database, so that one backup and one wall hold everything.
The same bytes are stored once, however often they arrive.
"""

from evgmp.compliance.canonical import sha256
from evgmp.compliance.models import FileContent
from evgmp.compliance.recording import DoorClosed, Recording, current
from evgmp.rules.blocker import refuse

LARGEST_FILE = 50 * 1024 * 1024


def store_file(rec: Recording, data: bytes) -> FileContent:
    """The stored content of `data`, inside the open recording `rec`.

    Raises RuleBroken for an empty or an oversized file, DoorClosed when `rec` is not the open recording.
    """
    if rec is not current():
        raise DoorClosed("A file is stored by the recording that is open.")
    data = bytes(data)
    if not data:
        raise refuse("empty_file", "The file is empty. Choose the original file again.", "file")
    if len(data) > LARGEST_FILE:
        raise refuse(
            "file_too_large",
            f"The file has {len(data) // 1024**2} MB, more than the {LARGEST_FILE // 1024**2} MB kept here. "
            "Keep it in the archive and record where.",
            "file",
        )
    digest = sha256(data)
    found = FileContent.objects.filter(pk=digest).first()
    if found is not None:
        return found
    content = FileContent(sha256=digest, size=len(data), data=data)
    content.save()
    return content


def bytes_of(content: FileContent) -> bytes:
    """The bytes as stored (PostgreSQL hands out a memoryview)."""
    return bytes(content.data)


def is_intact(content: FileContent) -> bool:
    """Whether the stored bytes still have the size and the SHA-256 they were stored under."""
    data = bytes_of(content)
    return len(data) == content.size and sha256(data) == content.pk
