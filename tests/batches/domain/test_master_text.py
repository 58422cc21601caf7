"""A master written as a file and read again is the same master, whatever fields its parts have."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from batches.domain.master_editing import key_from
from batches.domain.master_file import read_master
from batches.domain.master_parts import MasterFile, TimeLimit, as_json, from_json
from batches.domain.master_text import write_master
from batches.domain.master_words import groups_of
from evgmp.rules.reading import LARGEST_EXPONENT, SMALLEST_EXPONENT
from tests.batches.master_texts import RUN

FOLDER = Path(__file__).parents[3] / "batches" / "masterdata" / "masters"
# The reader takes surrounding blanks away, so they are none of the content.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(str.strip)


def values(hint: Any, name: str) -> st.SearchStrategy[Any]:
    """Any value a field of this type may hold. A new field of the schema is filled by its type, without a word here."""
    options = get_args(hint)
    if is_dataclass(hint):
        return st.builds(hint, **{f.name: values(get_type_hints(hint)[f.name], f.name) for f in fields(hint)})
    if get_origin(hint) is tuple:
        return st.lists(values(options[0], name), max_size=2).map(tuple)
    if type(None) in options:
        return st.none() | values(next(o for o in options if o is not type(None)), name)
    if get_origin(hint) is Mapping:
        return st.dictionaries(TEXT, TEXT | st.lists(TEXT, max_size=2).map(tuple), max_size=2).map(MappingProxyType)
    return {
        str: TEXT.filter(bool) if name in ("key", "code", "title", "value") else TEXT,
        bool: st.booleans(),
        int: st.integers(0, 10**9),
        Decimal: st.decimals(allow_nan=False, allow_infinity=False).filter(is_held),
    }[hint]


def is_held(amount: Decimal) -> bool:
    """Whether a record can hold it; a file with another figure is refused."""
    return not amount or SMALLEST_EXPONENT <= amount.adjusted() <= LARGEST_EXPONENT


def same(one: Any, other: Any) -> bool:
    """Equal with every digit: 5.0 is not 5.00."""
    return bool(one == other) and repr(one) == repr(other)


@pytest.mark.req("MST-01")
@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(values(MasterFile, "master"))
def test_whatever_a_master_holds_comes_back_digit_for_digit(master: MasterFile) -> None:
    assert same(read_master(write_master(master)), master)


@pytest.mark.req("MST-01")
@pytest.mark.parametrize("name", sorted(p.stem for p in FOLDER.glob("*.toml")))
def test_the_shipped_masters_come_back(name: str) -> None:
    master = read_master((FOLDER / f"{name}.toml").read_text())
    text = write_master(master)
    assert same(read_master(text), master)
    assert write_master(read_master(text)) == text


def test_what_the_reader_assumes_is_not_written() -> None:
    text = write_master(read_master(RUN))
    assert "witness = false" not in text
    assert "required = true" not in text
    assert "when" not in text


def test_every_field_stands_in_one_group_of_the_form() -> None:
    for part in (MasterFile, *(get_args(get_type_hints(MasterFile)["steps"])[:1])):
        names = [name for _, group in groups_of(part) for name in group]
        assert sorted(names) == sorted(f.name for f in fields(part))


@pytest.mark.parametrize(
    ("words", "taken", "key"),
    [
        ("Set up the membrane", [], "set_up_the_membrane"),
        ("1st wash", [], "step_1st_wash"),
        ("…", [], "step"),
        ("Wash", ["wash", "wash_2"], "wash_3"),
    ],
)
def test_a_key_is_made_from_the_title(words: str, taken: list[str], key: str) -> None:
    assert key_from(words, taken, "step") == key


@pytest.mark.req("MST-01", negative=True)
def test_a_master_with_a_float_is_never_written() -> None:
    master = read_master(RUN)
    step = master.steps[0]
    rounded = replace(step.parameters[0], target=0.115)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"A file of master data holds no float."):
        write_master(replace(master, steps=(replace(step, parameters=(rounded,)),)))


@pytest.mark.req("MST-01")
def test_a_part_stored_before_a_field_existed_takes_what_the_field_is_without_a_word() -> None:
    now = as_json(TimeLimit("hold", "Hold", "thaw", 5, None, 30, holds=True))
    assert from_json(TimeLimit, now) == TimeLimit("hold", "Hold", "thaw", 5, None, 30, holds=True)
    before = {name: value for name, value in now.items() if name != "holds"}
    assert from_json(TimeLimit, before) == TimeLimit("hold", "Hold", "thaw", 5, None, 30, holds=False)
