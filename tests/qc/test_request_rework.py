"""Production asks that a made lot is processed again: by an approved procedure, with a reason and tests that are added (EXE-23)."""

from typing import Any

import pytest

import tests.qc.builders_release as scene
from batches.models import Lot, ReworkAuthorisation
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from qc.domain import commands as c
from qc.domain.rework import REWORK, REWORK_REQUEST, objections_to
from qc.services.reworks import request_rework
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import PASSWORD, person
from tests.qc.builders_lab import one_event, refused
from tests.qc.builders_rework import ADDED, PROCEDURE, WHY, asked


@pytest.mark.req("EXE-23")
def test_it_names_procedure_reason_and_added_tests(ready_lot: Lot) -> None:
    with one_event(c.REQUEST_REWORK):
        row = asked(ready_lot, tests=("DS-GN-PH", ADDED, ADDED))
    assert (row.status, row.procedure.number, row.reason, row.added_tests) == ("requested", PROCEDURE, WHY, ["DS-GN-PH", ADDED])
    assert [(s.signer_id, s.meaning) for s in valid_signatures(row)] == [("b.verifier", "performed")]


@pytest.mark.req("EXE-23", negative=True)
def test_what_can_not_be_asked_for(ready_lot: Lot) -> None:
    for tests, key in (((), "no_added_test"), (("DS-GN-PH",), "no_added_test"), (("DS-NONE",), "unknown_test")):
        with refused(key):
            asked(ready_lot, tests=tests)
    with refused("no_procedure", "no effective master"):
        asked(ready_lot, procedure="MBR-SHORTRUN-V1")
    with refused("unknown_kind"):
        asked(ready_lot, kind="again")
    with refused("not_reworkable"):
        asked(scene.lot_of("conditioned_media"))
    with refused("not_in_quarantine"):
        asked(scene.lot_of("isolation_run"))
    with refused("not_permitted"):
        request_rework(Act(by=person("a.operator"), reason=WHY), ready_lot.number, kind="rework", procedure=PROCEDURE, tests=[ADDED])
    assert not ReworkAuthorisation.objects.exists()
    asked(ready_lot)
    with refused("rework_open", "One at a time"):
        asked(ready_lot)


@pytest.mark.req("EXE-23")
def test_the_page_asks_and_shows_it(ready_lot: Lot) -> None:
    client, url = signed_in("b.verifier"), f"/request-rework/{ready_lot.number}/"
    form = text_of(client.get(url))
    assert "DS-GN-PH" in form and "(demanded anyway)" in form and PROCEDURE in form
    data: dict[str, Any] = {"kind": "rework", "procedure": PROCEDURE, "tests": [ADDED], "reason": "", "user_id": "b.verifier", "password": PASSWORD}
    assert client.post(url, data).status_code == 422
    assert client.post(url, {**data, "reason": WHY}).status_code == 302
    page = signed_in("b.reviewer").get(f"/review/{ready_lot.number}/")
    number = ReworkAuthorisation.objects.get().number
    assert WHY in text_of(page) and f"/decide-rework/{number}/" in page.content.decode()


FACTS = {"lot": "EV-1", "stage": "ev_lot", "disposition": "quarantine", "decider": "b.reviewer", "requester": "b.verifier"}


@pytest.mark.req("EXE-23", negative=True)
@pytest.mark.parametrize(("changed", "key"), [
    ({}, ""), ({"disposition": "rejected"}, "not_in_quarantine"), ({"stage": "passage"}, "not_reworkable"),
    ({"open_oos": ["OOS-1"]}, "oos_open"), ({"procedure_overtaken": "V1 is not effective any more."}, "procedure_not_effective"),
    ({"decider": "b.verifier"}, "asked_for_it"),
])  # fmt: skip
def test_the_rules_of_a_decision(changed: dict[str, Any], key: str) -> None:
    found = REWORK.blockers(c.DECIDE_REWORK, status="requested", facts={**FACTS, **changed})
    assert [blocker.key for blocker in found] == ([key] if key else [])
    assert [blocker.key for blocker in REWORK_REQUEST.blockers(c.REQUEST_REWORK, status="in_process", facts=FACTS)] == ["wrong_status"]
    assert objections_to([ADDED], [ADDED, "DS-GN-PH"], ["DS-GN-PH"]) == []
