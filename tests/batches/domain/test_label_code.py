"""The symbol of a label as scanners and people hand it over, held against what was printed and what the record says now. No database."""

import pytest

from batches.domain.check_character import check_character
from batches.domain.label_code import elements_of, read_back_blockers

GTIN, OTHER_GTIN = "09506000134352", "09506000134376"


def code(lot: str = "EV-2026-006", number: str = "0001", expiry: str = "280401", gtin: str = GTIN) -> str:
    """The line under the symbol of one label, as it is printed."""
    return f"(01){gtin}{f'(17){expiry}' if expiry else ''}(10){lot}(21){number}{check_character(f'{lot}-{number}')}"


def flat(printed: str) -> str:
    """The symbol as a scanner sends it: no brackets, and a group separator behind a value of free length."""
    return printed.replace("(21)", "\x1d21").translate({ord("("): None, ord(")"): None})


PRINTED = [code(number="0001"), code(number="0002")]


@pytest.mark.req("LBL-04")
@pytest.mark.parametrize(
    "form", [PRINTED[0], flat(PRINTED[0]), f"]d2{flat(PRINTED[0])}", f"]d2\x1d{flat(PRINTED[0])}", PRINTED[0].replace("(", " (")]
)
def test_every_form_of_a_symbol_gives_the_same_elements(form: str) -> None:
    own = PRINTED[0].rpartition("(21)")[2]
    assert elements_of(form) == {"01": GTIN, "17": "280401", "10": "EV-2026-006", "21": own}
    assert read_back_blockers(form, PRINTED, PRINTED) == []


@pytest.mark.req("LBL-04", negative=True)
@pytest.mark.parametrize(
    ("scanned", "why"),
    [
        ("", "not the elements of a label"),
        ("EV-2026-006-0001", "unknown AI EV"),
        ("(01)" + GTIN + "(10)EV-1(21)0001X)", "brackets do not match"),
        ("(01)" + GTIN + "(10)EV-1", "not the elements of a label"),
        ("(01)" + GTIN + "(10)EV-1(21)1(21)2", "not the elements of a label"),
        ("(01)" + GTIN + "(10)EV-1(21)1(37)8", "not the elements of a label"),
        ("01" + GTIN + "10EV-1\x1d211\x1d378", "unknown AI 37"),
        ("01" + GTIN + "10EV-1211", "not the elements of a label"),
    ],
)
def test_what_is_no_symbol_of_our_labels_is_refused(scanned: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        elements_of(scanned)
    (blocker,) = read_back_blockers(scanned, PRINTED, PRINTED)
    assert (blocker.key, blocker.field) == ("no_label_code", "code")


@pytest.mark.req("LBL-04", "LBL-05", negative=True)
@pytest.mark.parametrize(
    ("scanned", "said"),
    [
        (code(gtin=OTHER_GTIN), f"product code (GTIN) {OTHER_GTIN} instead of {GTIN}"),
        (flat(code(gtin=OTHER_GTIN)), f"product code (GTIN) {OTHER_GTIN} instead of {GTIN}"),
        (code(expiry="290401"), "expiry 290401 instead of 280401"),
        (code(expiry=""), "expiry absent instead of 280401"),
        (code(lot="EV-2026-007"), "lot EV-2026-007 instead of EV-2026-006"),
        (code(number="0003"), f"number {code(number='0003').rpartition(')')[2]} was not printed in this issue"),
    ],
)
def test_a_label_of_another_issue_is_refused_with_what_differs(scanned: str, said: str) -> None:
    (blocker,) = read_back_blockers(scanned, PRINTED, PRINTED)
    assert (blocker.key, blocker.field) == ("label_of_other", "code")
    assert blocker.message == f"This label does not belong here: {said}. Put it aside and call the supervisor."


@pytest.mark.req("LBL-04", negative=True)
def test_a_label_with_an_expiry_among_labels_without_one_is_refused_for_the_expiry() -> None:
    without = [code(expiry="")]
    (blocker,) = read_back_blockers(code(), without, without)
    assert blocker.message.startswith("This label does not belong here: expiry 280401 instead of none. ")


@pytest.mark.req("LBL-04", "LBL-05", negative=True)
@pytest.mark.parametrize(
    ("now", "said"),
    [
        (code(expiry="280301"), "expiry 280301"),
        (code(expiry=""), "expiry none"),
        (code(expiry="280301", gtin=OTHER_GTIN), f"product code (GTIN) {OTHER_GTIN}; expiry 280301"),
    ],
)
def test_a_label_that_the_record_contradicts_by_now_is_destroyed(now: str, said: str) -> None:
    (blocker,) = read_back_blockers(PRINTED[0], PRINTED, [now, PRINTED[1]])
    assert (blocker.key, blocker.field) == ("record_changed", "code")
    assert blocker.message == f"The record says something else than this label now: {said}. Destroy it and print anew."
    assert read_back_blockers(PRINTED[1], PRINTED, [now, PRINTED[1]]) == []


@pytest.mark.req("LBL-04", negative=True)
def test_a_label_with_one_character_altered_is_refused_as_altered() -> None:
    for altered in (PRINTED[0].replace("EV-2026-006", "EV-2026-009"), PRINTED[0].replace("(21)0001", "(21)0007")):
        (blocker,) = read_back_blockers(altered, PRINTED, PRINTED)
        assert (blocker.key, blocker.field) == ("label_altered", "code")
