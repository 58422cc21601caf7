"""The journey on the counts of Colter 2000 ends with a certificate, and every derived number is the paper's."""

from decimal import Decimal

import pytest

from batches.models import Lot
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
    journey.release(journey.test_lot(minute))
    lot = Lot.objects.get(pk=journey.names["ev"].lot.pk)
    assert lot.disposition == "released"
    kinds = set(IssuedDocument.objects.filter(record_key=str(lot.pk)).values_list("kind", flat=True))
    assert len(kinds) == 2
    assert verifying.findings() == []
