"""F25 to F33: what may be left, what a test could have seen, potency, spread. Worked numbers, refusals and laws."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qc.domain.calculations
from evgmp.rules.calculation import BOOK, CalculationRefused
from evgmp.rules.rounding import round_to_figures, round_to_place
from tests.batches.domain.test_calculations import computed

DROPLETS = {"positive": "3", "accepted": "15000", "droplet_volume": "0.85", "reaction_volume": "20"}
LOD = {"copies_per_well": "3", "eluate_volume": "50", "template_volume": "5", "extracted_volume": "0.5", "recovery": "0.40"}
NTA = ["6.9E+11", "5.1E+11", "3.6E+11"]
INHIBITION = {"test": "24", "unstimulated": "3", "stimulated": "62"}


@pytest.mark.req("LAB-05", "LAB-06")
@pytest.mark.parametrize(
    ("formula", "key", "inputs", "place", "expected"),
    [
        ("F25", "clearance.endotoxin_limit", {"threshold": "5", "dose_per_hour": "10", "body_weight": "70"}, 0, "35"),
        ("F25", "clearance.endotoxin_limit", {"threshold": "5", "dose_per_hour": "2", "body_weight": "70"}, 0, "175"),
        ("F25", "clearance.endotoxin_limit", {"threshold": "0.2", "dose_per_hour": "1", "body_weight": "70"}, 0, "14"),
        ("F26", "clearance.per_dose", {"concentration": "0.8", "dose_volume": "10"}, 0, "8"),
        ("F27", "clearance.digital_copies", DROPLETS, -2, "4.71"),
        ("F27", "clearance.digital_copies", DROPLETS | {"droplet_volume": "1"}, -1, "4.0"),
        ("F28", "clearance.copies_per_ml", LOD, 0, "150"),
        ("F28", "clearance.per_billion_particles", {"copies_per_ml": "150", "concentration": "2.8E+10"}, -1, "5.4"),
        ("F29", "clearance.chance_to_see", {"frequency": "1E-5", "cells": "1E+5"}, -1, "63.2"),
        ("F29", "clearance.chance_to_see", {"frequency": "1E-5", "cells": "3E+5"}, -1, "95.0"),
        ("F30", "clearance.zero_of_n", {"cells": "3E+5"}, -9, "1E-5"),
        ("lysed", "particles.lysed", {"untreated": "1.00E+11", "treated": "8.0E+9"}, 0, "92"),
        ("F31", "potency.inhibition", INHIBITION, -1, "64.4"),
        ("F32", "potency.relative_expression", {"delta_ct_sample": "12.643", "delta_ct_reference": "5"}, -2, "0.50"),
        ("F33", "statistics.cv", {"values": NTA}, -1, "31.8"),
        ("F33", "statistics.sd", {"values": NTA}, 9, "1.65E+11"),
        ("all cells", "clearance.chance_to_see", {"frequency": "1", "cells": "1"}, 0, "100"),
        ("no cell", "clearance.chance_to_see", {"frequency": "1", "cells": "0"}, 0, "0"),
        ("no droplet", "clearance.digital_copies", DROPLETS | {"positive": "0"}, 0, "0"),
    ],
)
def test_the_worked_numbers(formula: str, key: str, inputs: dict[str, Any], place: int, expected: str) -> None:
    assert {"clearance", "potency"} <= set(qc.domain.calculations.__all__)
    assert round_to_place(computed(key, **inputs), place) == Decimal(expected), formula


@pytest.mark.req("LAB-12", "LAB-06")
def test_an_lod_in_units_of_the_product_from_what_was_really_extracted() -> None:
    """Half the extraction sees half as well: the LOD of the method alone would hide it."""
    as_validated = computed("clearance.copies_per_ml", **LOD)
    as_done = computed("clearance.copies_per_ml", **LOD | {"extracted_volume": "0.25"})
    assert (as_validated, as_done) == (150, 300)
    per_particles = BOOK.latest("clearance.per_billion_particles").compute(copies_per_ml=as_validated, concentration=Decimal("2.8E+10"))
    assert round_to_figures(per_particles, 2) == Decimal("5.4")


@pytest.mark.req("LAB-05", negative=True)
@pytest.mark.parametrize(
    ("key", "inputs", "sentence"),
    [
        (
            "clearance.endotoxin_limit",
            {"threshold": "5", "dose_per_hour": "0", "body_weight": "70"},
            "The volume given in one hour must be above zero. Check the value.",
        ),
        ("clearance.per_dose", {"concentration": "-1", "dose_volume": "1"}, "The concentration can't be negative. Check the value."),
        ("clearance.per_dose", {"concentration": "1", "dose_volume": "0"}, "The volume of a dose must be above zero. Check the value."),
        (
            "clearance.digital_copies",
            DROPLETS | {"positive": "15000"},
            "Every accepted droplet is positive, so the copies can't be counted. Dilute the sample and repeat.",
        ),
        (
            "clearance.digital_copies",
            DROPLETS | {"positive": "2.5"},
            "The number of positive droplets must be a whole number. Check the value.",
        ),
        (
            "clearance.digital_copies",
            {"positive": "0", "accepted": "0", "droplet_volume": "1", "reaction_volume": "1"},
            "The number of accepted droplets must be above zero. Check the value.",
        ),
        (
            "clearance.copies_per_ml",
            LOD | {"recovery": "1.2"},
            "The recovery is above 1, which would make the test look better than it is. Check the value.",
        ),
        ("clearance.copies_per_ml", LOD | {"recovery": "0"}, "The recovery must be above zero. Check the value."),
        ("clearance.copies_per_ml", LOD | {"template_volume": "51"}, "More was loaded than was eluted. Check both volumes."),
        ("clearance.copies_per_ml", LOD | {"extracted_volume": "0"}, "The extracted volume must be above zero. Check the value."),
        (
            "clearance.per_billion_particles",
            {"copies_per_ml": "1", "concentration": "0"},
            "The particle concentration must be above zero. Check the value.",
        ),
        (
            "clearance.chance_to_see",
            {"frequency": "1.1", "cells": "9"},
            "The share of the cells must lie between 0 and 1. Check the value.",
        ),
        ("clearance.chance_to_see", {"frequency": "0.1", "cells": "9.5"}, "The number of cells must be a whole number. Check the value."),
        ("clearance.zero_of_n", {"cells": "0"}, "The number of cells must be above zero. Check the value."),
        (
            "potency.inhibition",
            INHIBITION | {"stimulated": "3"},
            "The stimulus did not make the cells divide, so there is nothing to inhibit. The run is invalid.",
        ),
        (
            "potency.inhibition",
            INHIBITION | {"test": "101"},
            "The share of divided cells of the test is above 100 %. Check the value.",
        ),
        (
            "potency.relative_expression",
            {"delta_ct_sample": "61", "delta_ct_reference": "0"},
            "The expressions differ by more than 60 cycles, which no instrument reads. Check both values.",
        ),
        ("statistics.sd", {"values": ["1"]}, "One value has no spread. Record two or more."),
        (
            "statistics.cv",
            {"values": ["1", "-1"]},
            "The mean is not above zero, so the values have no coefficient of variation. Check them.",
        ),
    ],
)
def test_inputs_without_a_result_are_refused(key: str, inputs: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CalculationRefused) as refusal:
        computed(key, **inputs)
    assert refusal.value.sentence == sentence


# --- laws ---

CLOSE = Decimal("1E-25")
droplets = st.integers(min_value=1, max_value=20000)
shares = st.integers(min_value=0, max_value=1000).map(lambda tenths: Decimal(tenths).scaleb(-1))


def book(key: str, **inputs: Any) -> Decimal:
    return BOOK.latest(key).compute(**inputs)


@pytest.mark.req("LAB-06")
@given(positive=droplets, more=droplets)
def test_more_positive_droplets_are_more_copies_and_never_fewer_than_droplets(positive: int, more: int) -> None:
    accepted = Decimal(positive + more)
    volumes = {"droplet_volume": Decimal("0.85"), "reaction_volume": Decimal("0.85") * accepted / 1000}
    copies = book("clearance.digital_copies", positive=Decimal(positive), accepted=accepted, **volumes)
    # The whole reaction went into the droplets here: each positive one holds a copy or more.
    assert copies >= positive
    assert book("clearance.digital_copies", positive=Decimal(positive - 1), accepted=accepted, **volumes) < copies


@pytest.mark.req("LAB-06")
@given(cells=st.integers(min_value=1, max_value=10**7))
def test_what_was_not_seen_is_bounded_where_it_would_have_been_seen(cells: int) -> None:
    """The bound of zero in n is the share that would have shown itself in about 95 % of such looks."""
    bound = min(book("clearance.zero_of_n", cells=Decimal(cells)), Decimal(1))
    assert book("clearance.chance_to_see", frequency=bound, cells=Decimal(cells)) >= 95


@pytest.mark.req("LAB-06")
@given(one=st.decimals(-20, 20, places=3), two=st.decimals(-20, 20, places=3), reference=st.decimals(-20, 20, places=3))
def test_expressions_multiply_along_a_chain_of_references(one: Decimal, two: Decimal, reference: Decimal) -> None:
    def relative(sample: Decimal, against: Decimal) -> Decimal:
        return book("potency.relative_expression", delta_ct_sample=sample, delta_ct_reference=against)

    chained = relative(one, two) * relative(two, reference) / 100
    assert abs(chained / relative(one, reference) - 1) < CLOSE


@pytest.mark.req("LAB-06")
@given(unstimulated=shares, gain=shares, share=shares)
def test_inhibition_runs_from_nothing_to_all(unstimulated: Decimal, gain: Decimal, share: Decimal) -> None:
    stimulated = unstimulated + gain
    if gain and stimulated <= 100:
        test = unstimulated + gain * share / 100
        found = book("potency.inhibition", test=test, unstimulated=unstimulated, stimulated=stimulated)
        assert abs(found - (100 - share)) < CLOSE


@pytest.mark.req("LAB-06")
@given(values=st.lists(st.integers(1, 10**12).map(Decimal), min_size=2, max_size=9), factor=st.integers(1, 10**6).map(Decimal))
def test_the_spread_does_not_depend_on_the_unit(values: list[Decimal], factor: Decimal) -> None:
    cv = book("statistics.cv", values=values)
    assert abs(book("statistics.cv", values=[value * factor for value in values]) - cv) < Decimal("1E-20")
    assert (cv == 0) is (len(set(values)) == 1)
    sd = book("statistics.sd", values=values)
    assert abs(book("statistics.sd", values=[value + factor for value in values]) - sd) <= sd * CLOSE + Decimal("1E-12")
