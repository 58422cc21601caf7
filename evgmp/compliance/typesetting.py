"""Drawing a long paper as PDF/A-3a and PDF/UA-1. The only module that knows typst.

The template is a file of ours; what people wrote reaches it as JSON and is laid out as text, so no sign in it is ever
read as markup or code. The same data give the same bytes: fonts come from the project only and the time from the caller.
"""

import json
import re
import unicodedata
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from evgmp.compliance.paper_parts import STATIC_FOLDER, DataFile, PaperFault, glyphs

FONTS = STATIC_FOLDER / "web" / "fonts"
STANDARDS: list[Any] = ["a-3a", "ua-1"]
# An instant has 25 letters and stays whole: templates take it apart.
LONGEST_WORD, PIECE = 25, 5
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_ZERO_WIDTH_SPACE = "\u200b"
# Letters of formatting that are invisible or turn the direction of reading; a paper shows them by their code.
_HIDDEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


def typeset(template: Path, data: dict[str, Any], *, pictures: dict[str, str], at: datetime, attached: DataFile) -> bytes:
    """`template` (a .typ file) filled with `data`, whose texts are made printable first, and with `pictures`, SVG of our own
    drawing by name. `attached`: word for word.

    Raises PaperFault when typst refuses; its message is for the log of the developer, not for the person.
    """
    inputs = {
        "data": json.dumps(printable(data), ensure_ascii=False),
        **pictures,
        "attached": attached.text,
        "attached_name": attached.name,
        "attached_description": attached.description,
    }
    try:
        drawn = typst.compile(
            template,
            root=template.parent,
            font_paths=_fonts(),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=STANDARDS,
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as fault:
        raise PaperFault(f"The paper can't be laid out: {fault.message}.") from fault
    # PDF/A wants a line end after the last mark, and a signature added later needs it.
    return bytes(drawn) + b"\n"


@lru_cache(maxsize=1)
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def printable(value: Any) -> Any:
    """`value` with every text as it can be printed: see `printable_text`."""
    if isinstance(value, str):
        return printable_text(value)
    if isinstance(value, dict):
        return {key: printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [printable(inner) for inner in value]
    return value


def printable_text(text: str) -> str:
    """Text for paper. A character that the fonts lack or that can't be seen is shown by its code, as [U+1F600]: a record
    has to be printable whatever was typed into it. A word longer than a column may break after every fifth letter;
    templates do the same earlier where a column is narrow."""
    if text.isascii() and text.isprintable() and len(text) <= LONGEST_WORD:
        return text
    shown = "".join(_shown(c) for c in text)
    return _LONG_WORD.sub(_breakable, shown) if len(shown) > LONGEST_WORD else shown


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    if unicodedata.category(character) in _HIDDEN or (not character.isspace() and ord(character) not in glyphs()):
        return f"[U+{ord(character):04X}]"
    return " " if character.isspace() and ord(character) not in glyphs() else character


def _breakable(match: re.Match[str]) -> str:
    word = match.group()
    return _ZERO_WIDTH_SPACE.join(word[i : i + PIECE] for i in range(0, len(word), PIECE))
