"""What the forms of a specification ask for: each field with its words, and where it stands in the tables of the file. Knows no Django.

`shown_of` gives what a form shows of a table as typed; `table_with` puts what came back into that table and leaves everything else as it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qc.domain.specification_rows import CONDITIONS

# Texts as they stand in the file for a condition that is true or false.
BOOLEANS = {"yes": True, "no": False}
# What a test for presence reports where its author names no terms: first the one that conforms, by what is expected.
PRESENCE_TERMS = {"absent": ("not detected", "detected"), "present": ("detected", "not detected")}


@dataclass(frozen=True)
class Asked:
    """One field of a form. name: as "detection-lod_max", which stands at detection, lod_max of the table.

    kind: text, long (several lines), lines (a list of texts), figure, whole, flag, choice, many (a list of choices), method (number, version and
    name at once). default: what an absent flag means. needed: even in a draft. must: before the draft is submitted.
    """

    name: str
    label: str
    help: str = ""
    kind: str = "text"
    needed: bool = False
    default: bool = False
    must: bool = False

    @property
    def at(self) -> tuple[str, ...]:
        return tuple(self.name.split("-"))


METHOD_FIELDS = ("method_number", "method_version", "method")
Group = tuple[str, tuple[Asked, ...]]

HEAD: tuple[Group, ...] = (
    ("", (
        Asked("code", "Code", "Of the specification, for example SPEC-EV-DS.", needed=True),
        Asked("title", "Title", "What it is the specification of.", needed=True),
        Asked("stage", "Stage", "What is tested. One specification for each stage.", kind="choice", needed=True),
        Asked("product", "Product", "Its name."),
        Asked("rounding", "Rounding rule", "Holds for every test that names none of its own.", kind="choice", must=True),
        Asked("note", "Note", kind="long"),
    )),
    ("Reserve samples of a drug product", (
        Asked("units_for_tests", "Units that all tests take", "One set of all tests, sterility and pyrogens left out. Twice as many are kept.", kind="figure"),
        Asked("reserve_exempt", "Or why no reserve is kept"),
    )),
)  # fmt: skip

ROW: tuple[Group, ...] = (
    ("", (
        Asked("code", "Code", "Used once in the specification. No blanks.", needed=True),
        Asked("name", "Test", "As the certificate prints it.", needed=True),
        Asked("category", "Category", kind="choice", must=True),
        Asked("purpose", "Purpose", "Release decides on the lot. Reference is reported and blocks nothing.", kind="choice", must=True),
        Asked("sample_type", "What is tested", "For example EV drug substance.", must=True),
        Asked("mandatory", "Mandatory", "Without a result no lot is released.", kind="flag", default=True),
    )),
    ("Method", (
        Asked("method", "Method", "From the method lists in force.", kind="method", must=True),
        Asked("compendial", "Chapter of the pharmacopoeia"),
    )),
    ("Result and limits", (
        Asked("result_type", "Kind of result", kind="choice", must=True),
        Asked("unit", "Unit", "Of result, limits and LOD."),
        Asked("decimals", "Decimals reported", "Digits after the point; of the mantissa where the limit has a power of ten.", kind="whole"),
        Asked("rounding", "Rounding rule", kind="choice"),
        Asked("lower", "Lower limit", "As it is printed: 5.00 stays 5.00. A power of ten as 1.0E+10.", kind="figure"),
        Asked("lower_inclusive", "A result equal to the lower limit conforms", "Ticked: ≥, not less than. If not: >, more than.", kind="flag", default=True),
        Asked("upper", "Upper limit", "Empty: no limit on this side.", kind="figure"),
        Asked("upper_inclusive", "A result equal to the upper limit conforms", "Ticked: ≤, not more than. If not: <, less than.", kind="flag", default=True),
        Asked("criterion", "Or the criterion in one line", "In place of the limits, as a certificate prints it: NLT 30, < 5.00, 80 to 120, 100 ± 20, "
              "FIO; negative or positive; or the one term that conforms."),
        Asked("expected", "Expected", "Of a test for presence. Without terms of its own it reports “detected” or “not detected”.", kind="choice"),
        Asked("accepted", "Terms that conform", "One on each line.", kind="lines"),
        Asked("known", "All terms that may be reported", "Those that conform and those that do not. One on each line.", kind="lines"),
    )),
    ("Sensitivity", (
        Asked("detection-lod_max", "LOD at most", "“Not detected” counts only below it.", kind="figure"),
        Asked("detection-loq_max", "LOQ at most", kind="figure"),
        Asked("detection-unit", "Unit of both"),
        Asked("validated_method-lod", "Or the LOD that validation found", "Where no standard sets an LOD.", kind="figure"),
        Asked("validated_method-unit", "Unit of this LOD"),
        Asked("validated_method-reference", "Validation report"),
    )),
    ("Controls and determinations", (
        Asked("control_set", "Control set", "Controls that several tests share. They are edited on the page of the draft.", kind="choice"),
        Asked("replicates", "Determinations", "How many make one result.", kind="whole", must=True),
        Asked("combine", "Become one result by", kind="choice"),
        Asked("cv_max", "Coefficient of variation at most, %", "Beyond it the determination is invalid.", kind="figure"),
        Asked("difference_max", "Difference at most, %", "Of two determinations.", kind="figure"),
        Asked("repeat", "Repeat extraction", kind="choice"),
        Asked("replicate_rule", "The rule in words", "How the determinations become the reported result.", kind="long", must=True),
        Asked("second_reading", "A second person reads it", "Without knowing what the first one saw. For what is judged by eye.", kind="flag"),
    )),
    ("Applies when", tuple(
        Asked(f"applies_when-{name}", name.replace("_", " ").capitalize(), "Nothing ticked: always." if name == CONDITIONS[0] else "", kind="many")
        for name in CONDITIONS
    )),
    ("Reprogramming factors covered", (
        Asked("covers", "Proves the absence of", "Only a mandatory release test can.", kind="many"),
        Asked("computed", "Follows from other records", "Nobody tests it. Leave it empty for every test of the laboratory.", kind="choice"),
    )),
    ("Source", (
        Asked("source", "Source of the limit", "Guideline, paper or own study, so that a reader finds it.", kind="long", must=True),
        Asked("source_status", "The source is", kind="choice", must=True),
        Asked("limit_origin", "The figure is", kind="choice", must=True),
        Asked("notes", "Notes", kind="long"),
    )),
)  # fmt: skip

CONTROL_SET: tuple[Group, ...] = (("", (Asked("key", "Name of the control set", "Tests name it. No blanks.", needed=True),)),)
# Each control of a row or set, as rows of the form.
CONTROL: tuple[Asked, ...] = (Asked("kind", "Control", "For example NTC or STD_CURVE.", must=True), Asked("criterion", "Passes when", kind="long", must=True))


def asked_in(groups: Iterable[Group]) -> list[Asked]:
    return [asked for _, several in groups for asked in several]


def shown_of(asked: Iterable[Asked], table: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields show of a table of the file."""
    return {one.name: _shown(one, table) for one in asked}


def table_with(asked: Iterable[Asked], table: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The table with what was typed. A field that says the same as before stays exactly as it was, absent ones included."""
    found = dict(table)
    for one in asked:
        if one.name in given and given[one.name] != _shown(one, table):
            for at, value in _values(one, given[one.name]):
                _put(found, at, value)
    return found


def controls_shown(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Kind and criterion of each control of a row or set."""
    return [(str(one.get("kind", "")).strip(), str(one.get("criterion", "")).strip()) for one in table.get("controls", [])]


def with_controls(table: Mapping[str, Any], controls: list[tuple[str, str]]) -> dict[str, Any]:
    """The table with these controls of its own."""
    if controls == controls_shown(table):
        return dict(table)
    said = [{"kind": kind, "criterion": criterion} for kind, criterion in controls]
    return {name: value for name, value in {**table, "controls": said}.items() if name != "controls" or said}


def _shown(one: Asked, table: Mapping[str, Any]) -> Any:
    if one.kind == "method":
        return tuple(str(table.get(name, "")).strip() for name in METHOD_FIELDS)
    inner: Any = table
    for name in one.at[:-1]:
        inner = inner.get(name, {})
    value = inner.get(one.at[-1])
    if one.kind == "flag":
        return one.default if value is None else value
    if one.kind == "lines":
        return tuple(value or ())
    if one.kind == "many":
        return tuple(_word(item) for item in value or ())
    if one.kind == "whole":
        return value
    return "" if value is None else str(value).strip()


def _word(item: Any) -> str:
    return next((word for word, flag in BOOLEANS.items() if item is flag), str(item))


def _values(one: Asked, given: Any) -> list[tuple[tuple[str, ...], Any]]:
    """Where a changed field stands in the table, and what stands there now; None where nothing does."""
    if one.kind == "method":
        return [((name,), said or None) for name, said in zip(METHOD_FIELDS, given, strict=True)]
    if one.kind == "flag":
        return [(one.at, None if given is one.default else given)]
    if one.kind == "lines":
        return [(one.at, list(given) or None)]
    if one.kind == "many":
        plain = one.at[0] == "applies_when"
        return [(one.at, [BOOLEANS.get(word, word) if plain else word for word in given] or None)]
    return [(one.at, None if given in ("", None) else given)]


def _put(table: dict[str, Any], at: tuple[str, ...], value: Any) -> None:
    """A value in its place, or nothing there; an inner table that holds nothing more goes."""
    if len(at) == 1:
        table.pop(at[0], None)
        if value is not None:
            table[at[0]] = value
        return
    inner = dict(table.pop(at[0], {}))
    _put(inner, at[1:], value)
    if inner:
        table[at[0]] = inner
