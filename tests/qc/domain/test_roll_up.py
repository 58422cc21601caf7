"""The roll-up of reprogramming factors: every ancestor answers, each that does not is named, and nothing passes by being absent."""

from dataclasses import replace
from typing import Any

import pytest

from qc.domain.roll_up import Ancestor, FactorRow, in_words, outcome, roll_up

LOT = "DP-2026-001"
SEV = FactorRow("X-RF-SEV", "Sendai genome", "pass", "Not detected, the LOD is low enough.", True, True, True, ("SEV",))
MYC = FactorRow("X-RF-MYC", "MYC, exogenous", "pass", "Not detected, the LOD is low enough.", True, True, True, ("MYC",))
ENDOGENOUS = FactorRow("X-RF-ENDO", "MYC, endogenous", "reported", "Reported, it has no limit.", True, False, True, ())


def ancestor(name: str, lot: str) -> Ancestor:
    return Ancestor(name, lot, "SPEC-X version 1", ("SEV", "MYC"), (SEV, MYC, ENDOGENOUS))


CLEAN = {
    "bank": [ancestor("Bank MCB-1", "MCB-1")],
    "culture": [ancestor("Culture P-3", "P-3"), ancestor("Culture P-4", "P-4")],
    "cargo": [ancestor("EV cargo of EV-1", "EV-1"), ancestor("EV cargo of EV-2", "EV-2")],
}
PLACES = [(kind, place) for kind, listed in CLEAN.items() for place in range(len(listed))]


def changed(kind: str, place: int, **change: Any) -> dict[str, list[Ancestor]]:
    """The clean genealogy with one ancestor changed."""
    found = {name: list(listed) for name, listed in CLEAN.items()}
    found[kind][place] = replace(found[kind][place], **change)
    return found


@pytest.mark.req("LAB-24")
def test_every_ancestor_conforms_and_the_roll_up_says_on_what_it_rests() -> None:
    assert roll_up(LOT, CLEAN) == []
    assert outcome([]) == "pass"
    assert in_words(CLEAN).startswith("Bank MCB-1: 2 tests conform; Culture P-3: 2 tests conform; Culture P-4")


@pytest.mark.req("LAB-24", "LAB-11", negative=True)
@pytest.mark.parametrize(
    ("verdict", "why", "key", "said", "word"),
    [
        ("pending", "No result yet.", "result_missing", "No result yet", "cannot_conclude"),
        ("oos", "Detected: 12 copies/mL.", "result_oos", "Detected: 12", "oos"),
        ("cannot_conclude", "The LOD is above the limit.", "result_no_verdict", "The LOD is above the limit", "cannot_conclude"),
        ("cannot_conclude", "A control of the run failed, so it is invalid.", "result_no_verdict", "invalid", "cannot_conclude"),
        ("awaiting_review", "Not detected.", "result_unreviewed", "second person", "cannot_conclude"),
        ("reported", "Reported, it has no limit.", "result_no_verdict", "Reported", "cannot_conclude"),
        ("a word of tomorrow", "Nobody knows it.", "result_no_verdict", "Nobody knows it", "cannot_conclude"),
    ],
    ids=["missing", "detected", "insensitive", "invalid", "unreviewed", "reported", "unknown"],
)
@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_one_row_of_one_ancestor_that_does_not_pass_is_named(
    kind: str, place: int, verdict: str, why: str, key: str, said: str, word: str
) -> None:
    bad = replace(MYC, verdict=verdict, why=why, passes=False)
    (blocker,) = found = roll_up(LOT, changed(kind, place, rows=(SEV, bad, ENDOGENOUS)))
    assert blocker.key == key
    assert blocker.message.startswith(f"{CLEAN[kind][place].name}: MYC, exogenous (X-RF-MYC): ")
    assert said in blocker.message
    assert outcome(found) == word


@pytest.mark.req("LAB-24", negative=True)
@pytest.mark.parametrize(("kind", "place"), PLACES)
@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        ({"specification": ""}, "factor_untested", "not tested for reprogramming factors"),
        ({"contents": ()}, "vector_contents_unknown", "the vector contents of its line are not recorded"),
        ({"rows": (SEV, ENDOGENOUS)}, "vector_item_unproved", "the line carried MYC"),
        ({"rows": (SEV, replace(MYC, decides=False))}, "vector_item_unproved", "the line carried MYC"),
        ({"rows": (SEV, MYC, replace(ENDOGENOUS, verdict="awaiting_review", passes=False))}, "reference_unreviewed", "not reviewed"),
    ],
    ids=["untested", "contents unknown", "no row", "optional row", "reference unreviewed"],
)
def test_an_ancestor_that_was_not_asked_is_named(kind: str, place: int, change: dict[str, Any], key: str, said: str) -> None:
    (blocker,) = roll_up(LOT, changed(kind, place, **change))
    assert blocker.key == key
    assert blocker.message.startswith(CLEAN[kind][place].name)
    assert said in blocker.message
    assert outcome([blocker]) == "cannot_conclude"


@pytest.mark.req("LAB-24", negative=True)
@pytest.mark.parametrize(("kind", "key"), [("bank", "no_bank"), ("culture", "no_producing_culture"), ("cargo", "no_cargo")])
def test_a_genealogy_without_one_of_them_shows_nothing(kind: str, key: str) -> None:
    (blocker,) = roll_up(LOT, {**CLEAN, kind: []})
    assert blocker.key == key
    assert LOT in blocker.message


@pytest.mark.req("LAB-24", negative=True)
def test_an_ancestor_without_rows_names_every_item_and_passes_nothing() -> None:
    found = roll_up(LOT, changed("culture", 1, rows=()))
    assert [b.key for b in found] == ["vector_item_unproved", "vector_item_unproved"]
    assert all(b.message.startswith("Culture P-4") for b in found)


@pytest.mark.req("LAB-24", negative=True)
def test_several_ancestors_are_each_named() -> None:
    sick = {kind: [replace(one, specification="") for one in listed] for kind, listed in CLEAN.items()}
    found = roll_up(LOT, sick)
    assert [b.message.partition(":")[0] for b in found] == [one.name for listed in CLEAN.values() for one in listed]
