"""What is wrong with the clocks of a master: each sentence names the step and what to do (MST-09). Knows no Django."""

from collections.abc import Iterator

from batches.domain.master_parts import MasterFile, StepFile, TimeLimit

PARENT_MADE, PARENT = "@parent_made", "@parent."


def time_defects(master: MasterFile) -> Iterator[str]:
    """Every defect of every clock, in the order of the steps."""
    first: dict[str, TimeLimit] = {}
    for place, step in enumerate(master.steps):
        if step.kind == "timer" and not step.times:
            yield f"Step {step.key}: A timer needs a clock. Add a time with its limits."
        seen: set[str] = set()
        for time in step.times:
            sentences = [*_own(time), *_since(master, place, time), *_until(step, time)]
            if time.key in seen:
                sentences.append("One step stops a clock once. Remove the second time of this key.")
            if _head(first.setdefault(time.key, time)) != _head(time):
                sentences.append("Its segments contradict each other. Give all of them the same title and the same limits.")
            seen.add(time.key)
            yield from (f"Step {step.key}, clock {time.key}: {sentence}" for sentence in sentences)


def _head(time: TimeLimit) -> tuple[str, int | None, int | None, int | None, bool]:
    return time.title, time.minimum_min, time.alert_min, time.maximum_min, time.holds


def _own(time: TimeLimit) -> Iterator[str]:
    if not time.title:
        yield "The title is absent. Add it."
    named = [limit for limit in (time.minimum_min, time.alert_min, time.maximum_min) if limit is not None]
    if time.minimum_min is None and time.maximum_min is None:
        yield "It has no limit, so it controls nothing. Add a minimum or a maximum."
    if any(limit <= 0 for limit in named):
        yield "A limit of a clock is one minute or more. Correct it."
    if time.holds and time.maximum_min is None:
        yield "It holds its step once the maximum is passed, but has none. Add the maximum."
    if time.alert_min is not None and time.maximum_min is None:
        yield "An alert warns of the maximum. Add the maximum or remove the alert."
    if time.alert_min is not None and time.maximum_min is not None and time.alert_min >= time.maximum_min:
        yield "The alert comes at or after the maximum. Set it earlier."
    if time.minimum_min is not None and time.maximum_min is not None and time.minimum_min > time.maximum_min:
        yield "The minimum is longer than the maximum. Correct them."


def _since(master: MasterFile, place: int, time: TimeLimit) -> Iterator[str]:
    if time.since == PARENT_MADE:
        return
    if time.since.startswith(PARENT):
        if len([part for part in time.since.removeprefix(PARENT).split(".") if part]) != 2:
            yield f"“{time.since}” does not say which instant of the parent's record. Write @parent.step.parameter."
        return
    step_key, dot, key = time.since.partition(".")
    found = next((i for i, step in enumerate(master.steps) if step.key == step_key), None)
    if found is None:
        yield f"It begins at “{time.since}”, which is no step of this master. Name an earlier step, or an instant recorded there."
        return
    if found > place or (found == place and not dot):
        yield f"It begins at “{time.since}”, which comes no earlier than this step. A clock can't run backwards; name an earlier step."
        return
    yield from _begins_always(master.steps[found])
    if dot:
        yield from _instant(master.steps[found], key, f"begins at {time.since}")
    if time.holds and found == place:
        yield "It begins in the step that it would hold. Begin it at an earlier step, or leave out that it holds."


def _begins_always(step: StepFile) -> Iterator[str]:
    if step.may_skip or step.condition is not None:
        yield f"It begins at {step.key}, which may be passed over, so it might never begin. Begin it at a step that is always done."


def _until(step: StepFile, time: TimeLimit) -> Iterator[str]:
    if time.until:
        yield from _instant(step, time.until, f"stops at {time.until}")
        if time.since == f"{step.key}.{time.until}":
            yield "It begins and stops at the same instant. Name another start."


def _instant(step: StepFile, key: str, where: str) -> Iterator[str]:
    """A clock hangs on one instant that is always recorded."""
    parameter = next((p for p in step.parameters if p.key == key), None)
    if parameter is None or parameter.kind != "instant":
        yield f"It {where}, which is no instant of step {step.key}. Name an instant."
    elif not parameter.required:
        yield f"It {where}, which may be left out, so its time might never be known. Make that instant required."
    elif step.kind == "log":
        yield f"It {where}, which has a value in every row of a log. Name an instant of a step that is recorded once."
