"""Where in a file something stands, and the refusal that names it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One cell: line and column counted from 1, the sheet of a workbook, the heading of its column."""

    line: int
    column: int
    sheet: str = ""
    heading: str = ""

    def __str__(self) -> str:
        sheet = f"Sheet “{shown(self.sheet)}”, line" if self.sheet else "Line"
        heading = f" (“{shown(self.heading)}”)" if self.heading else ""
        return f"{sheet} {self.line}, column {self.column}{heading}"


START = Place(1, 1)


@dataclass(frozen=True)
class Problem:
    """What is wrong at a place, as a sentence."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class FileRefused(ValueError):
    """The file can't be read without guessing. Carries every problem found, the first ones first, never an empty list."""

    MOST = 50

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)[: self.MOST]
        if not self.problems:
            raise TypeError("FileRefused needs a problem.")
        super().__init__(" ".join(map(str, self.problems)))


def refused(place: Place, message: str) -> FileRefused:
    """Shorthand: `raise refused(place, "...")`."""
    return FileRefused([Problem(place, message)])


def shown(text: str, longest: int = 40) -> str:
    """A text of the file, short enough for a sentence and without characters that could disturb it."""
    readable = "".join(character if character.isprintable() else "?" for character in text)
    return readable if len(readable) <= longest else readable[: longest - 1] + "…"
