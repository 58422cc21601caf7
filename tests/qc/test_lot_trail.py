"""The audit trail and the decisions of a lot, seen from the floor, hold what laboratory and release did."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from evgmp.people.models import Account
from tests.qc import builders_release as scene


def words(path: str) -> str:
    client = Client()
    client.force_login(Account.objects.get(user_id="i.inspector"))
    page = html.unescape(client.get(path).content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ")


@pytest.mark.req("AUD-11", "SIG-01", "REL-06")
def test_results_and_the_certification_stand_in_the_trail_and_among_the_decisions(ready_lot: Any) -> None:
    lot = scene.up_to("qp")
    trail = " ".join(words(f"/lot/{lot.number}/audit-trail/?page={page}") for page in (1, 2))
    for sentence in ("Sample received", "Assay run recorded", "Result recorded", "Result reviewed", "Lot certified by the Qualified Person"):
        assert sentence in trail
    decisions = words(f"/lot/{lot.number}/").split("Decisions")[1]
    assert "I certify this Q. Person" in decisions
