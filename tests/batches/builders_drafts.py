"""Drafts of masters for tests, edited through the same forms as the pages."""

from typing import Any

from batches.domain import commands as c
from batches.forms.master_parts import AddPartForm, PartForm
from batches.models import MasterDraft, MasterVersion
from batches.selectors.master_drafts import Place, place_of
from batches.services import master_drafts as services
from tests.batches.builders_records import RUN
from tests.builders import CHANGE, act


def drafted(text: str = RUN, *, by: str = "m.author") -> MasterDraft:
    """A draft from the text of a file."""
    return services.draft_master(act(c.DRAFT_MASTER, by), text=text)


def shown(on: str) -> dict[str, str]:
    """What the form of a part would send back if nothing were typed."""
    form = PartForm(target=place_of(on))
    plain = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in plain.items() if value not in (None, False, "")}


def edited(on: str, *, by: str = "m.author", seen: str = "", **typed: Any) -> Place:
    """A part saved with some fields typed anew; None unticks a box."""
    data = {name: value for name, value in {**shown(on), **typed}.items() if value is not None}
    form = PartForm(data, target=place_of(on))
    assert form.is_valid(), form.errors
    return services.edit_master_part(act(c.EDIT_MASTER_PART, by, seen=seen), on, **form.cleaned_data)


def added(on: str, *, by: str = "m.author", **typed: Any) -> Place:
    form = AddPartForm(typed, target=place_of(on))
    assert form.is_valid(), form.errors
    return services.add_master_part(act(c.ADD_MASTER_PART, by), on, **form.cleaned_data)


def submitted(
    draft: MasterDraft, *, by: str = "m.author", reason: str = "First version for the campaign of this quarter", **change: str
) -> MasterVersion:
    return services.submit_master(act(c.SUBMIT_MASTER, by, reason=reason), draft.number, **{**CHANGE, **change})


__all__ = ["added", "drafted", "edited", "shown", "submitted"]
