"""A lot is qualified by another person than registered it, by a report, while it is in date (LAB-21)."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from qc.domain import commands as c
from qc.models import ReferenceStandard
from qc.services.standards import qualify_standard
from qc.views.work import standards_to_qualify
from tests.builders import act, cast, person
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(db: Any) -> ReferenceStandard:
    cast()
    return ReferenceStandard.objects.get(number=lab.standard("Standard endotoxin", "RS-7", status="unqualified", value="10", unit="EU/mL"))


@pytest.mark.req("LAB-21", "SIG-07")
def test_who_qualifies_sees_what_was_registered_and_has_it_on_the_work_list(waiting: ReferenceStandard, as_person: Any) -> None:
    (item,) = standards_to_qualify(person("a.labhead"))
    assert item["url"] == reverse("qc:qualify_standard", args=[waiting.number])
    assert standards_to_qualify(person("a.analyst")) == []
    shown = as_person("a.labhead").get(item["url"]).content.decode()
    assert [one for one in ("Standard endotoxin", "RS-7", "2099-12-31", "10", "EU/mL", "A. Analyst") if one not in shown] == []
    qualify_standard(act(c.QUALIFY_STANDARD, "a.reviewer"), waiting.number, report="QR-7")
    assert standards_to_qualify(person("a.labhead")) == []


@pytest.mark.req("LAB-21", "SIG-08", negative=True)
def test_nobody_qualifies_an_own_entry_or_without_report_or_after_its_last_day(waiting: ReferenceStandard, monkeypatch: pytest.MonkeyPatch) -> None:
    number = waiting.number
    with refused("not_permitted"):
        qualify_standard(act(c.QUALIFY_STANDARD, "a.analyst"), number, report="QR-7")
    with refused("report_missing"):
        qualify_standard(act(c.QUALIFY_STANDARD, "a.labhead"), number, report=" ")
    # Whoever is head of the laboratory may have registered it as an analyst before.
    monkeypatch.setattr("qc.services.standards.facts_for", lambda one, who: {"person": who, "registered_by": who, "expires_on": date.max, "today": date.min})
    with refused("same_person", "another person qualifies it"):
        qualify_standard(act(c.QUALIFY_STANDARD, "a.labhead"), number, report="QR-7")
    monkeypatch.undo()
    late = lab.standard("Standard endotoxin", "RS-0", status="unqualified", until=date(2026, 1, 1))
    with refused("standard_expired", "It can't be qualified"):
        qualify_standard(act(c.QUALIFY_STANDARD, "a.labhead"), late, report="QR-7")
    qualify_standard(act(c.QUALIFY_STANDARD, "a.labhead"), number, report="QR-7")
    with refused("wrong_status"):
        qualify_standard(act(c.QUALIFY_STANDARD, "a.reviewer"), number, report="QR-8")
