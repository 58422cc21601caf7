"""The journey on the counts of Colter 2000 ends with a certificate, and every derived number is the paper's."""

from decimal import Decimal

import pytest

from batches.domain.entry_rules import OUTSIDE
from batches.models import Entry, Lot
from batches.selectors.lots import remaining
from evgmp.compliance import verifying
from evgmp.compliance.models import IssuedDocument
from evgmp.rules.rounding import round_to_place
from tests.journeys.published import Journey

# PD, CPDL and PDT of culture 58R, from its own counts: log2(harvested / 530), their sum, 336 h / PD.
EXPECTED = {"p1": ("7.238", "7.238", "46.4"), "p2": ("11.019", "18.257", "30.5"), "p3": ("8.761", "27.019", "38.3")}


@pytest.mark.req("EXE-09", "EXE-11", "REL-07", "VAL-03")
def test_from_published_counts_to_a_certificate(sqlite_database: str) -> None:
    journey = Journey()
    minute = journey.culture(journey.prepare())
    for name, (doublings, cumulative, hours) in EXPECTED.items():
        passage = Lot.objects.get(pk=journey.names[name].lot.pk).typed
        assert round_to_place(passage.population_doublings, -3) == Decimal(doublings), name
        assert round_to_place(passage.cumulative_pdl, -3) == Decimal(cumulative), name
        assert round_to_place(passage.doubling_time_h, -1) == Decimal(hours), name
    # The third passage is beyond the limit of 25 doublings: recorded as it is, and an exception opens by itself.
    third = Lot.objects.get(pk=journey.names["p3"].lot.pk)
    assert any("27.0" in e.sentence and e.status == "open" for e in third.exceptions.all()), [e.sentence for e in third.exceptions.all()]
    reconciled(journey)
    journey.release(journey.test_lot(minute))
    lot = Lot.objects.get(pk=journey.names["ev"].lot.pk)
    assert lot.disposition == "released"
    kinds = set(IssuedDocument.objects.filter(record_key=str(lot.pk)).values_list("kind", flat=True))
    assert len(kinds) == 2
    assert verifying.findings() == []


# What each stage's record says of the balance of cells, medium, particles and vials, as typed attributes.
BALANCES = {
    "p2": ("viable_seeded", "viable_harvested", "population_doublings", "viability_pct"), "cm1": ("volume_ml", "particles_per_ml"),
    "tff": ("pooled_volume_ml", "final_volume_ml", "final_particles_per_ml", "overall_yield_pct", "mass_balance_pct"),
    "ev": ("vials_filled", "vials_rejected", "particles_per_ml"),
}  # fmt: skip


def reconciled(journey: Journey) -> None:
    """Every balance of the scripted lot is recorded, every count comes out at zero unexplained, every balance inside its limits."""
    lots = {name: Lot.objects.get(pk=journey.names[name].lot.pk) for name in BALANCES}
    for name, attributes in BALANCES.items():
        for attribute in attributes:
            assert getattr(lots[name].typed, attribute) is not None, f"{name}: {attribute}"
    counts = Entry.objects.filter(is_current=True, parameter__formula="reconciliation.unaccounted")
    assert {entry.parameter.unit for entry in counts} == {"vials", "labels"}
    assert {entry.amount for entry in counts} == {Decimal(0)}
    balances = Entry.objects.filter(is_current=True, parameter__gate=True)
    assert not balances.filter(mark__in=OUTSIDE).exists()
    washed = [stage.diavolumes for stage in lots["tff"].typed.filtrations.all() if stage.diavolumes is not None]
    assert washed == [Decimal(6)]
    # What is left of each lot is what was made less what every later lot and sample took: never below zero.
    assert all((left := remaining(lot)) is not None and left >= 0 for lot in Lot.objects.filter(making_status="made"))
