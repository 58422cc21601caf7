"""Reading a master record from its file. Knows no Django.

`read_master` takes the text exactly; `defects` then says, in sentences, why the master can't be approved.
"""

from collections.abc import Mapping
from types import MappingProxyType

from batches.domain.data_file import DataFileError, Table, document, is_texts
from batches.domain.master_defects import defects
from batches.domain.master_parts import (
    ComponentFile,
    Condition,
    EquipmentNeed,
    MasterFile,
    MaterialNeed,
    ParameterFile,
    SampleNeed,
    StepFile,
    TimeLimit,
)

__all__ = ["DataFileError", "MasterFile", "ParameterFile", "StepFile", "defects", "read_master"]


def read_master(text: str) -> MasterFile:
    """The master record in `text` (TOML). Raises DataFileError at a field that is unknown or of the wrong type."""
    root = Table(document(text), "The file")
    head = root.table("master")
    if head is None:
        raise DataFileError("The file has no [master] table. Add one with code, title, stage, product and batch size.")
    steps, components = root.tables("step"), root.tables("component")
    root.finish()
    master = MasterFile(
        code=head.text("code"),
        title=head.text("title"),
        stage=head.text("stage", ""),
        product=head.text("product", ""),
        batch_size=head.text("batch_size", ""),
        note=head.text("note", ""),
        steps=tuple(_step(table) for table in steps),
        strength=head.text("strength", ""),
        theoretical_yield=head.amount("theoretical_yield"),
        yield_unit=head.text("yield_unit", ""),
        yield_low_pct=head.amount("yield_low_pct"),
        yield_high_pct=head.amount("yield_high_pct"),
        containers=head.text("containers", ""),
        closures=head.text("closures", ""),
        labels=head.text("labels", ""),
        sampling=head.text("sampling", ""),
        specifications=head.texts("specifications"),
        precautions=head.text("precautions", ""),
        components=tuple(_component(table) for table in components),
        highest_passage=head.whole("highest_passage"),
        highest_pdl=head.amount("highest_pdl"),
        oldest_bank_days=head.whole("oldest_bank_days"),
    )
    head.finish()
    return master


def _component(table: Table) -> ComponentFile:
    component = ComponentFile(
        key=table.text("key"),
        item=table.text("item", ""),
        quantity=table.amount("quantity"),
        unit=table.text("unit", ""),
        tolerance_pct=table.amount("tolerance_pct"),
    )
    table.finish()
    return component


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
        performer=table.text("performer", ""),
        may_skip=table.flag("may_skip", False),
        parallel=table.text("parallel", ""),
        condition=_condition(table.table("when")),
        times=tuple(_time(part) for part in table.tables("time")),
        materials=tuple(_material(part) for part in table.tables("material")),
        equipment=tuple(_equipment(part) for part in table.tables("equipment")),
        samples=tuple(_sample(part) for part in table.tables("sample")),
        attachment=table.text("attachment", ""),
    )
    table.finish()
    return step


def _condition(table: Table | None) -> Condition | None:
    if table is None:
        return None
    condition = Condition(
        value=table.text("value"), choices=table.texts("is"), at_least=table.amount("at_least"), below=table.amount("below")
    )
    table.finish()
    return condition


def _time(table: Table) -> TimeLimit:
    limit = TimeLimit(
        key=table.text("key"),
        title=table.text("title", ""),
        since=table.text("since", ""),
        minimum_min=table.whole("minimum_min"),
        alert_min=table.whole("alert_min"),
        maximum_min=table.whole("maximum_min"),
        until=table.text("until", ""),
        holds=table.flag("holds", False),
    )
    table.finish()
    return limit


def _material(table: Table) -> MaterialNeed:
    need = MaterialNeed(
        key=table.text("key"),
        item=table.text("item", ""),
        quantity=table.amount("quantity"),
        unit=table.text("unit", ""),
        tolerance_pct=table.amount("tolerance_pct"),
        required=table.flag("required", True),
    )
    table.finish()
    return need


def _equipment(table: Table) -> EquipmentNeed:
    need = EquipmentNeed(
        key=table.text("key"), equipment_class=table.text("class", ""), required=table.flag("required", True),
        monitoring=table.texts("monitoring"),
    )  # fmt: skip
    table.finish()
    return need


def _sample(table: Table) -> SampleNeed:
    quantity = table.amount("quantity")
    if quantity is None:
        raise DataFileError(f"{table.where} lacks the field “quantity”. Add it.")
    need = SampleNeed(key=table.text("key"), purpose=table.text("purpose", ""), quantity=quantity, unit=table.text("unit", ""))
    table.finish()
    return need


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
        target=table.amount("target"),
        gate=table.flag("gate", False),
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
