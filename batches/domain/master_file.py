"""Reading a master record from its file. Knows no Django.

`read_master` takes the text exactly; `defects` then says, in sentences, why the master can't be approved.
"""

from collections.abc import Mapping
from types import MappingProxyType

from batches.domain.data_file import DataFileError, Table, document, is_texts
from batches.domain.master_defects import defects
from batches.domain.master_parts import MasterFile, ParameterFile, StepFile

__all__ = ["DataFileError", "MasterFile", "ParameterFile", "StepFile", "defects", "read_master"]


def read_master(text: str) -> MasterFile:
    """The master record in `text` (TOML). Raises DataFileError at a field that is unknown or of the wrong type."""
    root = Table(document(text), "The file")
    head = root.table("master")
    if head is None:
        raise DataFileError("The file has no [master] table. Add one with code, title, stage, product and batch size.")
    steps = root.tables("step")
    root.finish()
    master = MasterFile(
        code=head.text("code"),
        title=head.text("title"),
        stage=head.text("stage", ""),
        product=head.text("product", ""),
        batch_size=head.text("batch_size", ""),
        note=head.text("note", ""),
        steps=tuple(_step(table) for table in steps),
    )
    head.finish()
    return master


def _step(table: Table) -> StepFile:
    key = table.text("key")
    table.where = f"Step {key}"
    step = StepFile(
        key=key,
        section=table.text("section", ""),
        title=table.text("title", ""),
        instructions=table.texts("instructions"),
        kind=table.text("kind", "entry"),
        witness=table.flag("witness", False),
        critical=table.flag("critical", False),
        filtration=table.text("filtration", ""),
        filtration_position=table.whole("filtration_position"),
        training=table.text("training", ""),
        parameters=tuple(_parameter(key, parameter) for parameter in table.tables("parameter")),
    )
    table.finish()
    return step


def _parameter(step: str, table: Table) -> ParameterFile:
    key = table.text("key")
    table.where = f"Parameter {step}.{key}"
    parameter = ParameterFile(
        key=key,
        label=table.text("label", ""),
        kind=table.text("kind", "number"),
        unit=table.text("unit", ""),
        decimals=table.whole("decimals"),
        required=table.flag("required", True),
        choices=table.texts("choices"),
        accepted=table.texts("accepted"),
        plausible_low=table.amount("plausible_low"),
        plausible_high=table.amount("plausible_high"),
        alert_low=table.amount("alert_low"),
        alert_high=table.amount("alert_high"),
        action_low=table.amount("action_low"),
        action_high=table.amount("action_high"),
        formula=table.text("formula", ""),
        formula_version=table.whole("formula_version"),
        inputs=_inputs(table.table("inputs")),
        fills=table.text("fills", ""),
        source=table.text("source", ""),
    )
    table.finish()
    return parameter


def _inputs(table: Table | None) -> Mapping[str, str | tuple[str, ...]]:
    inputs: dict[str, str | tuple[str, ...]] = {}
    if table is not None:
        for argument, reference in table.rest().items():
            if isinstance(reference, str):
                inputs[argument] = reference
            elif is_texts(reference):
                inputs[argument] = tuple(reference)
            else:
                raise DataFileError(f"{table.where}: “{argument}” must name a parameter, or list several.")
    return MappingProxyType(inputs)
