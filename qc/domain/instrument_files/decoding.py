"""From bytes to text. The encoding is found, never assumed, and said; bytes that fit none are refused with their place."""

import codecs
import re
from dataclasses import dataclass

from qc.domain.instrument_files.places import START, Place, refused

# Two or more bytes that only UTF-8 would write in this order; in Latin-1 they'd be nonsense such as “Â°”.
_UTF8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xec][\x80-\xbf]{2}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff]")


@dataclass(frozen=True)
class Decoded:
    """The text of a file and the encoding it was read with, as people know it."""

    text: str
    encoding: str


def decoded(data: bytes) -> Decoded:
    """The text in `data`: UTF-8, UTF-16 with or without its mark, Windows-1252 or Latin-1.

    Raises FileRefused when the file is empty, is no text, or mixes encodings.
    """
    if not data.strip():
        raise refused(START, "The file is empty. Export it again.")
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise refused(START, "The file is UTF-32, which no instrument of this list writes. Export it again as UTF-8.")
    encoding, name, rest = _encoding_of(data)
    try:
        text = rest.decode(encoding)
    except UnicodeDecodeError as error:
        raise refused(
            _place_of_byte(rest, error.start), f"The bytes here are no {name}. The file was cut or changed: export it again."
        ) from error
    if bad := _CONTROL.search(text):
        raise refused(
            _place_in(text, bad.start()), f"A control character (U+{ord(bad[0]):04X}) stands here: this is no text file. Export it again."
        )
    return Decoded(text, name)


def _encoding_of(data: bytes) -> tuple[str, str, bytes]:
    """(codec, its name for people, the bytes without their mark)."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8", "UTF-8 with its mark", data[3:]
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le", "UTF-16, low byte first", data[2:]
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be", "UTF-16, high byte first", data[2:]
    if b"\x00" in data:
        return _without_a_mark(data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _one_byte(data)
    return "utf-8", "ASCII" if data.isascii() else "UTF-8", data


def _without_a_mark(data: bytes) -> tuple[str, str, bytes]:
    """UTF-16 of mostly Latin text has a zero in nearly every second byte."""
    half = len(data) // 2
    if len(data) % 2 == 0 and data[1::2].count(0) * 5 >= 4 * half and data[::2].count(0) == 0:
        return "utf-16-le", "UTF-16 without a mark, low byte first", data
    if len(data) % 2 == 0 and data[::2].count(0) * 5 >= 4 * half and data[1::2].count(0) == 0:
        return "utf-16-be", "UTF-16 without a mark, high byte first", data
    raise refused(
        _place_of_byte(data, data.index(0)), "A zero byte stands here: this is no text file. Hand in the text export of the instrument."
    )


def _one_byte(data: bytes) -> tuple[str, str, bytes]:
    if pair := _UTF8_PAIR.search(data):
        raise refused(
            _place_of_byte(data, pair.start()),
            "This character is UTF-8, but other parts of the file are not. The file was cut or changed: export it again.",
        )
    if re.search(rb"[\x80-\x9f]", data):
        return "cp1252", "Windows-1252", data
    return "latin-1", "Latin-1", data


def _place_of_byte(data: bytes, index: int) -> Place:
    before = data[:index]
    return Place(before.count(b"\n") + 1, index - (before.rfind(b"\n") + 1) + 1)


def _place_in(text: str, index: int) -> Place:
    return Place(text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1)
