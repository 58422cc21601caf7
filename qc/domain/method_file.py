"""Reading the test methods from their file, and comparing specifications with them. Knows no Django."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from batches.domain.data_file import Table, document
from qc.domain.specification_rows import SpecificationFile


@dataclass(frozen=True)
class MethodFile:
    """One version of one method. validation: the report that shows its fitness; without it, no release testing."""

    number: str
    version: str
    name: str
    principle: str
    matrix: str
    compendial: str
    validation: str


def read_methods(text: str) -> tuple[MethodFile, ...]:
    """The methods in `text` (TOML). Raises DataFileError at a field that is unknown, absent or of the wrong type."""
    root = Table(document(text), "The file")
    tables = root.tables("method")
    root.finish()
    return tuple(_method(table) for table in tables)


def method_defects(methods: Collection[MethodFile], specifications: Collection[SpecificationFile]) -> list[str]:
    """Methods without validation or entered twice, and rows that name a method which is not there (LAB-02)."""
    found = [
        f"{method.number} names no validation report. Add it, or the method can't be used for release."
        for method in methods
        if not method.validation
    ]
    for (number, version), times in Counter((method.number, method.version) for method in methods).items():
        if times > 1:
            found.append(f"{number} version {version} is entered {times} times. Keep one.")
    known = {(method.number, method.version, method.name) for method in methods}
    return found + [
        f"{row.code} is tested by {row.method_number} version {row.method_version}, {row.method}, which is not among the "
        "methods. Correct number, version or name."
        for specification in specifications
        for row in specification.rows
        if (row.method_number, row.method_version, row.method) not in known
    ]


def _method(table: Table) -> MethodFile:
    method = MethodFile(
        number=table.text("number"),
        version=table.text("version"),
        name=table.text("name"),
        principle=table.text("principle"),
        matrix=table.text("matrix"),
        compendial=table.text("compendial", ""),
        validation=table.text("validation", ""),
    )
    table.finish()
    return method
