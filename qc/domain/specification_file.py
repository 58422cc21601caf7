"""Reading a release specification from its file. Knows no Django.

One file holds the rows of one stage. `read_specification` takes the text exactly; `defects` then says, in sentences,
why the specification can't be approved; `uncovered` compares it with what a line's vectors carried.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from batches.domain.data_file import DataFileError, Table, document
from qc.domain.control_sets import Sets, controls_in, named_sets
from qc.domain.criterion import Criterion, is_for_information, read_criterion, state_of
from qc.domain.specification_defects import defects
from qc.domain.specification_rows import Detection, RowFile, SpecificationFile, ValidatedMethod

__all__ = ["DataFileError", "RowFile", "SpecificationFile", "defects", "read_specification", "uncovered"]


def read_specification(text: str) -> SpecificationFile:
    """The specification in `text` (TOML). Raises DataFileError at an unknown field or one of the wrong type."""
    return read_document(document(text))


def read_document(tables: Mapping[str, Any]) -> SpecificationFile:
    """The specification in the tables of a file. Raises DataFileError as `read_specification` does."""
    root = Table(dict(tables), "The file")
    head = root.table("specification")
    if head is None:
        raise DataFileError("The file has no [specification] table. Add one with code, title, stage and rounding.")
    sets = dict(named_sets(root))
    rows = root.tables("row")
    root.finish()
    rounding = head.text("rounding", "")
    specification = SpecificationFile(
        code=head.text("code"),
        title=head.text("title"),
        stage=head.text("stage", ""),
        rounding=rounding,
        product=head.text("product", ""),
        note=head.text("note", ""),
        rows=tuple(_row(table, rounding, sets) for table in rows),
        units_for_tests=head.amount("units_for_tests"),
        reserve_exempt=head.text("reserve_exempt", "").strip(),
    )
    head.finish()
    return specification


def uncovered(specification: SpecificationFile, vector_contents: Collection[str]) -> list[str]:
    """The items of a line's vector contents whose absence no mandatory release row proves, in their order."""
    covered = {item for row in specification.rows if row.decides_release for item in row.covers}
    return [item for item in vector_contents if item not in covered]


def _row(table: Table, rounding: str, sets: Sets) -> RowFile:
    code = table.text("code")
    table.where = f"Row {code}"
    controls = controls_in(table, f"Row {code}", sets)
    result_type, unit = table.text("result_type", ""), table.text("unit", "")
    expected, accepted = table.text("expected", ""), table.texts("accepted")
    criterion, expected, accepted = _criterion(table, result_type, unit, expected, accepted)
    row = RowFile(
        code=code,
        category=table.text("category", ""),
        name=table.text("name", ""),
        method=table.text("method", ""),
        method_number=table.text("method_number", ""),
        method_version=table.text("method_version", ""),
        sample_type=table.text("sample_type", ""),
        result_type=result_type,
        unit=unit,
        decimals=table.whole("decimals"),
        rounding=table.text("rounding", rounding),
        lower=criterion.lower,
        upper=criterion.upper,
        lower_inclusive=criterion.lower_inclusive,
        upper_inclusive=criterion.upper_inclusive,
        expected=expected,
        accepted=accepted,
        known=table.texts("known"),
        detection=_detection(table.table("detection")),
        validated_method=_validated_method(table.table("validated_method")),
        controls=controls,
        replicates=table.whole("replicates"),
        replicate_rule=table.text("replicate_rule", ""),
        combine=table.text("combine", ""),
        cv_max=table.amount("cv_max"),
        difference_max=table.amount("difference_max"),
        repeat=table.text("repeat", ""),
        mandatory=table.flag("mandatory", True),
        purpose=table.text("purpose", ""),
        applies_when=_applies_when(table.table("applies_when")),
        covers=table.texts("covers"),
        compendial=table.text("compendial", ""),
        source=table.text("source", ""),
        source_status=table.text("source_status", ""),
        limit_origin=table.text("limit_origin", ""),
        notes=table.text("notes", ""),
        computed=table.text("computed", ""),
        second_reading=table.flag("second_reading", False),
    )
    table.finish()
    return row


def _criterion(table: Table, result_type: str, unit: str, expected: str, accepted: tuple[str, ...]) -> tuple[Criterion, str, tuple[str, ...]]:
    """Limits, expected state and accepted terms: field by field, or in one line as a certificate prints them, never both."""
    line = table.text("criterion", "")
    limits = Criterion(
        table.amount("lower"), table.amount("upper"), table.flag("lower_inclusive", True), table.flag("upper_inclusive", True)
    )
    if not line:
        return limits, expected, accepted
    if limits != Criterion():
        raise DataFileError(f"{table.where} has a criterion in one line and limits beside it. Keep one of them.")
    if result_type not in ("presence_absence", "qualitative", "text"):
        try:
            return read_criterion(line, unit), expected, accepted
        except ValueError as error:
            raise DataFileError(f"{table.where}: {error}") from error
    if is_for_information(line):
        return limits, expected, accepted
    presence = result_type == "presence_absence"
    if expected if presence else accepted:
        raise DataFileError(f"{table.where} has a criterion in one line and “{'expected' if presence else 'accepted'}” beside it. Keep one of them.")
    return (limits, _state(table, line), accepted) if presence else (limits, expected, (line,))


def _state(table: Table, line: str) -> str:
    """Whether the words of a presence row ask for absence or presence."""
    if state := state_of(line):
        return state
    raise DataFileError(
        f"{table.where}: the criterion “{line}” can't be read. A presence row is absent, negative, not detected, or present, positive, detected; "
        "the LOD it needs goes into detection or validated_method, other words into accepted and known of a qualitative row."
    )


def _detection(table: Table | None) -> Detection | None:
    if table is None:
        return None
    detection = Detection(lod_max=table.amount("lod_max"), loq_max=table.amount("loq_max"), unit=table.text("unit", ""))
    table.finish()
    return detection


def _validated_method(table: Table | None) -> ValidatedMethod | None:
    if table is None:
        return None
    method = ValidatedMethod(
        lod=table.amount("lod"), unit=table.text("unit", ""), reference=table.text("reference", "")
    )
    table.finish()
    return method


def _applies_when(table: Table | None) -> Mapping[str, tuple[str | bool, ...]]:
    conditions: dict[str, tuple[str | bool, ...]] = {}
    if table is not None:
        for attribute, values in table.rest().items():
            if not isinstance(values, list) or not all(isinstance(value, str | bool) for value in values):
                raise DataFileError(f"{table.where}: “{attribute}” must be a list of texts, or of true and false.")
            conditions[attribute] = tuple(values)
    return MappingProxyType(conditions)
