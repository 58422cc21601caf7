"""A criterion in one line is read in the forms that certificates print, and in no other."""

import pytest

from qc.domain.criterion import Criterion, read_criterion


def shown(criterion: Criterion) -> tuple[str, str]:
    low = "" if criterion.lower is None else f"{'>=' if criterion.lower_inclusive else '>'} {criterion.lower}"
    high = "" if criterion.upper is None else f"{'<=' if criterion.upper_inclusive else '<'} {criterion.upper}"
    return low, high


@pytest.mark.req("LAB-09")
@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("≥ 30", (">= 30", "")), (">=30", (">= 30", "")), ("NLT 98.0", (">= 98.0", "")), ("not less than 5", (">= 5", "")),
        ("> 90.0", ("> 90.0", "")), ("more than 5", ("> 5", "")), ("at least 1.0E+10", (">= 1.0E+10", "")),
        ("≤ 55", ("", "<= 55")), ("<= 10", ("", "<= 10")), ("NMT 101.5", ("", "<= 101.5")), ("< 5.00", ("", "< 5.00")),
        ("less than 0.250", ("", "< 0.250")), ("max. 3", ("", "<= 3")),
        ("80 to 120", (">= 80", "<= 120")), ("80-120", (">= 80", "<= 120")), ("6.90 – 7.70", (">= 6.90", "<= 7.70")),
        ("6.90–7.70", (">= 6.90", "<= 7.70")), ("> 5 and ≤ 9", ("> 5", "<= 9")), ("NLT 98.0 and NMT 101.5", (">= 98.0", "<= 101.5")),
        ("-30 to -10", (">= -30", "<= -10")), ("1.0E-3 to 1.0E+2", (">= 0.0010", "<= 1.0E+2")),
        ("100 ± 20", (">= 80", "<= 120")), ("7.3 +/- 0.4", (">= 6.9", "<= 7.7")),
        ("FIO", ("", "")), ("For information only", ("", "")), ("report result", ("", "")),
    ],
)  # fmt: skip
def test_the_forms_of_a_criterion(text: str, limits: tuple[str, str]) -> None:
    assert shown(read_criterion(text)) == limits


@pytest.mark.req("LAB-09")
@pytest.mark.parametrize(
    ("text", "unit", "limits"),
    [
        ("≥ 70 %", "%", (">= 70", "")), ("≥95%", "%", (">= 95", "")), ("NMT 0.25 EU/mL", "EU/mL", ("", "<= 0.25")), ("< 5 EU/ml", "EU/mL", ("", "< 5")),
        ("≤1 EU mL−1", "EU/mL", ("", "<= 1")), ("NMT 5 CFU/100 mL", "CFU/100 mL", ("", "<= 5")), ("10–20 %", "%", (">= 10", "<= 20")),
        ("10%-20%", "%", (">= 10", "<= 20")), ("80–120% of label", "% of label", (">= 80", "<= 120")), ("100 % ± 20 %", "%", (">= 80", "<= 120")),
        ("(50 ± 10) %", "%", (">= 40", "<= 60")), ("200 nm ± 10 %", "nm", (">= 180", "<= 220")), ("(4.5-6.0) × 10^7", "cells", (">= 4.5E+7", "<= 6.0E+7")),
        ("(4.5 to 6.0) × 10⁷ cells", "cells", (">= 4.5E+7", "<= 6.0E+7")), ("> 0.5 × 10^6 cells/kg", "cells/kg", ("> 5E+5", "")),
        ("≥ 10^6 cells", "cells", (">= 1E+6", "")), ("≥ 10⁶", "cells", (">= 1E+6", "")), ("≤ 1 in 10^6", "in 10^6", ("", "<= 1")),
        ("≥ 4 of 5", "of 5", (">= 4", "")), ("≥ 4/5", "of 5", (">= 4", "")), ("< 100 beads/3×10^6 cells", "beads/3×10^6 cells", ("", "< 100")),
        ("180 to 220 million cells per bag", "million cells/bag", (">= 180", "<= 220")), ("≦ 5", "", ("", "<= 5")), ("≧5", "", (">= 5", "")),
        ("⩽ 5", "", ("", "<= 5")), ("> or = 5", "", (">= 5", "")), ("</= 5", "", ("", "<= 5")), ("=> 5", "", (">= 5", "")), ("＜ 5", "", ("", "< 5")),
        ("greater than or equal to 5", "", (">= 5", "")), ("less than or equal to 5", "", ("", "<= 5")), ("greater than 5", "", ("> 5", "")),
        ("no more than 5", "", ("", "<= 5")), ("not exceeding 5", "", ("", "<= 5")), ("up to 5", "", ("", "<= 5")), ("5 or more", "", (">= 5", "")),
        ("5 or less", "", ("", "<= 5")), ("between 10 and 20", "", (">= 10", "<= 20")), ("from 10 to 20", "", (">= 10", "<= 20")),
        ("≥ 80, ≤ 120", "", (">= 80", "<= 120")), ("80 ≤ x < 120", "", (">= 80", "< 120")), ("= 0", "colonies", (">= 0", "<= 0")),
        ("≥ 1:64", "titre", (">= 64", "")), ("< 1:8", "1:n", ("", "< 8")), ("pH 6.8–7.4", "pH", (">= 6.8", "<= 7.4")),
        ("10^3-10^5", "", (">= 1E+3", "<= 1E+5")), ("Minimum 75×10^6, maximum 150×10^6", "cells", (">= 7.5E+7", "<= 1.50E+8")),
        ("NMT 120 and NLT 80", "%", (">= 80", "<= 120")),
        ("–", "%", ("", "")), ("Informative", "", ("", "")), ("N/A", "", ("", "")), ("Monitor", "", ("", "")),
    ],
)  # fmt: skip
def test_the_forms_of_published_tables(text: str, unit: str, limits: tuple[str, str]) -> None:
    assert shown(read_criterion(text, unit)) == limits


@pytest.mark.req("LAB-09", negative=True)
@pytest.mark.parametrize(
    ("text", "unit", "sentence"),
    [
        ("4.5-6.0 × 10^7", "cells", "can be read in two ways: the power of ten in .* may hold for the first figure or not"),
        ("1.0 ± 0.2 × 10^6", "cells", "can be read in two ways: the power of ten"),
        ("50 % ± 10 %", "%", "can be read in two ways: 40 to 60, or within 10 % of 50. Write the range."),
        ("20 ± 5 %", "", "can be read in two ways"), ("< 5 EU/kg", "EU/mL", "only when it is the row's own, “EU/mL”"),
        ("< 5 EU/mL", "", 'Or say unit = "EU/mL" in the row.'), ("≥ 4 of 6", "of 5", "can't be read"), ("120 to 80", "", "no value lies between its limits"),
        ("> 5 and < 5", "", "no value lies between its limits"), ("5", "", "it names no side. Write ≥ 5, ≤ 5 or = 5."),
        ("≤ 35 × 106 cells", "cells", "does not show its power of ten"), ("76,7 to 80", "", "has a comma|two ways"), ("min5or", "", "can't be read"),
        ("≥ 95% CD105, CD73, CD90", "%", "One row holds one test: write a row for each"), ("Labeled amount ± 20%", "%", "its middle is no figure"),
        ("± 20 %", "%", "its middle is no figure"), ("≥ 1:64", "mL", "can't be read"),
        ("no growth", "", "belong to a row of result_type “qualitative”"), ("10 EU/mL to 20 EU", "EU/mL", "can't be read"),
        ("(4 to 5) × 10^7 EU", "cells", "can't be read"),
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused(text: str, unit: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_criterion(text, unit)


@pytest.mark.req("LAB-09", negative=True)
@pytest.mark.parametrize(
    "text",
    [
        "", "clear", "5", "about 5", "≥", "5 to", "1,234", "≤ 1,5", "< 5 to 9", "5 to > 9", "1 to 2 to 3", "≥ 5 EU/mL", "yes", "± 3",
        "≥ < 5", "100 ± <20",
    ],
)  # fmt: skip
def test_any_other_line_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="can't be read"):
        read_criterion(text)
