"""A container is opened once; until when it may be used is computed, never typed."""

import datetime

import pytest

from batches.domain.commands import OPEN_MATERIAL
from batches.domain.materials import opened_until
from evgmp.compliance import clock
from evgmp.compliance.site_time import end_of_day, site_day
from tests.batches.builders_uses import ENZYME, decided, material, opened, received
from tests.batches.expecting import one_event, refused
from tests.batches.test_discard_material import discarded

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-16")
def test_the_expiry_after_opening_follows_from_the_item() -> None:
    lot = material(ENZYME)
    with one_event(OPEN_MATERIAL):
        lot = opened(lot, 3)
    [row] = lot.openings.all()
    assert row.container == 3
    assert row.until == row.at + datetime.timedelta(hours=24)


def test_an_opened_container_never_outlives_its_lot() -> None:
    at = datetime.datetime(2026, 5, 31, 20, 0, tzinfo=datetime.UTC)
    midnight = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
    assert opened_until(at, 24, midnight) == midnight
    assert opened_until(at, 2, midnight) == at + datetime.timedelta(hours=2)
    assert opened_until(at, None, None) is None


@pytest.mark.req("EXE-16", negative=True)
def test_what_can_not_be_opened() -> None:
    quarantined = received(ENZYME)
    with refused("wrong_status", "quarantine"):
        opened(quarantined)
    lot = decided(quarantined)
    with refused("unknown_code", "10 containers"):
        opened(lot, 11)
    opened(lot, 1)
    with refused("opened_already", "-C01"):
        opened(lot, 1)


@pytest.mark.req("EXE-16", negative=True)
def test_an_expired_lot_and_an_empty_container_are_not_opened() -> None:
    last_day = site_day(clock.now()) + datetime.timedelta(days=2)
    lot = material(ENZYME, expires_on=last_day)
    with clock.held_at(clock.now() + datetime.timedelta(days=3)), refused("expired", f"{lot} expired on {last_day}. Discard it"):
        opened(lot, 1)
    assert not lot.openings.exists()
    with clock.held_at(end_of_day(last_day) - datetime.timedelta(seconds=1)):
        assert opened(lot, 4).openings.get(container=4).until == end_of_day(last_day)
    empty = discarded(lot, "500", container=2)
    with refused("used_up", f"{lot.number}-C02 is used up. Open another."):
        opened(empty, 2)
    assert list(lot.openings.values_list("container", flat=True)) == [4]
    assert opened(empty, 3).openings.get(container=3).container == 3
