"""F1 to F24 in a batch: the worked numbers typed into the page of a step come out of the record, exact, and no float gets in."""

import ast
import inspect
import sys
from decimal import Decimal, FloatOperation
from typing import Any

import pytest
from django.db import connection
from django.test import Client

import batches.domain.calculations
import qc.domain.calculations
from batches.domain.commands import RECORD_ENTRY
from batches.models import BatchRecord, Entry
from batches.services.steps import record_entry
from evgmp.compliance.models import Event
from evgmp.people.models import Account
from evgmp.rules.calculation import ANY_UNIT, BOOK, LIST_OF, Book, calculation
from evgmp.rules.rounding import round_to_place
from tests.batches.builders_records import started, step_no
from tests.batches.domain.test_calculations import BALANCE
from tests.batches.domain.test_calculations_of_the_process import CHANNEL, FIBRES, SECRETION
from tests.builders import act

GROWTH = {"viable_seeded": "9.0E+7", "viable_harvested": "6.3E+8"}
WORKED: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "f1": ("culture.population_doublings", GROWTH, -3, "2.807"),
    "f1_real": ("culture.population_doublings", {"viable_seeded": "530", "viable_harvested": "8.0E+4"}, -3, "7.238"),
    "f2": ("culture.cumulative_pdl", {"parent_pdl": "5.585", "population_doublings": "2.807"}, -3, "8.392"),
    "f3": ("culture.doubling_time", {"hours": "96", **GROWTH}, -1, "34.2"),
    "f4": ("culture.growth_rate", {"hours": "96", **GROWTH}, -5, "0.02027"),
    "f5": ("culture.viability", {"viable": "6.3E+8", "total": "6.6E+8"}, -1, "95.5"),
    "f6": ("culture.recovery", {"viable_thawed": "0.738E+6", "viable_frozen": "1.0E+6"}, -1, "73.8"),
    "f7": ("secretion.per_cell_and_day", SECRETION, 1, "5920"),
    "f8": ("filtration.vcf", {"feed_volume": "8000", "retentate_volume": "400"}, -1, "20.0"),
    "f9": ("filtration.diavolumes", {"buffer_volume": "2.40", "retentate_volume": "0.400"}, -20, "6"),
    "f10": ("filtration.residual_constant_volume", {"diavolumes": "6", "sieving": "1"}, -3, "0.248"),
    "f10_bsa": ("filtration.residual_constant_volume", {"diavolumes": "6", "sieving": "0.35"}, -1, "12.2"),
    "f11": ("filtration.residual_discontinuous", {"retentate_volume": "0.4", "volume_added": "0.4", "times": "6"}, -2, "1.56"),
    "f12": ("filtration.tmp", {"feed": "0.55", "retentate": "0.25", "permeate": "0.05"}, -20, "0.35"),
    "f13": ("filtration.pressure_drop", {"feed": "0.55", "retentate": "0.25"}, -20, "0.30"),
    "f14": ("filtration.flux", {"permeate_flow": "100", "membrane_area": "0.115"}, -1, "52.2"),
    "f15": ("membranes.flux_at_20", {"flux": "52.17", "viscosity": "0.890"}, -1, "46.3"),
    "f16": ("membranes.water_permeability", {"flux_at_20": "46.3", "tmp": "0.35"}, 0, "132"),
    "f17": ("membranes.shear_hollow_fibre", FIBRES, 0, "3773"),
    "f18": ("membranes.shear_flat_channel", CHANNEL, 0, "1600"),
    "f19": ("membranes.loading", {"feed_volume": "8000", "membrane_area": "0.115"}, -1, "69.6"),
    "f20": (
        "yields.step_yield",
        {"concentration_in": "2.0E+9", "volume_in": "8000", "concentration_out": "2.8E+10", "volume_out": "380"}, -1, "66.5",
    ),
    "f21": ("yields.overall_yield", {"step_yields": ["92", "66.5", "90"]}, -1, "55.1"),
    "f22": ("yields.mass_balance", BALANCE, -1, "75.5"),
    "f23": ("particles.particle_protein_ratio", {"concentration": "2.8E+10", "protein": "45"}, 7, "6.2E+8"),
    "f24": ("yields.pool_concentration", {"concentrations": ["1.0E+10", "3.0E+10"], "volumes": ["200", "100"]}, 8, "1.67E+10"),
}  # fmt: skip


def parameter(key: str, unit: str, more: str) -> str:
    return f'[[step.parameter]]\nkey = "{key}"\nlabel = "{key}"\nunit = "{unit}"\n{more}\n\n'


def master_and_values() -> tuple[str, dict[str, str]]:
    """A master of one step that asks for the inputs of every worked number and computes each from them; and what is typed."""
    text = (
        '[master]\ncode = "MBR-WORKED"\ntitle = "Worked numbers"\nstage = "isolation_run"\nproduct = "EV bulk"\nbatch_size = "1 L"\n\n'
        '[[step]]\nkey = "all"\nsection = "Numbers"\ntitle = "Numbers"\ninstructions = ["Type the worked numbers."]\n\n'
    )
    typed: dict[str, str] = {}
    for name, (formula, inputs, _, _) in WORKED.items():
        page = BOOK.latest(formula)
        named = {}
        for argument, given in inputs.items():
            unit = page.inputs[argument].removeprefix(LIST_OF)
            keys = [f"{name}_{argument}"] if isinstance(given, str) else [f"{name}_{argument}_{n}" for n in range(len(given))]
            typed |= dict(zip(keys, [given] if isinstance(given, str) else given, strict=True))
            for key in keys:
                text += parameter(key, unit, 'decimals = 4\nplausible_low = "0"\nplausible_high = "1E+14"')
            named[argument] = f'"{keys[0]}"' if isinstance(given, str) else "[" + ", ".join(f'"{key}"' for key in keys) + "]"
        shown = ", ".join(f"{argument} = {reference}" for argument, reference in named.items())
        assert page.unit != ANY_UNIT
        text += parameter(
            name, page.unit, f'kind = "calculated"\ndecimals = 6\nformula = "{formula}"\nformula_version = {page.version}\ninputs = {{ {shown} }}'
        )
    return text + parameter("made", "mL", 'decimals = 0\nplausible_low = "0"\nplausible_high = "9"\nfills = "lot.quantity_made"'), typed


@pytest.mark.req("LAB-05", "LAB-06", "EXE-09")
@pytest.mark.django_db
def test_every_worked_number_comes_out_of_the_page_of_a_step() -> None:
    assert {name.partition("_")[0] for name in WORKED} == {f"f{number}" for number in range(1, 25)}
    text, typed = master_and_values()
    batch: BatchRecord = started(text)
    step = step_no(batch, 1)
    client = Client()
    client.force_login(Account.objects.get(user_id="a.operator"))
    answer = client.post(f"/record-entry/{step.number}/", {**typed, "seen": str(step.revision)})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    found = {entry.parameter.key: entry for entry in Entry.objects.filter(step=step).select_related("parameter")}
    for name, (formula, _, place, expected) in WORKED.items():
        amount = found[name].amount
        assert type(amount) is Decimal
        assert round_to_place(amount, place) == Decimal(expected), f"{name}: {amount}"
        assert found[name].formula_version == BOOK.latest(formula).version
    with connection.cursor() as cursor:
        cursor.execute("SELECT amount FROM batches_entry WHERE id = %s", [found["f9"].pk])
        (kept,) = cursor.fetchone()
    # Kept digit by digit: 2.40 / 0.400 is 6 in the database too, not 5.999.
    assert Decimal(kept) == 6
    assert not isinstance(kept, float)


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.django_db
def test_a_float_is_not_recorded() -> None:
    text, _ = master_and_values()
    step = step_no(started(text), 1)
    before = Event.objects.count()
    with pytest.raises(TypeError, match="read from typed text, not from float"):
        record_entry(act(RECORD_ENTRY, "a.operator"), step.number, f9_buffer_volume=2.4)
    assert (Event.objects.count(), Entry.objects.filter(step=step).count()) == (before, 0)


def mixed(*, values: tuple[Decimal, ...]) -> Decimal:
    return Decimal(1) if max(values) > 0.5 else Decimal(0)


def returned(*, values: tuple[Decimal, ...]) -> Decimal:
    return float(values[0])  # type: ignore[return-value]


def added(*, values: tuple[Decimal, ...]) -> Decimal:
    return values[0] + 0.5  # type: ignore[operator, no-any-return]


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize(("formula", "error"), [(mixed, FloatOperation), (returned, TypeError), (added, TypeError)])
def test_a_formula_with_a_float_in_it_gives_no_number(formula: Any, error: type[Exception]) -> None:
    book = Book()
    calculation("test.float", title="Float", unit="%", inputs={"values": "list of %"}, source="None", book=book)(formula)
    with pytest.raises(error):
        book.latest("test.float").compute(values=[Decimal("0.7")])


MODULES = sorted({page.formula.__module__ for page in BOOK})


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("module", MODULES)
def test_no_float_is_written_where_a_formula_of_the_book_stands(module: str) -> None:
    assert batches.domain.calculations.__all__
    assert qc.domain.calculations.__all__
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    written = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    made = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in ("float", "round")]
    imported = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) and "math" in ast.unparse(node)]
    assert (written, made, imported) == ([], [], [])
