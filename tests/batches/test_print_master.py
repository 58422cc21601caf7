"""Prints of a master are uncontrolled: numbered, with who printed them and when on every page, a draft named as one (PRT-03)."""

import pytest

from batches.domain.commands import PRINT_MASTER, REVIEW_MASTER
from batches.models import MasterVersion
from batches.services.master_papers import print_master
from batches.services.masters import review_master
from evgmp.compliance.files import bytes_of
from evgmp.compliance.issuing import stamp
from evgmp.compliance.models import IssuedDocument
from evgmp.compliance.recording import Act
from tests.batches.builders_records import authored, effective
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in
from tests.builders import act, person
from tests.documents.test_certificates import pages_of, says

pytestmark = pytest.mark.usefixtures("sqlite_cast")


def printed(version: MasterVersion, by: str = "a.verifier") -> IssuedDocument:
    return print_master(act(PRINT_MASTER, by), version.number)


@pytest.mark.req("PRT-03", "PRT-04")
def test_every_page_of_a_print_says_which_copy_it_is_by_whom_when_and_that_it_is_uncontrolled() -> None:
    version = effective()
    with one_event(PRINT_MASTER):
        printed(version)
    second = printed(version, "m.author")
    assert (second.number, second.version) == (f"BLANK-{version.number}", 2)
    pages = pages_of(bytes_of(second.content))
    for page in pages:
        assert says(page, "Uncontrolled copy 2, printed by M. Author (m.author)") and not says(page, "Draft copy")
        assert says(page, "Not an issued batch record")
        assert says(page, f"at {stamp(second.issued_at)[:10]}")
    assert says(" ".join(pages), "TMP") and says(" ".join(pages), "Nothing may be recorded on it".lower())


@pytest.mark.req("PRT-03")
def test_a_version_that_qa_has_not_approved_is_printed_as_a_draft() -> None:
    version = authored()
    for copy in (1, 2):
        for page in pages_of(bytes_of(printed(version).content)):
            assert says(page, f"Draft copy {copy}, printed by A. Verifier (a.verifier)")
        if copy == 1:
            review_master(act(REVIEW_MASTER, "a.verifier"), version.number)




@pytest.mark.req("PRT-03", negative=True)
def test_nobody_prints_without_being_counted() -> None:
    version = effective()
    with refused("not_permitted"):
        print_master(Act(by=person("i.inspector")), version.number)
    again = act(PRINT_MASTER, "a.verifier", once="the same click")
    print_master(again, version.number)
    with refused("already_recorded"):
        print_master(again, version.number)
    assert IssuedDocument.objects.count() == 1
    assert f"/print-master/{version.number}/" in signed_in("a.verifier").get(version.get_absolute_url()).content.decode()
