"""Every computed value can be computed again by the formula it was recorded with; `manage.py recompute` does it for the whole record (LAB-05)."""

from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from batches.models import Lot, Sample
from evgmp.rules.calculation import ANY_UNIT, BOOK, Calculation, UnknownCalculation
from evgmp.rules.limits import no_verdict
from qc.domain.calculations.combining import VALUES
from qc.domain.replicates import MEANS, formula_of
from qc.domain.specification_defects import defects
from qc.domain.specification_file import read_specification
from qc.models import AssayRun, OutOfSpecification, PotencyAssay, Result
from qc.selectors.specifications import shipped_text
from qc.services import recomputing
from qc.services.potency import evaluated_again
from tests.qc import builders_lab as lab
from tests.qc import builders_oos as scene
from tests.qc.builders_lab import refused

ENDOTOXIN = "DS-SF-ENDO"


def recomputed() -> tuple[list[str], int]:
    """The lines that are printed, and the exit code."""
    out = StringIO()
    try:
        call_command("recompute", stdout=out)
    except SystemExit as stop:
        return out.getvalue().splitlines(), int(stop.code or 0)
    return out.getvalue().splitlines(), 0


SECOND = Calculation("replicates.mean", 2, "Mean", ANY_UNIT, VALUES, "A test", lambda *, values: sum(values, Decimal(0)) / len(values) + 1)


@pytest.mark.req("LAB-05")
def test_the_whole_record_of_a_chain_comes_out_the_same(ready_lot: Any) -> None:
    lines, code = recomputed()
    assert code == 0, lines
    counts = [int(line.split()[0]) for line in lines]
    assert [line.rsplit(": ", 1)[1] for line in lines] == ["0 differ"] * 5
    assert counts[1] == Result.objects.count() > 10
    assert counts[0] > 0


@pytest.mark.django_db
@pytest.mark.req("LAB-05")
def test_an_old_result_keeps_its_version_and_a_new_one_takes_the_next(
    ev_under_test: Lot, its_sample: Sample, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The formula of the mean is edited: its second version gives one more than the first."""
    run = lab.run_of(lab.row_of(ev_under_test, ENDOTOXIN))
    old = lab.result(ev_under_test, ENDOTOXIN, its_sample, run, **lab.twice("0.1"))
    assert (old.formula, old.formula_version, old.amount) == ("replicates.mean", 1, Decimal("0.1"))
    page = as_person("b.analyst").get(old.get_absolute_url()).content.decode()
    assert [word for word in ("replicates.mean, version 1", "sum(x_i) / n", "No conversion factor") if word not in page] == []
    monkeypatch.setitem(BOOK._pages, ("replicates.mean", 2), SECOND)
    kept = Result.objects.get(pk=old.pk)
    assert str(kept.judge().verdict) == kept.verdict
    assert recomputed()[1] == 0
    new = lab.correct(old.number, its_sample, run, **lab.twice("0.2"))
    assert (new.formula_version, new.amount) == (2, Decimal("1.2"))
    assert recomputed()[1] == 0
    # The formula that the newer one was recorded by is lost: its value proves nothing any more, and is named.
    monkeypatch.delitem(BOOK._pages, ("replicates.mean", 2))
    with refused("verdict_differs", "The book holds no version 2 of the calculation “replicates.mean”."):
        lab.reviewed(new.number)
    lines, code = recomputed()
    assert (code, any(new.number in line for line in lines), any(old.number in line for line in lines)) == (1, True, False)


@pytest.mark.django_db
@pytest.mark.req("LAB-05", "LAB-22")
def test_curves_and_dilutions_come_out_the_same_by_the_version_they_keep(ev_under_test: Lot, its_sample: Sample) -> None:
    for category in ("potency", "content"):
        lab.all_pass(ev_under_test, its_sample, only=category)
    lines, code = recomputed()
    assert code == 0, lines
    counts = [int(line.split()[0]) for line in lines]
    assert counts[3] > 0
    assert counts[4] == PotencyAssay.objects.count() > 0
    assay = PotencyAssay.objects.all()[0]
    assert (assay.rule["version"], evaluated_again(assay)) == (1, True)
    # A version that nobody approved evaluates nothing.
    assay.rule = {**assay.rule, "version": 2}
    assert not evaluated_again(assay)


@pytest.mark.django_db
@pytest.mark.req("LAB-05", negative=True)
def test_a_re_measurement_a_control_and_a_potency_that_come_out_otherwise_are_named(
    ev_under_test: Lot, its_sample: Sample, open_one: OutOfSpecification, monkeypatch: pytest.MonkeyPatch
) -> None:
    for category in ("potency", "content"):
        lab.all_pass(ev_under_test, its_sample, only=category)
    scene.planned(open_one)
    scene.approved(open_one)
    retest = scene.retested(open_one)
    lines, code = recomputed()
    assert (code, [line.split()[0] for line in lines][2]) == (0, "1"), lines
    # Rules that say otherwise than when it was recorded: each is named, and the command fails.
    for change in (
        (Result, "judge", lambda self: no_verdict("Another rule")),
        (AssayRun, "computed_differs", True),
        (recomputing, "evaluated_again", lambda assay: False),
    ):
        monkeypatch.setattr(*change)
    lines, code = recomputed()
    runs = AssayRun.objects.exclude(tracking={})
    named = [f"{retest}: recorded {retest.verdict}", f"{runs[0]}: blank and dilutions", f"{PotencyAssay.objects.all()[0]}: its readings"]
    assert (code, [one for one in named if not any(one in line for line in lines)]) == (1, [])


@pytest.mark.req("LAB-05", negative=True)
def test_only_formulas_of_the_book_compute() -> None:
    assert [formula_of(combine).version for combine in MEANS] == [1, 1, 1]
    for combine, version in (("mean", 99), ("own", 1), ("own", None)):
        with pytest.raises(UnknownCalculation):
            formula_of(combine, version)
    text = shipped_text("spec_ev_ds").replace('combine = "mean"', 'combine = "values.mean() + 1"', 1)
    assert any("“values.mean() + 1” is not known" in sentence for sentence in defects(read_specification(text)))


@pytest.mark.django_db
@pytest.mark.req("LAB-05")
def test_the_book_is_read_on_a_page(ev_under_test: Lot, as_person: Any) -> None:
    page = as_person("i.inspector").get(reverse("qc:formulas")).content.decode()
    assert all(f"{one.key}</span> version {one.version}" in page for one in BOOK)
