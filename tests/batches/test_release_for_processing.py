"""QA releases an intermediate: only when its record, exceptions, ancestors and donor allow it."""

import pytest

from batches.domain.commands import RELEASE_FOR_PROCESSING
from batches.models import Disposition, Lot
from batches.selectors.release import lots_to_release, processing_blockers
from batches.services.dispositions import release_for_processing
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from evgmp.people import services as people
from tests.batches.builders_material import bank, culture, disposed, exception, feed, medium, passage, sample
from tests.batches.builders_records import completed, corrected, recorded, signed, step_no
from tests.batches.expecting import one_event, refused
from tests.builders import ADMIN, act, person

pytestmark = pytest.mark.django_db


def release(lot: Lot, *, by: str = "a.reviewer", seen: str = "") -> Lot:
    return release_for_processing(act(RELEASE_FOR_PROCESSING, by, seen=seen), lot.number)


@pytest.fixture
def culture_made() -> Lot:
    """A passage that production has reviewed, in quarantine."""
    return passage(is_commitment=True, released=False)


@pytest.mark.req("REL-01", "REL-02")
def test_a_reviewed_intermediate_is_released(culture_made: Lot) -> None:
    assert (culture_made.disposition, lots_to_release()) == ("quarantine", [culture_made])
    with one_event(RELEASE_FOR_PROCESSING):
        release(culture_made)
    assert (culture_made.disposition, lots_to_release()) == ("released_for_processing", [])
    row = Disposition.objects.get(lot=culture_made)
    assert row.decided_by == "A. Reviewer"
    assert [(s.signer_id, s.meaning) for s in valid_signatures(row)] == [("a.reviewer", "approved")]


@pytest.mark.req("REL-03", "REL-05", negative=True)
def test_a_record_that_is_not_reviewed_bars_it() -> None:
    batch = culture(is_commitment=True)
    with refused("wrong_status", "in process"):
        release(batch.lot)
    feed(batch.lot, bank())
    recorded(step_no(batch, 1), seeded="1E+6", harvested="8E+6")
    signed(step_no(batch, 1))
    completed(batch)
    with refused("batch_not_reviewed", "no valid production review"):
        release(batch.lot)


@pytest.mark.req("AUD-11", "SIG-06", negative=True)
def test_a_correction_after_the_review_bars_it_again(culture_made: Lot) -> None:
    corrected(step_no(culture_made.batch, 1), "harvested", "7E+6")
    assert "batch_not_reviewed" in [b.key for b in processing_blockers(Lot.objects.get(pk=culture_made.pk))]


@pytest.mark.req("DEV-04", negative=True)
def test_an_open_exception_bars_it(culture_made: Lot) -> None:
    number = exception(culture_made).number
    with refused("exceptions_open", number):
        release(culture_made)


@pytest.mark.req("REL-01", "TRC-08", negative=True)
@pytest.mark.parametrize(("decision", "key"), [("hold", "wrong_status"), ("rejected", "wrong_status")])
def test_a_held_or_rejected_lot_is_not_released(culture_made: Lot, decision: str, key: str) -> None:
    disposed(culture_made, decision)
    with refused(key, "on hold" if decision == "hold" else "rejected"):
        release(culture_made)


@pytest.mark.req("TRC-08", "EXE-24", negative=True)
def test_a_lot_made_from_a_rejected_one_is_not_released() -> None:
    grandparent = passage(is_commitment=True)
    parent = passage(grandparent)
    lot = medium(parent, released=False)
    disposed(grandparent, "rejected")
    with refused("ancestor_rejected", f"{grandparent} is rejected"):
        release(lot)


@pytest.mark.req("REL-01", negative=True)
def test_banks_have_a_release_of_their_own() -> None:
    with_bank = bank(released=False)
    with refused("not_an_intermediate"):
        release(with_bank)


@pytest.mark.req("SIG-08", negative=True)
def test_who_made_the_lot_does_not_release_it(culture_made: Lot) -> None:
    people.grant_role(Act(by=person(ADMIN), reason="Moves to quality assurance next month"), "b.operator", role="qa_reviewer")
    with refused("took_part", "Another QA reviewer"):
        release(culture_made, by="b.operator")


@pytest.mark.req("ACC-03", "REC-04", negative=True)
def test_wrong_role_stale_page_and_twice(culture_made: Lot) -> None:
    with refused("not_permitted"):
        release_for_processing(Act(by=person("q.person")), culture_made.number)
    seen = str(culture_made.revision)
    sample(culture_made, "1000", "cells")
    with refused("stale_page", "Sample drawn"):
        release(culture_made, seen=seen)
    release(culture_made)
    with refused("wrong_status"):
        release(culture_made)
