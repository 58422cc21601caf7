"""Where an inspector begins: the lots, what was out of the ordinary in each, and the ways into them."""

import pytest
from django.test import Client

from batches.models import Lot
from evgmp.people.models import Account
from qc.selectors.reading import lots_to_read
from tests.batches.builders_material import exception
from tests.qc import builders_lab as lab

pytestmark = pytest.mark.django_db


def start_page(user_id: str) -> str:
    client = Client()
    client.force_login(Account.objects.get(user_id=user_id))
    return client.get("/").content.decode()


def test_who_only_reads_begins_at_the_lots(ev_under_test: Lot) -> None:
    exception(ev_under_test)
    page = start_page("i.inspector")
    assert "You can read every record and change none." in page
    for address in (f"/lot/{ev_under_test.number}/genealogy/", f"/lot/{ev_under_test.number}/audit-trail/", "/audit-trail/"):
        assert f'href="{address}"' in page, address
    [line] = [one for one in lots_to_read() if one.lot == ev_under_test]
    assert line.exceptions == ev_under_test.exceptions.count() > 0
    assert line.certified_at is None


def test_an_oos_and_a_corrected_result_are_counted(ev_under_test: Lot) -> None:
    before = next(one for one in lots_to_read() if one.lot == ev_under_test)
    sample = lab.received(ev_under_test)
    first = lab.result(ev_under_test, "DS-GN-PH", sample, value="7.20")
    lab.correct(first.number, sample, value="7.21")
    lab.reviewed(lab.result(ev_under_test, "DS-GN-OSMO", sample, value="900").number)
    after = next(one for one in lots_to_read() if one.lot == ev_under_test)
    assert (after.corrections - before.corrections, after.exceptions - before.exceptions) == (1, 1)


@pytest.mark.parametrize("user_id", ["a.operator", "a.analyst", "q.person", "s.admin"])
def test_who_acts_begins_at_what_waits(ev_under_test: Lot, user_id: str) -> None:
    assert "Start from a lot" not in start_page(user_id)
