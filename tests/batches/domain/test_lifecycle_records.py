"""Status tables of masters, batches and steps: only the legal moves, each with its reasons. No database."""

import pytest

from batches.domain import commands as c
from batches.domain.lifecycle import RECORD_RULES, labels_reconciled
from batches.domain.lifecycle_records import BATCH, MASTER, STEP, labels_accounted_for, record_is_closed
from evgmp.rules.command import Command

MASTER_FACTS = {"change_record_missing": [], "not_adopted": ""}
BATCH_FACTS = {"unsigned": [], "quantity_made": 1, "origin": True, "lot_made": False, "took_part": []}
STEP_FACTS = {"batch": "BR-1", "batch_status": "in_process", "waits_for": "", "missing": [], "decided": ""}


@pytest.mark.req("MST-01")
@pytest.mark.parametrize(
    ("command", "legal", "target"),
    [(c.REVIEW_MASTER, "draft", "reviewed"), (c.APPROVE_MASTER, "reviewed", "effective"), (c.START_BATCH, "effective", "effective")],
)
def test_masters_move_one_way(command: Command, legal: str, target: str) -> None:
    for status in ("draft", "reviewed", "effective", "superseded"):
        barred = MASTER.blockers(command, status=status, facts=MASTER_FACTS)
        assert (barred == []) is (status == legal)
    assert MASTER.target(command, status=legal, facts=MASTER_FACTS) == target


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


@pytest.mark.req("EXE-05", negative=True)
@pytest.mark.parametrize("command", [c.RECORD_ENTRY, c.RECORD_USE, c.SIGN_STEP, c.TAKE_SAMPLE, c.ATTACH_FILE])
def test_a_step_waits_until_it_is_known_whether_it_applies(command: Command) -> None:
    facts = {**STEP_FACTS, "takes_files": True}
    assert STEP.blockers(command, status="open", facts={**facts, "applies": True}) == []
    for applies, key in ((None, "condition_open"), (False, "step_passed_over")):
        assert [b.key for b in STEP.blockers(command, status="open", facts={**facts, "applies": applies})] == [key]


@pytest.mark.req("SIG-08", negative=True)
def test_who_took_part_in_a_batch_does_not_let_it_go_on() -> None:
    facts = {**STEP_FACTS, "is_hold_point": True}
    assert STEP.blockers(c.DECIDE_HOLD_POINT, status="open", facts={**facts, "took_part": []}) == []
    took_part = ["performed TFF-1 step 1", "witnessed TFF-1 step 2"]
    (blocker,) = STEP.blockers(c.DECIDE_HOLD_POINT, status="open", facts={**facts, "took_part": took_part})
    assert (blocker.key, blocker.message) == (
        "took_part", "You performed TFF-1 step 1, so you can't decide on this hold point. Another person decides.",
    )  # fmt: skip


def test_sentences_say_what_is_wrong_and_what_to_do() -> None:
    (blocker,) = STEP.blockers(c.SIGN_STEP, status="open", facts={**STEP_FACTS, "missing": ["TMP", "Volume"]})
    assert blocker.message == "Not recorded yet: TMP; Volume. Record it, then sign."
    (blocker,) = MASTER.blockers(c.APPROVE_MASTER, status="reviewed", facts={**MASTER_FACTS, "overtaken_by": "MBR-X-V3"})
    assert blocker.message == "MBR-X-V3 is newer and was approved already. Author a new version instead."


@pytest.mark.req("PRT-01", negative=True)
@pytest.mark.parametrize(
    ("status", "word"), [("in_process", "still in process"), ("paused", "is paused"), ("completed", ""), ("reviewed", ""), ("aborted", "")]
)
def test_only_a_closed_record_is_issued_on_paper(status: str, word: str) -> None:
    said = " ".join(blocker.message for blocker in record_is_closed(status))
    assert word in said and bool(said) == bool(word)


@pytest.mark.req("LBL-02", negative=True)
def test_labels_unaccounted_for_bar_completion_review_and_release() -> None:
    facts = {"open_labels": ["The 8 labels of LBL-2026-0001 are not reconciled"]}
    for rule in (labels_accounted_for, labels_reconciled):
        assert rule({"open_labels": []}) is None
        blocker = rule(facts)
        assert blocker is not None and "LBL-2026-0001 are not reconciled. Reconcile the labels" in blocker.message
    assert labels_reconciled in RECORD_RULES
    for command, status in ((c.COMPLETE_BATCH, "in_process"), (c.REVIEW_BATCH, "completed")):
        found = BATCH.blockers(command, status=status, facts={**BATCH_FACTS, **facts})
        assert [blocker.key for blocker in found] == ["labels_open"]
