"""Drawing takes nothing from outside; check codes survive being read aloud and typed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evgmp.compliance.issuing import ALPHABET, check_code, typed_code
from evgmp.compliance.paper_parts import PaperFault
from evgmp.compliance.pdf import draw, unprintable

AT = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
PAGE = '<html lang="en"><head><title>t</title><link rel="stylesheet" href="web/css/print.css"></head><body>{}</body></html>'


@pytest.mark.req("PRT-02", negative=True)
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://example.org/logo.png">',
        '<img src="file:///etc/hostname">',
        '<img src="web/absent.png">',
        '<img src="../../settings/base.py">',
        '<img src="web/../../../../pyproject.toml">',
        '<link rel="stylesheet" href="web/css/absent.css">',
        '<p style="background:url(http://example.org/x.svg)">x</p>',
        '<img src="data:text/html;base64,AAAA">',
    ],
)
def test_a_missing_or_foreign_file_stops_the_drawing(markup: str) -> None:
    with pytest.raises(PaperFault):
        draw(PAGE.format(markup), identifier=b"test", at=AT)


@pytest.mark.req("PRT-02", negative=True)
def test_a_character_without_a_glyph_stops_the_drawing() -> None:
    with pytest.raises(PaperFault, match="細胞"):
        draw(PAGE.format("Lot 細胞"), identifier=b"test", at=AT)


@pytest.mark.req("PRT-05")
def test_every_sign_of_a_certificate_has_a_glyph() -> None:
    assert not unprintable("µ Ω × ≤ ≥ ± − – ‹ › · ° ‰ α β γ κ λ μ ⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ ₀₁₂₃ “quoted” ‘single’ → ✓ ☐ ☑ ä é ł ő ş\u00a0")


@pytest.mark.req("PRT-04")
def test_a_check_code_names_one_version_with_one_content() -> None:
    codes = {
        check_code(number, version, digest)
        for number in ("COA-2026-001", "COA-2026-002")
        for version in (1, 2)
        for digest in ("a" * 64, "b" * 64)
    }
    assert len(codes) == 8
    assert check_code("COA-2026-001", 1, "a" * 64) == check_code("COA-2026-001", 1, "a" * 64)


@pytest.mark.req("PRT-04")
@given(number=st.text(max_size=20), version=st.integers(1, 99), digest=st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_typed_check_code_is_the_printed_one(number: str, version: int, digest: str) -> None:
    code = check_code(number, version, digest)
    assert [len(part) for part in code.split("-")] == [4, 4, 4, 4]
    assert set(code) <= {*ALPHABET, "-"}
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} ", code.replace("0", "O").replace("1", "l")):
        assert typed_code(typed) == code


@pytest.mark.req("PRT-04", negative=True)
@pytest.mark.parametrize("typed", ["", "EV-2026-007", "0000-0000-0000", "0000-0000-0000-000U", "x" * 500])
def test_what_is_no_check_code_is_told_apart(typed: str) -> None:
    assert typed_code(typed) == ""
