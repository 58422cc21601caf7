"""What a vector leaves behind is named item by item."""

import pytest

from batches.domain.vectors import METHOD_BACKBONE, METHOD_CONTENTS, VECTOR_ITEMS, contradictions


@pytest.mark.req("TRC-07", "LAB-23")
@pytest.mark.parametrize("method", METHOD_CONTENTS)
def test_typical_contents_agree_with_their_method(method: str) -> None:
    assert METHOD_CONTENTS.keys() == METHOD_BACKBONE.keys()
    assert contradictions(method, METHOD_CONTENTS[method]) == []
    assert set(METHOD_CONTENTS[method]) <= set(VECTOR_ITEMS)


@pytest.mark.req("TRC-07", negative=True)
@pytest.mark.parametrize(
    ("method", "contents", "sentences"),
    [
        ("sendai", ["OCT4"], ["A line made by the sendai method carried Sendai virus genome. Add SEV."]),
        (
            "episomal",
            ["EBNA1", "ORIP", "SEV"],
            ["Sendai virus genome does not belong to the episomal method. Correct the method or remove SEV."],
        ),
        ("mrna", ["GLIS1"], ["“GLIS1” is not a known vector item. Choose from the list."]),
        (
            "lentiviral",
            ["OCT4"],
            ["The reprogramming method “lentiviral” is not known. Choose one of: sendai, episomal, mrna, plasmid."],
        ),
    ],
)
def test_method_and_contents_that_disagree_are_named(method: str, contents: list[str], sentences: list[str]) -> None:
    assert contradictions(method, contents) == sentences


def test_an_unknown_content_of_a_known_method_lacks_its_backbone() -> None:
    assert len(contradictions("episomal", [])) == 2
