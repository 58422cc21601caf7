"""The method is the floor of every row that is tested by it: the row may ask for more, never for less. Knows no Django.

Controls, number of determinations, their combination and the limit of their spread belong to the validation of a method. A row that asked for
less would report what the validation never showed (LAB-02, LAB-18; 21 CFR 211.194(a)(2)).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from evgmp.rules.calculation import BOOK
from evgmp.rules.reading import display_number
from qc.domain.computed_value import choices
from qc.domain.method_file import FIT_FOR_RELEASE, MethodFile, entered_twice, own_defects
from qc.domain.specification_rows import RowFile, SpecificationFile


@dataclass(frozen=True)
class Asked:
    """What a row asks of the run and the determinations of its test.

    controls: criterion by kind. cv_max, difference_max: in percent. decides: whether the row can block release. computed: it follows from other
    records, so nobody tests it and the method asks nothing of it.
    """

    code: str
    controls: Mapping[str, str]
    replicates: int | None
    combine: str
    cv_max: Decimal | None
    difference_max: Decimal | None
    decides: bool
    computed: bool = False
    numeric: bool = True
    unit: str = ""


def method_defects(methods: Collection[MethodFile], specifications: Collection[SpecificationFile]) -> list[str]:
    """Methods without validation or entered twice, rows that name a method which is not there or ask for less than it fixes (LAB-02)."""
    found = [
        f"{method.number} names no validation report. Add it, or the method can't be used for release."
        for method in methods
        if not method.validation
    ]
    for method in methods:
        found += own_defects(method)
    by_key = {(method.number, method.version): method for method in methods}
    for specification in specifications:
        for row in specification.rows:
            used = by_key.get((row.method_number, row.method_version))
            if row.purpose == "release" and used is not None and used.validation and used.status not in FIT_FOR_RELEASE:
                found.append(f"{row.code} is a release test, but {used.key} is {used.status}. Validate the method first, or name another.")
            if used is not None:
                found += [*_reach_defects(used, row), *floor_defects(used, asked_by(row))]
    found += entered_twice(methods)
    known = {(method.number, method.version, method.name) for method in methods}
    return found + [
        f"{row.code} is tested by {row.method_number} version {row.method_version}, {row.method}, which is not among the "
        "methods. Correct number, version or name."
        for specification in specifications
        for row in specification.rows
        # Without any of the three the row itself is a defect, named by the validator.
        if (key := (row.method_number, row.method_version, row.method)) not in known and any(key)
    ]


def asked_by(row: RowFile) -> Asked:
    controls = {control.kind: control.criterion for control in row.controls}
    return Asked(
        row.code, controls, row.replicates, row.combine, row.cv_max, row.difference_max, row.decides_release, bool(row.computed),
        row.result_type == "numeric", row.unit,
    )  # fmt: skip


def floor_defects(method: MethodFile, row: Asked) -> Iterator[str]:
    """The run that the method needs and the row does not have, and what the method fixes and the row does not carry; a sentence each."""
    if needs := run_defect(method, row):
        yield needs
    yield from less_than_fixed(method, row)


def less_than_fixed(method: MethodFile, row: Asked) -> Iterator[str]:
    """What the method fixes for every run and every determination and the row does not carry, a sentence each."""
    if row.computed:
        return
    yield from _calculation(method, row)
    yield from _controls(method, row)
    if method.replicates is not None and (row.replicates or 0) < method.replicates:
        few = f"{row.replicates or 0} determination{'' if row.replicates == 1 else 's'}"
        yield f"{row.code} asks for {few}, and {method.key} for {method.replicates}. Ask for {method.replicates} at least."
    if method.combine and row.combine != method.combine:
        how = f"combines its determinations by “{row.combine}”" if row.combine else "does not say how its determinations are combined"
        yield f"{row.code} {how}, and {method.key} combines them by “{method.combine}”. Write combine = “{method.combine}”."
    for name in ("cv_max", "difference_max"):
        most, given = getattr(method, name), getattr(row, name)
        if most is not None and (given is None or given > most):
            has = f"allows a {name} of {display_number(given)} %" if given is not None else f"names no {name}"
            yield f"{row.code} {has}, and {method.key} allows {display_number(most)} %. Write {display_number(most)} or less."


def _calculation(method: MethodFile, row: Asked) -> Iterator[str]:
    """Why the value that the method computes is not what the row reports."""
    if not method.calculation:
        return
    if method.calculation not in choices():
        yield f"{row.code} is tested by {method.key}, which computes by “{method.calculation}”. No test can be computed by it; name another method."
        return
    unit = BOOK.latest(method.calculation).unit
    if not row.numeric:
        yield f"{row.code} reports no number, and {method.key} computes one. Make it a numeric row in {unit}, or name another method."
    elif row.unit != unit:
        yield f"{row.code} is reported in “{row.unit}”, and {method.key} computes “{unit}”. Use the unit of the calculation, or another method."
    if row.combine:
        yield f"{row.code} combines several determinations, and {method.key} computes one value. Remove combine, or name another method."


def run_defect(method: MethodFile, row: Asked) -> str:
    """Why a row that decides release can't go without a run: the method names what only a run asks for. Empty when it can."""
    if row.controls or row.computed or not row.decides:
        return ""
    needs = [*(control.kind for control in method.controls), *method.reagents, *method.standards, *(["blank and dilutions"] if method.tracking else [])]
    if not needs:
        return ""
    return (
        f"{row.code} names no controls, so it has no run, and nobody would ask for what {method.key} needs: {', '.join(needs)}. "
        "Add the controls of its run to the row, or name a method that needs none."
    )


def _controls(method: MethodFile, row: Asked) -> Iterator[str]:
    missing = [f"{one.kind} ({one.criterion})" for one in method.controls if one.kind not in row.controls]
    if missing:
        yield f"{row.code} lacks what {method.key} asks of every run: {'; '.join(missing)}. Add {'it' if len(missing) == 1 else 'them'} to its controls."
    for one in method.controls:
        if row.controls.get(one.kind, one.criterion) != one.criterion:
            yield (
                f"{row.code} passes {one.kind} by “{row.controls[one.kind]}”, and {method.key} by “{one.criterion}”. Write the criterion of the method; "
                "a further demand is a control of its own."
            )


def _reach_defects(method: MethodFile, row: RowFile) -> Iterator[str]:
    if row.detection is not None and row.detection.lod_max is not None and row.decides_release:
        yield from filter(None, [reach_defect(method, row.code, row.detection.lod_max, row.detection.unit)])


def reach_defect(method: MethodFile, code: str, asked: Decimal, unit: str) -> str:
    """Why validation did not show the LOD, `asked` in `unit`, that the row `code` asks of its method; empty when it did."""
    best = method.best(unit)
    if best is None or best.lod is None:
        return f"{code} asks for an LOD in {unit}, and {method.key} shows none in that unit. Add the validated LOD to the method."
    if best.lod > asked:
        return (
            f"{code} asks for an LOD of at most {display_number(asked)} {unit}, and the validation of {method.key} showed "
            f"{display_number(best.lod)} ({best.matrix}, {best.input_amount}). The method can't prove this absence."
        )
    return ""
