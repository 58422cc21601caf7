"""A contract laboratory approved by QA, for tests."""

from datetime import date
from typing import Any

from qc.domain.commands import APPROVE_LABORATORY
from qc.models import ContractLaboratory
from qc.services.custody import approve_laboratory
from tests.builders import act


def approved(by: str = "a.reviewer", **said: Any) -> ContractLaboratory:
    fields = {"code": "CL-01", "name": "Physics Laboratory", "scope": ["TM-041", "TM-042"], "agreement": "QAA-7 v2", "valid_until": date(2099, 1, 1)}
    return approve_laboratory(act(APPROVE_LABORATORY, by), **{**fields, **said})
