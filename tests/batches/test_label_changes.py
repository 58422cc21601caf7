"""The change record of a label template: asked for, signed, shown with the differences, and no approval without it (MST-07)."""

from typing import Any

import pytest

from batches.domain.commands_labels import APPROVE_LABEL, AUTHOR_LABEL
from batches.forms.labels import AuthorLabelForm, shipped_labels
from batches.models import LabelTemplate
from batches.services import labels
from evgmp.compliance.validity import signatures_of
from evgmp.rules.change_record import Change
from tests.batches.expecting import refused
from tests.batches.test_labels import template
from tests.batches.test_pages_records import signed_in, text_of
from tests.builders import CHANGE, WHY, act

pytestmark = pytest.mark.django_db
VIAL = shipped_labels()["vial"]


def authored(text: str = VIAL, **change: Any) -> LabelTemplate:
    return labels.author_label(act(AUTHOR_LABEL, "m.author"), text=text, **{**CHANGE, **change})


@pytest.mark.req("MST-06", "MST-07")
def test_the_next_version_shows_its_change_record_beside_the_differences() -> None:
    first = template("vial")
    second = authored(VIAL.replace("Single use.", "Single use. Do not refreeze."), impact="The vial says more", affected_batches="EV-2026-003")
    (signature,) = signatures_of(second)
    assert '"impact":"The vial says more"' in signature.content
    page = text_of(signed_in("i.inspector").get(second.get_absolute_url()))
    for words in (first, "What changed since", "statements", "Do not refreeze.", "The vial says more", "EV-2026-003", WHY, "Not approved yet"):
        assert words in page
    labels.approve_label(act(APPROVE_LABEL, "a.reviewer"), second.number)
    assert "Not approved yet" not in text_of(signed_in("i.inspector").get(second.get_absolute_url()))


@pytest.mark.req("MST-07", negative=True)
@pytest.mark.parametrize("part", sorted(CHANGE))
def test_a_version_needs_its_whole_change_record(part: str) -> None:
    with refused("change_record_missing", part.replace("_", " ")):
        authored(**{part: " "})
    assert list(AuthorLabelForm({"shipped": "vial", **CHANGE, part: " "}).errors) == [part]
    assert not LabelTemplate.objects.exists()


@pytest.mark.req("MST-07", negative=True)
def test_a_version_of_an_earlier_release_without_its_change_record_is_not_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(Change, "said", lambda self: {})
        old = authored()
    with refused("change_record_missing", "impact, affected batches, training needed. Author it again with a complete change record."):
        labels.approve_label(act(APPROVE_LABEL, "a.reviewer"), old.number)
    assert template("vial") == "LBL-VIAL-V2"
