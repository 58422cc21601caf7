"""Reading the test methods from their file, and what is wrong in a method by itself. Knows no Django."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from batches.domain.data_file import DataFileError, Table, document
from evgmp.rules.blocker import Blocker
from evgmp.rules.reading import display_number
from qc.domain.computed_value import computed_by, key_defects, label
from qc.domain.control_sets import Sets, controls_in, named_sets
from qc.domain.potency_readings import MODELS, PotencyRule
from qc.domain.replicates import COMBINED_BY
from qc.domain.specification_defects import combining_defects, control_defects
from qc.domain.specification_rows import Control
from qc.domain.tracking_run import TrackingRule

# What each status allows. Only a method whose fitness was shown in this laboratory tests for release (LAB-02).
STATUSES: dict[str, str] = {
    "validated": "Validated",
    "verified": "Verified (compendial, for this product)",
    "draft": "Draft, not validated yet",
    "expired": "Expired, to be validated again",
    "retired": "Retired",
}
FIT_FOR_RELEASE = ("validated", "verified")


@dataclass(frozen=True)
class Sensitivity:
    """What validation showed in one matrix at one input amount: LOD and LOQ in `unit`, each None when it does not apply."""

    matrix: str
    input_amount: str
    lod: Decimal | None
    loq: Decimal | None
    unit: str


@dataclass(frozen=True)
class MethodFile:
    """One version of one method. validation: the report that shows its fitness; without it, no release testing.

    reagents, standards: what every run must name with lot and expiry, a reference standard with its assigned value too. potency: for a
    relative potency, how it is evaluated; then its result comes from the evaluation alone. tracking: what blank and dilutions must keep.
    controls: what every run carries. replicates, combine, cv_max, difference_max (percent): the least that every row asks for; replicate_rule says
    it in words. calculation: key in the BOOK by which every result is computed from its inputs. What is empty the method leaves to the rows
    (`qc.domain.method_floor`).
    """

    number: str
    version: str
    name: str
    principle: str
    matrix: str
    compendial: str
    validation: str
    status: str
    sensitivity: tuple[Sensitivity, ...]
    reagents: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    potency: PotencyRule | None = None
    tracking: TrackingRule | None = None
    controls: tuple[Control, ...] = ()
    replicates: int | None = None
    replicate_rule: str = ""
    combine: str = ""
    cv_max: Decimal | None = None
    difference_max: Decimal | None = None
    calculation: str = ""

    @property
    def fit_for_release(self) -> bool:
        return self.status in FIT_FOR_RELEASE and bool(self.validation)

    @property
    def key(self) -> str:
        return f"{self.number} v{self.version}"

    @property
    def determinations(self) -> str:
        """The least that every test by this method is determined by, in words beside replicate_rule; empty when nothing is left to say."""
        said_by_rule = self.replicates == 1 and bool(self.replicate_rule)
        many = "" if self.replicates is None or said_by_rule else f"At least {self.replicates} determination{'' if self.replicates == 1 else 's'}"
        limits = (("coefficient of variation", self.cv_max), ("difference", self.difference_max))
        said = [many, COMBINED_BY.get(self.combine, self.combine), *(f"{name} at most {display_number(most)} %" for name, most in limits if most is not None)]
        return ", ".join(filter(None, said))

    @property
    def computed_from(self) -> str:
        """The fields of a result whose value is computed, each with its unit; empty for a value that is measured."""
        formula = computed_by(self.calculation)
        return ", ".join(f"{label(name).lower()} ({unit})" for name, unit in formula.inputs.items()) if formula is not None else ""

    @property
    def status_words(self) -> str:
        return STATUSES.get(self.status, self.status)

    def best(self, unit: str) -> Sensitivity | None:
        """The lowest LOD that validation showed in this unit, in any matrix; None when none was shown."""
        shown = [(one.lod, one) for one in self.sensitivity if one.lod is not None and one.unit == unit]
        return min(shown, key=lambda pair: pair[0])[1] if shown else None


def read_methods(text: str) -> tuple[MethodFile, ...]:
    """The methods in `text` (TOML). Raises DataFileError at a field that is unknown, absent or of the wrong type."""
    root = Table(document(text), "The file")
    named = named_sets(root)
    sets = dict(named)
    if len(sets) < len(named):
        twice = next(key for key, times in Counter(key for key, _ in named).items() if times > 1)
        raise DataFileError(f"The control set “{twice}” is there more than once. Give each set a key of its own.")
    tables = root.tables("method")
    root.finish()
    return tuple(_method(table, sets) for table in tables)


def own_defects(method: MethodFile) -> Iterator[str]:
    """What can't be right in a method by itself."""
    if method.status not in STATUSES:
        yield f"{method.number}: the status “{method.status}” is not known. Use one of: {', '.join(STATUSES)}."
    yield from _potency_defects(method)
    yield from (f"{method.number}: {sentence}" for sentence in _run_defects(method))
    for one in method.sensitivity:
        yield from (f"{method.number}: {sentence}" for sentence in _sensitivity_defects(one))


def _run_defects(method: MethodFile) -> Iterator[str]:
    """The same rules as for a row, as far as the method says anything."""
    yield from control_defects(method.controls)
    if method.replicates is not None and method.replicates < 1:
        yield f"The number of replicates is {method.replicates}. Write 1 or more."
    yield from combining_defects(method.combine, method.replicates, method.cv_max, method.difference_max)
    if method.calculation:
        yield from key_defects(method.calculation)
        if method.combine or method.potency is not None:
            yield "A calculation gives one value, so nothing is combined and no relative potency is evaluated beside it. Keep one of them."


def entered_twice(methods: Collection[MethodFile]) -> list[str]:
    counted = Counter((method.number, method.version) for method in methods)
    return [f"{number} version {version} is entered {times} times. Keep one." for (number, version), times in counted.items() if times > 1]


def _sensitivity_defects(one: Sensitivity) -> Iterator[str]:
    if not (one.matrix and one.input_amount and one.unit):
        yield "A sensitivity needs its matrix, its input amount and its unit. Add them."
    if one.lod is None and one.loq is None:
        yield "A sensitivity names no LOD and no LOQ. Add one of them."
    for name, limit in (("LOD", one.lod), ("LOQ", one.loq)):
        if limit is not None and limit <= 0:
            yield f"The {name} must be above zero. Correct it."
    if one.lod is not None and one.loq is not None and one.loq < one.lod:
        yield "The LOQ lies below the LOD. Correct one of them."


NO_LIST = "No method list is in force. QA must author, review and approve the method list first."


def entry_blockers(method: MethodFile | None, key: str, purpose: str, *, lists: bool = True) -> list[Blocker]:
    """Why no run and no result of a row with this purpose can be entered by this method as it stands now (LAB-02).

    method: as a list in force holds it; None when none does. lists: whether any list is in force.
    """
    if not lists:
        return [Blocker("no_method_list", NO_LIST)]
    if method is None:
        words = f"{key} is not among the methods in force. Ask QA for a specification that names one, or for a method list that holds it."
        return [Blocker("unknown_method", words)]
    if method.status == "retired":
        return [Blocker("method_unfit", f"The method {key} is retired, so nothing is tested by it. Use the one that replaced it.")]
    if purpose == "release" and not method.fit_for_release:
        return [Blocker("method_unfit", f"The method {key} has the status “{method.status_words}”, so it can't test for release. Use a validated one.")]
    return []


def _sensitivity(table: Table) -> Sensitivity:
    one = Sensitivity(table.text("matrix", ""), table.text("input", ""), table.amount("lod"), table.amount("loq"), table.text("unit", ""))
    table.finish()
    return one


def _potency(table: Table | None) -> PotencyRule | None:
    """How the method evaluates relative potency; what it does not say is as PotencyRule says."""
    if table is None:
        return None
    given = {name: table.amount(name) for name in ("alpha", "slope_low", "slope_high", "most_width", "least_r2")}
    said: dict[str, Any] = {name: amount for name, amount in given.items() if amount is not None}
    rule = PotencyRule(
        table.text("model"), table.text("dose_unit"), table.text("response_unit"), table.whole("doses") or 0, table.whole("responses") or 0,
        **said,
    )  # fmt: skip
    table.finish()
    return rule


def _tracking(table: Table | None) -> TrackingRule | None:
    """What a tracking method fixes for its blank and its dilutions. Raises DataFileError where one of the two is absent."""
    if table is None:
        return None
    blank, difference = table.amount("most_blank"), table.amount("most_difference")
    table.finish()
    if blank is None or difference is None or blank <= 0 or difference <= 0:
        raise DataFileError(f"{table.where} needs most_blank and most_difference, percentages above zero. Add them.")
    return TrackingRule(blank, difference)


def _potency_defects(method: MethodFile) -> Iterator[str]:
    rule = method.potency
    if rule is None:
        return
    if rule.model not in MODELS:
        yield f"{method.number}: the model “{rule.model}” is not known. Use one of: {', '.join(MODELS)}."
    if rule.doses < 3 or rule.responses < 1:
        yield f"{method.number}: a relative potency needs three doses at least, and one response a dose. Correct them."
    if not method.standards:
        yield f"{method.number} evaluates relative potency and names no reference standard. Add it."


def _method(table: Table, sets: Sets) -> MethodFile:
    number = table.text("number")
    method = MethodFile(
        number=number,
        version=table.text("version"),
        name=table.text("name"),
        principle=table.text("principle"),
        matrix=table.text("matrix"),
        compendial=table.text("compendial", ""),
        validation=table.text("validation", ""),
        status=table.text("status", "validated"),
        sensitivity=tuple(_sensitivity(one) for one in table.tables("sensitivity")),
        reagents=table.texts("reagents"),
        standards=table.texts("standards"),
        potency=_potency(table.table("potency")),
        tracking=_tracking(table.table("tracking")),
        controls=controls_in(table, f"Method {number}", sets),
        replicates=table.whole("replicates"),
        replicate_rule=table.text("replicate_rule", ""),
        combine=table.text("combine", ""),
        cv_max=table.amount("cv_max"),
        difference_max=table.amount("difference_max"),
        calculation=table.text("calculation", ""),
    )
    table.finish()
    return method
