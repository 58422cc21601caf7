"""The formulas of culture, filtration, membranes and counting prove their worked numbers and refuse what has no result."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import batches.domain.calculations
from batches.domain.master_file import defects, read_master
from evgmp.rules.calculation import BOOK, CalculationRefused
from evgmp.rules.rounding import round_to_figures, round_to_place
from tests.batches.domain.test_calculations import computed

SECRETION = {
    "concentration": "2.00E+9", "blank": "1.5E+8", "volume": "8000", "cells_start": "1.2E+9", "cells_end": "1.3E+9", "hours": "48",
}  # fmt: skip
FIBRES = {"feed_flow": "400", "fibres": "144", "inner_radius": "0.025"}
CHANNEL = {"feed_flow": "400", "width": "10", "height": "0.05"}
SPLIT = {"parent": "380", "parts": ["200", "170"]}


@pytest.mark.req("LAB-05", "LAB-06")
@pytest.mark.parametrize(
    ("formula", "key", "inputs", "place", "expected"),
    [
        ("F4", "culture.growth_rate", {"hours": "96", "viable_seeded": "9.0E+7", "viable_harvested": "6.3E+8"}, -5, "0.02027"),
        ("F6", "culture.viable_cells", {"total": "0.82E+6", "viability": "90"}, 0, "738000"),
        ("F7", "secretion.per_cell_and_day", SECRETION, 1, "5920"),
        ("F7", "secretion.net_particles", {"concentration": "2.00E+9", "blank": "1.5E+8"}, 0, "1.85E+9"),
        ("F7", "secretion.net_particles", {"concentration": "1E+8", "blank": "1.5E+8"}, 0, "-5E+7"),
        ("F10", "filtration.residual_constant_volume", {"diavolumes": "6", "sieving": "1"}, -3, "0.248"),
        ("F10", "filtration.residual_constant_volume", {"diavolumes": "7", "sieving": "1"}, -3, "0.091"),
        ("F10", "filtration.residual_constant_volume", {"diavolumes": "6", "sieving": "0.35"}, -1, "12.2"),
        ("F10", "filtration.sieving", {"residual": "1", "diavolumes": "6"}, -2, "0.77"),
        ("F11", "filtration.residual_discontinuous", {"retentate_volume": "0.4", "volume_added": "0.4", "times": "6"}, -2, "1.56"),
        ("F13", "filtration.pressure_drop", {"feed": "0.55", "retentate": "0.25"}, -2, "0.30"),
        ("F15", "membranes.flux_at_20", {"flux": "52.17", "viscosity": "0.890"}, -1, "46.3"),
        ("F16", "membranes.water_permeability", {"flux_at_20": "46.3", "tmp": "0.35"}, 0, "132"),
        ("F16", "membranes.permeability_recovery", {"permeability_now": "106", "permeability_first": "132"}, -1, "80.3"),
        ("F17", "membranes.shear_hollow_fibre", FIBRES, 0, "3773"),
        ("F18", "membranes.shear_flat_channel", CHANNEL, 0, "1600"),
        ("F19", "membranes.loading", {"feed_volume": "8000", "membrane_area": "0.115"}, -1, "69.6"),
        ("bank", "reconciliation.unaccounted", {"made": "120", "accounted": ["84", "2", "24", "9", "1", "0"]}, 0, "0"),
        ("fill", "reconciliation.unaccounted", {"made": "333", "accounted": ["268", "5", "40", "20", "0", "0"]}, 0, "0"),
        ("one too many", "reconciliation.unaccounted", {"made": "333", "accounted": ["334"]}, 0, "-1"),
        ("split", "reconciliation.split_loss", SPLIT, -1, "2.6"),
        ("pool", "reconciliation.pool_agreement", {"measured": "1.50E+10", "computed": "1.67E+10"}, -1, "89.8"),
        ("volumes", "reconciliation.volume_balance", {"volumes_in": ["8000", "2400"], "volumes_out": ["380", "9900", "60"]}, -1, "99.4"),
        ("seeding", "culture.density", {"viable_seeded": "3.0E+7", "area": "10000"}, 0, "3000"),
        ("permeate", "filtration.permeate_to_feed", {"permeate_concentration": "3.9E+10", "feed_concentration": "4.4E+10"}, -1, "88.6"),
        ("water", "membranes.water_viscosity", {"temperature": "25"}, -3, "0.890"),
        ("water", "membranes.water_viscosity", {"temperature": "5"}, -3, "1.518"),
        ("water", "membranes.water_viscosity", {"temperature": "40"}, -3, "0.653"),
    ],
)  # fmt: skip
def test_the_worked_numbers(formula: str, key: str, inputs: dict[str, Any], place: int, expected: str) -> None:
    assert round_to_place(computed(key, **inputs), place) == Decimal(expected), formula


@pytest.mark.req("LAB-06")
def test_recovery_of_a_thawed_vial_from_what_the_counter_gives() -> None:
    viable = computed("culture.viable_cells", total="0.82E+6", viability="90")
    assert BOOK.latest("culture.recovery").compute(viable_thawed=viable, viable_frozen=Decimal("1.0E+6")) == Decimal("73.8")


@pytest.mark.req("LAB-06")
def test_the_yield_per_cell_is_exact() -> None:
    assert computed("secretion.per_cell_and_day", **SECRETION) == Decimal(5920)


@pytest.mark.req("LAB-06")
def test_permeability_from_the_flow_of_the_gauge_without_rounding_between() -> None:
    flux = computed("filtration.flux", permeate_flow="100", membrane_area="0.115")
    at_20 = BOOK.latest("membranes.flux_at_20").compute(flux=flux, viscosity=Decimal("0.890"))
    permeability = BOOK.latest("membranes.water_permeability").compute(flux_at_20=at_20, tmp=Decimal("0.35"))
    assert (round_to_place(at_20, -1), round_to_place(permeability, 0)) == (Decimal("46.3"), Decimal(132))


@pytest.mark.req("LAB-05", negative=True)
@pytest.mark.parametrize(
    ("key", "inputs", "sentence"),
    [
        (
            "culture.growth_rate", {"hours": "0", "viable_seeded": "1", "viable_harvested": "2"},
            "The culture time must be above zero. Check the value.",
        ),
        (
            "culture.growth_rate", {"hours": "9", "viable_seeded": "0", "viable_harvested": "2"},
            "The viable cells seeded must be above zero. Check the value.",
        ),
        (
            "culture.growth_rate", {"hours": "9", "viable_seeded": "1", "viable_harvested": "0"},
            "The viable cells harvested must be above zero. Check the value.",
        ),
        ("culture.viable_cells", {"total": "9", "viability": "100.1"}, "The viability is above 100 %. Check the value."),
        ("culture.viable_cells", {"total": "-9", "viability": "90"}, "The total cell count can't be negative. Check the value."),
        ("culture.density", {"viable_seeded": "9", "area": "0"}, "The growth area must be above zero. Check the value."),
        (
            "secretion.per_cell_and_day", SECRETION | {"blank": "2.01E+9"},
            "The blank holds more particles than the conditioned medium, so nothing can be ascribed to the cells. Check both.",
        ),
        ("secretion.per_cell_and_day", SECRETION | {"volume": "0"}, "The volume collected must be above zero. Check the value."),
        ("secretion.per_cell_and_day", SECRETION | {"hours": "0"}, "The conditioning time must be above zero. Check the value."),
        (
            "secretion.per_cell_and_day", SECRETION | {"cells_start": "0", "cells_end": "0"},
            "The mean number of cells must be above zero. Check the value.",
        ),
        (
            "filtration.residual_constant_volume", {"diavolumes": "-1", "sieving": "1"},
            "The number of diavolumes can't be negative. Check the value.",
        ),
        (
            "filtration.residual_constant_volume", {"diavolumes": "6", "sieving": "1.01"},
            "The sieving must lie between 0 and 1. Check the value.",
        ),
        ("filtration.sieving", {"residual": "0", "diavolumes": "6"}, "The share left must be above zero. Check the value."),
        ("filtration.sieving", {"residual": "101", "diavolumes": "6"}, "More than 100 % of the solute is left. Check the value."),
        (
            "filtration.residual_discontinuous", {"retentate_volume": "1", "volume_added": "1", "times": "2.5"},
            "The number of dilutions must be a whole number. Check the value.",
        ),
        (
            "filtration.residual_discontinuous", {"retentate_volume": "0", "volume_added": "1", "times": "2"},
            "The retentate volume must be above zero. Check the value.",
        ),
        (
            "filtration.permeate_to_feed", {"permeate_concentration": "1", "feed_concentration": "0"},
            "The feed concentration must be above zero. Check the value.",
        ),
        ("membranes.water_viscosity", {"temperature": "80.1"}, "The water temperature must lie between 0 and 80 °C. Check the value."),
        ("membranes.flux_at_20", {"flux": "1", "viscosity": "0"}, "The viscosity must be above zero. Check the value."),
        (
            "membranes.water_permeability", {"flux_at_20": "1", "tmp": "0"},
            "The transmembrane pressure must be above zero. Check the value.",
        ),
        (
            "membranes.permeability_recovery", {"permeability_now": "1", "permeability_first": "0"},
            "The first permeability must be above zero. Check the value.",
        ),
        ("membranes.shear_hollow_fibre", FIBRES | {"fibres": "0"}, "The number of fibres must be above zero. Check the value."),
        ("membranes.shear_hollow_fibre", FIBRES | {"inner_radius": "0"}, "The inner radius must be above zero. Check the value."),
        ("membranes.shear_flat_channel", CHANNEL | {"height": "0"}, "The channel height must be above zero. Check the value."),
        ("membranes.loading", {"feed_volume": "1", "membrane_area": "0"}, "The membrane area must be above zero. Check the value."),
        (
            "reconciliation.unaccounted", {"made": "120", "accounted": ["84", "-2"]},
            "The quantity of each part can't be negative. Check the value.",
        ),
        (
            "reconciliation.split_loss", {"parent": "380", "parts": ["200", "181"]},
            "The sub-lots hold more than was split. Check the quantities.",
        ),
        (
            "reconciliation.volume_balance", {"volumes_in": ["0"], "volumes_out": ["1"]},
            "The volume that went in must be above zero. Check the value.",
        ),
        ("reconciliation.pool_agreement", {"measured": "1", "computed": "0"}, "The computed value must be above zero. Check the value."),
    ],
)  # fmt: skip
def test_inputs_without_a_result_are_refused(key: str, inputs: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CalculationRefused) as refusal:
        computed(key, **inputs)
    assert refusal.value.sentence == sentence


@pytest.mark.req("LAB-05", negative=True)
@pytest.mark.parametrize("key", ["reconciliation.unaccounted", "secretion.per_cell_and_day", "membranes.loading"])
def test_what_is_not_recorded_is_named(key: str) -> None:
    with pytest.raises(CalculationRefused, match="Record it first"):
        BOOK.latest(key).compute()


# --- laws ---

cells = st.integers(min_value=1, max_value=10**12).map(Decimal)
volumes = st.decimals(min_value=Decimal("0.1"), max_value=10**5, places=1)
counts = st.integers(min_value=0, max_value=10**6).map(Decimal)
CLOSE = Decimal("1E-25")


def book(key: str, **inputs: Any) -> Decimal:
    return BOOK.latest(key).compute(**inputs)


@pytest.mark.req("LAB-06")
@given(feed=st.integers(min_value=1, max_value=10**13).map(Decimal), parts=st.lists(volumes, min_size=5, max_size=5))
def test_a_balance_without_loss_is_a_hundred(feed: Decimal, parts: list[Decimal]) -> None:
    """The feed poured into five vessels as it is: nothing is lost, whatever the volumes."""
    streams = dict(zip(("retentate", "permeate", "wash", "flush", "samples"), parts, strict=True))
    inputs = {f"{name}_volume": volume for name, volume in streams.items()} | {f"{name}_concentration": feed for name in streams}
    assert book("yields.mass_balance", feed_concentration=feed, feed_volume=sum(parts, Decimal(0)), **inputs) == 100


@pytest.mark.req("LAB-06")
@given(one=cells, two=cells, three=cells, hours=st.integers(min_value=1, max_value=2000).map(Decimal))
def test_doublings_add_up_and_agree_with_the_growth_rate(one: Decimal, two: Decimal, three: Decimal, hours: Decimal) -> None:
    first = book("culture.population_doublings", viable_seeded=one, viable_harvested=two)
    second = book("culture.population_doublings", viable_seeded=two, viable_harvested=three)
    whole = book("culture.population_doublings", viable_seeded=one, viable_harvested=three)
    assert abs(first + second - whole) < CLOSE
    rate = book("culture.growth_rate", viable_seeded=one, viable_harvested=three, hours=hours)
    assert abs(rate * hours - whole * Decimal(2).ln()) < CLOSE


@pytest.mark.req("LAB-06")
@given(
    one=st.integers(min_value=0, max_value=10).map(Decimal),
    two=st.integers(min_value=1, max_value=10).map(Decimal),
    sieving=st.integers(min_value=1, max_value=100).map(lambda hundredths: Decimal(hundredths).scaleb(-2)),
)
def test_washing_twice_leaves_the_product_of_both_and_shows_its_sieving(one: Decimal, two: Decimal, sieving: Decimal) -> None:
    left = [book("filtration.residual_constant_volume", diavolumes=d, sieving=sieving) for d in (one, two, one + two)]
    assert abs(left[0] * left[1] / 100 - left[2]) < CLOSE
    assert 0 < left[2] <= 100
    assert abs(book("filtration.sieving", residual=left[2], diavolumes=one + two) - sieving) < CLOSE
    # Washing in steps of one retentate volume never cleans better than washing at constant volume with the same buffer.
    stepwise = book("filtration.residual_discontinuous", retentate_volume=Decimal(1), volume_added=Decimal(1), times=one + two)
    assert stepwise >= book("filtration.residual_constant_volume", diavolumes=one + two, sieving=Decimal(1))


@pytest.mark.req("LAB-06")
@given(parts=st.lists(counts, min_size=1, max_size=8), missing=st.integers(min_value=-5, max_value=5).map(Decimal))
def test_every_piece_missing_or_too_many_shows(parts: list[Decimal], missing: Decimal) -> None:
    made = sum(parts, Decimal(0)) + missing
    if made >= 0:
        assert book("reconciliation.unaccounted", made=made, accounted=parts) == missing


@pytest.mark.req("LAB-06")
@given(concentrations=st.lists(st.integers(1, 10**13).map(Decimal), min_size=1, max_size=6), data=st.data())
def test_a_pool_lies_between_its_parts_and_keeps_every_particle(concentrations: list[Decimal], data: st.DataObject) -> None:
    size = len(concentrations)
    parts = data.draw(st.lists(volumes, min_size=size, max_size=size))
    pool = book("yields.pool_concentration", concentrations=concentrations, volumes=parts)
    assert min(concentrations) - 1 <= pool <= max(concentrations) + 1
    yielded = book(
        "yields.step_yield",
        concentration_in=pool,
        volume_in=sum(parts, Decimal(0)),
        concentration_out=concentrations[0],
        volume_out=parts[0],
    )
    assert yielded <= 100 + Decimal("1E-20")


@pytest.mark.req("LAB-06")
@given(tenths=st.integers(min_value=0, max_value=799))
def test_water_gets_thinner_as_it_gets_warmer(tenths: int) -> None:
    colder, warmer = (book("membranes.water_viscosity", temperature=Decimal(t).scaleb(-1)) for t in (tenths, tenths + 1))
    assert colder > warmer > 0


@pytest.mark.req("LAB-05")
def test_f1_to_f24_are_all_in_the_book() -> None:
    assert batches.domain.calculations.__all__
    assert set(BOOK.keys()) >= {
        "culture.population_doublings", "culture.cumulative_pdl", "culture.doubling_time", "culture.growth_rate",  # F1-F4
        "culture.viability", "culture.recovery", "secretion.per_cell_and_day",  # F5-F7
        "filtration.vcf", "filtration.diavolumes", "filtration.residual_constant_volume", "filtration.residual_discontinuous",  # F8-F11
        "filtration.tmp", "filtration.pressure_drop", "filtration.flux",  # F12-F14
        "membranes.flux_at_20", "membranes.water_permeability", "membranes.shear_hollow_fibre", "membranes.shear_flat_channel",  # F15-F18
        "membranes.loading", "yields.step_yield", "yields.overall_yield", "yields.mass_balance",  # F19-F22
        "particles.particle_protein_ratio", "yields.pool_concentration",  # F23, F24
    }  # fmt: skip
    assert round_to_figures(computed("particles.particle_protein_ratio", concentration="2.8E+10", protein="45"), 2) == Decimal("6.2E+8")


@pytest.mark.req("MST-09", negative=True)
def test_volumes_in_two_units_are_never_put_into_one_balance() -> None:
    """A formula for any unit takes one unit at a time, or 8 L less 380 mL would be a number too."""
    text = """
        [master]
        code = "MBR-SPLIT"
        title = "Split"
        stage = "isolation_run"
        product = "EV bulk"
        batch_size = "1 L"
        [[step]]
        key = "split"
        section = "Split"
        title = "Split"
        instructions = ["Split the bulk."]
    """
    for key, unit in (("whole", "L"), ("one", "mL"), ("two", "mL")):
        text += f'[[step.parameter]]\nkey = "{key}"\nlabel = "{key}"\nunit = "{unit}"\ndecimals = 1\nplausible_low = "0"\nplausible_high = "9"\n'
    text += '[[step.parameter]]\nkey = "loss"\nlabel = "Loss"\nkind = "calculated"\nunit = "%"\ndecimals = 1\n'
    text += 'formula = "reconciliation.split_loss"\nformula_version = 1\ninputs = { parent = "whole", parts = ["one", "two"] }\n'
    assert defects(read_master(text)) == [
        "split.loss: The formula reconciliation.split_loss takes one unit, here it is given L and mL. Use one unit."
    ]
    assert defects(read_master(text.replace('"L"', '"mL"'))) == []
