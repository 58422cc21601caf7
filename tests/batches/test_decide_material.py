"""Quality decides on a material lot: released only with its certificate, in date, by another person than who received it."""

import pytest

from batches.domain.commands import DECIDE_MATERIAL
from batches.selectors.materials import decisions_on
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_uses import decided, received
from tests.batches.expecting import one_event, refused
from tests.builders import person

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-16")
@pytest.mark.parametrize("by", ["a.reviewer", "a.labhead"])
def test_qa_or_qc_releases_and_the_newest_decision_holds(by: str) -> None:
    lot = received()
    with one_event(DECIDE_MATERIAL):
        lot = decided(lot, by=by)
    assert lot.status == "released"
    assert decided(lot, "hold").status == "hold"
    assert decided(lot, "released").status == "released"
    rows = decisions_on(lot)
    assert [row.decision for row, _ in rows] == ["released", "hold", "released"]
    # A later decision withdraws no signature: each row is its own.
    assert all(len(valid_signatures(row)) == 1 for row, _ in rows)


@pytest.mark.req("EXE-16", negative=True)
def test_no_certificate_no_release() -> None:
    lot = received(certificate=None)
    with refused("certificate_missing", "certificate"):
        decided(lot)
    assert decided(lot, "rejected").status == "rejected"
    with refused("wrong_status", "rejected"):
        decided(lot, "released")


@pytest.mark.req("SIG-08", "AUD-03", negative=True)
def test_others_reasons_and_repeats_are_refused() -> None:
    from batches.services.materials import decide_material
    from tests.builders import act

    lot = received()
    with refused("not_permitted"):
        decide_material(Act(by=person("a.operator"), reason="Certificate checked"), lot.number, decision="released")
    with refused("reason_missing"):
        decide_material(act(DECIDE_MATERIAL, "a.reviewer", reason=" "), lot.number, decision="released")
    with refused("unknown_decision"):
        decided(lot, "fine")
    decided(lot)
    with refused("nothing_changed", "released already"):
        decided(lot)
