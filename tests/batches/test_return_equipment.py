"""Back into service by QA, only after every check of its class was done since the stop."""

import pytest

from batches.domain.commands import RETURN_EQUIPMENT
from batches.selectors.equipment import equipment_state
from batches.services.equipment import return_equipment
from evgmp.compliance import clock
from evgmp.compliance.recording import Act
from tests.batches.builders_uses import kept, returned, stopped, unit
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import WHY, person

pytestmark = pytest.mark.django_db


@pytest.mark.req("EXE-15")
def test_checks_first_then_back() -> None:
    found = stopped(unit())
    for kind in ("calibrated", "qualified", "cleaned"):
        kept(found, kind)
    with one_event(RETURN_EQUIPMENT):
        found = returned(found)
    assert equipment_state(found, clock.now()) == "in_date"


@pytest.mark.req("EXE-15", negative=True)
def test_checks_from_before_the_stop_do_not_count() -> None:
    found = unit()
    with refused("wrong_status", "in service"):
        returned(found)
    stopped(found)
    with refused("checks_missing", "calibration, qualification, cleaning"):
        returned(found)
    kept(found, "calibrated")
    kept(found, "cleaned")
    with refused("checks_missing", "qualification"):
        returned(found)
    with refused("not_permitted"):
        return_equipment(Act(by=person("a.operator"), reason=WHY), found.code)


def test_the_page_offers_to_stop_or_to_return_never_both() -> None:
    found, client = unit(), signed_in("a.reviewer")
    shown = text_of(client.get(found.get_absolute_url()))
    assert "Put out of service" in shown and "Return to service" not in shown
    stopped(found)
    shown = text_of(client.get(found.get_absolute_url()))
    assert "Put out of service" not in shown and "Return to service" in shown
