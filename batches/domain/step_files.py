"""Files and photos that belong to a step: what kind of file it is, told by its bytes and never by its name. Knows no Django."""

from evgmp.rules.blocker import Blocker

JPEG, PNG, PDF, TEXT = "image/jpeg", "image/png", "application/pdf", "text/plain"
PICTURES = (JPEG, PNG)
# How a file of each kind begins.
_BEGINS = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"%PDF-", PDF))
# What a picker of files offers first.
ACCEPTED = ".jpg,.jpeg,.png,.pdf,.txt,.csv"


def media_type_of(data: bytes) -> str:
    """The media type that the bytes say; empty for anything but a JPEG or PNG picture, a PDF and plain text."""
    for begin, media_type in _BEGINS:
        if data.startswith(begin):
            return media_type
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "" if any(not (c.isprintable() or c in "\r\n\t\ufeff") for c in text) else TEXT


def file_blockers(data: bytes) -> list[Blocker]:
    """Why these bytes can't be kept as a file of a step. An empty or an oversized file is refused where files are stored."""
    if data and not media_type_of(data):
        return [
            Blocker(
                "unknown_file",
                "This is no picture (JPEG, PNG), no PDF and no plain text, so nobody could read it in the record. Save it as one of these.",
                "file",
            )
        ]
    return []
