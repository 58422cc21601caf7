"""What kind of file some bytes are is told by the bytes."""

import pytest

from batches.domain.step_files import file_blockers, media_type_of


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"%PDF-1.7", "application/pdf"),
        ("Zeit;µL\r\n10:00;12,5\n".encode(), "text/plain"),
        ("\ufefftime,mass\n".encode(), "text/plain"),
    ],
)
def test_files_that_can_be_read_in_the_record(data: bytes, media_type: str) -> None:
    assert media_type_of(data) == media_type
    assert file_blockers(data) == []


@pytest.mark.parametrize("data", [b"MZ\x90\x00", b"PK\x03\x04\x14", b"\x7fELF", b"GIF89a\x01\x00", b"text with \x00 in it", b"\xfe\xff\x00a", b"caf\xe9"])
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    assert [blocker.key for blocker in file_blockers(data)] == ["unknown_file"]
