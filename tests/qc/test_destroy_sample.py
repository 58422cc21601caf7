"""The end of a sample is signed, has a reason, and can't be undone. The refusals stand in test_record_custody."""

import pytest

from batches.models import Sample
from evgmp.compliance.validity import valid_signatures
from qc.domain.commands import DESTROY_SAMPLE
from qc.services.custody import destroy_sample
from tests.builders import WHY, act
from tests.qc.builders_lab import refused

pytestmark = pytest.mark.django_db


@pytest.mark.req("LAB-27")
def test_a_destruction_is_signed_and_says_how_and_why(its_sample: Sample) -> None:
    event = destroy_sample(act(DESTROY_SAMPLE, "a.analyst"), its_sample.number, method="Autoclaved, bag 114")
    assert (event.kind, event.place, event.remark) == ("destroyed", "Autoclaved, bag 114", WHY)
    assert [s.signer_id for s in valid_signatures(event)] == ["a.analyst"]


@pytest.mark.req("AUD-03", negative=True)
def test_a_reason_is_demanded(its_sample: Sample) -> None:
    with refused("reason_missing"):
        destroy_sample(act(DESTROY_SAMPLE, "a.analyst", reason=" "), its_sample.number, method="Autoclaved")
