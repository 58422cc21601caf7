"""Mappings of instrument files: authored by one person, approved by another, one version in force."""

import pytest

from qc.domain.commands import APPROVE_MAPPING, AUTHOR_MAPPING
from qc.models import MappingVersion
from qc.selectors.imports import shipped_mapping_text, shipped_mappings
from qc.services.mappings import approve_mapping, author_mapping
from tests.builders import act
from tests.qc.builders_imports import approved, author
from tests.qc.builders_lab import one_event, refused


@pytest.mark.req("REC-10")
def test_a_mapping_is_authored_and_approved_and_a_newer_one_takes_its_place(sqlite_cast: str) -> None:
    text = shipped_mapping_text("endotoxin_csv")
    with one_event(AUTHOR_MAPPING):
        first = author_mapping(act(AUTHOR_MAPPING, "m.author"), text=text)
    assert (first.number, first.status, first.methods, first.source_text) == ("MAP-ENDO-CSV-V1", "draft", ["TM-025"], text)
    with one_event(APPROVE_MAPPING):
        approve_mapping(act(APPROVE_MAPPING, "a.reviewer"), first.number)
    second = approved(text=text.replace('"***"', '"***", "n/a"'))
    assert list(MappingVersion.objects.order_by("version").values_list("version", "status")) == [(1, "superseded"), (2, "effective")]
    assert second.mapping.values[0].failed == ("***", "n/a", "Invalid")


def test_every_shipped_mapping_can_be_authored(sqlite_cast: str) -> None:
    assert len(shipped_mappings()) >= 9
    for name in shipped_mappings():
        author(shipped_mapping_text(name))


@pytest.mark.req("REC-10", negative=True)
def test_a_mapping_with_a_defect_is_refused(sqlite_cast: str) -> None:
    for old, new, words in (
        ('unit = "EU/mL"', 'unt = "EU/mL"', "not known: unt"),
        ('methods = ["TM-025"]', "", "Name the methods"),
        ('format = "delimited"', 'format = "pdf"', "must be one of"),
        ("[mapping]", "[mapping", "not valid TOML"),
        ('code = "MAP-ENDO-CSV"', 'code = "MAP/ENDO"', "letters, digits and hyphens"),
    ):
        with refused("mapping_defect", words):
            author(shipped_mapping_text("endotoxin_csv").replace(old, new, 1))


@pytest.mark.req("REC-10", negative=True)
def test_the_same_text_twice_and_an_older_version_are_refused(sqlite_cast: str) -> None:
    text = shipped_mapping_text("endotoxin_csv")
    first = author(text)
    with refused("nothing_changed"):
        author(text)
    newer = author(text + "# second version\n")
    approve_mapping(act(APPROVE_MAPPING, "a.reviewer"), newer.number)
    with refused("older_version", "Version 2 is effective already"):
        approve_mapping(act(APPROVE_MAPPING, "a.reviewer"), first.number)
