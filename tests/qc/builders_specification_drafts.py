"""Drafts of specifications for tests, edited through the same forms as the pages."""

from typing import Any

from django.http import QueryDict

from qc.domain import commands as c
from qc.forms.specification_parts import AddSpecificationPartForm, SpecificationPartForm
from qc.models import SpecificationDraft, SpecificationVersion
from qc.selectors.specification_drafts import Place, place_of
from qc.selectors.specifications import shipped_text
from qc.services import specification_drafts as services
from tests.builders import CHANGE, act
from tests.qc.builders_lab import MCB_SPEC, effective


def drafted(text: str = "", *, by: str = "m.author") -> SpecificationDraft:
    """A draft from the text of a file: the shipped specification of a master cell bank where none is given."""
    return services.draft_specification(act(c.DRAFT_SPECIFICATION, by), text=text or shipped_text(MCB_SPEC))


def drafted_from(version: SpecificationVersion | None = None, *, by: str = "m.author") -> SpecificationDraft:
    """A draft from a version, that of the EV drug substance in force where none is given."""
    return services.draft_specification(act(c.DRAFT_SPECIFICATION, by), based_on=(version or effective()).number)


def sent(data: dict[str, Any]) -> QueryDict:
    """Data as a browser posts them: a list for ticks, nothing for an empty box."""
    posted = QueryDict(mutable=True)
    for name, value in data.items():
        if isinstance(value, (list, tuple)):
            posted.setlist(name, list(value))
        elif value is not None and value is not False:
            posted[name] = "on" if value is True else str(value)
    return posted


def shown(on: str) -> dict[str, Any]:
    """What the form of a part would send back if nothing were typed."""
    form = SpecificationPartForm(target=place_of(on))
    return {name: form[name].value() for name in form.fields}


def edited(on: str, *, by: str = "m.author", seen: str = "", **typed: Any) -> Place:
    """A part saved with some fields typed anew; None unticks a box. `-` in a name is written `__`."""
    data = {**shown(on), **{name.replace("__", "-"): value for name, value in typed.items()}}
    form = SpecificationPartForm(sent(data), target=place_of(on))
    assert form.is_valid(), form.errors
    return services.edit_specification_part(act(c.EDIT_SPECIFICATION_PART, by, seen=seen), on, **form.cleaned_data)


def added(on: str, *, by: str = "m.author", **typed: Any) -> Place:
    form = AddSpecificationPartForm(sent({name.replace("__", "-"): value for name, value in typed.items()}), target=place_of(on))
    assert form.is_valid(), form.errors
    return services.add_specification_part(act(c.ADD_SPECIFICATION_PART, by), on, **form.cleaned_data)


def submitted(draft: SpecificationDraft, *, by: str = "m.author", reason: str = "The limit follows from ten lots", **change: str) -> SpecificationVersion:
    return services.submit_specification(act(c.SUBMIT_SPECIFICATION, by, reason=reason), draft.number, **{**CHANGE, **change})
