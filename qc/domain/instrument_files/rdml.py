"""RDML (real-time and digital PCR) as a grid: one line a reaction and target, in the order of the file.

Source: RDML 1.1 to 1.3, rdml.org: a zip with one XML file `rdml_data.xml`. Read with the standard library's zip and defusedxml.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from qc.domain.instrument_files.grids import Cell, Grid, cells_of
from qc.domain.instrument_files.places import START, refused

MOST_BYTES = 50 * 1024 * 1024
HEADINGS = (
    "Run",
    "Reaction",
    "Sample",
    "Sample type",
    "Target",
    "Cq",
    "Excluded",
    "Positive partitions",
    "Negative partitions",
    "Partition volume",
)


def rdml(data: bytes) -> Grid:
    """The reactions under HEADINGS; an absent element is an empty cell. Raises FileRefused when the file is no RDML."""
    root = _root(_xml(data))
    kinds = {sample.get("id", ""): _text(sample, "type") for sample in _all(root, "sample")}
    rows: list[tuple[Cell, ...]] = [cells_of(HEADINGS, 1)]
    for fields in _reactions(root, kinds):
        rows.append(cells_of(fields, len(rows) + 1))
    if len(rows) == 1:
        raise refused(START, "The RDML file holds no reaction. Export the run again.")
    return Grid(tuple(rows), f"RDML {root.get('version', '')}".strip())


def _xml(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = [part for part in packed.infolist() if part.filename.lower().endswith(".xml")]
            if len(parts) == 1 and parts[0].file_size <= MOST_BYTES:
                return packed.read(parts[0])
    # A damaged archive fails in whatever part is damaged: zipfile passes on what zlib, lzma and the decoding of names raise.
    except Exception as error:
        raise refused(START, "This is no RDML file: it can't be unpacked. Export the run again.") from error
    if len(parts) != 1:
        raise refused(START, f"An RDML file holds one XML file; this one holds {len(parts)}. Export the run again.")
    raise refused(START, f"Unpacked, the file has more than {MOST_BYTES // 1024**2} MB. Export one run at a time.")


def _root(xml: bytes) -> Any:
    try:
        root = fromstring(xml)
    except ParseError as error:
        line, column = error.position
        raise refused(START, f"The XML inside breaks off at its line {line}, column {column + 1}. Export the run again.") from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise refused(START, f"The XML inside declares what a run never needs ({type(error).__name__}). Export the run again.") from error
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    if root.tag != "rdml":
        raise refused(START, "The XML inside is no RDML. Export the run again.")
    return root


def _reactions(root: Any, kinds: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for run in root.iter("run"):
        for react in _all(run, "react"):
            named = react.find("sample")
            sample = named.get("id", "") if named is not None else ""
            head = (run.get("id", ""), react.get("id", ""), sample, kinds.get(sample, ""))
            for part in _all(react, "data"):
                yield (*head, _target(part), _text(part, "cq"), _text(part, "excl"), "", "", "")
            for partitions in _all(react, "partitions"):
                for part in _all(partitions, "data"):
                    yield (
                        *head,
                        _target(part),
                        "",
                        _text(part, "excluded"),
                        _text(part, "pos"),
                        _text(part, "neg"),
                        _text(partitions, "volume"),
                    )


def _target(part: Any) -> str:
    named = part.find("tar")
    return str(named.get("id", "")) if named is not None else ""


def _text(element: Any, name: str) -> str:
    return str(element.findtext(name) or "").strip()


def _all(element: Any, name: str) -> list[Any]:
    return list(element.findall(name))
