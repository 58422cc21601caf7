"""Gates: a yield, balance or reconciliation outside its limits holds the step until its value is right or QA accepts it."""

import pytest

from batches.domain.commands import CLOSE_EXCEPTION, SIGN_STEP
from batches.models import BatchRecord, ExceptionRecord, Step
from batches.selectors.records import step_facts
from batches.selectors.sheets import Sheet
from batches.services.exceptions import close_exception
from tests.batches.builders_records import corrected, recorded, signed, started, step_no
from tests.batches.expecting import one_event, refused
from tests.builders import act

pytestmark = pytest.mark.django_db

LABELS = ("issued", "used", "specimens", "damaged", "returned")


def number(key: str, unit: str, more: str = "") -> str:
    return (
        f'[[step.parameter]]\nkey = "{key}"\nlabel = "{key.capitalize()}"\nunit = "{unit}"\ndecimals = 0\n'
        f'plausible_low = "0"\nplausible_high = "1E+6"\n{more}\n\n'
    )


# A fill: label count and the share of the bulk that became vials, both gates of one step.
FILL = (
    """
[master]
code = "MBR-SHORTFILL"
title = "Short fill"
stage = "ev_lot"
product = "iMSC-EV"
batch_size = "100 vials"

[[step]]
key = "labels"
section = "Labels"
title = "Label count"
instructions = ["Count the labels."]
witness = true
critical = true

"""
    + "".join(number(key, "labels") for key in LABELS)
    + """
[[step.parameter]]
key = "missing"
label = "Labels not accounted for"
kind = "calculated"
unit = "labels"
decimals = 0
action_low = "0"
action_high = "0"
formula = "reconciliation.unaccounted"
formula_version = 1
inputs = { made = "issued", accounted = ["used", "specimens", "damaged", "returned"] }
gate = true

[[step]]
key = "count"
section = "Labels"
title = "Vials"
instructions = ["Count the vials."]

"""
    + number("vials", "vials", 'fills = "lot.quantity_made"')
)
RIGHT = {"issued": "120", "used": "104", "specimens": "1", "damaged": "5", "returned": "10"}


def counted(**changed: str) -> Step:
    batch: BatchRecord = started(FILL)
    return recorded(step_no(batch, 1), **{**RIGHT, **changed})


def decided(step: Step, decision: str) -> ExceptionRecord:
    number = ExceptionRecord.objects.get(step=step).number
    why = "The two labels were found stuck to the backing of sheet 4"
    return close_exception(act(CLOSE_EXCEPTION, "a.reviewer", reason=why), number, decision=decision)


@pytest.mark.req("LBL-02", "EXE-08")
def test_a_count_that_adds_up_passes() -> None:
    step = counted()
    with one_event(SIGN_STEP):
        signed(step)
    assert not ExceptionRecord.objects.filter(step=step).exists()


@pytest.mark.req("LBL-02", "DEV-02", negative=True)
@pytest.mark.parametrize(("returned", "shown"), [("8", "2 labels"), ("12", "-2 labels")])
def test_a_label_missing_or_too_many_holds_the_step(returned: str, shown: str) -> None:
    step = counted(returned=returned)
    (exception,) = ExceptionRecord.objects.filter(step=step)
    assert (exception.kind, exception.status) == ("limit", "open")
    with refused("gate_held", f"Labels not accounted for is {shown}", exception.number, "QA decide"):
        signed(step)
    # The next step can't be done before, so the batch stands still.
    with refused("earlier_steps_first"):
        recorded(step_no(step.batch, 2), vials="100")
    # The page says it beside the button, before anybody types a password.
    assert step_facts(Sheet(step.batch), step)["held_gates"]


@pytest.mark.req("LBL-02", "AUD-04")
def test_a_corrected_count_opens_the_gate_and_the_exception_stays() -> None:
    step = counted(returned="8")
    step = corrected(step, "returned", "10", reason="Two labels were found stuck to the backing of sheet 4")
    with one_event(SIGN_STEP):
        signed(step)
    assert ExceptionRecord.objects.get(step=step).status == "open"


@pytest.mark.req("EXE-08", "DEV-03")
@pytest.mark.parametrize("decision", ["no_impact", "impact_accepted"])
def test_qa_lets_the_batch_go_on(decision: str) -> None:
    step = counted(returned="8")
    decided(step, decision)
    signed(Step.objects.get(pk=step.pk))
    assert Step.objects.get(pk=step.pk).status == "signed"


@pytest.mark.req("EXE-08", negative=True)
def test_an_affected_lot_does_not_go_on() -> None:
    step = counted(returned="8")
    decided(step, "lot_affected")
    with refused("gate_held"):
        signed(Step.objects.get(pk=step.pk))


@pytest.mark.req("EXE-08", negative=True)
def test_a_decision_does_not_cover_a_later_value() -> None:
    """QA accepted two missing labels, not the forty that a correction shows."""
    step = counted(returned="8")
    decided(step, "no_impact")
    step = corrected(step_no(step.batch, 1), "used", "66", reason="The count of the used labels was read from the wrong sheet")
    with refused("gate_held", "40 labels"):
        signed(step)


@pytest.mark.req("EXE-08", negative=True)
def test_a_gate_without_its_values_is_asked_for() -> None:
    batch = started(FILL)
    recorded(step_no(batch, 1), issued="120", used="104")
    with refused("entries_missing", "Labels not accounted for (Not accounted for needs"):
        signed(step_no(batch, 1))


# The vials of an EV lot: filled = accepted + rejected + sampled + destroyed.
VIALS = ("filled", "accepted", "rejected", "sampled", "destroyed")
VIAL_COUNT = (
    """
[master]
code = "MBR-VIALCOUNT"
title = "Vial count"
stage = "ev_lot"
product = "iMSC-EV"
batch_size = "100 vials"

[[step]]
key = "vials"
section = "Vials"
title = "Count the vials"
instructions = ["Count the vials in the boxes."]

"""
    + "".join(number(key, "vials", 'fills = "lot.quantity_made"' if key == "accepted" else "") for key in VIALS)
    + """
[[step.parameter]]
key = "unexplained"
label = "Vials not accounted for"
kind = "calculated"
unit = "vials"
decimals = 0
action_low = "0"
action_high = "0"
formula = "reconciliation.unaccounted"
formula_version = 1
inputs = { made = "filled", accounted = ["accepted", "rejected", "sampled", "destroyed"] }
gate = true
"""
)
COUNTED = {"filled": "110", "accepted": "100", "rejected": "4", "sampled": "5", "destroyed": "1"}


@pytest.mark.req("EXE-09")
def test_vials_that_add_up_leave_nothing_unexplained() -> None:
    step = recorded(step_no(started(VIAL_COUNT), 1), **COUNTED)
    assert signed(step).status == "signed"
    assert not ExceptionRecord.objects.filter(step=step).exists()


@pytest.mark.req("EXE-09", "DEV-02", negative=True)
@pytest.mark.parametrize(("changed", "shown"), [
    ({"sampled": "4"}, "1 vials"), ({"accepted": "101"}, "-1 vials"), ({"destroyed": "0", "rejected": "5", "filled": "111"}, "1 vials"),
])  # fmt: skip
def test_one_vial_unexplained_opens_an_exception_and_holds_the_step(changed: dict[str, str], shown: str) -> None:
    step = recorded(step_no(started(VIAL_COUNT), 1), **{**COUNTED, **changed})
    (exception,) = ExceptionRecord.objects.filter(step=step)
    assert (exception.kind, exception.status) == ("limit", "open")
    with refused("gate_held", f"Vials not accounted for is {shown}", exception.number):
        signed(step)
