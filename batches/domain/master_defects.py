"""Why a master record can't be approved: one sentence for each defect, naming the step and what to do (MST-09).

An empty list is the only pass.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from batches.domain.master_attributes import FILLS
from batches.domain.master_defects_order import order_defects
from batches.domain.master_defects_rooms import room_defects
from batches.domain.master_defects_times import time_defects
from batches.domain.master_formulas import formula_defects
from batches.domain.master_parts import (
    ATTACHMENTS,
    FILTRATIONS,
    PARAMETER_KINDS,
    STAGES,
    STEP_KINDS,
    MasterFile,
    ParameterFile,
    StepFile,
)
from batches.domain.master_uses import use_defects


def defects(master: MasterFile) -> list[str]:
    """Every defect of the master as a whole, of each step and of each parameter. Empty when it can be approved."""
    found = list(_whole(master))
    for step in master.steps:
        found += [f"Step {step.key}: {sentence}" for sentence in _step(step)]
        for parameter in step.parameters:
            sentences = (*_parameter(parameter), *_fills(master, step, parameter))
            found += [f"{step.key}.{parameter.key}: {sentence}" for sentence in sentences]
    return [*found, *time_defects(master), *order_defects(master), *room_defects(master), *formula_defects(master)]


def _whole(master: MasterFile) -> Iterator[str]:
    yield from _one_of("stage", master.stage, STAGES)
    for field, value in (("product", master.product), ("batch size", master.batch_size)):
        if not value:
            yield f"The {field} is absent. Add it."
    if not master.steps:
        yield "The master has no steps. Add them."
    yield from _twice("step key", (step.key for step in master.steps))
    yield from _filtrations(master)
    filled = Counter(_filled(step, parameter) for step in master.steps for parameter in step.parameters if parameter.fills)
    for attribute, times in filled.items():
        if times > 1:
            yield f"{attribute} is filled {times} times. Keep one parameter that fills it."


def _filled(step: StepFile, parameter: ParameterFile) -> str:
    """The attribute, and of which filtration: each filtration of a run has its own."""
    of_filtration = parameter.fills.startswith("filtration_stage.")
    return f"{parameter.fills} of filtration {step.filtration_position}" if of_filtration else parameter.fills


def _filtrations(master: MasterFile) -> Iterator[str]:
    """The filtrations of a run are numbered 1, 2, 3 in the order of the steps, and each is of one kind."""
    kinds: dict[int, str] = {}
    for step in master.steps:
        position = step.filtration_position
        if position is not None and kinds.setdefault(position, step.filtration) != step.filtration:
            yield f"Filtration {position} has steps of two kinds. Give each filtration its own position."
    if list(kinds) != list(range(1, len(kinds) + 1)):
        yield "The filtrations are not numbered 1, 2, 3 in the order of the steps. Number them anew."
    if kinds and master.stage != "isolation_run":
        yield "Only an isolation run has filtrations. Remove them or correct the stage."


def _step(step: StepFile) -> Iterator[str]:
    yield from _one_of("kind", step.kind, STEP_KINDS)
    for field, value in (("section", step.section), ("title", step.title), ("instruction", step.instructions)):
        if not value:
            yield f"The {field} is absent. Add it."
    if step.critical and not step.witness:
        yield "A critical step needs a witness. Set witness to true."
    if step.kind == "log" and not step.parameters:
        yield "A log without parameters records nothing. Add them or make it an entry step."
    if step.kind == "instruction" and step.parameters:
        yield "An instruction asks for no values. Remove them or make it a step of readings."
    if step.filtration:
        yield from _one_of("filtration", step.filtration, FILTRATIONS)
    if bool(step.filtration) != (step.filtration_position is not None):
        yield "A filtration step needs both its kind and its position. Add the one that is absent."
    yield from _twice("parameter key", (parameter.key for parameter in step.parameters))
    if any(parameter.gate for parameter in step.parameters) and (step.may_skip or step.condition is not None):
        yield "A gate in a step that may be passed over holds nothing. Move the gate to a step that is always done."
    if step.attachment:
        yield from _one_of("attachment", step.attachment, [word for word in ATTACHMENTS if word])
    yield from use_defects(step)
    yield from _by_kind(step)


def _by_kind(step: StepFile) -> Iterator[str]:
    """What a step must hold to be what its kind says. A kind that nothing enforces must not look like a control."""
    if step.kind == "calculation":
        if any(parameter.kind != "calculated" for parameter in step.parameters):
            yield "A calculation computes and asks for nothing. Record what it is computed from in a step before it."
        if not step.parameters:
            yield "A calculation without a calculated value computes nothing. Add one, with its formula."
        if step.materials or step.equipment or step.samples:
            yield "Nothing is used or drawn in a calculation. Name it in a step before it."
    if step.kind == "fill":
        yield from _fill(step)
    if step.kind == "attachment" and step.attachment != "required":
        yield "A step for a file or photo asks for none. Set attachment to required."


def _fill(step: StepFile) -> Iterator[str]:
    """What was filled is counted by two persons and reconciled there and then: a balance outside its limits holds the step."""
    balances = [p for p in step.parameters if p.kind == "calculated" and p.formula.startswith(RECONCILIATIONS)]
    if not balances:
        yield "A fill is reconciled where it is done. Add a calculated value by a formula of reconciliation, for example reconciliation.unaccounted."
    for parameter in balances:
        if not parameter.gate:
            yield f"The reconciliation {parameter.key} holds nothing. Make it a gate."
    if not any(parameter.kind == "number" and parameter.required for parameter in step.parameters):
        yield "A fill counts what was filled. Add the counts as required numbers."
    if not step.witness:
        yield "A fill is counted by two persons. Set witness to true."


RECONCILIATIONS = "reconciliation."


def _parameter(parameter: ParameterFile) -> Iterator[str]:
    yield from _one_of("kind", parameter.kind, PARAMETER_KINDS)
    if not parameter.label:
        yield "The label is absent. Add it."
    if parameter.is_number:
        yield from _number(parameter)
    elif parameter.unit or parameter.decimals is not None or any(limit is not None for limit in _limits(parameter)):
        yield "Only numbers have a unit, decimals and limits. Remove them or change the kind."
    yield from _choice(parameter)
    yield from _gate(parameter)


def _gate(parameter: ParameterFile) -> Iterator[str]:
    """A gate holds the step by its limits, so it has some, and it is always there."""
    if not parameter.gate:
        return
    if not parameter.required:
        yield "A gate that may be left out holds nothing. Make it required."
    if parameter.kind != "choice" and parameter.action_low is None and parameter.action_high is None:
        yield "A gate without limits holds nothing. Add an action limit."


def _number(parameter: ParameterFile) -> Iterator[str]:
    if not parameter.unit:
        yield "A number needs a unit. Add it."
    if parameter.decimals is None or parameter.decimals < 0:
        yield "A number needs its number of decimals, 0 or more. Add it."
    if parameter.kind == "number" and (parameter.plausible_low is None or parameter.plausible_high is None):
        yield "A number needs a plausible range, so that a slip of the finger is refused. Add both ends."
    named = [limit for limit in _limits(parameter) if limit is not None]
    if any(lower > upper for lower, upper in pairwise(named)):
        shown = ", ".join(str(limit) for limit in named)
        yield (
            f"The limits contradict each other ({shown}). From low to high they are: plausible, action, alert, alert, action, plausible."
        )


def _limits(parameter: ParameterFile) -> tuple[Decimal | None, ...]:
    return (
        parameter.plausible_low,
        parameter.action_low,
        parameter.alert_low,
        parameter.alert_high,
        parameter.action_high,
        parameter.plausible_high,
    )


def _choice(parameter: ParameterFile) -> Iterator[str]:
    if parameter.kind != "choice":
        if parameter.choices or parameter.accepted:
            yield "Only a choice has choices. Remove choices and accepted or change the kind."
        return
    if len({choice.casefold() for choice in parameter.choices}) < max(2, len(parameter.choices)):
        yield "A choice needs two or more different choices. Correct the list."
    if not parameter.accepted:
        yield "No choice is accepted, so each would open an exception. Add those within the limits."
    for choice in parameter.accepted:
        if choice not in parameter.choices:
            yield f"The accepted choice “{choice}” is not among the choices. Add it there."


def _fills(master: MasterFile, step: StepFile, parameter: ParameterFile) -> Iterator[str]:
    if not parameter.fills:
        return
    table, _, name = parameter.fills.partition(".")
    attribute = FILLS.get(table, {}).get(name)
    if attribute is None:
        yield f"{parameter.fills} is not an attribute that a master may fill. Correct the name."
        return
    own = {master.stage, "lot"} | ({"filtration_stage"} if step.filtration_position is not None else set())
    if table not in own:
        yield f"This step can't fill {parameter.fills}. It fills: {', '.join(sorted(own))}."
    if step.kind == "log":
        yield f"A log has many rows, so it can't fill {parameter.fills}. Fill it from a later step."
    kind = {"calculated": "number", "choice": "text"}.get(parameter.kind, parameter.kind)
    if kind != attribute.kind:
        yield f"{parameter.fills} takes a value of the kind {attribute.kind}. Change the kind."
    if attribute.unit and parameter.unit != attribute.unit:
        yield f"{parameter.fills} is in {attribute.unit}, the parameter in “{parameter.unit}”. Use {attribute.unit}."
    if attribute.whole and parameter.decimals:
        yield f"{parameter.fills} is a count. Set decimals to 0."


def _one_of(what: str, value: str, allowed: Collection[str]) -> Iterator[str]:
    if value not in allowed:
        yield f"The {what} “{value}” is not known. Use one of: {', '.join(allowed)}."


def _twice(what: str, keys: Iterable[str]) -> Iterator[str]:
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"The {what} {key} is used {times} times. Give each its own."
