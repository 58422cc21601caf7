"""Drawing a paper as PDF/A-3a. The only module that knows WeasyPrint.

The same HTML gives the same bytes: fonts and style sheets come from the project's own static files only, the identifier
and the dates come from the caller, and a character that the project's fonts lack stops the drawing instead of borrowing
a font from the machine.
"""

import re
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from evgmp.compliance.paper_parts import STATIC_FOLDER, DataFile, PaperFault, glyphs

# Addresses in a paper's HTML start here; the fetcher turns them into files below STATIC_FOLDER and nothing else.
BASE_URL = "https://paper.invalid/static/"
MEDIA_TYPES = {".css": "text/css", ".ttf": "font/ttf", ".svg": "image/svg+xml", ".png": "image/png"}
OWN_FONTS = ("Source-Sans-3", "Source-Code-Pro")
_DRAWN_IN_PLACE = re.compile(r"data:image/(?:svg\+xml|png)[;,]")


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
    """Gives WeasyPrint the project's static files and pictures written into the page; anything else stops the drawing."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if _DRAWN_IN_PLACE.match(url):
            return super().fetch(url, headers)
        if not url.startswith(BASE_URL):
            raise FatalURLFetchingError(f"A paper may not load {url[:200]}.")
        path = (STATIC_FOLDER / unquote(urlsplit(url).path.removeprefix("/static/"))).resolve()
        if not path.is_relative_to(STATIC_FOLDER) or path.suffix not in MEDIA_TYPES or not path.is_file():
            raise FatalURLFetchingError(f"A paper needs {url[:200]}, which is not among the static files.")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MEDIA_TYPES[path.suffix]})


def draw(html: str, *, identifier: bytes, at: datetime, attached: tuple[DataFile, ...] = ()) -> bytes:
    """`html` as PDF/A-3a. `identifier` and `at` go into the file, so that nothing in it depends on when it is drawn.

    Raises PaperFault when a file is missing, foreign, or when a character is in none of the project's fonts.
    """
    if missing := unprintable(html):
        raise PaperFault(f"This paper holds characters that its fonts do not have: {missing}. Write them in other words.")
    # An Attachment can be used once, so they are made anew for each drawing.
    attachments = [
        Attachment(string=file.text, name=file.name, description=file.description, relationship="Data", created=at, modified=at)
        for file in attached
    ]
    try:
        drawn = HTML(string=html, base_url=BASE_URL, url_fetcher=OwnFilesOnly()).write_pdf(
            font_config=FontConfiguration(),
            pdf_variant="pdf/a-3a",
            pdf_identifier=identifier,
            attachments=attachments,
            finisher=_only_own_fonts,
        )
    except FatalURLFetchingError as fault:
        raise PaperFault(str(fault)) from fault
    return bytes(drawn)


def unprintable(html: str) -> str:
    """The characters of `html` that the text font has no glyph for, each once."""
    known = glyphs()
    return "".join(sorted({c for c in unescape(html) if not c.isspace() and ord(c) not in known}))


def _only_own_fonts(document: Any, pdf: Any) -> None:
    """A font of the machine would make other bytes on another machine, so none may have slipped in."""
    for thing in pdf.objects:
        if not isinstance(thing, dict) or thing.get("Type") != "/FontDescriptor":
            continue
        name = str(thing["FontName"]).lstrip("/").split("+")[-1]
        if not name.startswith(OWN_FONTS):
            raise PaperFault(f"This paper would use the font {name}, which is not one of the project's own.")
