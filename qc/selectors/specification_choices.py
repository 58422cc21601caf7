"""What the author of a specification may choose from: words of the rules, methods in force, control sets of the draft."""

from collections.abc import Mapping
from typing import Any

from batches.domain.vectors import METHOD_WORDS, VECTOR_ITEMS
from evgmp.rules.rounding import ROUNDING
from qc.domain.replicates import COMBINE, COMBINED_BY, REPEAT
from qc.domain.specification_editing import named, sets_of
from qc.domain.specification_fields import BOOLEANS, METHOD_FIELDS
from qc.domain.specification_rows import (
    CATEGORIES,
    COMPUTED,
    CONDITIONS,
    LIMIT_ORIGINS,
    PURPOSES,
    RESULT_TYPES,
    SOURCE_STATUSES,
    STAGES,
)
from qc.models import Specification, SpecificationVersion, SpecRow
from qc.selectors.methods import methods_in_force
from qc.selectors.specifications import DOSAGE_FORMS, shipped_titles

Choice = tuple[str, str]
Key = tuple[str, str, str]
RESULT_WORDS = {
    "numeric": "A number, judged by limits", "presence_absence": "Present or absent", "qualitative": "A term, judged by the terms that conform",
    "text": "A text, judged by the terms that conform",
}  # fmt: skip
SOURCE_WORDS = {"verified": "verified: read at the source", "recalled": "recalled: general knowledge, still to be checked"}
ORIGIN_WORDS = {"published": "published by this source", "guideline": "from a guideline or pharmacopoeia", "illustrative": "an example"}
CONDITION_WORDS = {"reprogramming_method": METHOD_WORDS, "vector_carries": VECTOR_ITEMS, "dosage_form": {form: form.capitalize() for form in DOSAGE_FORMS}}


def choices_for(document: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, list[Choice]]:
    """Choices by field. What the part holds already is always among them, even if it is a defect."""
    general = str(document["specification"].get("rounding", ""))
    rules = [(key, rule.sentence) for key, rule in ROUNDING.items()]
    found: dict[str, list[Choice]] = {
        "stage": list(STAGES.items()),
        "rounding": rules,
        "category": list(CATEGORIES.items()),
        "purpose": list(PURPOSES.items()),
        "computed": list(COMPUTED.items()),
        "result_type": [(key, RESULT_WORDS.get(key, key)) for key in RESULT_TYPES],
        "expected": [("absent", "Absent: not detected"), ("present", "Present: detected")],
        "control_set": [(key, f"{key}, {len(one.get('controls', []))} controls") for one in sets_of(document) if (key := named(one, "key"))],
        "combine": [(key, _first_up(COMBINED_BY.get(key, key))) for key in COMBINE],
        "repeat": list(REPEAT.items()),
        "source_status": [(key, SOURCE_WORDS.get(key, key)) for key in SOURCE_STATUSES],
        "limit_origin": [(key, ORIGIN_WORDS.get(key, key)) for key in LIMIT_ORIGINS],
        "covers": list(VECTOR_ITEMS.items()),
        **{f"applies_when-{name}": _of_condition(name) for name in CONDITIONS},
    }
    for name, offered in found.items():
        value = shown.get(name)
        held = value if isinstance(value, tuple) else (value,) if value else ()
        offered += [(one, f"{one} (not known)") for one in held if one not in dict(offered)]
    if "code" in shown and "name" in shown:
        found["rounding"] = [("", f"As the whole specification: {ROUNDING[general].sentence}" if general in ROUNDING else "As the whole specification"), *rules]
    return found


def methods_for(held: Key) -> dict[str, tuple[str, Key]]:
    """Methods by what stands in the form, each with its words and its number, version and name; the one the row holds among them."""
    found: dict[str, tuple[str, Key]] = {}
    for one in methods_in_force():
        state = "" if one.fit_for_release else f" ({one.status_words})"
        found[f"{one.number} v{one.version}"] = (f"{one.number} v{one.version}: {one.name}{state}", (one.number, one.version, one.name))
    if any(held) and held not in [key for _, key in found.values()]:
        words = " ".join(filter(None, (held[0], held[1] and f"v{held[1]}", held[2])))
        found[f"{words} (not known)"] = (f"{words} (not known)", held)
    return found


def held_method(shown: Mapping[str, Any]) -> Key:
    number, version, name = shown.get("method") or ("",) * len(METHOD_FIELDS)
    return number, version, name


def choices_for_draft() -> dict[str, list[Choice]]:
    """What a draft may begin from: the newest version of each specification, those that come with the software, stages without one."""
    newest: dict[int, SpecificationVersion] = {}
    for version in SpecificationVersion.objects.select_related("spec").order_by("spec__code", "version"):
        newest[version.spec_id] = version
    taken = set(Specification.objects.values_list("stage", flat=True))
    return {
        "based_on": [(v.number, f"{v.number}: {v.spec.title}") for v in newest.values()],
        "shipped": list(shipped_titles().items()),
        "stage": [(key, title) for key, title in STAGES.items() if key not in taken],
    }


def longest_texts() -> dict[str, int]:
    """How long a text of a row may be, from the column it will stand in; by the name of its form field."""
    columns: Any = SpecRow._meta.concrete_fields
    found = {column.name: column.max_length for column in columns if getattr(column, "max_length", None)}
    inner = {"detection-unit": "lod_unit", "validated_method-unit": "validated_lod_unit", "validated_method-reference": "validated_reference"}
    head: Any = Specification._meta.concrete_fields
    heads = {column.name: column.max_length for column in head if getattr(column, "max_length", None) and column.name != "code"}
    return {**heads, **found, **{name: found[column] for name, column in inner.items()}}


def _of_condition(name: str) -> list[Choice]:
    known = CONDITION_WORDS.get(name)
    return list(known.items()) if known else [(word, word.capitalize()) for word in BOOLEANS]


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
