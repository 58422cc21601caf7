"""The register of standards from end to end: registered by one, qualified by another, cited by runs, withdrawn (LAB-21)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from evgmp.compliance import verifying
from evgmp.compliance.models import Attachment
from evgmp.rules.reading import parse_number
from qc.domain import commands as c
from qc.models import AssayRun, ReferenceStandard
from qc.selectors.standards import runs_of_standard
from qc.services import standards
from qc.services.files import RawFile
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused

pytestmark = pytest.mark.django_db

EV = "EV reference standard"


def registered(by: str = "a.analyst", **said: Any) -> ReferenceStandard:
    fields: dict[str, Any] = {
        "kind": "reference_standard", "name": EV, "lot": "RS-2", "source": "Prepared here, record PR-021", "expires_on": date(2099, 12, 31),
        "assigned_value": parse_number("98"), "assigned_unit": "%", "former": "STD-2025-0005", "bridging_ratio": parse_number("0.98"),
        "bridging_report": "BR-002 v1", **said,
    }  # fmt: skip
    return standards.register_standard(act(c.REGISTER_STANDARD, by), **fields)


def qualified(number: str, by: str = "a.labhead", **said: Any) -> ReferenceStandard:
    return standards.qualify_standard(act(c.QUALIFY_STANDARD, by), number, **{"report": "QR-STD-009 v1", **said})


@pytest.mark.req("LAB-21")
def test_a_lot_is_registered_qualified_by_another_bridged_and_cited_by_a_run(ev_under_test: Any, its_sample: Any, as_person: Any) -> None:
    with one_event(c.REGISTER_STANDARD):
        new = registered(raw_file=RawFile("coa.txt", "text/plain", b"Certificate PR-021"))
    assert (new.status, new.assigned, new.bridging_ratio, str(new.former)) == ("unqualified", "98 %", Decimal("0.98"), "STD-2025-0005")
    with one_event(c.QUALIFY_STANDARD):
        new = qualified(new.number, raw_file=RawFile("report.txt", "text/plain", b"Report QR-STD-009"))
    assert (new.status, new.qualified_by_id, new.qualification_report) == ("qualified", "a.labhead", "QR-STD-009 v1")
    assert Attachment.objects.filter(record_type="qc.referencestandard").count() == 2
    # The run takes lot, expiry and value from the register; the potency is told on the scale of the value.
    row = lab.row_of(ev_under_test, "DS-PT-NFKB")
    assert row.method_number == "TM-061"
    run = _run_with(row, new.number)
    assert run.reagents[-1] == {"name": EV, "lot": "RS-2", "expires_on": "2099-12-31", "assigned_value": "98 %", "register": new.number}
    from qc.services.potency import evaluated_again, record_potency
    from tests.journeys.readings import READINGS

    assay = record_potency(act(c.RECORD_POTENCY, "a.analyst"), run.number, sample=its_sample.number, readings=READINGS)
    assert (assay.potency, assay.standard["register"]) == (Decimal("91.1233") * Decimal("0.98"), new.number)
    assert evaluated_again(assay)
    assert runs_of_standard(new) == [run]
    assert [found for found in verifying.findings() if "standard" in str(found) or "assayrun" in str(found)] == []
    client = as_person("i.inspector")
    for address, words in (
        (reverse("qc:standards"), ("RS-2", "98 %", "Qualified")), (new.get_absolute_url(), ("BR-002 v1", run.number, "A. Labhead", "coa.txt")),
        (run.get_absolute_url(), (new.get_absolute_url(),)), (assay.get_absolute_url(), (new.number, "assigned 98 %")),
    ):  # fmt: skip
        page = client.get(address).content.decode()
        assert [one for one in words if one not in page] == []


def _run_with(row: Any, number: str) -> AssayRun:
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(lab, "reagents_of", lambda *method: f"Responder cells; LOT-1; 2099-12-31\n{number}")
        return lab.run_of(row)


@pytest.mark.req("LAB-21", negative=True)
def test_no_run_with_a_lot_that_is_not_qualified_expired_withdrawn_or_unknown(ev_under_test: Any) -> None:
    lab.received(ev_under_test)
    lab.instrument()
    row = lab.row_of(ev_under_test, "DS-PT-NFKB")
    waiting = registered().number
    expired = lab.standard(EV, "RS-0", until=date(2026, 1, 1))
    with refused("standard_unqualified", "is not qualified. A run with it gives no result"):
        _run_with(row, waiting)
    with refused("standard_expired", "expired on 2026-01-01, before the run"):
        _run_with(row, expired)
    with refused("standard_unknown", "STD-2025-0999 is no number of the register"):
        _run_with(row, "STD-2025-0999")
    standards.withdraw_standard(act(c.WITHDRAW_STANDARD, "a.reviewer", reason="Used up; lot RS-2 follows"), "STD-2025-0005", runs="stand")
    with refused("standard_withdrawn", "was withdrawn: Used up; lot RS-2 follows. A run with it"):
        _run_with(row, "STD-2025-0005")
    assert not AssayRun.objects.exists()
    qualified(waiting)
    assert _run_with(row, waiting).valid


@pytest.mark.req("LAB-21", negative=True)
def test_a_wrong_entry_is_refused_and_nothing_is_written(ev_under_test: Any) -> None:
    for said, key in (
        ({"lot": "rs-1"}, "registered_already"), ({"expires_on": date(2020, 1, 1)}, "standard_expired"), ({"assigned_value": None}, "value_unassigned"),
        ({"former": ""}, "bridging_missing"), ({"assigned_value": parse_number("<98")}, "qualifier"),
    ):  # fmt: skip
        with refused(key):
            registered(**said)
    with refused("not_permitted"):
        registered(by="a.operator")
    assert ReferenceStandard.objects.count() == 5
