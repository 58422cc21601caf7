"""Prints of a master are uncontrolled: numbered, with who printed them and when on every page, a draft named as one (PRT-03)."""

import pytest
from django.conf import settings

from batches.domain.commands import DRAFT_MASTER, PRINT_MASTER, REVIEW_MASTER
from batches.forms.master_parts import DraftMasterForm
from batches.models import MasterVersion
from batches.services import master_drafts as services
from batches.services.master_papers import print_master
from batches.services.masters import review_master
from evgmp.compliance.files import bytes_of
from evgmp.compliance.issuing import stamp
from evgmp.compliance.models import Event, IssuedDocument
from evgmp.compliance.recording import Act
from tests.batches.builders_drafts import drafted
from tests.batches.builders_records import authored, effective
from tests.batches.builders_uses import EQUIPMENT_STEPS
from tests.batches.expecting import one_event, refused
from tests.batches.test_pages_records import signed_in, text_of
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


@pytest.mark.req("PRT-03", "MST-09")
def test_a_draft_is_previewed_as_a_blank_record_that_says_so_and_leaves_no_trace() -> None:
    draft = drafted(EQUIPMENT_STEPS.replace('class = "tff_skid"', 'class = "time_machine"').replace('unit = "cells"\n', ""))
    visit = signed_in("m.author")
    address = f"{draft.get_absolute_url()}blank/"
    assert f'href="{address}"' in visit.get(draft.get_absolute_url()).content.decode()
    events = Event.objects.count()
    page = text_of(visit.get(address))
    assert f"Blank record of the draft {draft.number} as it stands now, with" in page
    for words in ("DRAFT. Uncontrolled preview, for M. Author (m.author)", "defects: neither reviewed nor approved", "nothing may be recorded on it",
                  "1. Line clearance", "Area free of the previous lot", "time_machine"):  # fmt: skip
        assert words in page
    # The mark is the head of a table in print, which a browser repeats on every page.
    style = (settings.BASE_DIR / "evgmp/web/static/web/css/masters.css").read_text()
    assert ".mst-paper__h{display:table-header-group;break-inside:avoid}" in style
    assert 'class="mst-paper__h"><p class="ev-note mst-preview">' in visit.get(address).content.decode()
    begun = DraftMasterForm({"code": "MBR-NEW", "title": "Nothing yet", "stage": "passage"})
    assert begun.is_valid()
    empty = services.draft_master(act(DRAFT_MASTER, "m.author"), **begun.cleaned_data)
    assert "Not stated" in text_of(visit.get(f"{empty.get_absolute_url()}blank/"))
    assert (Event.objects.count() - 1, IssuedDocument.objects.count()) == (events, 0)


@pytest.mark.req("PRT-03", negative=True)
def test_a_preview_is_for_readers_of_records_and_of_drafts_that_exist() -> None:
    draft = drafted()
    assert signed_in("s.admin").get(f"{draft.get_absolute_url()}blank/").status_code == 403
    assert signed_in("m.author").get("/master-draft/MD-2026-999/blank/").status_code == 404
