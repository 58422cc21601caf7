"""What a master has to hold before its approval: take any one element away, and it is named (21 CFR 211.186(b), EU GMP part I, 4.17, 4.18)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from batches.domain.master_defects_contents import content_defects
from batches.domain.master_file import MasterFile, read_master
from batches.domain.master_parts import ComponentFile
from tests.batches.builders_uses import MATERIAL_STEP
from tests.batches.master_contents import complete
from tests.batches.master_texts import RUN

WHOLE = read_master(RUN)
LACKING: list[tuple[dict[str, Any], str]] = [
    ({"product": ""}, "The name of the product is absent."),
    ({"strength": ""}, "The strength is absent."),
    ({"batch_size": ""}, "The batch size is absent."),
    ({"theoretical_yield": None}, "The theoretical yield is absent."),
    ({"theoretical_yield": Decimal(0)}, "The theoretical yield must be more than zero."),
    ({"yield_unit": ""}, "The unit of the theoretical yield is absent."),
    ({"yield_unit": "vials"}, "The theoretical yield is in vials, the quantity made in mL."),
    ({"yield_low_pct": None}, "The lowest percentage of the theoretical yield is absent."),
    ({"yield_high_pct": None}, "The highest percentage of the theoretical yield is absent."),
    ({"yield_low_pct": Decimal(150)}, "The percentages of the theoretical yield contradict each other (150, 150)."),
    ({"yield_low_pct": Decimal(-1)}, "The percentages of the theoretical yield contradict each other (-1, 150)."),
    ({"containers": ""}, "The containers are absent."),
    ({"closures": ""}, "The closures are absent."),
    ({"labels": ""}, "The labels are absent."),
    ({"sampling": ""}, "Sampling and testing are absent."),
    ({"specifications": ()}, "The specifications are absent."),
    ({"specifications": ("",)}, "The specifications are absent."),
    ({"note": ""}, "The special notes are absent."),
    ({"precautions": ""}, "The precautions are absent."),
    ({"components": ()}, "The list of components is absent."),
]


def with_component(**changed: Any) -> MasterFile:
    return replace(WHOLE, components=(replace(WHOLE.components[0], **changed),))


@pytest.mark.req("MST-03")
def test_a_master_that_holds_everything_lacks_nothing() -> None:
    assert content_defects(WHOLE) == []


@pytest.mark.req("MST-03", negative=True)
@pytest.mark.parametrize(("taken", "sentence"), LACKING, ids=[f"{n}-{next(iter(taken))}" for n, (taken, _) in enumerate(LACKING)])
def test_each_element_that_is_taken_away_is_named_alone(taken: dict[str, Any], sentence: str) -> None:
    (found,) = content_defects(replace(WHOLE, **taken))
    assert found.startswith(sentence)


@pytest.mark.req("MST-03", negative=True)
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"item": ""}, "Component component_1: The item is absent."),
        ({"quantity": None}, "Component Feed: The quantity is absent"),
        ({"quantity": Decimal(0)}, "Component Feed: The quantity is absent"),
        ({"unit": ""}, "Component Feed: The unit is absent."),
        ({"tolerance_pct": None}, "Component Feed: The tolerance is absent"),
        ({"tolerance_pct": Decimal(100)}, "Component Feed: The tolerance is absent"),
    ],
)
def test_a_component_has_item_quantity_unit_and_tolerance(changed: dict[str, Any], sentence: str) -> None:
    (found,) = content_defects(with_component(**changed))
    assert found.startswith(sentence)


@pytest.mark.req("MST-03", negative=True)
def test_a_component_twice_and_a_step_without_its_instruction_are_named() -> None:
    twice = replace(WHOLE, components=(*WHOLE.components, replace(WHOLE.components[0], key="more")))
    assert content_defects(twice) == ["Component Feed: It is listed 2 times. Keep one line with the whole quantity."]
    mute = replace(WHOLE, steps=(replace(WHOLE.steps[0], instructions=()), *WHOLE.steps[1:]))
    assert content_defects(mute) == ["Step setup: The instruction is absent. Add it."]


@pytest.mark.req("MST-03", negative=True)
def test_what_a_step_adds_is_among_the_components_in_the_same_unit() -> None:
    whole = read_master(complete(MATERIAL_STEP))
    assert content_defects(whole) == []
    first = whole.components[0]
    other_unit = replace(whole, components=(replace(first, unit="L"), *whole.components[1:]))
    assert any(f"It adds {first.item} in mL, the list of components has L" in found for found in content_defects(other_unit))
    gone = replace(whole, components=(ComponentFile("other", "Water", Decimal(1), "mL", Decimal(1)), *whole.components[1:]))
    assert any(f"It adds {first.item}, which the list of components lacks" in found for found in content_defects(gone))
