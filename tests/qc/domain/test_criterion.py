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
