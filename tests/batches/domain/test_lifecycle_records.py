"""Status tables of masters, batches and steps: only the legal moves, each with its reasons. No database."""

import pytest

from batches.domain import commands as c
from batches.domain.lifecycle_records import BATCH, MASTER, STEP
from evgmp.rules.command import Command

BATCH_FACTS = {"unsigned": [], "quantity_made": 1, "origin": True, "lot_made": False, "took_part": []}
STEP_FACTS = {"batch": "BR-1", "batch_status": "in_process", "waits_for": "", "missing": [], "decided": ""}


@pytest.mark.req("MST-01")
@pytest.mark.parametrize(
    ("command", "legal", "target"),
    [(c.REVIEW_MASTER, "draft", "reviewed"), (c.APPROVE_MASTER, "reviewed", "effective"), (c.START_BATCH, "effective", "effective")],
)
def test_masters_move_one_way(command: Command, legal: str, target: str) -> None:
    for status in ("draft", "reviewed", "effective", "superseded"):
        barred = MASTER.blockers(command, status=status)
        assert (barred == []) is (status == legal)
    assert MASTER.target(command, status=legal) == target


@pytest.mark.req("EXE-01")
@pytest.mark.parametrize(
    ("command", "legal"),
    [
        (c.CONSUME_LOT, {"in_process"}),
        (c.COMPLETE_BATCH, {"in_process"}),
        (c.ABORT_BATCH, {"in_process"}),
        (c.REVIEW_BATCH, {"completed"}),
        (c.CORRECT_ENTRY, {"in_process", "completed", "reviewed"}),
    ],
)
def test_batches_move_as_the_table_says(command: Command, legal: set[str]) -> None:
    for status in ("in_process", "completed", "reviewed", "aborted"):
        assert (BATCH.blockers(command, status=status, facts=BATCH_FACTS) == []) is (status in legal)


@pytest.mark.req("EXE-01", negative=True)
@pytest.mark.parametrize(
    ("command", "fact", "key"),
    [
        (c.COMPLETE_BATCH, {"unsigned": ["Step 1"]}, "steps_unsigned"),
        (c.COMPLETE_BATCH, {"quantity_made": None}, "quantity_missing"),
        (c.COMPLETE_BATCH, {"origin": False}, "origin_missing"),
        (c.ABORT_BATCH, {"lot_made": True}, "lot_made"),
        (c.REVIEW_BATCH, {"unsigned": ["Step 1"]}, "steps_unsigned"),
        (c.REVIEW_BATCH, {"took_part": ["performed TFF-1 step 1"]}, "took_part"),
    ],
)
def test_each_rule_of_a_batch_objects(command: Command, fact: dict[str, object], key: str) -> None:
    status = "completed" if command is c.REVIEW_BATCH else "in_process"
    assert [b.key for b in BATCH.blockers(command, status=status, facts={**BATCH_FACTS, **fact})] == [key]


@pytest.mark.req("EXE-01", "EXE-05", negative=True)
@pytest.mark.parametrize(
    ("command", "fact", "key"),
    [
        (c.RECORD_ENTRY, {"batch_status": "completed"}, "batch_closed"),
        (c.RECORD_ENTRY, {"waits_for": "Step 1"}, "earlier_steps_first"),
        (c.SIGN_STEP, {"batch_status": "reviewed"}, "batch_closed"),
        (c.SIGN_STEP, {"waits_for": "Step 1"}, "earlier_steps_first"),
        (c.SIGN_STEP, {"missing": ["TMP"]}, "entries_missing"),
        (c.CORRECT_ENTRY, {"batch_status": "aborted"}, "batch_closed"),
        (c.CORRECT_ENTRY, {"decided": "EV-1 is certified"}, "lot_decided"),
    ],
)
def test_each_rule_of_a_step_objects(command: Command, fact: dict[str, object], key: str) -> None:
    assert [b.key for b in STEP.blockers(command, status="open", facts={**STEP_FACTS, **fact})] == [key]
    assert STEP.blockers(command, status="open", facts=STEP_FACTS) == []


def test_sentences_say_what_is_wrong_and_what_to_do() -> None:
    (blocker,) = STEP.blockers(c.SIGN_STEP, status="open", facts={**STEP_FACTS, "missing": ["TMP", "Volume"]})
    assert blocker.message == "Not recorded yet: TMP; Volume. Record it, then sign."
    (blocker,) = MASTER.blockers(c.APPROVE_MASTER, status="reviewed", facts={"overtaken_by": "MBR-X-V3"})
    assert blocker.message == "MBR-X-V3 is newer and was approved already. Author a new version instead."
