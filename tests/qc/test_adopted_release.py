"""Nothing is approved, certified or released by roles and formulas that QA has not adopted (MST-07)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from batches.domain.commands import APPROVE_MASTER, REVIEW_MASTER
from batches.models import Lot
from batches.services.masters import approve_master, review_master
from evgmp.rules.calculation import BOOK
from qc.domain.commands import APPROVE_FOR_CERTIFICATION, APPROVE_SPECIFICATION, RELEASE_BANK, REVIEW_SPECIFICATION
from qc.selectors.release_state import release_state
from qc.selectors.specifications import shipped_text
from qc.services.specifications import approve_specification, review_specification
from tests.batches.builders_records import RUN, authored
from tests.builders import act, adopt
from tests.qc import builders_release as scene
from tests.qc.builders_lab import EV_SPEC, author, refused
from tests.support.release import another_release

NEXT = replace(BOOK.get("filtration.tmp", 1), version=99)
SAID = "filtration.tmp version 99, formula: Transmembrane pressure (added)"


@pytest.mark.req("MST-07", "REL-01", negative=True)
@pytest.mark.up_to("qc")
def test_a_lot_is_not_approved_by_a_formula_that_nobody_adopted(ready_lot: Lot, tmp_path: Path, as_person: Any) -> None:
    roles = ('"qc.take_copy",\n  "batches.issue_record"', '"qc.take_copy", "qc.release_lots",\n  "batches.issue_record"')
    for changed, told in (({"formulas": (NEXT,)}, SAID), ({"roles": roles}, "QA reviewer, may: qc.release_lots (added)")):
        with another_release(tmp_path, **changed):
            with refused("not_adopted", told):
                scene.approved_by_qa()
            state = release_state(ready_lot)
            assert not state.may_be_signed(APPROVE_FOR_CERTIFICATION)
            assert [stop.key for stop in state.stops] == ["not_adopted"]
            page = as_person("a.reviewer").get(reverse("qc:lot_review", args=[ready_lot.number])).content.decode()
            assert "One thing stops the release" in page and told in page
    with another_release(tmp_path, formulas=(NEXT,)):
        adopt()
        assert scene.approved_by_qa().disposition == "approved_for_certification"
        with another_release(tmp_path, formulas=(replace(NEXT, version=100),)):
            # QA's decision stands on what was in force when it was made.
            assert release_state(Lot.objects.get(pk=ready_lot.pk)).stops == ()


@pytest.mark.req("MST-07", negative=True)
def test_a_bank_is_not_released_by_roles_that_nobody_adopted(ready_lot: Lot, tmp_path: Path) -> None:
    bank = scene.another_bank()
    with another_release(tmp_path, formulas=(NEXT,)):
        assert [b.key for b in release_state(bank).blockers(RELEASE_BANK)] == ["not_adopted"]
        with refused("not_adopted", SAID):
            scene.released_bank(bank)
        adopt()
        assert scene.released_bank(bank).disposition == "released"


@pytest.mark.req("MST-07", negative=True)
@pytest.mark.django_db
def test_no_master_and_no_specification_is_approved_meanwhile(tmp_path: Path) -> None:
    master = authored(RUN.replace('action_high = "630.0"', 'action_high = "620.0"'))
    review_master(act(REVIEW_MASTER, "a.verifier"), master.number)
    spec = author(shipped_text(EV_SPEC) + "\n")
    review_specification(act(REVIEW_SPECIFICATION, "a.labhead"), spec.number)
    with another_release(tmp_path, formulas=(NEXT,)):
        with refused("not_adopted", SAID):
            approve_master(act(APPROVE_MASTER, "a.reviewer"), master.number)
        with refused("not_adopted", SAID):
            approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), spec.number)
        adopt()
        assert approve_master(act(APPROVE_MASTER, "a.reviewer"), master.number).status == "effective"
        assert approve_specification(act(APPROVE_SPECIFICATION, "a.reviewer"), spec.number).status == "effective"
