"""A batch record in memory: its steps, what they ask for, and the values that hold now."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

from batches.domain.entry_rules import Found, Value, computed_value
from batches.domain.lifecycle_records import DONE
from batches.domain.master_parts import Condition, from_json
from batches.models import BatchRecord, Entry, MasterParameter, Step
from batches.selectors.genealogy import parent_cpdl, parts_of
from batches.selectors.lots import sampled_before
from evgmp.rules.calculation import CalculationRefused

Key = tuple[int, int, int]  # step, parameter, row


def steps_of(batch: BatchRecord) -> list[Step]:
    """The steps in order, each with its master step and parameters; they share the one batch given."""
    steps = list(batch.steps.order_by("position"))
    for step in steps:
        step.batch = batch
        step.master_step = batch.version.step_by_key[step.master_step_id]
    return steps


class Sheet:
    """All current entries of one batch, found by step, parameter and row. `put` and `drop` keep it true while recording."""

    def __init__(self, batch: BatchRecord) -> None:
        self.batch = batch
        self.steps = steps_of(batch)
        parameters = {parameter.pk: parameter for step in self.steps for parameter in parameters_of(step)}
        self._entries: dict[Key, Entry] = {}
        for entry in Entry.objects.filter(step__batch=batch, is_current=True).order_by("pk"):
            entry.parameter = parameters[entry.parameter_id]
            self.put(entry)

    def step(self, pk: int) -> Step:
        return next(step for step in self.steps if step.pk == pk)

    # --- entries ---

    def put(self, entry: Entry) -> None:
        self._entries[entry.step_id, entry.parameter_id, entry.row] = entry

    def drop(self, entry: Entry) -> None:
        del self._entries[entry.step_id, entry.parameter_id, entry.row]

    def entry(self, step: Step, parameter: MasterParameter, row: int = 1) -> Entry | None:
        return self._entries.get((step.pk, parameter.pk, row))

    def entries(self, step: Step) -> list[Entry]:
        """Current entries of a step, by row, then in the order of the parameters."""
        order = {parameter.pk: parameter.position for parameter in parameters_of(step)}
        found = [entry for (step_id, _, _), entry in self._entries.items() if step_id == step.pk]
        return sorted(found, key=lambda entry: (entry.row, order[entry.parameter_id]))

    def all_entries(self) -> list[Entry]:
        return [entry for step in self.steps for entry in self.entries(step)]

    def rows(self, step: Step) -> list[int]:
        """Rows of a log that hold a value; row 1 of an entry step, whether it holds one or not."""
        if step.master_step.kind != "log":
            return [1]
        return sorted({row for (step_id, _, row) in self._entries if step_id == step.pk})

    # --- what holds ---

    def is_done(self, step: Step) -> bool:
        """Whether nothing waits for the step any more: signed, marked not applicable, or passed over by its condition."""
        return step.status in DONE or self.applies(step) is False

    def applies(self, step: Step) -> bool | None:
        """Whether the condition of the step holds; None while the value it depends on is not recorded."""
        if not step.master_step.condition:
            return True
        condition = from_json(Condition, step.master_step.condition)
        source, parameter = self._source(condition.value)
        entry = self.entry(source, parameter) if source and parameter else None
        return None if entry is None else condition.holds(entry.text, entry.amount)

    def _source(self, place: str) -> tuple[Step | None, MasterParameter | None]:
        """The step and the parameter that `step.parameter` names."""
        step_key, _, key = place.partition(".")
        source = next((s for s in self.steps if s.master_step.key == step_key), None)
        return source, parameter_of(source, key) if source else None

    @property
    def first_open(self) -> Step | None:
        """The first step that is not done: the one whose turn it is, beside those of its parallel group (EXE-01)."""
        return next((step for step in self.steps if not self.is_done(step)), None)

    def waits_for(self, step: Step) -> str:
        """The name of an earlier step that is not done; empty when it is this step's turn. Steps of one parallel group don't
        wait for each other."""
        group = step.master_step.parallel
        for earlier in self.steps:
            if earlier.position >= step.position:
                return ""
            if not self.is_done(earlier) and not (group and earlier.master_step.parallel == group):
                return step_name(earlier)
        return ""

    def done_before(self, step: Step) -> Step | None:
        """The earlier step that was done last, those of the same parallel group apart; None when there is none."""
        group = step.master_step.parallel
        earlier = [
            one for one in self.steps
            if one.position < step.position and one.done_at is not None and not (group and one.master_step.parallel == group)
        ]  # fmt: skip
        return max(earlier, key=lambda one: one.done_at or one.batch.issued_at, default=None)

    def reached(self, step: Step) -> bool:
        """Whether the step's turn has come, or it holds values although an earlier step was opened again."""
        return not self.waits_for(step) or bool(self.entries(step))

    def missing(self, step: Step) -> list[str]:
        """Why the step can't be signed: labels of required values that are absent, with the reason for a computed one."""
        rows = self.rows(step)
        if not rows:
            return ["a first row of the log"]
        found = []
        for row in rows:
            where = f" in row {row}" if len(rows) > 1 else ""
            for parameter in parameters_of(step):
                if parameter.required and self.entry(step, parameter, row) is None:
                    found.append(f"{parameter.label}{where}{self._why_absent(step, parameter, row)}")
        return found

    def _why_absent(self, step: Step, parameter: MasterParameter, row: int) -> str:
        if parameter.kind != "calculated":
            return ""
        try:
            self.compute(step, parameter, row)
        except CalculationRefused as refused:
            return f" ({refused.sentence.rstrip('.')})"
        return ""

    # --- computing ---

    def compute(self, step: Step, parameter: MasterParameter, row: int) -> Value:
        """The value of a calculated parameter from what is recorded now. Raises CalculationRefused with a sentence."""
        return computed_value(parameter, lambda reference: self._find(step, row, reference))

    def _find(self, step: Step, row: int, reference: str) -> Found:
        if reference.startswith("@"):
            return self._of_genealogy(reference[1:])
        if "." not in reference:
            return self._amount(step, reference, row)
        step_key, _, key = reference.removeprefix("*").partition(".")
        source = next((s for s in self.steps if s.master_step.key == step_key), None)
        if source is None:
            return None
        if not reference.startswith("*"):
            return self._amount(source, key, 1)
        amounts = [self._amount(source, key, one) for one in self.rows(source)]
        # A row without the value would silently leave the mean: a log counts only when it is whole.
        whole = [amount for amount in amounts if amount is not None]
        return tuple(whole) if whole and len(whole) == len(amounts) else None

    def _amount(self, step: Step, key: str, row: int) -> Decimal | None:
        parameter = next((p for p in parameters_of(step) if p.key == key), None)
        entry = self.entry(step, parameter, row) if parameter else None
        return entry.amount if entry else None

    def _of_genealogy(self, fact: str) -> Found:
        if fact == "parent_cpdl":
            return self._parent_cpdl
        if fact == "vials_sampled":
            return self._vials_sampled
        concentrations, volumes = zip(*self._parts, strict=True) if self._parts else ((), ())
        values = {"part_concentrations": concentrations, "part_volumes": volumes}[fact]
        # A portion without the value would silently leave the pool: it counts only when every portion has it.
        whole = [value for value in values if value is not None]
        return tuple(whole) if whole and len(whole) == len(values) else None

    @cached_property
    def _parts(self) -> list[tuple[Decimal | None, Decimal | None]]:
        return parts_of(self.batch.lot)

    @cached_property
    def _vials_sampled(self) -> Decimal:
        return sampled_before(self.batch.lot)

    @cached_property
    def _parent_cpdl(self) -> Decimal | None:
        return parent_cpdl(self.batch.lot)

    def computed(self) -> Iterator[tuple[Step, MasterParameter, int, Value | None, str]]:
        """Every calculated value of every reached step in order: step, parameter, row, value or None, why there is none."""
        for step in self.steps:
            if not self.reached(step):
                continue
            for row in self.rows(step):
                for parameter in parameters_of(step):
                    if parameter.kind == "calculated":
                        try:
                            yield step, parameter, row, self.compute(step, parameter, row), ""
                        except CalculationRefused as refused:
                            yield step, parameter, row, None, refused.sentence

    def disagreements(self) -> list[str]:
        """Computed values that no longer follow from what is recorded, here or in a parent lot."""
        found = []
        for step, parameter, row, value, _ in self.computed():
            entry = self.entry(step, parameter, row)
            if (entry.amount if entry else None) != (value.amount if value else None):
                found.append(f"{parameter.label} of {step_name(step)}")
        return found


def parameters_of(step: Step) -> list[MasterParameter]:
    """The parameters of a step in order."""
    return step.master_step.parameters_in_order


def parameter_of(step: Step, key: str) -> MasterParameter | None:
    return next((parameter for parameter in parameters_of(step) if parameter.key == key), None)


def is_pressed(parameter: MasterParameter) -> bool:
    """Whether the value is an instant of a timer, which the server sets when the button is pressed."""
    return parameter.kind == "instant" and parameter.step.kind == "timer"


def step_name(step: Step) -> str:
    """“Step 8, Concentrate”: how sentences name a step."""
    return f"Step {step.position}, “{step.master_step.title}”"
