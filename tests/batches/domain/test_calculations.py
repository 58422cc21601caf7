"""Every calculation of manufacturing proves its worked number and refuses what has no result."""

from decimal import Decimal
from typing import Any

import pytest

import batches.domain.calculations
import qc.domain.calculations
from batches.domain.calculations.transcription import total_disagreement, transcribed_total_agrees
from evgmp.rules.calculation import BOOK, Calculation, CalculationRefused
from evgmp.rules.rounding import round_to_figures, round_to_place

MODULES = (batches.domain.calculations, qc.domain.calculations)


def computed(key: str, **inputs: Any) -> Decimal:
    """The result for inputs written as text, or as lists of text."""
    exact = {name: [Decimal(value) for value in given] if isinstance(given, list) else Decimal(given) for name, given in inputs.items()}
    return BOOK.latest(key).compute(**exact)


BALANCE = {
    "feed_concentration": "2.0E+9", "feed_volume": "8000",
    "retentate_concentration": "2.8E+10", "retentate_volume": "380",
    "permeate_concentration": "1.2E+8", "permeate_volume": "10000",
    "wash_concentration": "4.0E+9", "wash_volume": "60",
    "flush_concentration": "0", "flush_volume": "0",
    "samples_concentration": "0", "samples_volume": "0",
}  # fmt: skip


@pytest.mark.req("LAB-05", "LAB-06")
@pytest.mark.parametrize(
    ("key", "inputs", "place", "expected"),
    [
        ("culture.population_doublings", {"viable_seeded": "2.0E+6", "viable_harvested": "1.6E+7"}, -3, "3.000"),
        ("culture.population_doublings", {"viable_seeded": "1.6E+7", "viable_harvested": "9.6E+7"}, -3, "2.585"),
        ("culture.population_doublings", {"viable_seeded": "9.0E+7", "viable_harvested": "6.3E+8"}, -3, "2.807"),
        ("culture.population_doublings", {"viable_seeded": "530", "viable_harvested": "8.0E+4"}, -3, "7.238"),
        ("culture.population_doublings", {"viable_seeded": "8", "viable_harvested": "2"}, -3, "-2.000"),
        ("culture.cumulative_pdl", {"parent_pdl": "16.0", "population_doublings": "2.807"}, -3, "18.807"),
        ("culture.cumulative_pdl", {"parent_pdl": "0", "population_doublings": "3"}, -3, "3.000"),
        (
            "culture.doubling_time",
            {"hours": "96", "viable_seeded": "9.0E+7", "viable_harvested": "6.3E+8"},
            -1,
            "34.2",
        ),
        ("culture.doubling_time", {"hours": "336", "viable_seeded": "530", "viable_harvested": "8.0E+4"}, -1, "46.4"),
        ("culture.viability", {"viable": "6.3E+8", "total": "6.6E+8"}, -1, "95.5"),
        ("culture.viability", {"viable": "0", "total": "6.6E+8"}, -1, "0.0"),
        ("culture.viability", {"viable": "6.6E+8", "total": "6.6E+8"}, -1, "100.0"),
        ("culture.recovery", {"viable_thawed": "0.738E+6", "viable_frozen": "1.0E+6"}, -1, "73.8"),
        ("filtration.vcf", {"feed_volume": "8000", "retentate_volume": "400"}, -1, "20.0"),
        ("filtration.tmp", {"feed": "0.55", "retentate": "0.25", "permeate": "0.05"}, -2, "0.35"),
        ("filtration.flux", {"permeate_flow": "100", "membrane_area": "0.115"}, -1, "52.2"),
        (
            "yields.step_yield",
            {"concentration_in": "2.0E+9", "volume_in": "8000", "concentration_out": "2.8E+10", "volume_out": "380"},
            -1,
            "66.5",
        ),
        ("yields.overall_yield", {"step_yields": ["92", "66.5", "90"]}, -1, "55.1"),
        ("yields.mass_balance", BALANCE, -1, "75.5"),
        ("statistics.mean", {"values": ["0.30", "0.35", "0.40"]}, -2, "0.35"),
        ("statistics.min", {"values": ["0.35", "0.30", "0.40"]}, -2, "0.30"),
        ("statistics.max", {"values": ["0.35", "0.40", "0.30"]}, -2, "0.40"),
        ("statistics.mean", {"values": ["6.9E+11", "5.1E+11", "3.6E+11"]}, 9, "5.20E+11"),
    ],
)
def test_the_worked_numbers(key: str, inputs: dict[str, Any], place: int, expected: str) -> None:
    assert round_to_place(computed(key, **inputs), place) == Decimal(expected)


@pytest.mark.req("LAB-06")
def test_six_diavolumes_are_exactly_six() -> None:
    assert computed("filtration.diavolumes", buffer_volume="2.40", retentate_volume="0.400") == Decimal(6)
    assert 2.4 / 0.4 < 6


@pytest.mark.req("LAB-06")
def test_a_pool_has_the_concentration_of_its_parts() -> None:
    pool = computed("yields.pool_concentration", concentrations=["1.0E+10", "3.0E+10"], volumes=["200", "100"])
    assert round_to_figures(pool, 3) == Decimal("1.67E+10")


@pytest.mark.req("LAB-06")
def test_doublings_of_a_lineage_add_up_unrounded() -> None:
    level = Decimal(0)
    for seeded, harvested in (("2.0E+6", "1.6E+7"), ("1.6E+7", "9.6E+7"), ("9.0E+7", "6.3E+8")):
        doublings = computed("culture.population_doublings", viable_seeded=seeded, viable_harvested=harvested)
        level = BOOK.latest("culture.cumulative_pdl").compute(parent_pdl=level, population_doublings=doublings)
    assert round_to_place(level, -3) == Decimal("8.392")


@pytest.mark.req("EXE-06", negative=True)
def test_swapped_pressures_give_another_tmp() -> None:
    assert computed("filtration.tmp", feed="0.55", retentate="0.05", permeate="0.25") == Decimal("0.05")


@pytest.mark.req("LAB-06")
def test_the_balance_counts_every_stream() -> None:
    lossless = BALANCE | {"permeate_concentration": "0", "wash_concentration": "0"}
    assert round_to_place(computed("yields.mass_balance", **lossless), -1) == Decimal("66.5")
    for stream in ("retentate", "permeate", "wash", "flush", "samples"):
        more = {f"{stream}_concentration": "1.6E+12", f"{stream}_volume": "10"}
        only = BALANCE | {name: "0" for name in BALANCE if not name.startswith("feed")} | more
        assert computed("yields.mass_balance", **only) == 100


@pytest.mark.req("EXE-08", negative=True)
@pytest.mark.parametrize("stream", ["feed", "retentate", "permeate", "wash", "flush", "samples"])
def test_a_balance_without_a_volume_is_refused(stream: str) -> None:
    inputs = {name: Decimal(value) for name, value in BALANCE.items() if name != f"{stream}_volume"}
    with pytest.raises(CalculationRefused) as refusal:
        BOOK.latest("yields.mass_balance").compute(**inputs)
    assert refusal.value.sentence == f"Mass balance needs {stream} volume (mL). Record it first."


@pytest.mark.req("LAB-05", negative=True)
@pytest.mark.parametrize(
    ("key", "inputs", "sentence"),
    [
        (
            "culture.population_doublings",
            {"viable_seeded": "0", "viable_harvested": "8"},
            "The viable cells seeded must be above zero. Check the value.",
        ),
        (
            "culture.population_doublings",
            {"viable_seeded": "8", "viable_harvested": "0"},
            "The viable cells harvested must be above zero. Check the value.",
        ),
        (
            "culture.cumulative_pdl",
            {"parent_pdl": "-1", "population_doublings": "2"},
            "The doubling level of the parent can't be negative. Check the value.",
        ),
        (
            "culture.doubling_time",
            {"hours": "0", "viable_seeded": "1", "viable_harvested": "2"},
            "The culture time must be above zero. Check the value.",
        ),
        (
            "culture.doubling_time",
            {"hours": "96", "viable_seeded": "2", "viable_harvested": "2"},
            "The cells did not multiply, so there is no doubling time. Check both counts.",
        ),
        (
            "culture.viability",
            {"viable": "1", "total": "0"},
            "The total cell count must be above zero. Check the value.",
        ),
        (
            "culture.viability",
            {"viable": "-1", "total": "5"},
            "The viable cell count can't be negative. Check the value.",
        ),
        (
            "culture.viability",
            {"viable": "6", "total": "5"},
            "More cells are viable than there are cells in total. Check both counts.",
        ),
        (
            "culture.recovery",
            {"viable_thawed": "1", "viable_frozen": "0"},
            "The viable cells frozen must be above zero. Check the value.",
        ),
        (
            "filtration.vcf",
            {"feed_volume": "8", "retentate_volume": "0"},
            "The retentate volume must be above zero. Check the value.",
        ),
        (
            "filtration.vcf",
            {"feed_volume": "0", "retentate_volume": "8"},
            "The feed volume must be above zero. Check the value.",
        ),
        (
            "filtration.diavolumes",
            {"buffer_volume": "-1", "retentate_volume": "8"},
            "The buffer volume can't be negative. Check the value.",
        ),
        (
            "filtration.diavolumes",
            {"buffer_volume": "1", "retentate_volume": "0"},
            "The retentate volume must be above zero. Check the value.",
        ),
        (
            "filtration.flux",
            {"permeate_flow": "1", "membrane_area": "0"},
            "The membrane area must be above zero. Check the value.",
        ),
        (
            "filtration.flux",
            {"permeate_flow": "-1", "membrane_area": "1"},
            "The permeate flow can't be negative. Check the value.",
        ),
        (
            "yields.step_yield",
            {"concentration_in": "0", "volume_in": "1", "concentration_out": "1", "volume_out": "1"},
            "The concentration in must be above zero. Check the value.",
        ),
        (
            "yields.overall_yield",
            {"step_yields": ["92", "-1"]},
            "The step yield can't be negative. Check the value.",
        ),
        (
            "yields.mass_balance",
            BALANCE | {"permeate_volume": "0"},
            "The permeate stream has particles but no volume. Record its volume.",
        ),
        ("yields.mass_balance", BALANCE | {"feed_volume": "0"}, "The feed volume must be above zero. Check the value."),
        ("yields.mass_balance", BALANCE | {"wash_volume": "-1"}, "The wash volume can't be negative. Check the value."),
        (
            "yields.pool_concentration",
            {"concentrations": ["1E+10", "3E+10"], "volumes": ["200"]},
            "The pool has 2 concentrations and 1 volumes. Record both for each part.",
        ),
        (
            "yields.pool_concentration",
            {"concentrations": ["1E+10"], "volumes": ["0"]},
            "The volume of a part must be above zero. Check the value.",
        ),
    ],
)
def test_inputs_without_a_result_are_refused(key: str, inputs: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CalculationRefused) as refusal:
        computed(key, **inputs)
    assert refusal.value.sentence == sentence


@pytest.mark.req("LAB-05")
def test_the_book_holds_the_calculations_of_the_process() -> None:
    assert all(module.__all__ for module in MODULES)
    assert set(BOOK.keys()) >= {
        "culture.population_doublings", "culture.cumulative_pdl", "culture.doubling_time", "culture.viability",
        "culture.recovery", "filtration.vcf", "filtration.diavolumes", "filtration.tmp", "filtration.flux",
        "yields.step_yield", "yields.overall_yield", "yields.mass_balance", "yields.pool_concentration",
        "statistics.mean", "statistics.min", "statistics.max",
        "particles.particle_protein_ratio", "particles.corrected_by_dilution",
    }  # fmt: skip


@pytest.mark.req("LAB-05")
@pytest.mark.parametrize("page", list(BOOK), ids=lambda page: f"{page.key}.v{page.version}")
def test_every_calculation_explains_itself(page: Calculation) -> None:
    for part in ("Formula:", "Symbols:", "Valid:", "Worked:"):
        assert part in page.explanation, f"{page.key} does not say {part}"
    assert page.title
    assert page.unit
    assert page.source
    assert page.inputs
    assert all(page.inputs.values())


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("page", list(BOOK), ids=lambda page: f"{page.key}.v{page.version}")
def test_no_calculation_takes_a_float(page: Calculation) -> None:
    inputs = {name: [2.0] if page.takes_list(name) else 2.0 for name in page.inputs}
    with pytest.raises(CalculationRefused, match="must be an exact decimal number"):
        page.compute(**inputs)


@pytest.mark.req("LAB-05")
@pytest.mark.parametrize(
    ("printed", "agrees"),
    [("95", True), ("105", True), ("94.9", False), ("105.1", False), ("10", False), ("-100", False)],
)
def test_a_transcribed_total_is_compared_with_the_computed_one(printed: str, agrees: bool) -> None:
    total, tolerance = Decimal(100), Decimal("0.05")
    assert transcribed_total_agrees(total, Decimal(printed), tolerance) is agrees
    assert bool(total_disagreement(total, Decimal(printed), tolerance)) is not agrees


@pytest.mark.req("LAB-05")
def test_a_tolerance_of_zero_asks_for_the_same_total() -> None:
    assert transcribed_total_agrees(Decimal(100), Decimal("100.0"), Decimal(0))
    assert not transcribed_total_agrees(Decimal(100), Decimal("100.1"), Decimal(0))


@pytest.mark.req("LAB-05")
def test_the_sentence_shows_both_totals() -> None:
    assert total_disagreement(Decimal("145283018867.9"), Decimal("1.5E+10"), Decimal("0.05")) == (
        "The transcribed total 1.5 × 10¹⁰ does not agree with 1.45 × 10¹¹, computed from the counts. "
        "Check the counts and correct the total."
    )


@pytest.mark.req("LAB-06", negative=True)
def test_totals_are_exact_too() -> None:
    for totals in ((1.0, Decimal(1), Decimal(0)), (Decimal(1), 1.0, Decimal(0)), (Decimal(1), Decimal(1), 0.05)):
        with pytest.raises(TypeError):
            transcribed_total_agrees(*totals)
    with pytest.raises(ValueError, match="can't be negative"):
        transcribed_total_agrees(Decimal(1), Decimal(1), Decimal("-0.05"))
