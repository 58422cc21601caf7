"""Two drafts of one version submitted at the same moment: one becomes the next version, the other is refused, on both databases."""

import pytest

from evgmp.compliance.recording import Act
from evgmp.people import services as people
from evgmp.rules.blocker import RuleBroken
from qc.domain.commands import SUBMIT_SPECIFICATION
from qc.models import SpecificationVersion
from qc.services.specification_drafts import submit_specification
from tests.builders import CHANGE, WHY, act, person
from tests.qc.builders_lab import effective
from tests.qc.builders_specification_drafts import drafted_from, edited
from tests.support.races import together


@pytest.mark.req("MST-01", "REC-02", negative=True)
def test_two_drafts_never_follow_the_same_version(any_furnished: str) -> None:
    people.grant_role(Act(by=person("s.admin"), reason=WHY), "a.verifier", role="master_data_author")
    first = effective()
    drafts = [drafted_from(first) for _ in range(2)]
    for draft, upper in zip(drafts, ("0.250", "0.300"), strict=True):
        edited(f"{draft.number}.DS-SF-ENDO", upper=upper)
    acts = [act(SUBMIT_SPECIFICATION, by) for by in ("m.author", "a.verifier")]
    outcomes = together(
        *(lambda one=one, draft=draft: submit_specification(one, draft.number, **CHANGE) for one, draft in zip(acts, drafts, strict=True))
    )
    (error,) = [outcome.error for outcome in outcomes if outcome.error is not None]
    assert isinstance(error, RuleBroken) and [blocker.key for blocker in error.blockers] == ["written_meanwhile"]
    assert SpecificationVersion.objects.filter(spec=first.spec).count() == 2
