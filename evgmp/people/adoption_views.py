"""Pages of what a release brings, roles and formulas: in force, adopted by QA, and what differs."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.people import adoptions as reading
from evgmp.people import commands, services
from evgmp.people.in_force import InForce, in_force, right_in_words
from evgmp.rules.blocker import Blocker
from evgmp.web.change_form import ChangeForm
from evgmp.web.command_view import CommandView
from evgmp.web.record_view import RecordDetail, RecordList
from evgmp.web.views import FINDERS, WORK

Item = dict[str, Any]


class AdoptRelease(CommandView):
    command = commands.ADOPT_RELEASE
    service = staticmethod(services.adopt_release)
    form_class = ChangeForm
    template_name = "people/adopt_release.html"
    takes_target = False

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return [] if reading.not_adopted() else [Blocker("adopted_already", "What is in force is adopted already. It is adopted again after a change.")]

    def _act_initial(self, target: Any) -> dict[str, Any]:
        return {"seen": in_force().mark}

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        last, now = reading.adoptions().first(), in_force()
        return [
            ("Roles", len(now.roles)),
            ("Formulas", len(now.formulas)),
            ("Adopted last", f"{last.number}, by {last.adopted_by}" if last else "Never"),
            ("Digest of the roles", now.roles_sha256),
            ("Digest of the formulas", now.formulas_sha256),
        ]

    def extra_context(self, target: Any) -> dict[str, Any]:
        last = reading.adoptions().first()
        return {"last": last, "changes": reading.changes_since(last), **_content(in_force())}


class WhatIsInForce(RecordList):
    """Roles and formulas as this server uses them, whether QA has adopted them, and every adoption, newest first."""

    title = reading.PAGE
    template_name = "people/in_force.html"
    create = (AdoptRelease,)

    def rows(self) -> Any:
        return reading.adoptions()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = reading.adoptions().first()
        found = {"not_adopted": reading.not_adopted(), "last": last, "changes": reading.changes_since(last)}
        return {**super().get_context_data(**kwargs), **found, **_content(in_force())}


class AdoptionPage(RecordDetail):
    """One adoption: its change record, what had changed, and the content it adopted."""

    template_name = "people/adoption.html"

    def record(self, key: str) -> Any:
        return reading.adoption_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        in_use = record.pk == reading.adoptions()[0].pk
        return {
            "kind": reading.PAGE,
            "badges": [{"state": "effective" if in_use else "superseded", "word": "", "url": ""}],
            "facts": [("Version of evgmp", record.software_version), ("Adopted by", record.adopted_by)],
        }

    def details(self, record: Any) -> dict[str, Any]:
        earlier, content = reading.earlier_adoption(record), reading.content_of(record)
        return {
            "change_record": record.change_record, "effective_from": record.effective_from, "earlier": earlier,
            "changes": reading.changes_since(earlier, content), "signatures": signatures_of(record),
            "rows": rows_of(events_about([record])), **_content(content),
        }  # fmt: skip


def _content(held: InForce) -> dict[str, Any]:
    roles = [
        {**role, "may": _words(role["commands"]), "may_witness": _words(role["witnesses"])}
        for role in held.roles
    ]
    return {"roles": roles, "formulas": held.formulas}


def _words(keys: Iterable[str]) -> str:
    return "; ".join(right_in_words(key) for key in keys)


def adoption_due(person: Any) -> list[Item]:
    """QA hears that a release changed roles or formulas before a release of a lot is refused for it."""
    if not person.role_for(commands.ADOPT_RELEASE) or not (why := reading.not_adopted()):
        return []
    return [{"urgency": 0, "title": "Adopt roles and formulas", "why": why, "url": AdoptRelease.url(), "record": ""}]


def adoption_named(text: str) -> str:
    """The page of an adoption by its number."""
    found = reading.adoptions().filter(number=text.upper()).first()
    return reverse("people:adoption", args=[found.number]) if found else ""


WORK.append(adoption_due)
FINDERS.append(adoption_named)

__all__ = ["AdoptRelease", "AdoptionPage", "WhatIsInForce"]
