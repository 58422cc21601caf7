"""Donors by code, their lines, and the decisions about them."""

from typing import Any

from batches.domain.commands import DECIDE_DONOR_ELIGIBILITY, REGISTER_CELL_LINE, REGISTER_DONOR
from batches.domain.lifecycle import DONOR
from batches.domain.vectors import METHOD_WORDS, VECTOR_ITEMS
from batches.forms.donors import DecideDonorEligibilityForm, RegisterCellLineForm, RegisterDonorForm
from batches.selectors.donors import banks_of_line, decisions_on_donor, donor_of, donors, line_of
from batches.services.donors import decide_donor_eligibility, register_cell_line, register_donor
from evgmp.compliance.trail import events_about, rows_of
from evgmp.compliance.validity import signatures_of
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.record_view import RecordDetail, RecordList


class DonorCommand(CommandView):
    @classmethod
    def find(cls, on: str) -> Any:
        return donor_of(on)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return DONOR.blockers(cls.command, status=target.eligibility)

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return donor_facts(target)


class RegisterDonor(CommandView):
    command = REGISTER_DONOR
    service = staticmethod(register_donor)
    form_class = RegisterDonorForm
    takes_target = False

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "By code only: no name, no initials, no date of birth."}


class DecideDonorEligibility(DonorCommand):
    command = DECIDE_DONOR_ELIGIBILITY
    service = staticmethod(decide_donor_eligibility)
    form_class = DecideDonorEligibilityForm


class RegisterCellLine(DonorCommand):
    command = REGISTER_CELL_LINE
    service = staticmethod(register_cell_line)
    form_class = RegisterCellLineForm


class Donors(RecordList):
    template_name = "batches/donors.html"
    title = "Donors and lines"
    create = (RegisterDonor,)

    def rows(self) -> Any:
        return donors()


class DonorPage(RecordDetail):
    template_name = "batches/donor.html"
    commands = (DecideDonorEligibility, RegisterCellLine)

    def record(self, key: str) -> Any:
        return donor_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "kind": "Donor",
            "badges": [{"state": record.eligibility, "word": "", "url": ""}],
            "facts": [("Tissue", record.tissue_source), ("Consent", record.consent_reference), ("Decided", record.decided_at)],
        }

    def details(self, record: Any) -> dict[str, Any]:
        lines = list(record.lines.all())
        return {
            "summary": donor_facts(record),
            "lines": lines,
            "decisions": decisions_on_donor(record),
            "signatures": signatures_of(record),
            "rows": rows_of(events_about([record, *lines]), [record, *lines])[::-1],
        }


class LinePage(RecordDetail):
    template_name = "batches/line.html"

    def record(self, key: str) -> Any:
        return line_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return {
            "lineage": [(record.donor.code, record.donor.get_absolute_url()), (record.code, "")],
            "kind": f"iPSC line · reprogrammed with {METHOD_WORDS[record.reprogramming_method]}",
            "badges": [{"state": record.donor.eligibility, "word": f"Donor {record.donor.eligibility}", "url": record.donor.get_absolute_url()}],
        }

    def details(self, record: Any) -> dict[str, Any]:
        return {
            "summary": [
                ("Donor", record.donor), ("Clone", record.clone), ("Reprogramming method", METHOD_WORDS[record.reprogramming_method]),
                ("Vector kit and lot", record.vector_kit), ("HLA type", record.hla_type), ("Genetic edits", record.genetic_edits),
                ("Culture", record.culture),
            ],
            "items": [VECTOR_ITEMS[item] for item in record.vector_contents],
            "banks": banks_of_line(record),
            "signatures": signatures_of(record),
            "rows": rows_of(events_about([record]), [record])[::-1],
        }  # fmt: skip


def donor_facts(donor: Any) -> list[tuple[str, Any]]:
    """Name and value of everything recorded about a donor."""
    return [
        ("Donor", donor.code), ("Sex", donor.sex), ("Age band", donor.age_band), ("Tissue", donor.tissue_source),
        ("Consent: reference", donor.consent_reference), ("Consent: scope", donor.consent_scope), ("Donor testing", donor.testing_summary),
        ("Eligibility", donor.eligibility), ("Basis", donor.decision_basis),
    ]  # fmt: skip
