"""The fields of a specification file and the words they may hold, for `manage.py judge --help`. Knows no Django.

The lists come from the rules that check them, so that help and check can't differ.
"""

from collections.abc import Collection, Iterable, Mapping

from batches.domain.vectors import METHOD_BACKBONE, VECTOR_ITEMS
from evgmp.rules.rounding import ROUNDING
from qc.domain.replicates import COMBINE, REPEAT
from qc.domain.specification_rows import CATEGORIES, COMPUTED, CONDITIONS, LIMIT_ORIGINS, PURPOSES, RESULT_TYPES, SOURCE_STATUSES, STAGES


def _words(allowed: Collection[str] | Mapping[str, str]) -> str:
    return " | ".join(allowed)


HEAD: dict[str, str] = {
    "code": "of the specification",
    "title": "what it is about",
    "stage": _words(STAGES),
    "product": "its name",
    "rounding": f"{_words(ROUNDING)}; holds for every row that names none",
    "note": "free text",
    "units_for_tests": 'of a finished product: units that all tests take, as "5"',
    "reserve_exempt": "of a finished product: why it keeps no reserve",
}
ROW: dict[str, str] = {
    "code": "of the row, used once",
    "category": _words(CATEGORIES),
    "name": "of the test",
    "method": "its name, as the list of methods has it",
    "method_number": 'as "TM-025"',
    "method_version": 'as "1.0"',
    "sample_type": "what is tested",
    "result_type": f"{_words(RESULT_TYPES)}; numeric is judged by limits, the others by terms",
    "unit": "of result, limits and LOD; any text, compared as a unit",
    "criterion": "in one line: ≥ 30, < 5.00, NMT 10 %, 80 to 120, 100 ± 20, (4.5 to 6.0) × 10^7, ≥ 4 of 5, FIO; negative, present; or a term that conforms",
    "lower": 'the limit, as "5.00"; instead of criterion',
    "upper": 'the limit, as "5.00"; instead of criterion',
    "lower_inclusive": "true | false",
    "upper_inclusive": "true | false",
    "decimals": "whole number: digits after the point of the reported value, of the mantissa when the limit has a power of ten",
    "rounding": _words(ROUNDING),
    "expected": "absent | present; of a presence row",
    "accepted": "list of the terms that conform",
    "known": "list of every term that may be found",
    "detection": '{ lod_max = "10", loq_max = "20", unit = "…" }: how sensitive the assay must be',
    "validated_method": '{ lod = "10", unit = "…", reference = "…" }: instead of detection',
    "controls": '[{ kind = "NTC", criterion = "…" }]: each must pass in the run, those of the method among them. A test without controls has no run',
    "control_set": "key of a [[control_set]] of the file, for rows that share controls",
    "replicates": "whole number of determinations, as many as its method asks for at least",
    "replicate_rule": "in words how they become one result",
    "combine": _words(COMBINE),
    "cv_max": "percent, with a mean",
    "difference_max": "percent, with a mean",
    "repeat": f"{_words(REPEAT)}; with all_absent",
    "mandatory": "true | false",
    "purpose": f"{_words(PURPOSES)}; release decides",
    "applies_when": f'{{ reprogramming_method = ["sendai"] }}; of {_words(CONDITIONS)}; methods: {_words(METHOD_BACKBONE)}',
    "covers": f"list of what the row proves absent, of {_words(VECTOR_ITEMS)}",
    "compendial": "chapter of the pharmacopoeia",
    "source": "of the limit",
    "source_status": _words(SOURCE_STATUSES),
    "limit_origin": _words(LIMIT_ORIGINS),
    "notes": "free text",
    "computed": f"{_words(COMPUTED)}: follows from other records, nobody tests it",
    "second_reading": "true: a second person reads what is to be seen, without knowing what the first one saw",
}
CONTROL_SET: dict[str, str] = {"key": "its name", "controls": "as in a row"}


def described() -> str:
    """Every table of the file with its fields, one a line."""
    return as_text((("[specification]", HEAD), ("[[control_set]]", CONTROL_SET), ("[[row]]", ROW)))


def as_text(tables: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    """Name and fields of each table."""
    return "\n\n".join("\n".join([title, *(f"  {field:<17} {says}" for field, says in fields.items())]) for title, fields in tables)
