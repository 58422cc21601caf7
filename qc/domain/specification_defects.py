"""Why a specification can't be approved: one sentence for each defect, naming the row and what to do.

An empty list is the only pass. Nothing is assumed for what is absent: a blank limit is not zero, and an absence claim
without a detection limit or a validated method is no claim.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal

from batches.domain.vectors import METHOD_BACKBONE, VECTOR_ITEMS
from evgmp.rules.reading import display_number
from evgmp.rules.rounding import ROUNDING, one_figure_of_a_power
from qc.domain.criterion import state_of
from qc.domain.replicates import COMBINE, MEANS, REPEAT
from qc.domain.specification_rows import (
    BARE_UNITS,
    CATEGORIES,
    COMPUTED,
    CONDITIONS,
    LIMIT_ORIGINS,
    PURPOSES,
    REQUIRED_CATEGORIES,
    RESULT_TYPES,
    SOURCE_STATUSES,
    STAGES,
    Control,
    RowFile,
    SpecificationFile,
)

# The stage that answers for all the others.
ROLLED_UP = "ev_dp"
# More digits than any instrument gives, and few enough to round by.
MOST_DECIMALS = 12
# The wells of one plate: each determination is a field of the form that records the result.
MOST_DETERMINATIONS = 96
Check = Callable[[RowFile], Iterator[str]]


def defects(specification: SpecificationFile) -> list[str]:
    """Every defect of the specification as a whole and of each row (LAB-23). Empty when it can be approved."""
    found = list(_whole(specification))
    for row in specification.rows:
        found += [f"{row.code}: {sentence}" for check in CHECKS for sentence in check(row)]
    return found


def _whole(specification: SpecificationFile) -> Iterator[str]:
    if specification.stage not in STAGES:
        yield f"The stage “{specification.stage}” is not known. Use one of: {', '.join(STAGES)}."
    yield from _one_of("rounding rule", specification.rounding, ROUNDING)
    yield from _reserve(specification)
    if specification.stage != ROLLED_UP and any(row.computed for row in specification.rows):
        yield f"Only the specification of the {STAGES[ROLLED_UP]} has computed rows: the others are what they are computed from. Remove them."
    for code, times in Counter(row.code for row in specification.rows).items():
        if times > 1:
            yield f"The code {code} is used {times} times. Give every row its own code."
    complete = {row.category for row in specification.rows if row.decides_release and not any(_criterion(row))}
    for category in REQUIRED_CATEGORIES.get(specification.stage, ()):
        if category not in complete:
            yield (
                f"The stage {STAGES[specification.stage]} needs a mandatory release row of the category "
                f"“{CATEGORIES[category]}” with method, unit, rounding and limit. Add one or complete it."
            )


def _reserve(specification: SpecificationFile) -> Iterator[str]:
    """A finished product says how many units its reserve needs, or why it keeps none (LAB-27); nothing else keeps one."""
    units, exempt = specification.units_for_tests, specification.reserve_exempt
    if specification.stage != ROLLED_UP:
        if units is not None or exempt:
            yield f"Only the {STAGES[ROLLED_UP]} keeps a reserve. Remove units_for_tests and reserve_exempt."
        return
    if (units is not None) == bool(exempt):
        yield "Say in units_for_tests how many units all tests but sterility and pyrogens take, or in reserve_exempt why no reserve is kept; one of the two."
    if units is not None and units <= 0:
        yield f"The units_for_tests are {units}. Enter the number of units that one set of all tests takes, more than 0."


def _criterion(row: RowFile) -> Iterator[str]:
    """Method, unit, rounding and limit: without one of them a result can't be judged."""
    whole = {"method": row.method, "method number": row.method_number, "method version": row.method_version}
    for field, value in (
        ("name", row.name),
        *(whole.items() if any(whole.values()) else (("method, with its number and version,", ""),)),
        ("sample type", row.sample_type),
        ("source", row.source),
    ):
        if not value:
            yield f"The {field} is absent. Add it."
    yield from _one_of("rounding rule", row.rounding, ROUNDING)
    if row.decimals is not None and not 0 <= row.decimals <= MOST_DECIMALS:
        yield f"A result with {row.decimals} decimals can't be. Write their number, 0 to {MOST_DECIMALS}."
    if row.result_type == "numeric":
        yield from _numeric(row)
    else:
        yield from _terms(row)


def _numeric(row: RowFile) -> Iterator[str]:
    if not row.unit:
        yield "A numeric row needs a unit. Add it."
    if row.unit in BARE_UNITS:
        yield f"The unit “{row.unit}” names no volume, mass or dose, so results can't be compared. Write it as {row.unit}/mL or the like."
    if row.decimals is None:
        yield "A numeric row needs its number of decimals, 0 or more. Add it."
    if row.lower is None and row.upper is None and row.purpose == "release":
        yield "A numeric release row needs a lower or an upper limit. Add one."
    if row.lower is not None and row.upper is not None:
        both_count = row.lower_inclusive and row.upper_inclusive
        if row.lower > row.upper or (row.lower == row.upper and not both_count):
            yield f"No value lies between the limits {row.lower} and {row.upper}. Correct them."
    yield from _one_figure(row)
    if row.accepted or row.known or row.expected:
        yield "A numeric row is judged by limits, not by terms. Remove expected, accepted and known."


def _one_figure(row: RowFile) -> Iterator[str]:
    """A limit such as 1E+6 of which only the leading digit would be looked at."""
    if row.rounding not in ROUNDING or row.rounding == "none" or (row.decimals is not None and row.decimals < 0):
        return
    for limit in (row.lower, row.upper):
        if limit is not None and one_figure_of_a_power(limit, row.decimals):
            yield f"Rounded to the one figure of its limit, half of {display_number(limit)} would count as it. Write the limit like 1.0E+6, or give decimals."


def _terms(row: RowFile) -> Iterator[str]:
    if row.lower is not None or row.upper is not None:
        yield "Only a numeric row has limits. Remove them or change the result type."
    if not row.accepted:
        yield "No accepted term is named, so no result could conform. Add the terms that conform."
    spellings = {term.casefold() for term in row.known}
    if len(spellings) < len(row.known):
        yield "Two known terms differ only in spelling. Keep one."
    for term in row.accepted:
        if term not in row.known:
            yield f"The accepted term “{term}” is not among the known terms. Add it there."
    if row.accepted and not set(row.known) - set(row.accepted):
        yield "Every known term is accepted, so no result could fail. Add the terms that do not conform."


def _words(row: RowFile) -> Iterator[str]:
    yield from _one_of("category", row.category, CATEGORIES)
    yield from _one_of("result type", row.result_type, RESULT_TYPES)
    yield from _one_of("purpose", row.purpose, PURPOSES)
    yield from _one_of("source status", row.source_status, SOURCE_STATUSES)
    yield from _one_of("origin of the limit", row.limit_origin, LIMIT_ORIGINS)


def _presence(row: RowFile) -> Iterator[str]:
    if row.result_type != "presence_absence":
        if row.expected:
            yield "Only a presence row expects “absent” or “present”. Remove expected."
        return
    yield from _one_of("expected state", row.expected, ("absent", "present"))
    for term in row.accepted:
        if row.expected and state_of(term) not in ("", row.expected):
            yield f"The row expects “{row.expected}”, but “{term}” is a term that conforms. Correct one of them."
    if row.expected == "absent":
        if (row.detection is None) == (row.validated_method is None):
            yield (
                "An absence row needs either the LOD that the assay must reach (detection) or a validated method with "
                "its own LOD (validated_method), and not both. “Not detected” means nothing without it."
            )
        if not row.controls:
            yield "An absence row needs the controls that make “not detected” believable. Add them."


def _detection(row: RowFile) -> Iterator[str]:
    sought = () if row.detection is None else (("LOD", row.detection.lod_max), ("LOQ", row.detection.loq_max))
    found = () if row.validated_method is None else (("LOD of the validation", row.validated_method.lod),)
    for what, amount in (*sought, *found):
        if amount is not None and amount <= 0:
            yield f"The {what} is {amount}, but nothing is detected at zero or below. Write a figure above zero."
    if row.detection is not None:
        if row.detection.lod_max is None and (row.detection.loq_max is None or row.expected == "absent"):
            yield "The detection requirement names no LOD. Add lod_max."
        if not row.detection.unit:
            yield "The detection requirement has no unit. Add the unit of the row."
        elif row.detection.unit != row.unit:
            yield f"The detection requirement is in “{row.detection.unit}”, the row in “{row.unit}”. Use one unit."
    if row.validated_method is not None:
        if row.validated_method.lod is None or row.validated_method.unit != row.unit or not row.unit:
            yield "The validated method needs its LOD, in the unit of the row. Add both."
        if not row.validated_method.reference:
            yield "The validated method names no validation reference. Add it."


def control_defects(controls: Collection[Control]) -> Iterator[str]:
    """What can't be right in the controls of a row or of a method."""
    for control in controls:
        if not control.kind or not control.criterion:
            yield "A control has no kind or no criterion. Add both."
    for kind, times in Counter(control.kind for control in controls).items():
        if times > 1:
            yield f"The control {kind} is named {times} times. Keep one."


def _run(row: RowFile) -> Iterator[str]:
    yield from control_defects(row.controls)
    if row.replicates is None:
        yield "The number of determinations is absent. Add it, 1 or more."
    elif not 1 <= row.replicates <= MOST_DETERMINATIONS:
        yield f"A result of {row.replicates} determinations can't be. Write their number, 1 to {MOST_DETERMINATIONS}."
    if not row.replicate_rule:
        yield "The replicate rule is absent. Say how the replicates become one reportable result."


def combining_defects(combine: str, replicates: int | None, cv_max: Decimal | None, difference_max: Decimal | None) -> Iterator[str]:
    """What can't be right in how a row or a method makes several determinations one value; limits in percent (LAB-18)."""
    if combine:
        yield from _one_of("way to combine replicates", combine, COMBINE)
    if combine and (replicates or 0) < 2:
        yield "Replicates are combined, but fewer than two are asked for. Correct the number."
    for name, limit in (("cv_max", cv_max), ("difference_max", difference_max)):
        if limit is not None and (limit <= 0 or combine not in MEANS):
            yield f"{name} is a percentage above zero and belongs to a mean, median or geometric mean. Correct it."
    if combine in MEANS and cv_max is None and difference_max is None:
        yield "Replicates are averaged only within a limit of their spread. Add cv_max or difference_max."


def _replicates(row: RowFile) -> Iterator[str]:
    """How replicates become one value is data too: averages only within a variability limit (LAB-18)."""
    yield from combining_defects(row.combine, row.replicates, row.cv_max, row.difference_max)
    if row.repeat:
        yield from _one_of("repeat rule", row.repeat, REPEAT)
    numeric = row.result_type == "numeric"
    if row.combine and numeric == (row.combine == "all_absent"):
        yield f"Replicates of a {row.result_type} row can't be combined by {row.combine}. Choose another way."
    if (row.combine == "all_absent" or row.repeat) and row.expected != "absent":
        yield "Only a row that expects “absent” is judged well by well or extracted again. Remove combine and repeat."
    if row.repeat and row.combine != "all_absent":
        yield "A repeat extraction follows from the wells. Add combine = “all_absent”."


def _scope(row: RowFile) -> Iterator[str]:
    for attribute, values in row.applies_when.items():
        yield from _one_of("condition", attribute, CONDITIONS)
        if not values:
            yield f"The condition “{attribute}” lists no value. List the values for which the row applies."
        if attribute == "vector_carries":
            yield from _all_of("vector item", values, VECTOR_ITEMS)
        if attribute == "reprogramming_method":
            yield from _all_of("reprogramming method", values, METHOD_BACKBONE)
    yield from _all_of("vector item", row.covers, VECTOR_ITEMS)
    if row.covers and not row.decides_release:
        yield "Only a mandatory release row can prove absence. Remove covers or make the row mandatory."
    carried = row.applies_when.get("vector_carries", row.covers)
    for item in row.covers:
        if item not in carried:
            yield f"The row covers {item} but does not apply where the vectors carry it. Add it to vector_carries."


def _computed(row: RowFile) -> Iterator[str]:
    """A row that follows from other records is no test: nobody runs it, and nobody may leave it out."""
    if not row.computed:
        return
    yield from _one_of("computed row", row.computed, COMPUTED)
    if row.result_type != "qualitative" or row.category != "reprogramming_factor_absence" or not row.decides_release:
        yield "A roll-up of factor rows is a mandatory, qualitative release row of the absence of reprogramming factors. Correct it."
    if row.controls or row.detection is not None or row.validated_method is not None or row.applies_when:
        yield "A computed row has no run and always applies. Remove controls, detection, validated_method and applies_when."


def _read_by_two(row: RowFile) -> Iterator[str]:
    if row.second_reading and (row.result_type != "qualitative" or row.computed):
        yield "Only a test that reports a term is read by two. Remove second_reading."


def _one_of(what: str, value: str, allowed: Collection[str]) -> Iterator[str]:
    if value not in allowed:
        yield f"The {what} “{value}” is not known. Use one of: {', '.join(allowed)}."


def _all_of(what: str, values: Collection[str | bool], allowed: Collection[str]) -> Iterator[str]:
    for value in values:
        if value not in allowed:
            yield f"The {what} “{value}” is not known. Use one of: {', '.join(allowed)}."


CHECKS: tuple[Check, ...] = (_criterion, _words, _presence, _detection, _run, _replicates, _scope, _computed, _read_by_two)
