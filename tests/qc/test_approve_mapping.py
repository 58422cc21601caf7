"""Approval of a mapping needs another person than its author, and a draft."""

import pytest

from qc.domain.commands import APPROVE_MAPPING
from qc.services.mappings import approve_mapping
from tests.builders import act
from tests.qc.builders_imports import approved
from tests.qc.builders_lab import refused


@pytest.mark.req("SIG-08", negative=True)
def test_an_author_has_no_right_to_approve_and_nothing_is_approved_twice(sqlite_cast: str) -> None:
    version = approved()
    with refused("wrong_status", "needs it to be a draft"):
        approve_mapping(act(APPROVE_MAPPING, "b.reviewer"), version.number)
    with refused("not_permitted"):
        approve_mapping(act(APPROVE_MAPPING, "m.author"), version.number)
