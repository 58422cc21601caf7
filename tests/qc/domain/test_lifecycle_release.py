"""The status table of release, without a database."""

import pytest

from evgmp.rules.blocker import RuleBroken
from evgmp.rules.command import Command
from qc.domain import commands as c
from qc.domain.lifecycle_release import RELEASE, UNDER_REVIEW, WORDS

DECISIONS = (c.APPROVE_FOR_CERTIFICATION, c.CERTIFY_LOT, c.RELEASE_TO_STOCK, c.RELEASE_BANK, c.REJECT_LOT)


@pytest.mark.req("REL-01", "REL-02")
def test_an_ev_lot_passes_the_gates_in_order() -> None:
    status = "quarantine"
    for command in (c.APPROVE_FOR_CERTIFICATION, c.CERTIFY_LOT, c.RELEASE_TO_STOCK):
        status = RELEASE.target(command, status=status)
    assert status == "released"


@pytest.mark.req("REL-01", "REL-02", negative=True)
@pytest.mark.parametrize("command", [c.CERTIFY_LOT, c.RELEASE_TO_STOCK])
def test_no_gate_is_jumped_from_quarantine(command: Command) -> None:
    with pytest.raises(RuleBroken):
        RELEASE.target(command, status="quarantine")


@pytest.mark.req("REL-01", negative=True)
@pytest.mark.parametrize("status", ["rejected", "recalled", "in_process", "aborted"])
@pytest.mark.parametrize("command", (*DECISIONS, c.APPROVE_QC))
def test_nothing_leads_out_of_a_final_status(command: Command, status: str) -> None:
    blockers = RELEASE.blockers(command, status=status)
    assert [blocker.key for blocker in blockers] == ["wrong_status"]
    assert WORDS[status] in blockers[0].message


@pytest.mark.req("REL-01", negative=True)
@pytest.mark.parametrize("command", (c.APPROVE_FOR_CERTIFICATION, c.CERTIFY_LOT, c.RELEASE_TO_STOCK, c.RELEASE_BANK))
def test_a_hold_stops_every_release(command: Command) -> None:
    assert RELEASE.blockers(command, status="hold")


@pytest.mark.req("REL-01")
@pytest.mark.parametrize("status", [*UNDER_REVIEW, "hold", "released_for_processing"])
def test_a_lot_can_be_rejected_from_every_open_status(status: str) -> None:
    assert RELEASE.target(c.REJECT_LOT, status=status) == "rejected"
