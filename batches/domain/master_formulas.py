"""Whether the calculated parameters of a master can be computed: known formulas, inputs that exist, units that fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import batches.domain.calculations  # noqa: F401  enters the formulas in the BOOK
from batches.domain.master_parts import GENEALOGY_FACTS, MasterFile, ParameterFile, StepFile
from evgmp.rules.calculation import ANY_UNIT, BOOK, LIST_OF, Calculation, UnknownCalculation


@dataclass(frozen=True)
class _Place:
    """What can be seen from a parameter: its step, the parameters above it there, and the steps before it."""

    own: StepFile
    above: Mapping[str, ParameterFile]
    before: Mapping[str, StepFile]

    def source_of(self, reference: str) -> ParameterFile | str:
        """The parameter behind a reference to one, or the sentence that says why there is none."""
        step_key, dot, key = reference.removeprefix("*").rpartition(".")
        if not dot:
            found = self.above.get(key)
        else:
            step = self.before.get(step_key)
            if step is not None and (step.kind == "log") != reference.startswith("*"):
                return f"“{reference}” needs a star when it names the rows of a log, and only then. Correct it."
            found = next((p for p in step.parameters if p.key == key), None) if step is not None else None
        if found is None or (not dot and reference.startswith("*")):
            return f"“{reference}” is not a parameter further up. Name one that is recorded before this one."
        return found if found.is_number else f"“{reference}” is not a number. Name a number."


    def may_be_absent(self, reference: str) -> bool:
        """Whether the step behind a reference may be passed over while this one is done."""
        step = self.before.get(reference.removeprefix("*").rpartition(".")[0])
        if step is None or self.own.may_skip:
            return False
        return step.may_skip or (step.condition is not None and step.condition != self.own.condition)


def formula_defects(master: MasterFile) -> Iterator[str]:
    """Why calculated parameters can't be computed, step by step in their order."""
    before: dict[str, StepFile] = {}
    for step in master.steps:
        above: dict[str, ParameterFile] = {}
        for parameter in step.parameters:
            for sentence in _parameter(parameter, _Place(step, above, before)):
                yield f"{step.key}.{parameter.key}: {sentence}"
            above[parameter.key] = parameter
        before[step.key] = step


def _parameter(parameter: ParameterFile, place: _Place) -> Iterator[str]:
    if parameter.kind != "calculated":
        if parameter.formula or parameter.formula_version is not None or parameter.inputs:
            yield "Only a calculated parameter has a formula. Remove formula, version and inputs, or change the kind."
        return
    try:
        calculation = BOOK.get(parameter.formula, parameter.formula_version or 0)
    except UnknownCalculation as unknown:
        yield f"{unknown.sentence} Name a formula of the book and its version."
        return
    for argument in calculation.inputs:
        if argument not in parameter.inputs:
            yield f"The formula {parameter.formula} needs the argument “{argument}”. Name its parameter."
    # The units of those arguments that take any unit: they must be of one kind, or the sum of mL and L would be a number too.
    units: set[str] = set()
    for argument, given in parameter.inputs.items():
        if argument not in calculation.inputs:
            yield f"The formula {parameter.formula} has no argument “{argument}”. It has: {', '.join(calculation.inputs)}."
        else:
            yield from _argument(parameter, place, calculation, argument, given, units)
    if calculation.unit != ANY_UNIT and len(units) > 1:
        yield f"The formula {parameter.formula} takes one unit, here it is given {' and '.join(sorted(units))}. Use one unit."
    wanted = {calculation.unit} if calculation.unit != ANY_UNIT else units
    if wanted and wanted != {parameter.unit}:
        yield f"The result is in {' and '.join(sorted(wanted))}, the parameter in “{parameter.unit}”. Use one unit."


def _argument(
    parameter: ParameterFile,
    place: _Place,
    calculation: Calculation,
    argument: str,
    given: str | tuple[str, ...],
    units: set[str],
) -> Iterator[str]:
    references = (given,) if isinstance(given, str) else given
    is_list = not isinstance(given, str) or given.startswith("*") or GENEALOGY_FACTS.get(given.removeprefix("@"), "").startswith(LIST_OF)
    if is_list != calculation.takes_list(argument):
        yield f"The argument “{argument}” takes {'one value' if is_list else 'a list'}. Correct its input."
    if not references or any(reference.startswith(("*", "@part_")) for reference in references if reference != given):
        yield f"The argument “{argument}” needs a list of single parameters, or one log with a star. Correct its input."
    declared = calculation.inputs[argument].removeprefix(LIST_OF)
    for reference in references:
        if reference.startswith("@"):
            unit = GENEALOGY_FACTS.get(reference[1:], "").removeprefix(LIST_OF)
            if not unit:
                yield f"“{reference}” is not known to the genealogy. Use one of: @{', @'.join(GENEALOGY_FACTS)}."
                continue
        else:
            source = place.source_of(reference)
            if isinstance(source, str):
                yield source
                continue
            if parameter.required and not source.required:
                yield f"“{reference}” may be left out, so this value might never be computed. Make it required."
            if parameter.required and place.may_be_absent(reference):
                yield (
                    f"“{reference}” belongs to a step that may be passed over, so this value might never be computed. "
                    "Take it from a step that is always done, or let this value be left out."
                )
            unit = source.unit
        if declared == ANY_UNIT:
            units.add(unit)
        elif declared != unit:
            yield f"The argument “{argument}” is in {declared}, “{reference}” in “{unit}”. Use one unit."
