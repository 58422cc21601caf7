"""What is wrong with the order of a master: parallel groups, conditions, hold points (MST-09). Knows no Django."""

from collections.abc import Iterator

from batches.domain.master_parts import Condition, MasterFile, ParameterFile, StepFile


def order_defects(master: MasterFile) -> Iterator[str]:
    """Every defect of the order, in the order of the steps."""
    for place, step in enumerate(master.steps):
        sentences = [*_group(master, place), *_condition(master, place), *_kind(step)]
        yield from (f"Step {step.key}: {sentence}" for sentence in sentences)


def _group(master: MasterFile, place: int) -> Iterator[str]:
    group = master.steps[place].parallel
    if not group:
        return
    places = [i for i, step in enumerate(master.steps) if step.parallel == group]
    if len(places) == 1:
        yield f"It is alone in the parallel group “{group}”. Name a neighbouring step of the same group, or leave the group out."
    elif place == places[-1] and places != list(range(places[0], places[-1] + 1)):
        yield f"The steps of the parallel group “{group}” are not neighbours. Move them together."
    if master.steps[place].kind == "hold_point":
        yield "A hold point holds everything, so it can't be done in parallel. Take it out of the group."


def _condition(master: MasterFile, place: int) -> Iterator[str]:
    step = master.steps[place]
    condition = step.condition
    if condition is None:
        if step.kind == "branch" and not step.parameters:
            yield "A branch needs the value that decides. Add a parameter."
        return
    step_key, _, key = condition.value.partition(".")
    found = next((i for i, one in enumerate(master.steps) if one.key == step_key), None)
    if found is None or found >= place:
        yield f"It depends on “{condition.value}”, which no earlier step records. Name a value of an earlier step."
        return
    source = master.steps[found]
    parameter = next((p for p in source.parameters if p.key == key), None)
    if parameter is None:
        yield f"It depends on “{condition.value}”, which step {step_key} does not ask for. Name one of its values."
        return
    if source.kind == "log":
        yield f"It depends on “{condition.value}”, which has a value in every row of a log. Name a value that is recorded once."
    if not parameter.required or source.may_skip or source.condition is not None:
        yield f"It depends on “{condition.value}”, which may be left out, so the way might never be known. Make it required."
    if source.parallel and source.parallel == step.parallel:
        yield f"It depends on “{condition.value}” of its own parallel group. Take one of the two out of the group."
    bounds = condition.at_least is not None or condition.below is not None
    if bool(condition.choices) == bounds:
        yield "Its condition names either choices or bounds. Give exactly one of the two."
    elif condition.choices:
        if unknown := [choice for choice in condition.choices if choice not in parameter.choices]:
            yield f"Its condition names “{unknown[0]}”, which is no choice of {condition.value}. Correct it."
        elif set(condition.choices) == set(parameter.choices):
            yield "Its condition names every choice, so it always holds. Remove it."
    elif not parameter.is_number:
        yield f"Its condition has bounds, but {condition.value} is no number. Name choices."
    elif condition.at_least is not None and condition.below is not None and condition.at_least >= condition.below:
        yield "Its condition can never hold: the lower bound is not below the upper one. Correct the bounds."
    else:
        yield from _reach(condition, parameter)


def _reach(condition: Condition, parameter: ParameterFile) -> Iterator[str]:
    """Values outside the plausible range are refused, so a bound out there is never met, or always."""
    low, high = parameter.plausible_low, parameter.plausible_high
    beyond = condition.at_least is not None and high is not None and condition.at_least > high
    beneath = condition.below is not None and low is not None and condition.below <= low
    if beyond or beneath:
        yield f"Its condition can never hold: no plausible value of {condition.value} meets it, so the step is never reached. Correct the bounds."
        return
    from_below = condition.at_least is None or (low is not None and condition.at_least <= low)
    to_above = condition.below is None or (high is not None and condition.below > high)
    if from_below and to_above:
        yield f"Its condition always holds: every plausible value of {condition.value} meets it. Correct the bounds, or remove the condition."


def _kind(step: StepFile) -> Iterator[str]:
    if step.kind != "hold_point":
        return
    if step.parameters:
        yield "A hold point asks for no values. Record them in the step before it."
    if step.witness or step.critical:
        yield "QC or QA signs a hold point alone. Remove witness and critical."
    if step.may_skip:
        yield "A hold point can't be left out. Remove may_skip, or give it a condition."
