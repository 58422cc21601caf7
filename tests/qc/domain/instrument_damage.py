"""Damage done to instrument files, as disks, people, locales and cut transfers do it.

Each kind of damage says what may come out: `refused`, or the same values as before (`same`), or values that differ only where the damage
itself wrote another well-formed number (`digit`: no reader can see that; the SHA-256 of the file and the second person's review can).
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

WORDS = ("#REF!", "1.2.3", "1,234", "1.234,5", "--", "1e999", "٣٫١٤", "NaN", "=1+1", "0x1F", "1 000", "½", "5 bar", "1e5e5")

Damage = Callable[[Random, str], bytes]


@dataclass(frozen=True)
class Kind:
    """One kind of damage and what a reader that guesses nothing may make of it."""

    name: str
    do: Damage
    may_change: bool = False


def _lines(dice: Random, text: str) -> tuple[list[str], int]:
    lines = text.splitlines(keepends=True)
    return lines, dice.randrange(len(lines))


def cut(dice: Random, text: str) -> bytes:
    return text.encode()[: dice.randrange(len(text.encode()))]


def cut_at_a_line(dice: Random, text: str) -> bytes:
    lines, at = _lines(dice, text)
    return "".join(lines[:at]).encode()


def flipped_byte(dice: Random, text: str) -> bytes:
    data = bytearray(text.encode())
    at = dice.randrange(len(data))
    data[at] ^= 1 << dice.randrange(8)
    return bytes(data)


def lost_character(dice: Random, text: str) -> bytes:
    at = dice.randrange(len(text))
    return (text[:at] + text[at + 1 :]).encode()


def doubled_line(dice: Random, text: str) -> bytes:
    lines, at = _lines(dice, text)
    return "".join([*lines[:at], lines[at], *lines[at:]]).encode()


def lost_line(dice: Random, text: str) -> bytes:
    lines, at = _lines(dice, text)
    return "".join([*lines[:at], *lines[at + 1 :]]).encode()


def emptied_cell(dice: Random, text: str) -> bytes:
    lines, at = _lines(dice, text)
    mark = next((m for m in "\t;," if m in lines[at]), ",")
    cells = lines[at].rstrip("\n").split(mark)
    cells[dice.randrange(len(cells))] = ""
    lines[at] = mark.join(cells) + "\n"
    return "".join(lines).encode()


def lost_cell(dice: Random, text: str) -> bytes:
    lines, at = _lines(dice, text)
    mark = next((m for m in "\t;," if m in lines[at]), ",")
    cells = lines[at].rstrip("\n").split(mark)
    del cells[dice.randrange(len(cells))]
    lines[at] = mark.join(cells) + "\n"
    return "".join(lines).encode()


def other_locale(dice: Random, text: str) -> bytes:
    """A spreadsheet with another locale wrote the file again: marks swapped in some lines only."""
    lines, at = _lines(dice, text)
    lines[at] = lines[at].translate(str.maketrans(".,", ",."))
    return "".join(lines).encode()


def points_to_commas(dice: Random, text: str) -> bytes:
    return text.replace(".", ",").encode()


def other_encoding(dice: Random, text: str) -> bytes:
    name = dice.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "latin-1"])
    return text.encode(name, errors="strict")


def two_encodings(dice: Random, text: str) -> bytes:
    at = dice.randrange(len(text))
    return text[:at].encode() + "µ".encode("latin-1") + "µ".encode() + text[at:].encode()


def other_line_ends(dice: Random, text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def open_quote(dice: Random, text: str) -> bytes:
    at = dice.randrange(len(text))
    return (text[:at] + '"' + text[at:]).encode()


def control_character(dice: Random, text: str) -> bytes:
    at = dice.randrange(len(text))
    return (text[:at] + dice.choice("\x00\x01\x0b\x1a\x7f") + text[at:]).encode()


def word_for_a_number(dice: Random, text: str) -> bytes:
    lines, at = _lines(dice, text)
    mark = next((m for m in "\t;," if m in lines[at]), ",")
    cells = lines[at].rstrip("\n").split(mark)
    cells[dice.randrange(len(cells))] = dice.choice(WORDS)
    lines[at] = mark.join(cells) + "\n"
    return "".join(lines).encode()


def swapped_headings(dice: Random, text: str) -> bytes:
    lines = text.splitlines(keepends=True)
    at = max(range(len(lines)), key=lambda n: sum(c.isalpha() for c in lines[n]))
    mark = next((m for m in "\t;," if m in lines[at]), ",")
    cells = lines[at].rstrip("\n").split(mark)
    one, other = dice.randrange(len(cells)), dice.randrange(len(cells))
    cells[one] = cells[other]
    lines[at] = mark.join(cells) + "\n"
    return "".join(lines).encode()


def noise(dice: Random, text: str) -> bytes:
    return dice.randbytes(dice.randrange(1, 400))


KINDS = (
    Kind("cut", cut), Kind("cut at a line", cut_at_a_line), Kind("flipped byte", flipped_byte, may_change=True),
    Kind("lost character", lost_character, may_change=True), Kind("doubled line", doubled_line), Kind("lost line", lost_line),
    Kind("emptied cell", emptied_cell), Kind("lost cell", lost_cell), Kind("other locale in a line", other_locale),
    Kind("points to commas", points_to_commas), Kind("other encoding", other_encoding), Kind("two encodings", two_encodings),
    Kind("other line ends", other_line_ends), Kind("open quote", open_quote), Kind("control character", control_character),
    Kind("word for a number", word_for_a_number), Kind("swapped headings", swapped_headings, may_change=True), Kind("noise", noise),
)  # fmt: skip
