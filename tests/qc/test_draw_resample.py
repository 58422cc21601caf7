"""The form of a new sample under an OOS asks what any sample asks, but not what for."""

from typing import Any

import pytest
from django.urls import reverse

from qc.domain import commands as c
from qc.models import OosResample
from qc.services.oos import authorise_resample, draw_resample
from tests.builders import act
from tests.qc import builders_oos as scene
from tests.qc.builders_lab import refused

pytestmark = pytest.mark.django_db


@pytest.mark.req("LAB-16")
def test_the_page_of_the_new_sample_shows_why_and_draws_it(open_one: Any, as_person: Any) -> None:
    scene.planned(open_one)
    scene.approved(open_one)
    client, url = as_person("a.analyst"), reverse("qc:draw_resample", args=[open_one.number])
    assert "QA has not authorised a new sample" in client.get(url).content.decode()
    authorise_resample(act(c.AUTHORISE_RESAMPLE, "b.reviewer"), open_one.number, justification="The stopper was loose.")
    page = client.get(url).content.decode()
    assert [words for words in ("The stopper was loose.", "B. Reviewer", 'name="quantity"') if words not in page] == []
    assert 'name="purpose"' not in page


@pytest.mark.req("LAB-16", negative=True)
def test_more_than_the_lot_has_is_not_drawn(open_one: Any) -> None:
    from decimal import Decimal

    scene.planned(open_one)
    scene.approved(open_one)
    authorise_resample(act(c.AUTHORISE_RESAMPLE, "b.reviewer"), open_one.number, justification="The stopper was loose.")
    for quantity, key in ((Decimal(0), "quantity_not_positive"), (Decimal(10**9), "overdraw")):
        with refused(key):
            draw_resample(act(c.DRAW_RESAMPLE, "a.analyst"), open_one.number, quantity=quantity, unit="mL", container="tube", storage="-80 °C")
    assert OosResample.objects.get().sample is None
