"""Issuing a batch record: only from the effective version, pinned to it for life, an accurate reproduction of it."""

import datetime
import re

import pytest
from django.db import DatabaseError, connection, transaction

from batches.domain.commands import START_BATCH
from batches.forms.records import StartBatchForm
from batches.models import BatchRecord, FiltrationStage, Lot, Step
from batches.selectors.masters import version_of
from batches.services.records import start_batch
from evgmp.compliance import wall
from evgmp.compliance.models import Event
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_records import BANK, PASSAGE, RUN, authored, effective, recorded, shipped, started, step_no
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.usefixtures("sqlite_cast")

YEAR = datetime.datetime.now(datetime.UTC).year


@pytest.mark.req("MST-04", "MST-05")
def test_a_batch_reproduces_its_master_step_by_step() -> None:
    version = effective()
    with one_event(START_BATCH):
        batch = started()
    assert batch.number == f"BR-TFF-{YEAR}-001"
    assert (batch.status, batch.version, batch.lot.making_status, batch.lot.unit) == ("in_process", version, "in_process", "mL")
    assert [(s.number, s.position, s.master_step, s.status) for s in batch.steps.all()] == [
        (f"TFF-{YEAR}-001-{m.position:02d}", m.position, m, "open") for m in version.steps.all()
    ]
    (signature,) = valid_signatures(batch)
    assert (signature.signer_id, signature.meaning) == ("a.verifier", "performed")
    assert {c["type"] for c in signature.covered} == {"batches.batchrecord", "batches.step"}
    assert len(signature.covered) == 1 + version.steps.count()


@pytest.mark.req("MST-04")
def test_a_running_batch_keeps_its_version_and_new_ones_take_the_new() -> None:
    first = started()
    effective(RUN.replace('action_high = "630.0"', 'action_high = "620.0"'))
    second = started()
    first.refresh_from_db()
    assert (first.version.number, second.version.number) == ("MBR-RUN-V1", "MBR-RUN-V2")
    pinned = step_no(first, 3).master_step.parameters.get(key="volume")
    assert str(pinned.action_high) == "630.0"


@pytest.mark.req("MST-04", negative=True)
def test_the_pin_holds_in_the_database() -> None:
    batch = started()
    other = effective(RUN.replace('action_high = "630.0"', 'action_high = "620.0"'))
    with pytest.raises(DatabaseError), transaction.atomic(), wall.door(), connection.cursor() as cursor:
        cursor.execute("UPDATE batches_batchrecord SET version_id = %s WHERE id = %s", [other.pk, batch.pk])


@pytest.mark.req("MST-04", negative=True)
@pytest.mark.parametrize("status", ["draft", "superseded"])
def test_only_the_effective_version_starts_a_batch(status: str) -> None:
    version = authored() if status == "draft" else effective()
    if status == "superseded":
        effective(RUN.replace('action_high = "630.0"', 'action_high = "620.0"'))
    with refused("wrong_status", "effective"):
        start_batch(act(START_BATCH, "a.verifier"), version.number)
    assert not Lot.objects.exists()


@pytest.mark.req("MST-05", negative=True)
def test_no_issue_without_the_signature_of_the_issuer() -> None:
    version = effective()
    with refused("signature_missing"):
        start_batch(Act(by=person("a.verifier")), version.number)


@pytest.mark.req("ACC-04", negative=True)
@pytest.mark.parametrize("by", ["a.operator", "m.author", "a.reviewer", "a.analyst", "s.admin"])
def test_wrong_role(by: str) -> None:
    version = effective()
    with refused("not_permitted"):
        start_batch(Act(by=person(by)), version.number)


@pytest.mark.req("EXE-24", "MST-04")
def test_numbers_by_stage() -> None:
    bank = started(BANK, prefix="IPSC-MCB", level="mcb")
    passage = started(PASSAGE, is_commitment=True)
    assert bank.lot.number == "IPSC-MCB-001"
    assert passage.lot.number == f"IMSC-P-{YEAR}-001"
    assert started(PASSAGE).lot.number == f"IMSC-P-{YEAR}-002"
    for name, pattern in (("mbr_cm", "CM"), ("mbr_ev", "EV")):
        version = shipped(name)
        lot = start_batch(act(START_BATCH, "a.verifier"), version.number).lot
        assert re.fullmatch(rf"{pattern}-{YEAR}-001", lot.number)
    assert bank.lot.typed.level == "mcb"
    assert passage.lot.typed.is_commitment is True


@pytest.mark.req("MST-05")
def test_the_filtrations_of_a_run_come_from_its_master() -> None:
    version = shipped("mbr_tff")
    batch = start_batch(act(START_BATCH, "a.verifier"), version.number)
    found = FiltrationStage.objects.filter(run__lot=batch.lot).values_list("position", "kind")
    assert list(found) == [
        (1, "clarification"), (2, "ultrafiltration"), (3, "diafiltration"), (4, "ultrafiltration"), (5, "sterile_filtration"),
    ]  # fmt: skip


@pytest.mark.req("TRC-07", negative=True)
@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"level": "mcb"}, "prefix_missing"),
        ({"prefix": "IPSC-MCB"}, "level_missing"),
        ({"prefix": "IPSC-MCB", "level": "gold"}, "level_missing"),
        ({"prefix": "IPSC-MCB", "level": "mcb", "line": "UNKNOWN"}, "no_such_line"),
    ],
)
def test_a_bank_says_what_it_is(data: dict[str, str], key: str) -> None:
    version = effective(BANK)
    with refused(key):
        start_batch(act(START_BATCH, "a.verifier"), version.number, **data)
    assert not Lot.objects.exists()


@pytest.mark.req("MST-04", negative=True)
def test_a_stale_page_and_a_double_post() -> None:
    version = effective()
    start_batch(act(START_BATCH, "a.verifier", once="e" * 32), version.number)
    with refused("already_recorded"):
        start_batch(act(START_BATCH, "a.verifier", once="e" * 32), version.number)
    assert BatchRecord.objects.count() == 1
    effective(RUN.replace('action_high = "630.0"', 'action_high = "620.0"'))
    with refused("stale_page", "A. Reviewer"):
        start_batch(act(START_BATCH, "a.verifier", seen=str(version.revision)), version.number)


def test_the_form_asks_only_what_a_stage_needs() -> None:
    run, bank, passage = (version_of(effective(text).number) for text in (RUN, BANK, PASSAGE))
    assert list(StartBatchForm(target=run).fields) == []
    assert list(StartBatchForm(target=bank).fields) == ["prefix", "level", "line"]
    assert list(StartBatchForm(target=passage).fields) == ["is_commitment"]
    assert not StartBatchForm({"prefix": "ipsc mcb", "level": "mcb"}, target=bank).is_valid()


@pytest.mark.req("MST-04")
def test_the_event_names_lot_and_master() -> None:
    batch = started()
    event = Event.objects.order_by("-seq")[0]
    assert event.record_name == batch.number
    assert '"master":"MBR-RUN-V1"' in event.payload
    recorded(step_no(batch, 1), area="0.115")
    assert Step.objects.filter(batch=batch).count() == 3
