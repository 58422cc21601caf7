"""Writing into an open batch record: entries, what they fill, what follows from them. Called by commands only.

One `Writer` serves one recording. It keeps the sheet true, collects the rows that change and saves each of them once.
"""

from datetime import datetime
from typing import Any

from django.db import models

from batches.domain.entry_rules import OUTSIDE, Value, mark_of, out_of_order, outside_sentence
from batches.domain.lifecycle_records import DONE
from batches.models import Entry, FiltrationStage, Lot, MasterParameter, Step
from batches.selectors.lots import remaining
from batches.selectors.sheets import Sheet, step_name
from batches.services.clocks import raise_for_clocks
from batches.services.exceptions import open_exception
from evgmp.compliance.recording import Recording
from evgmp.compliance.site_time import at_site
from evgmp.web.components import value_text

COMPUTED_AGAIN = "Computed again, because a value it is computed from changed."


class Writer:
    """Writes entries of one batch in one recording. `finish` settles what is computed and saves the touched rows."""

    def __init__(self, rec: Recording, sheet: Sheet) -> None:
        self.rec = rec
        self.sheet = sheet
        self.lot = sheet.batch.lot
        self.touched: dict[int, Step] = {}
        self.filled: dict[tuple[str, int], Any] = {}

    def write(
        self,
        step: Step,
        parameter: MasterParameter,
        value: Value,
        *,
        row: int = 1,
        supersedes: Entry | None = None,
        reason: str = "",
        claimed_at: datetime | None = None,
    ) -> Entry:
        """A new entry, marked by its limits. An earlier one stops being current and stays readable for ever (AUD-04)."""
        if supersedes is not None:
            self.retire(step, supersedes)
        mark = mark_of(parameter, value)
        entry = Entry(
            step=step, parameter=parameter, row=row, text=value.text, amount=value.amount, unit=parameter.unit, mark=mark,
            formula_version=parameter.formula_version, supersedes=supersedes, recorded_at=self.rec.at,
            recorded_by=self.rec.act.by.printed_name, reason=reason,
            claimed_at=claimed_at,
        )  # fmt: skip
        entry.save()
        self.sheet.put(entry)
        self.touched[step.pk] = step
        self._fill(step, parameter, value)
        if mark in OUTSIDE:
            row_words = f" row {row}" if step.master_step.kind == "log" else ""
            where = f"{self.lot.number} step {step.position}{row_words}"
            sentence = outside_sentence(parameter, value, mark, where)
            open_exception(self.rec, lot=self.lot, step=step, entry=entry, kind="limit", sentence=sentence)
        elif parameter.kind == "instant" and (sentence := self.out_of_order(step, parameter.label, datetime.fromisoformat(value.text))):
            open_exception(self.rec, lot=self.lot, step=step, entry=entry, kind="order", sentence=sentence)
        return entry

    def out_of_order(self, step: Step, label: str, instant: datetime) -> str:
        """The sentence about a claimed instant before an earlier step was done; empty when the order is kept."""
        earlier = self.sheet.done_before(step)
        if earlier is None or earlier.done_at is None:
            return ""
        return out_of_order(label, at_site(instant), at_site(earlier.done_at), step_name(earlier), f"{self.lot.number} step {step.position}")

    def retire(self, step: Step, entry: Entry) -> None:
        """The entry no longer holds. Signatures that cover it fall."""
        entry.is_current = False
        entry.save()
        self.sheet.drop(entry)
        self.touched[step.pk] = step

    def settle(self) -> None:
        """Compute whatever can be computed now, in the order of the record, and again what an input changed."""
        for step, parameter, row, value, _ in self.sheet.computed():
            entry = self.sheet.entry(step, parameter, row)
            if value is None and entry is not None:
                self.retire(step, entry)
                self._fill(step, parameter, None)
            elif value is not None and entry is None:
                self.write(step, parameter, value, row=row)
            elif value is not None and entry is not None and entry.amount != value.amount:
                self.write(step, parameter, value, row=row, supersedes=entry, reason=COMPUTED_AGAIN)

    def finish(self) -> list[Step]:
        """Settle, open signed steps whose values changed, save every touched row once. Returns the steps opened again."""
        self.settle()
        opened = []
        for step in self.touched.values():
            if step.status in DONE:
                step.status, step.signed_at = "open", None
                opened.append(step)
            step.save()
        for row in self.filled.values():
            row.save()
        self._check_balance()
        raise_for_clocks(self.rec, self.sheet)
        return opened

    def _check_balance(self) -> None:
        """A corrected quantity below what was used already is a fact for QA, not a reason to refuse the truth (G2)."""
        lot = self.filled.get(("lot", 0))
        if lot is None:
            return
        left = remaining(lot)
        if left is not None and left < 0:
            sentence = f"{lot.number}: {value_text(-left, lot.unit)} more was used than was made, by the quantity recorded now"
            open_exception(self.rec, lot=lot, step=None, entry=None, kind="balance", sentence=sentence)

    def _fill(self, step: Step, parameter: MasterParameter, value: Value | None) -> None:
        """The typed attribute that the parameter names takes the same value in the same recording, so they can't drift."""
        if not parameter.fills:
            return
        table, _, name = parameter.fills.partition(".")
        row = self._row(table, step)
        setattr(row, name, _as_field(row, name, value))

    def _row(self, table: str, step: Step) -> Any:
        position = (step.master_step.filtration_position or 0) if table == "filtration_stage" else 0
        if (table, position) not in self.filled:
            if table == "lot":
                # The floor's other commands write this row too: the lock first, then its newest state.
                row: Any = Lot.locked(pk=self.lot.pk)
                self.sheet.batch.lot = self.lot = row
            elif table == "filtration_stage":
                row = FiltrationStage.locked(run=self.lot.typed, position=position)
            else:
                row = self.lot.typed
            self.filled[table, position] = row
        return self.filled[table, position]


def _as_field(row: Any, name: str, value: Value | None) -> Any:
    """A value as the column holds it: exact number, count, instant or text."""
    field = row._meta.get_field(name)
    if isinstance(field, models.CharField):
        return value.text[: field.max_length] if value else ""
    if value is None:
        return None
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(value.text)
    if isinstance(field, models.PositiveIntegerField):
        return int(value.amount) if value.amount is not None else None
    return value.amount
