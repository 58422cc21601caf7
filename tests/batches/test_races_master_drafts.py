"""Two drafts of one master version submitted at the same moment: one becomes the next version, the other is refused, on both databases."""

import pytest

from batches.domain.commands import DRAFT_MASTER, SUBMIT_MASTER
from batches.models import MasterVersion
from batches.services.master_drafts import draft_master, submit_master
from evgmp.compliance.recording import Act
from evgmp.people import services as people
from evgmp.rules.blocker import RuleBroken
from tests.batches.builders_drafts import edited
from tests.batches.builders_records import effective
from tests.builders import CHANGE, WHY, act, person
from tests.support.races import together


@pytest.mark.req("MST-01", "REC-02", negative=True)
def test_two_drafts_never_follow_the_same_version(any_furnished: str) -> None:
    people.grant_role(Act(by=person("s.admin"), reason=WHY), "a.verifier", role="master_data_author")
    first = effective()
    drafts = [draft_master(act(DRAFT_MASTER, "m.author"), based_on=first.number) for _ in range(2)]
    for draft, title in zip(drafts, ("Mount the membrane", "Fit the membrane"), strict=True):
        edited(f"{draft.number}.setup", title=title)
    acts = [act(SUBMIT_MASTER, by) for by in ("m.author", "a.verifier")]
    outcomes = together(*(lambda one=one, draft=draft: submit_master(one, draft.number, **CHANGE) for one, draft in zip(acts, drafts, strict=True)))
    (error,) = [outcome.error for outcome in outcomes if outcome.error is not None]
    assert isinstance(error, RuleBroken) and [blocker.key for blocker in error.blockers] == ["written_meanwhile"]
    assert MasterVersion.objects.filter(master=first.master).count() == 2
