"""What both ways of drawing a paper share: the faults, the attached data, the project's own files and the glyphs of its text font.

Apart from the drawing itself, so that a process that draws nothing starts without WeasyPrint, which takes seconds to load.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

STATIC_FOLDER = Path(__file__).resolve().parents[1] / "web" / "static"
TEXT_FONT = STATIC_FOLDER / "web" / "fonts" / "SourceSans3-Regular.ttf"


class PaperFault(Exception):
    """A paper can't be drawn. The message says what is missing."""


@dataclass(frozen=True)
class DataFile:
    """The data behind a paper, attached to it."""

    name: str
    description: str
    text: str


@lru_cache(maxsize=1)
def glyphs() -> frozenset[int]:
    """Code points that the text font has."""
    with TTFont(TEXT_FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())
