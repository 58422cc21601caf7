"""Facts that are found out when a rule asks for them."""

from typing import Any

import pytest

from evgmp.rules.lifecycle import LazyFacts


def test_each_fact_is_found_out_once_and_only_when_asked_for() -> None:
    asked: list[str] = []

    def way(name: str) -> Any:
        return lambda: (asked.append(name), name.upper())[1]

    facts = LazyFacts(a=way("a"), b=way("b"))
    assert "a" in facts
    assert (len(facts), list(facts), asked) == (2, ["a", "b"], [])
    assert (facts["a"], facts.get("a"), facts.get("absent"), facts.get("absent", 1)) == ("A", "A", None, 1)
    assert asked == ["a"]


def test_what_is_known_already_takes_the_place_of_a_way() -> None:
    facts = LazyFacts(a=lambda: 1, b=lambda: 2)
    more = facts | {"b": 3, "c": 4}
    assert dict(more) == {"a": 1, "b": 3, "c": 4}
    assert dict(facts) == {"a": 1, "b": 2}


def test_an_error_while_a_fact_is_found_out_is_no_absent_fact() -> None:
    """A rule that asks with get() would let the act pass."""

    def broken() -> Any:
        raise KeyError("a row that should be there")

    for facts in (LazyFacts(missing=broken), LazyFacts(missing=broken) | {"other": 1}):
        with pytest.raises(KeyError, match="a row that should be there"):
            facts.get("missing")
        assert "missing" in facts
