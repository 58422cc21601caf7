"""What of the laboratory and of the release can be found by a part of its ID or its name. No value and no verdict is told."""

from evgmp.web.searching import SEARCHES, Searchable
from qc.selectors import searching as records

SEARCHABLE = (
    Searchable("Results", records.results, ("number", "row__code", "row__name"), lambda result: f"{result.row.name}, {result.lot}"),
    Searchable("Assay runs", records.runs, ("number", "method", "method_number"), lambda run: f"{run.method_key} {run.method}"),
    Searchable("OOS records", records.oos_records, ("number", "result__row__name"), lambda oos: f"{oos.result.row.name}, {oos.lot}"),
    Searchable("Specifications", records.specifications, ("spec__code", "spec__title"), lambda version: str(version.spec.title)),
    Searchable("Method lists", records.method_lists, ("method_list__code",), lambda version: f"{version}, {version.change_reason}"[:120]),
    Searchable("Reference standards", records.standards, ("number", "name", "lot"), lambda one: f"{one.name}, lot {one.lot}"),
    Searchable("Files of instruments", records.imports, ("number", "file__name"), lambda one: str(one.file.name)),
    Searchable("Papers", records.papers, ("number", "title"), lambda paper: f"{paper.title}, version {paper.version}"),
)


def hang_in() -> None:
    """Add them to the search, once."""
    SEARCHES.extend(one for one in SEARCHABLE if one not in SEARCHES)
