"""Label templates as data, and the check character."""

import pytest

from batches.domain.check_character import ALPHABET, check_character, is_intact
from batches.domain.data_file import DataFileError
from batches.domain.label_file import defects, gtin_is_valid, label_file

VIAL = """[label]
code = "LBL-X"
title = "Vial"
kind = "vial"
paper = "sheet"
width = 48
height = 25
columns = 4
rows = 11
margin = 8
gtin = "09506000134352"
elements = ["product", "strength", "volume", "lot", "serial", "expiry", "storage", "manufacturer"]
statements = ["For clinical trial use only."]
"""


@pytest.mark.req("LBL-04")
def test_the_check_character_of_the_published_example() -> None:
    """The Global Release Identifier standard (IFPI GRid 2.1) prints A1-2425G-ABC1234002-M, by ISO 7064 MOD 37,36."""
    assert check_character("A1-2425G-ABC1234002") == "M"
    assert is_intact("A1-2425G-ABC1234002-M")


@pytest.mark.req("LBL-04", negative=True)
def test_every_single_mistyped_character_is_found() -> None:
    right = "EV-2026-006-0001-" + check_character("EV-2026-006-0001")
    for place, letter in enumerate(right):
        for other in ALPHABET if letter in ALPHABET else "":
            assert is_intact(right[:place] + other + right[place + 1 :]) == (other == letter)
    assert not is_intact("")
    with pytest.raises(ValueError, match="no letter or digit"):
        check_character("--")


def test_a_whole_template_has_no_defect() -> None:
    assert defects(label_file(VIAL)) == []


@pytest.mark.req("LBL-05", negative=True)
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"09506000134352"', '"09506000134353"', "GTIN"),
        ('kind = "vial"', 'kind = "tube"', "no kind of label"),
        ('paper = "sheet"', 'paper = "scroll"', "no paper"),
        ("columns = 4", "columns = 5", "do not fit"),
        ("height = 25", "height = 9", "can't be read"),
        ('"product", ', '"product", "status", ', "carries no status"),
        ('"product", ', '"product", "price", ', "nothing that the record knows"),
        ('"product", ', '"product", "lot", ', "twice"),
        ('statements = ["For clinical trial use only."]', "", "intended use"),
        ("margin = 8", "margin = 8\nlimit = 11", "The limit of a reconciliation is 0 to 10 labels."),
        ("margin = 8", "margin = 8\nlimit = -1", "The limit of a reconciliation is 0 to 10 labels."),
    ],
)
def test_every_defect_is_named(old: str, new: str, said: str) -> None:
    assert old in VIAL
    assert said in " ".join(defects(label_file(VIAL.replace(old, new, 1))))


@pytest.mark.parametrize("text", ["", "[label]", "nonsense", VIAL + 'free_text = "x"', VIAL.replace("48", '"48"')])
def test_what_can_not_be_read_is_refused(text: str) -> None:
    with pytest.raises(DataFileError):
        label_file(text)


@pytest.mark.req("LBL-05", negative=True)
@pytest.mark.parametrize(("old", "new"), [('"LBL-X"', '""'), ('"LBL-X"', f'"{"X" * 41}"'), ('"Vial"', f'"{"V" * 121}"')])
def test_a_code_or_title_that_no_record_can_hold_is_refused(old: str, new: str) -> None:
    with pytest.raises(DataFileError, match=r"\[label\] needs a code of 1 to 40 letters and a title of at most 120."):
        label_file(VIAL.replace(old, new, 1))
    assert label_file(VIAL.replace('"LBL-X"', f'"{"X" * 40}"', 1).replace('"Vial"', f'"{"V" * 120}"', 1)).code == "X" * 40


def test_a_gtin_has_fourteen_digits() -> None:
    assert gtin_is_valid("09506000134352")
    assert not gtin_is_valid("9506000134352")
    assert not gtin_is_valid("0950600013435²")
