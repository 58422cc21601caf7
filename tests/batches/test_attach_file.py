"""Files and photos of a step: kept byte for byte, signed with the step, struck rather than removed."""

import base64
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from batches.documents.executed_record import executed_record
from batches.domain.commands import ATTACH_FILE, CORRECT_USE
from batches.models import Step, StepAttachment
from batches.selectors.executed import executed
from batches.selectors.records import performers_of
from batches.selectors.uses import correctable
from batches.services.files import RawFile
from batches.services.step_files import attach_file
from batches.services.use_corrections import correct_use
from evgmp.compliance import verifying
from evgmp.compliance.canonical import sha256
from evgmp.compliance.models import Attachment, FileContent
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from evgmp.people.models import Account
from tests.batches.builders_records import recorded, signed, started, step_no
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db

# One grey pixel.
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
PHOTO = RawFile("vials.png", "application/x-anything", PNG)
PHOTOGRAPHED = """
[master]
code = "MBR-PHOTO"
title = "Culture with a photo"
stage = "passage"
product = "iMSC"
batch_size = "1.0E+9 cells"

[[step]]
key = "photo"
section = "Harvest"
title = "Photograph the culture"
instructions = ["Photograph one field of each flask."]
kind = "attachment"
attachment = "required"

[[step]]
key = "culture"
section = "Harvest"
title = "Harvest"
instructions = ["Count the cells."]
attachment = "allowed"

[[step.parameter]]
key = "harvested"
label = "Viable cells harvested"
unit = "cells"
decimals = 0
plausible_low = "1"
plausible_high = "1E+12"
fills = "lot.quantity_made"
"""


def attached(step: Step, file: RawFile = PHOTO, shows: str = "Flask 1 before the harvest", *, by: str = "a.operator", **said: Any) -> Step:
    return attach_file(act(ATTACH_FILE, by, **said), step.number, file=file, shows=shows)


def struck(step: Step, quantity: str | None = None) -> Step:
    signing = act(CORRECT_USE, "a.operator", reason="The photo shows the flask of another lot")
    return correct_use(signing, step.number, use=correctable(step)[0][0], quantity=Decimal(quantity) if quantity else None)


@pytest.mark.req("REC-06", "SIG-05")
def test_a_photo_is_kept_byte_for_byte_and_signed_with_the_step() -> None:
    batch = started(PHOTOGRAPHED)
    step = step_no(batch, 1)
    with refused("entries_missing", "File or photo"):
        signed(step)
    with one_event(ATTACH_FILE):
        attached(step)
    row = StepAttachment.objects.get()
    assert (row.file.media_type, row.file.name, row.file.content_id) == ("image/png", "vials.png", sha256(PNG))
    assert bytes(FileContent.objects.get(pk=row.file.content_id).data) == PNG
    [signature] = valid_signatures(signed(step))
    assert {cover["type"] for cover in signature.covered} == {"batches.step", "batches.stepattachment", "compliance.attachment"}
    [covered] = [cover for cover in signature.covered if cover["type"] == "compliance.attachment"]
    assert covered["fields"]["content_id"] == sha256(PNG)
    [line] = executed_record(executed(batch)).steps[0].lines
    assert (line.label, line.cell.value) == ("File or photo", f"vials.png: Flask 1 before the harvest, sha-256 {sha256(PNG)}")
    assert verifying.findings() == []


@pytest.mark.req("REC-06", negative=True)
def test_what_nobody_could_read_and_what_nobody_asked_for_is_refused() -> None:
    batch = started(PHOTOGRAPHED)
    step = step_no(batch, 1)
    with refused("unknown_file", "no picture"):
        attached(step, RawFile("vials.jpg", "image/jpeg", b"MZ\x00\x01 a program"))
    with refused("empty_file"):
        attached(step, RawFile("vials.png", "image/png", b""))
    with refused("earlier_steps_first"):
        attached(step_no(batch, 2))
    with refused("not_permitted"):
        attach_file(Act(by=person("a.reviewer")), step.number, file=PHOTO, shows="Flask 1")
    attached(step)
    with refused("attached_already", "vials.png, by A. Operator"):
        attached(step, RawFile("again.png", "image/png", PNG))
    signed(step)
    with refused("wrong_status"):
        attached(step, RawFile("late.txt", "text/plain", b"weight 12.5 g\r\n"))
    assert Attachment.objects.count() == 1


@pytest.mark.req("AUD-04", "PRT-01")
def test_a_file_attached_by_mistake_is_struck_and_stays_readable() -> None:
    batch = started(PHOTOGRAPHED)
    step = step_no(batch, 1)
    attached(step)
    signed(step)
    with refused("no_quantity", "A file has no quantity"):
        struck(step, "1")
    struck(step)
    step = Step.objects.get(pk=step.pk)
    assert (step.status, valid_signatures(step)) == ("open", [])
    with refused("entries_missing"):
        signed(step)
    attached(step, shows="Flask 1 of this lot")
    paper = executed_record(executed(batch))
    lines = {line.label: line.cell for line in paper.steps[0].lines}
    assert lines["File or photo, corrected"].old == ("vials.png",)
    assert lines["File or photo"].value.startswith("vials.png: Flask 1 of this lot")
    assert paper.corrections[0].why == "The photo shows the flask of another lot"
    assert len(performers_of(batch.lot)["a.operator"]) > 1
    signed(step)


def test_a_picture_is_shown_and_everything_else_is_saved() -> None:
    batch = started(PHOTOGRAPHED)
    client = Client()
    client.force_login(Account.objects.get(user_id="a.operator"))
    step = step_no(batch, 1)
    page = client.get(f"/attach-file/{step.number}/")
    data = {"shows": "Flask 1", "seen": page.context["act_form"]["seen"].value(), "once": "one"}
    empty = client.post(f"/attach-file/{step.number}/", data)
    assert (empty.status_code, "No file was chosen" in empty.content.decode()) == (422, True)
    upload = SimpleUploadedFile("../../flask<1>.png", PNG, "text/html")
    assert client.post(f"/attach-file/{step.number}/", {**data, "file": upload}).status_code == 302
    row = StepAttachment.objects.get()
    shown = client.get(row.get_absolute_url())
    assert (shown.content, shown.headers["Content-Type"], shown.headers["X-Content-Type-Options"]) == (PNG, "image/png", "nosniff")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert f'src="{row.get_absolute_url()}"' in client.get(step.get_absolute_url()).content.decode()
    assert sha256(PNG) in client.get(f"/sign-step/{step.number}/").content.decode()
    signed(step)
    attached(step_no(batch, 2), RawFile("page.html", "text/html", b"<script>alert(1)</script>"), "Export of the counter")
    saved = client.get(StepAttachment.objects.get(file__name="page.html").get_absolute_url())
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert client.get("/step-file/999999/").status_code == 404
    recorded(step_no(batch, 2), harvested="8E+6")
    signed(step_no(batch, 2))
    assert sha256(PNG).encode() in client.get(batch.get_absolute_url()).content
