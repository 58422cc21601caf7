"""Controls in a master-data file: written out where they belong, or once as a named set that many entries use. Knows no Django."""

from collections.abc import Mapping

from batches.domain.data_file import DataFileError, Table
from qc.domain.specification_rows import Control

Sets = Mapping[str, tuple[Control, ...]]


def named_sets(root: Table) -> list[tuple[str, tuple[Control, ...]]]:
    """Key and controls of every [[control_set]] of the file, in its order."""
    return [_set(table) for table in root.tables("control_set")]


def controls_in(table: Table, who: str, sets: Sets) -> tuple[Control, ...]:
    """The controls of the set that the table names, then its own. who: as “Row DS-1”. Raises DataFileError for a set that is not in the file."""
    key = table.text("control_set", "")
    if key and key not in sets:
        raise DataFileError(f"{who} names the control set “{key}”, which the file does not have. Add it.")
    return sets.get(key, ()) + _controls(table)


def _set(table: Table) -> tuple[str, tuple[Control, ...]]:
    found = table.text("key"), _controls(table)
    table.finish()
    return found


def _controls(table: Table) -> tuple[Control, ...]:
    return tuple(_control(one) for one in table.tables("controls"))


def _control(table: Table) -> Control:
    control = Control(kind=table.text("kind", ""), criterion=table.text("criterion", ""))
    table.finish()
    return control
