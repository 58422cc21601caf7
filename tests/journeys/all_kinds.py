"""A master of 25 steps that uses every kind of step: as its author types it, and what is done at each step of the run.

A plan line is one step. `fields` go into the form of the step, `values` are its values in their order, `done` are the acts of the
operator between opening the step and signing it.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.batches.builders_uses import MEDIUM, ROOM, SKID

Fields = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One step of the plan. outcome: signed, skipped, decided (a hold point) or passed over. repeats: a step of this kind was done before."""

    kind: str
    title: str
    fields: Fields = field(default_factory=dict)
    values: tuple[Fields, ...] = ()
    done: tuple[tuple[str, Fields], ...] = ()
    outcome: str = "signed"
    repeats: bool = False


def number(label: str, unit: str = "mL", decimals: str = "1", low: str = "0", high: str = "900", **more: Any) -> Fields:
    return {"label": label, "kind": "number", "unit": unit, "decimals": decimals, "plausible_low": low, "plausible_high": high, "required": True, **more}


def computed(label: str, formula: str, inputs: str, unit: str = "mL", decimals: str = "1", **more: Any) -> Fields:
    return {"label": label, "kind": "calculated", "unit": unit, "decimals": decimals, "formula": formula, "formula_version": "1", "inputs": inputs,
            "required": True, **more}  # fmt: skip


def choice(label: str, *choices: str) -> Fields:
    return {"label": label, "kind": "choice", "choices": "\n".join(choices), "accepted": choices[0], "required": True}


def instant(label: str) -> Fields:
    return {"label": label, "kind": "instant", "required": True}


WITNESSED = {"witness": "on"}
ENTER, SCAN = "batches.record_entry", "batches.record_use"
VOLUME = number("Volume", low="0.1", high="900.0", action_low="5.0", action_high="50.0", key="volume")
LEVEL = number("Level", key="level", decimals="0")


def reading(title: str) -> Line:
    return Line("entry", title, values=(LEVEL,), done=((ENTER, {"level": "20"}),), repeats=True)


def log(title: str) -> Line:
    return Line("log", title, values=(LEVEL,), done=((ENTER, {"level": "20"}),), repeats=True)


def told(title: str) -> Line:
    return Line("instruction", title, repeats=True)


PLAN = (
    Line("clearance", "Clear the room", {**WITNESSED, "equipment-0-equipment_class": "room_grade_c"}, (choice("Room free", "clear", "not clear"),),
         ((SCAN, {"code": ROOM}), (ENTER, {"room_free": "clear"}))),
    Line("equipment", "Set up the skid", {"equipment-0-equipment_class": "tff_skid"}, (), ((SCAN, {"code": SKID}),)),
    Line("material", "Add the buffer", {**WITNESSED, "materials-0-item": MEDIUM, "materials-0-quantity": "100", "materials-0-unit": "mL",
         "materials-0-tolerance_pct": "2"}, (), ((SCAN, {"code": "{lot}", "quantity": "100"}),)),
    Line("entry", "Weigh the feed", {**WITNESSED, "critical": "on"}, (VOLUME,), ((ENTER, {"volume": "20.0"}),)),
    Line("log", "Pressure log", {}, (VOLUME,), ((ENTER, {"volume": "20.0"}),)),
    Line("calculation", "Mean of the log", {}, (computed("Mean volume", "statistics.mean", "values = *s5.volume"),)),
    Line("timer", "Let it settle", {"times-0-title": "Settling", "times-0-since": "s7.begun", "times-0-until": "ended", "times-0-maximum_min": "60"},
         (instant("Begun"), instant("Ended")), ((ENTER, {"begun": "now"}), (ENTER, {"ended": "now"}))),
    Line("branch", "Is it clear?", {}, (number("Turbidity", "NTU", key="turbidity"),), ((ENTER, {"turbidity": "2.0"}),)),
    Line("entry", "Filter once more", {"condition-value": "s8.turbidity", "condition-at_least": "5.0"}, (LEVEL,), outcome="passed over", repeats=True),
    Line("instruction", "Go on with the clear feed", {"condition-value": "s8.turbidity", "condition-below": "5.0"}),
    Line("entry", "Flush line A", {"parallel": "flush"}, (LEVEL,), ((ENTER, {"level": "20"}),), repeats=True),
    Line("entry", "Flush line B", {"parallel": "flush"}, (LEVEL,), ((ENTER, {"level": "21"}),), repeats=True),
    Line("entry", "Change the filter", {"may_skip": "on"}, (LEVEL,), outcome="skipped", repeats=True),
    Line("sampling", "Draw the sample", {"samples-0-purpose": "Bioburden", "samples-0-quantity": "5", "samples-0-unit": "mL"}, (),
         (("batches.take_sample", {"quantity": "5", "container": "Cryovial", "storage": "-80 °C"}),)),
    Line("attachment", "Photograph the vials", {"attachment": "required"}, (), (("batches.attach_file", {"shows": "Vials before the inspection"}),)),
    Line("hold_point", "QC decides", {}, (), outcome="decided"),
    Line("fill", "Fill and reconcile", WITNESSED, (
        number("Filled", "vials", "0", key="filled"), number("Accepted", "vials", "0", key="accepted"), number("Rejected", "vials", "0", key="rejected"),
        computed("Not accounted for", "reconciliation.unaccounted", "made = filled\naccounted = accepted, rejected", "vials", "0",
                 action_low="0", action_high="0", gate="on"),
    ), ((ENTER, {"filled": "100", "accepted": "96", "rejected": "4"}),)),
    reading("Read the level"), told("Wipe the vials"), log("Watch the chiller"), reading("Read it again"), told("Store the vials"), log("Watch the freezer"),
    Line("clearance", "Clear the room after the end", {**WITNESSED, "equipment-0-equipment_class": "room_grade_c", "equipment-0-required": "on"},
         (choice("Room free", "clear", "not clear"),), ((SCAN, {"code": ROOM}), (ENTER, {"room_free": "clear"})), repeats=True),
    Line("entry", "Measure what was made", {}, ({**VOLUME, "fills": "lot.quantity_made"},),
         ((ENTER, {"volume": "20.0"}),), repeats=True),
)  # fmt: skip


def fields_of(place: int) -> Fields:
    """What is typed into the form of the step at a place (1 is the first)."""
    line = PLAN[place - 1]
    return {"title": line.title, "kind": line.kind, "section": f"Part {(place - 1) // 5 + 1}", "key": f"s{place}",
            "instructions": "Read what the display shows.\nWrite it down at once.", **line.fields}  # fmt: skip
