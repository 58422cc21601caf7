"""What must be true before a run is recorded: its instrument, its reagents and standards, its method, the amount of sample. Knows no Django.

A run that fails one of these gave no result that could be trusted, so it is refused with its sentence (LAB-02, LAB-03, LAB-21).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from batches.domain.equipment import UnitFacts, unit_blockers
from evgmp.rules.blocker import Blocker
from evgmp.rules.reading import UnreadableNumber, parse_number
from qc.domain.method_file import MethodFile, entry_blockers
from qc.domain.standards import same_name

# Classes of the site's equipment that measure samples.
INSTRUMENTS = ("analytical_instrument", "cell_counter", "balance")
LONGEST_MEASURE = 80


def instrument_blockers(code: str, unit: UnitFacts | None, *, at: datetime) -> list[Blocker]:
    """Why this instrument could not measure at this instant. unit: as its log stood then; None when nobody registered it."""
    if unit is None:
        return [
            Blocker("unknown_instrument", f"{code[:40] or 'The instrument'} is no registered equipment. The supervisor registers it; then record the run.",
                    "instrument")
        ]  # fmt: skip
    if unit.equipment_class not in INSTRUMENTS:
        return [Blocker("not_an_instrument", f"{unit.code} is a {unit.kind.title.lower()}, no instrument of the laboratory. Enter the code on its label.",
                        "instrument")]  # fmt: skip
    return [Blocker(one.key, one.message, "instrument") for one in unit_blockers(unit, at=at, lot="")]


def lapse_blockers(lapses: Sequence[str], remark: str) -> list[Blocker]:
    """An instrument that was in date when the run began, and no longer when it was recorded: the analyst says in the remark, and signs,
    that the measurement was over before (EXE-15)."""
    if not lapses or remark.strip():
        return []
    return [Blocker("instrument_lapsed", f"{'. '.join(lapses)}. Say in the remark when the measurement was over.", "remark")]


def method_blockers(method: MethodFile | None, key: str, *, for_release: bool, lists: bool = True) -> list[Blocker]:
    """Why no run of this method counts. for_release: whether a release test in force names it (LAB-02). Others as for `entry_blockers`."""
    found = entry_blockers(method, key, "release" if for_release else "reference", lists=lists)
    return [Blocker(one.key, one.message, "method") for one in found]


def reagent_blockers(method: MethodFile, used: Sequence[Mapping[str, str]], registered: Collection[str] = ()) -> list[Blocker]:
    """What the method names and the run lacks. used: {name, lot, expires_on, assigned_value, register} each; registered: items of the register.

    A reference standard of the method, and everything else whose item stands in the register, is cited by its number (LAB-21).
    """
    missing = []
    found = []
    for name in (*method.reagents, *method.standards):
        lines = [one for one in used if is_named(one["name"], name)]
        if not lines:
            missing.append(f"the reference standard “{name}” by its number in the register" if name in method.standards else f"“{name}” with lot and expiry")
        elif name in method.standards and not all(one["assigned_value"] for one in lines if one.get("register")):
            words = f"“{name}” is a reference standard of {method.key}, but the lot that is cited has no assigned value. Cite one that has."
            found.append(Blocker("value_unassigned", words, "reagents"))
    for one in used:
        ruled = any(is_named(one["name"], name) for name in method.standards) or any(_is_kept_as(one["name"], item, method) for item in registered)
        if ruled and not one.get("register"):
            words = f"The lots of “{one['name']}” are kept in the register of standards. Cite the number of the lot, as STD-2026-0001, instead of its label."
            found.append(Blocker("standard_uncited", words, "reagents"))
    if missing:
        found.insert(0, Blocker("reagent_missing", f"{method.key} also uses what has no line here: {'; '.join(missing)}. Write a line for each.", "reagents"))
    return found


def _is_kept_as(written: str, item: str, method: MethodFile) -> bool:
    """Whether a line names an item of the register: by its very name, or as the same reagent of the method."""
    return same_name(written, item) or any(is_named(written, name) and is_named(item, name) for name in method.reagents)


def measure_blockers(measure: str) -> list[Blocker]:
    """Whether the weight or measure of sample is a number with its unit, as in “100 µL” or “2.0 mL of 1:10” (21 CFR 211.194(a)(3))."""
    amount, _, unit = measure.strip().partition(" ")
    advice = "Write a number and its unit, as in “100 µL”."
    if not amount:
        return [Blocker("measure_missing", f"How much of each sample was taken? {advice}", "sample_measure")]
    try:
        reading = parse_number(amount)
    except UnreadableNumber:
        return [Blocker("measure_unreadable", f"“{measure[:40]}” is no weight and no measure. {advice}", "sample_measure")]
    if not unit.strip() or reading.qualifier or (reading.amount or 0) <= 0 or len(measure) > LONGEST_MEASURE:
        return [Blocker("measure_unreadable", f"“{measure[:40]}” is no weight and no measure. {advice}", "sample_measure")]
    return []


def modification_blockers(what: str, why: str, data: str) -> list[Blocker]:
    """A run that did not follow the method to the letter says what was done otherwise, why, and what shows that it gives the same (211.194(b))."""
    given = {"modification": what.strip(), "modification_why": why.strip(), "modification_data": data.strip()}
    if not any(given.values()) or all(given.values()):
        return []
    words = {
        "modification": "what was done otherwise than the method says", "modification_why": "why the method was modified",
        "modification_data": "where the data are that verify the modified method",
    }  # fmt: skip
    return [Blocker("modification_unexplained", f"A modified run needs all three: say {words[name]}.", name) for name, text in given.items() if not text]


def is_named(written: str, named: str) -> bool:
    """The name of the method, with or without more behind it: “Kinetic LAL, 50 tests” is the “Kinetic LAL”."""
    return " ".join(written.split()).casefold().startswith(" ".join(named.split()).casefold())
