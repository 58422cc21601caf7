"""A file or photo of a step: kept byte for byte with its hash, signed with the step (REC-06)."""

from batches.domain.commands import ATTACH_FILE
from batches.domain.lifecycle_records import STEP
from batches.domain.step_files import file_blockers, media_type_of
from batches.models import Step, StepAttachment
from batches.selectors.records import step_facts
from batches.selectors.step_files import files_of
from batches.services.files import RawFile, attach
from batches.services.steps import open_sheet
from evgmp.compliance.canonical import sha256
from evgmp.compliance.recording import Act, recording
from evgmp.rules.blocker import RuleBroken, refuse


def attach_file(act: Act, on: str, *, file: RawFile, shows: str) -> Step:
    """Keep a file of a step as it came. Its kind is read from its bytes; what it shows is said in words.

    Refused where the master asks for no file, for a file that is no picture, PDF or text, and for the same bytes twice.
    """
    with recording(ATTACH_FILE, act) as rec:
        sheet, step = open_sheet(on, act)
        if blockers := STEP.blockers(ATTACH_FILE, status=step.status, facts=step_facts(sheet, step, act.by, rec.at)):
            raise RuleBroken(*blockers)
        if blockers := file_blockers(file.data):
            raise RuleBroken(*blockers)
        digest = sha256(file.data)
        if same := next((row for row in files_of(step) if row.file.content_id == digest), None):
            raise refuse("attached_already", f"This very file is attached already: {same}, by {same.attached_by}.", "file")
        kept = attach(rec, step, RawFile(file.name, media_type_of(file.data), file.data))
        StepAttachment(step=step, file=kept, shows=shows.strip(), at=rec.at, attached_by=rec.act.by.printed_name).save()
        step.save()
        rec.about(step, attached=file.name, shows=shows.strip(), sha256=digest)
    return step
