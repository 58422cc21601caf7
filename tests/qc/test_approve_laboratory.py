"""Contract laboratories: approved for named methods while the agreement runs; their results with certificate and second person (LAB-25)."""

from datetime import date
from typing import Any

import pytest

from batches.models import Lot, Sample
from qc.documents.results import laboratories_of
from qc.domain.commands import APPROVE_LABORATORY, RECORD_RESULT
from qc.models import ContractLaboratory, Result
from qc.selectors.sheets import sheet
from qc.services.files import RawFile
from qc.services.results import record_result
from tests.builders import act
from tests.qc import builders_lab as lab
from tests.qc.builders_custody import approved
from tests.qc.builders_lab import found, one_event, refused, twice

pytestmark = pytest.mark.django_db

CERTIFICATE = RawFile("certificate.pdf", "application/pdf", b"%PDF-1.7 original")
PH = "DS-GN-PH"


def result_from(lot: Lot, sample: Sample, code: str = PH, *, certificate: RawFile | None = CERTIFICATE, **said: Any) -> Result:
    fields = found(sample, **twice("7.20"), **{"laboratory": "CL-01", **said})
    return record_result(act(RECORD_RESULT, "a.analyst"), lot.number, row=code, raw_file=certificate, **fields)


@pytest.mark.req("LAB-25")
def test_a_result_of_an_approved_laboratory_counts_after_the_second_person_and_is_named_on_the_certificate(ev_under_test: Lot, its_sample: Sample) -> None:
    with one_event(APPROVE_LABORATORY):
        approved()
    result = result_from(ev_under_test, its_sample)
    assert result.laboratory is not None
    assert not result.counts
    with refused("self_review"):
        lab.reviewed(result.number, by="a.analyst")
    assert lab.reviewed(result.number).counts
    assert laboratories_of(sheet(ev_under_test)) == "Physics Laboratory (QAA-7 v2): pH"


@pytest.mark.req("LAB-25", negative=True)
def test_no_result_without_approval_scope_agreement_or_certificate(ev_under_test: Lot, its_sample: Sample) -> None:
    with refused("unknown_laboratory", "QA approves it first"):
        result_from(ev_under_test, its_sample)
    approved(scope=["TM-042"])
    with refused("outside_scope", "TM-041"):
        result_from(ev_under_test, its_sample)
    approved()
    with refused("certificate_missing"):
        result_from(ev_under_test, its_sample, certificate=None)
    laboratory = approved(valid_until=date(2099, 1, 1))
    assert (ContractLaboratory.objects.count(), laboratory.scope) == (1, ["TM-041", "TM-042"])


@pytest.mark.req("LAB-25", negative=True)
@pytest.mark.parametrize(
    ("said", "key"),
    [({"scope": []}, "scope_missing"), ({"scope": ["TM-999"]}, "unknown_method"), ({"valid_until": date(2020, 1, 1)}, "agreement_expired")],
)
def test_an_approval_needs_known_methods_and_a_running_agreement(said: dict[str, Any], key: str) -> None:
    from tests.builders import cast

    cast()
    with refused(key):
        approved(**said)


@pytest.mark.req("LAB-25", negative=True)
@pytest.mark.parametrize("by", ["a.analyst", "a.labhead", "m.author", "q.person"])
def test_only_qa_approves(by: str) -> None:
    from tests.builders import cast

    cast()
    with refused("not_permitted"):
        approved(by)
