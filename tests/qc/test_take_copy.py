"""Copies: numbered, watermarked, stored; the original stays byte for byte."""

from typing import Any

import pytest
from django.db import IntegrityError, connection

import tests.qc.builders_release as scene
from evgmp.compliance.files import bytes_of
from evgmp.compliance.models import DocumentCopy, FileContent, IssuedDocument
from evgmp.compliance.verifying import findings
from qc.domain import commands as c
from qc.selectors import papers
from qc.services import copies
from tests.builders import act
from tests.documents.test_certificates import pages_of, says
from tests.qc import builders_lab as lab
from tests.qc.builders_lab import one_event, refused


@pytest.fixture
def key(ready_lot: Any) -> str:
    return scene.approved_by_qc().certificate.key


@pytest.mark.req("PRT-03", "AUD-13")
def test_copies_are_numbered_and_say_so_on_every_page(key: str) -> None:
    original = bytes_of(papers.paper_of(key).content)
    with one_event(c.TAKE_COPY):
        first = scene.copied(key)
    second = scene.copied(key, by="q.person")
    assert (first.copy_number, second.copy_number) == (1, 2)
    for page in pages_of(bytes_of(second.content)):
        assert says(page, "Copy 2 taken by Q. Person (q.person)")
        assert says(page, "Lot EV-") and says(page, "Quarantine, not released")
    assert bytes_of(papers.paper_of(key).content) == original
    assert not findings()


@pytest.mark.req("PRT-02", "PRT-03")
def test_a_copy_of_a_superseded_paper_says_so(key: str, ready_lot: Any) -> None:
    lab.reviewed(scene.result_corrected(ready_lot, "DS-GN-PH", value="7.20").number)
    scene.approved_by_qc()
    copy = scene.copied(key)
    assert says(pages_of(bytes_of(copy.content))[0], "Superseded by version 2")


@pytest.mark.req("PRT-03")
def test_a_copy_of_a_released_lot_carries_its_status(key: str) -> None:
    scene.approved_by_qa()
    scene.certified()
    scene.released()
    page = pages_of(bytes_of(scene.copied(key).content))[0]
    assert says(page, "Released") and not says(page, "not released")


@pytest.mark.req("PRT-02", "REC-02", negative=True)
def test_papers_and_copies_can_not_be_changed(key: str) -> None:
    scene.copied(key)
    for model in (IssuedDocument, DocumentCopy, FileContent):
        with pytest.raises(TypeError):
            model.objects.all()[0].delete()
    for statement in (
        "UPDATE compliance_issueddocument SET title = 'x'",
        "UPDATE compliance_filecontent SET size = 1",
        "DELETE FROM compliance_documentcopy",
    ):
        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.req("PRT-02", negative=True)
def test_an_altered_file_is_told(key: str) -> None:
    """Somebody who owns the database takes the laws off and changes a byte: the hash tells."""
    document = papers.paper_of(key)
    assert papers.integrity_of(document).intact
    with connection.cursor() as cursor:
        cursor.execute('DROP TRIGGER "evgmp_update_never_compliance_filecontent"')
        data = bytearray(bytes_of(document.content))
        data[-20] ^= 1
        cursor.execute("UPDATE compliance_filecontent SET data = %s WHERE sha256 = %s", [bytes(data), document.content_id])
    told = papers.integrity_of(papers.paper_of(key))
    assert not told.intact
    assert "sha-256 differs" in told.sentence


@pytest.mark.req("ACC-03", negative=True)
@pytest.mark.parametrize("who", ["a.operator", "i.inspector", "m.author"])
def test_only_permitted_roles_take_copies(key: str, who: str) -> None:
    with refused("not_permitted"):
        scene.copied(key, by=who)


@pytest.mark.req("EXE-20", "REC-01", negative=True)
def test_stale_and_double_posts_are_refused(key: str) -> None:
    with refused("stale_page"):
        copies.take_copy(act(c.TAKE_COPY, "a.reviewer", seen="99"), key)
    copies.take_copy(act(c.TAKE_COPY, "a.reviewer", once="press-7"), key)
    with refused("already_recorded"):
        copies.take_copy(act(c.TAKE_COPY, "a.reviewer", once="press-7"), key)
    assert DocumentCopy.objects.count() == 1
