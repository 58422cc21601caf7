"""One row of a specification, one result, one verdict.

Two questions stay apart. `judge_row` says what the result shows, so that a reviewer sees it before the review.
`passes` says whether it counts: only a result that conforms and that a second person has reviewed. Nothing missing,
invalid, insensitive or unreviewed passes, and each case says why in a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from evgmp.rules.limits import Judgement, Limits, Verdict, no_verdict
from evgmp.rules.reading import BELOW, QUALIFIERS, Reading, ResultKind, display_number, exact
from evgmp.rules.rounding import ROUNDING
from evgmp.rules.units import can_be_negative, same_unit, total_of

REPORTED_NO_LIMIT = "Reported, no limit."
_ADD = "Add it, or give the row the purpose “reference” if it is only reported."
NOT_DETECTED_TERMS = ("not detected", "nd", "n.d.", "undetected")


class ResultType(StrEnum):
    NUMERIC = "numeric"
    PRESENCE_ABSENCE = "presence_absence"
    QUALITATIVE = "qualitative"
    TEXT = "text"


@dataclass(frozen=True)
class RowRule:
    """What a specification row demands.

    unit: of result and limits; empty for a quantity without one, such as pH.
    accepted_terms conform, known_terms may be chosen. A term such as “no growth” needs an LOD only when lod_max is set.
    expected: "absent", "present", or nothing. lod_max in lod_unit: the sensitivity that an absence needs; without it,
    “not detected” counts only by a validated_method, and with the LOD of that method.
    controls_required: the controls that the run must carry, by name.
    mandatory is carried for the release rule; the verdict does not use it.
    """

    result_type: str
    unit: str = ""
    decimals: int | None = None
    rounding: str = "none"
    lower: Decimal | None = None
    upper: Decimal | None = None
    lower_inclusive: bool = True
    upper_inclusive: bool = True
    accepted_terms: tuple[str, ...] = ()
    known_terms: tuple[str, ...] = ()
    expected: str | None = None
    lod_max: Decimal | None = None
    lod_unit: str = ""
    validated_method: bool = False
    controls_required: tuple[str, ...] = ()
    mandatory: bool = True
    purpose: str = "release"

    def __post_init__(self) -> None:
        ResultType(self.result_type)
        if self.rounding not in ROUNDING:
            raise ValueError(f"There is no rounding rule “{self.rounding}”. Use one of: {', '.join(ROUNDING)}.")
        if self.expected not in ("absent", "present", "", None):
            raise ValueError(f"A row expects absent or present, not {self.expected!r}.")
        if self.lod_max is not None:
            exact(self.lod_max, "The largest LOD")
        # Refuses floats, and limits that exclude every value, when the row is made.
        Limits(self.lower, self.upper, self.lower_inclusive, self.upper_inclusive)

    @property
    def limits(self) -> Limits:
        return Limits(self.lower, self.upper, self.lower_inclusive, self.upper_inclusive)


@dataclass(frozen=True)
class RowResult:
    """What the laboratory reports for one row, with the LOD and LOQ in force and the outcome of the run.

    run_valid is None while nobody has judged the run, or when the test has none (a look at a vial).
    control_outcomes: "pass", "fail" or "missing" by name; a control that is not named is missing.
    """

    kind: ResultKind
    qualifier: str = ""
    amount: Decimal | None = None
    term: str = ""
    unit: str = ""
    lod: Decimal | None = None
    lod_unit: str = ""
    loq: Decimal | None = None
    run_valid: bool | None = None
    run_why: str = ""
    control_outcomes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ResultKind(self.kind)
        if self.qualifier not in QUALIFIERS:
            raise ValueError(f"A result is qualified by <, ≤, >, ≥ or nothing, not by {self.qualifier!r}.")
        for amount, what in ((self.amount, "A result"), (self.lod, "An LOD"), (self.loq, "An LOQ")):
            if amount is not None:
                exact(amount, what)


def judge_row(row: RowRule, result: RowResult) -> Judgement:
    """What `result` shows against `row`, review left aside. The first reason against a verdict is the one given."""
    objection = _nothing_to_judge(result) or _run_objection(row, result)
    if objection:
        return no_verdict(objection)
    if row.result_type == ResultType.NUMERIC:
        return _judge_numeric(row, result)
    if row.result_type == ResultType.PRESENCE_ABSENCE and result.kind != ResultKind.TERM:
        return _judge_presence(row, result)
    return _judge_term(row, result)


def passes(judgement: Judgement, *, reviewed: bool) -> bool:
    """Whether the result counts for release: it conforms, and a second person has reviewed it."""
    return judgement.verdict is Verdict.CONFORMS and reviewed


def _nothing_to_judge(result: RowResult) -> str:
    if result.kind == ResultKind.NOT_TESTED:
        return "No result yet. Test the sample and record the result."
    if result.kind == ResultKind.INVALID:
        return "The result is invalid and says nothing about the lot. Repeat the test."
    if result.kind == ResultKind.NUMBER and result.amount is None:
        return "The number is missing. Record it."
    if result.kind == ResultKind.TERM and not result.term.strip():
        return "The term is missing. Choose one."
    return ""


def _run_objection(row: RowRule, result: RowResult) -> str:
    """Why the run does not carry a result: a control that fails holds it whether or not the row asks for it."""
    if result.run_valid is False:
        return f"The run is invalid: {result.run_why.rstrip('.') or 'no reason was recorded'}. Repeat the test."
    failed = [name for name, outcome in result.control_outcomes.items() if outcome == "fail"]
    if failed:
        return f"The run has a failed control: {', '.join(failed)}. Repeat the test."
    absent = [name for name in row.controls_required if result.control_outcomes.get(name) != "pass"]
    if absent:
        return f"The run lacks a control that passed: {', '.join(absent)}. Record it or repeat the test."
    if row.controls_required and result.run_valid is None:
        return "Nobody has judged the run yet. Judge it by its controls."
    return ""


def _judge_numeric(row: RowRule, result: RowResult) -> Judgement:
    if result.kind == ResultKind.TERM:
        return no_verdict("This row needs a number, not a term. Record the number.")
    if result.kind == ResultKind.NOT_DETECTED:
        objection = _lod_objection(row, result) or _unit_objection(row, result.lod_unit, "LOD")
        bound, qualifier = result.lod, "<"
    elif result.kind == ResultKind.BELOW_LOQ:
        objection = _unit_objection(row, result.unit, "result")
        if _not_above_zero(result.loq):
            objection = "No LOQ is recorded. Record the LOQ in force: the value is only known to lie below it."
        bound, qualifier = result.loq, "<"
    else:
        objection = _unit_objection(row, result.unit, "result") or _count_objection(row, result) or below_zero(row, result.amount)
        bound, qualifier = result.amount, result.qualifier
    if objection or bound is None:
        return no_verdict(objection)
    if not row.limits.exist:
        return _without_criterion(row, f"The specification sets no limit for this row. {_ADD}")
    return row.limits.judge(Reading.of(bound, qualifier), rounding=row.rounding, decimals=row.decimals)


def _judge_presence(row: RowRule, result: RowResult) -> Judgement:
    """Not detected, detected below LOQ, or a number, against absent or present."""
    if not row.expected:
        return _without_criterion(row, f"The specification does not say if it must be absent or present. {_ADD}")
    if result.kind == ResultKind.NOT_DETECTED:
        if row.expected == "present":
            return Judgement(Verdict.DOES_NOT_CONFORM, "Not detected, but it must be present.")
        objection = _lod_objection(row, result)
        if not objection and row.lod_max is None and not row.validated_method:
            objection = "The specification sets no LOD and the method is not validated, so not detected proves nothing."
        if objection or result.lod is None:
            return no_verdict(objection)
        return Judgement(Verdict.CONFORMS, f"Not detected (LOD {display_number(result.lod)} {result.lod_unit}".rstrip() + ").")
    if result.kind == ResultKind.NUMBER and (_not_above_zero(result.amount) or result.qualifier in BELOW):
        return no_verdict("This number does not show a detection. Record “not detected” with the LOD, or below LOQ.")
    if row.expected == "absent":
        return Judgement(Verdict.DOES_NOT_CONFORM, "Detected, but it must be absent.")
    return Judgement(Verdict.CONFORMS, "Detected, as it must be.")


def _judge_term(row: RowRule, result: RowResult) -> Judgement:
    """A word from the specification's own lists: accepted, known, or not a result at all."""
    choices = row.accepted_terms + tuple(term for term in row.known_terms if term not in row.accepted_terms)
    if result.kind != ResultKind.TERM:
        return no_verdict(f"This row needs one of its terms: {'; '.join(choices) or 'none is listed'}. Choose one.")
    found = _normal(result.term)
    if row.result_type == ResultType.PRESENCE_ABSENCE and found in NOT_DETECTED_TERMS:
        return no_verdict("“Not detected” needs its LOD. Record it as not detected, not as a term.")
    if not choices:
        return _without_criterion(row, f"The specification lists no terms for this row. {_ADD}")
    if found in map(_normal, row.accepted_terms):
        objection = _lod_objection(row, result) if row.lod_max is not None and row.expected == "absent" else ""
        return no_verdict(objection) if objection else Judgement(Verdict.CONFORMS, f"“{result.term}” is accepted.")
    if found not in map(_normal, row.known_terms):
        return no_verdict(f"“{result.term}” is not a term of this row. Choose one of: {'; '.join(choices)}.")
    if not row.accepted_terms:
        return _without_criterion(row, f"The specification accepts none of its terms. {_ADD}")
    accepted = "; ".join(row.accepted_terms)
    return Judgement(Verdict.DOES_NOT_CONFORM, f"“{result.term}” is not accepted. Accepted: {accepted}.")


def _lod_objection(row: RowRule, result: RowResult) -> str:
    """Why the method was not shown to be sensitive enough for an absence."""
    if result.lod is None or _not_above_zero(result.lod):
        return "No LOD is recorded. Record the LOD in force: not detected means nothing without it."
    if row.lod_max is None:
        return ""
    if not same_unit(result.lod_unit, row.lod_unit):
        return f"The LOD is in “{result.lod_unit}”, the specification in “{row.lod_unit}”. Record it in the same unit."
    if result.lod > row.lod_max:
        return (
            f"The LOD of {display_number(result.lod)} {row.lod_unit} is worse than the {display_number(row.lod_max)} "
            f"that the specification allows. Use a more sensitive method."
        )
    return ""


def _unit_objection(row: RowRule, unit: str, what: str) -> str:
    if same_unit(unit, row.unit):
        return ""
    if not unit.strip():
        return f"The unit of the {what} is missing. Record it in {row.unit}."
    return f"The {what} is in “{unit}”, the specification in “{row.unit or 'no unit'}”. They can't be compared."


def _count_objection(row: RowRule, result: RowResult) -> str:
    """6 of 5 is no count, whatever the limit."""
    total = total_of(row.unit)
    if total is None or result.amount is None or result.qualifier in BELOW or 0 <= result.amount <= total:
        return ""
    return f"{display_number(result.amount)} can't be counted out of {total}. Check the count."


def below_zero(row: RowRule, amount: Decimal | None) -> str:
    """Why a negative number is no value of this row: −1 ng would pass every “at most”. A row whose own limit is negative takes one."""
    signed = can_be_negative(row.unit) or any(limit is not None and limit < 0 for limit in (row.lower, row.upper))
    if amount is None or amount >= 0 or signed:
        return ""
    return (
        f"{display_number(amount)} lies below zero, and nothing in {row.unit} does. Check the sign. "
        "A reading below the blank is “not detected” or below the LOQ."
    )


def _without_criterion(row: RowRule, why: str) -> Judgement:
    return no_verdict(why if row.purpose == "release" else REPORTED_NO_LIMIT)


def _not_above_zero(amount: Decimal | None) -> bool:
    return amount is None or amount <= 0


def _normal(term: str) -> str:
    return " ".join(term.split()).casefold()
