"""The chain of custody, the end of a sample and the approval of a contract laboratory, as pure rules."""

from datetime import date
from typing import Any

import pytest

from qc.domain.custody import HANDLED, custody_defects, destruction_blockers, laboratory_blockers

TODAY = date(2026, 11, 27)
HERE: dict[str, Any] = {"status": "received", "place": "FRZ-02, rack 3", "destroyed": False, "away": False}
FREE: dict[str, Any] = {"destroyed": False, "away": False, "keep_until": None, "today": TODAY, "unreviewed": [], "open_oos": []}


@pytest.mark.req("LAB-01")
def test_a_sample_here_may_be_handled_and_one_away_may_return() -> None:
    assert {kind for kind in HANDLED if not custody_defects(kind, **HERE)} == {"aliquoted", "stored", "sent"}
    assert {kind for kind in HANDLED if not custody_defects(kind, **{**HERE, "away": True})} == {"returned"}


@pytest.mark.req("LAB-01", negative=True)
@pytest.mark.parametrize(
    ("kind", "changed", "key"),
    [
        ("stored", {"destroyed": True}, "sample_destroyed"), ("stored", {"status": "drawn"}, "sample_not_received"),
        ("lost", {}, "unknown_kind"), ("destroyed", {}, "unknown_kind"), ("stored", {"place": " "}, "place_missing"),
        ("stored", {"away": True}, "sample_away"), ("returned", {}, "sample_here"),
    ],
)  # fmt: skip
def test_a_link_that_can_not_follow_is_refused(kind: str, changed: dict[str, Any], key: str) -> None:
    assert key in [blocker.key for blocker in custody_defects(kind, **{**HERE, **changed})]


@pytest.mark.req("LAB-27")
def test_a_sample_is_free_for_destruction_from_the_day_after_its_retention() -> None:
    assert destruction_blockers(**FREE) == []
    assert destruction_blockers(**{**FREE, "keep_until": date(2026, 11, 26)}) == []


@pytest.mark.req("LAB-27", negative=True)
@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"destroyed": True}, "sample_destroyed"), ({"away": True}, "sample_away"), ({"keep_until": TODAY}, "retention"),
        ({"unreviewed": ["RES-1"]}, "results_unreviewed"), ({"open_oos": ["OOS-1"]}, "oos_open"),
    ],
)  # fmt: skip
def test_what_bars_a_destruction(changed: dict[str, Any], key: str) -> None:
    assert [blocker.key for blocker in destruction_blockers(**{**FREE, **changed})] == [key]


@pytest.mark.req("LAB-25", negative=True)
@pytest.mark.parametrize(
    ("method", "tested", "keys"),
    [
        ("TM-021", TODAY, []), ("TM-021", date(2026, 11, 28), ["agreement_expired"]), ("TM-020", TODAY, ["outside_scope"]),
        ("TM-020", date(2027, 1, 1), ["agreement_expired", "outside_scope"]),
    ],
)  # fmt: skip
def test_a_contract_laboratory_tests_what_it_is_approved_for_while_its_agreement_runs(method: str, tested: date, keys: list[str]) -> None:
    found = laboratory_blockers(name="Virus Laboratory", scope=["TM-021"], valid_until=TODAY, method_number=method, tested_on=tested)
    assert [blocker.key for blocker in found] == keys
