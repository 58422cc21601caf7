"""A discarded file stays with its run."""

from typing import Any

import pytest

from evgmp.compliance.models import Attachment
from qc.domain.commands import DISCARD_FILE
from qc.models import FileImport
from qc.services.imports import discard_file
from tests.builders import act
from tests.qc.builders_imports import line_of, of_scene
from tests.qc.builders_lab import one_event

ENDOTOXIN = "DS-SF-ENDO"


@pytest.mark.req("LAB-04")
def test_a_discarded_file_stays_with_its_run(scene: dict[str, Any]) -> None:
    found = of_scene(scene, line_of(scene))
    with one_event(DISCARD_FILE):
        discard_file(act(DISCARD_FILE, "a.analyst"), found.number)
    assert FileImport.objects.get().status == "discarded"
    assert Attachment.objects.filter(record_type="qc.assayrun", content_id=found.sha256).exists()
