"""An item is one code with one unit, given once."""

import pytest

from batches.domain.commands import REGISTER_ITEM
from batches.forms.materials import RegisterItemForm
from batches.services.materials import register_item
from evgmp.compliance.recording import Act
from evgmp.compliance.validity import valid_signatures
from tests.batches.builders_uses import ITEM, ITEMS, MEDIUM, item
from tests.batches.expecting import one_event, refused
from tests.builders import act, person

pytestmark = pytest.mark.django_db


def test_an_item_is_registered_and_signed() -> None:
    with one_event(REGISTER_ITEM):
        found = item()
    assert (found.code, found.unit, found.by_container) == (MEDIUM, "mL", False)
    assert [s.signer_id for s in valid_signatures(found)] == ["m.author"]


@pytest.mark.req("TRC-12", negative=True)
def test_a_code_is_given_once_and_by_those_who_may() -> None:
    item()
    with refused("code_taken", MEDIUM):
        register_item(act(REGISTER_ITEM, "m.author"), code=MEDIUM, **ITEM, **ITEMS[MEDIUM])
    with refused("not_permitted"):
        register_item(Act(by=person("a.operator")), code="MAT-0001", **ITEM, **ITEMS[MEDIUM])


@pytest.mark.req("REC-03", negative=True)
@pytest.mark.parametrize(("field", "value"), [("code", "two words"), ("unit", ""), ("origin", ""), ("open_hours", "0"), ("open_hours", "1.5")])
def test_what_is_no_item_is_refused(field: str, value: str) -> None:
    form = RegisterItemForm({"code": MEDIUM, **ITEM, **ITEMS[MEDIUM], field: value})
    assert list(form.errors) == [field]
