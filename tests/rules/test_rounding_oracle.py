"""10,000 random cases of each rounding rule against whole-number arithmetic, value and verdict; and no float on the path."""

import ast
import re
from decimal import Decimal, FloatOperation, localcontext
from pathlib import Path
from random import Random

import pytest

from evgmp.rules.limits import Limits, Verdict
from evgmp.rules.reading import ResultKind, parse_number
from evgmp.rules.rounding import round_for_limit
from evgmp.rules.verdict import RowResult, RowRule, judge_row
from tests.rules.rounding_oracle import by_ph_eur, by_usp, digits_and_places, smaller

CASES = 10_000
ORACLES = {"usp_7_20": by_usp, "ph_eur_significant": by_ph_eur}
ROOT = Path(__file__).resolve().parents[2]
# Curve fitting is the work of a library that knows floats only. The module that asks it judges nothing and hands out Decimals alone
# (tests/qc/domain/test_relative_potency.py), and nothing else may know that library.
STATISTICS = ROOT / "qc/domain/curve_fitting.py"
# Where a figure goes from the typed text to the verdict.
PATH = [
    *(ROOT / "evgmp/rules").glob("*.py"), *(f for f in (ROOT / "qc/domain").rglob("*.py") if f != STATISTICS), *(ROOT / "batches/domain").rglob("*.py"),
    *(ROOT / f"qc/{place}" for place in ("models/results.py", "models/specifications.py", "services/results.py", "forms/results.py")),
    ROOT / "evgmp/compliance/fields.py", ROOT / "evgmp/web/forms.py",
]  # fmt: skip


def written(random: Random) -> tuple[str, str]:
    """A limit as a specification writes it, and a value near it with up to four digits more; a third lie exactly on a half."""
    decimals, more = random.randint(0, 5), random.randint(0, 4)
    limit = random.randint(1, 10 ** random.randint(1, 6))
    value = limit * 10**more + random.randint(-30 * 10**more, 30 * 10**more) // 10
    if more and random.random() < 0.34:
        value = (value // 10**more) * 10**more + 5 * 10 ** (more - 1)
    return with_point(limit, decimals), with_point(value, decimals + more)


def with_point(number: int, decimals: int) -> str:
    size = str(abs(number)).rjust(decimals + 1, "0")
    text = f"{size[:-decimals]}.{size[-decimals:]}" if decimals else size
    return f"-{text}" if number < 0 else text


@pytest.mark.req("LAB-06", "LAB-07", "LAB-08", "LAB-09")
@pytest.mark.parametrize("rule", ORACLES)
def test_ten_thousand_values_round_and_are_judged_as_by_hand(rule: str) -> None:
    random, halves, seen = Random(20), 0, set()
    for _ in range(CASES):
        limit, value = written(random)
        expected = ORACLES[rule](value, limit)
        rounded = round_for_limit(Decimal(value), rule, Decimal(limit))
        assert rounded == Decimal(expected[0]).scaleb(-expected[1]), (rule, value, limit)
        halves += Decimal(value) != rounded and abs(Decimal(value) - rounded) * 2 == Decimal(1).scaleb(-expected[1])
        order = smaller(expected, digits_and_places(limit))
        for inclusive in (True, False):
            conforms = {"lower": order > 0 or (inclusive and order == 0), "upper": order < 0 or (inclusive and order == 0)}
            for side, expected_verdict in conforms.items():
                limits = Limits(**{side: Decimal(limit), f"{side}_inclusive": inclusive})
                verdict = limits.judge(parse_number(value), rounding=rule).verdict
                assert verdict is (Verdict.CONFORMS if expected_verdict else Verdict.DOES_NOT_CONFORM), (rule, value, limit)
        seen.add(order)
    # The cases are of use only if they lie on halves and on every side of the limit.
    assert seen == {-1, 0, 1}
    assert halves > CASES // 10


def test_the_oracle_itself_knows_the_worked_cases_of_the_compendia() -> None:
    assert by_usp("101.55", "101.5") == (1016, 1)
    assert by_usp("0.00035", "0.0003") == (4, 4)
    assert by_usp("-30.5", "-30") == (-31, 0)
    assert by_ph_eur("139.5", "140") == (140, 0)
    assert by_ph_eur("98.28568", "100.0") == (9829, 2)
    assert by_ph_eur("0.0099951", "0.010") == (100, 4)


@pytest.mark.req("LAB-06", negative=True)
def test_binary_floats_would_have_failed_these_cases() -> None:
    """The cases tell the rules from Python's own rounding: a float path can't pass the test above."""
    random, wrong = Random(20), 0
    for _ in range(CASES):
        limit, value = written(random)
        number, places = by_usp(value, limit)
        wrong += f"{round(float(value), places):.{places}f}" != with_point(number, places)
    assert wrong > 1000


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("path", PATH, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_float_is_written_or_made_on_the_path_of_a_verdict(path: Path) -> None:
    assert floats_in(path.read_text("utf-8")) == []


@pytest.mark.req("LAB-06", negative=True)
def test_one_module_alone_knows_the_library_of_floats() -> None:
    files = [f for package in ("evgmp", "batches", "qc") for f in (ROOT / package).rglob("*.py")]
    knows = {f for f in files if re.search(r"^\s*(import|from) (numpy|scipy)\b", f.read_text("utf-8"), re.MULTILINE)}
    assert knows == {STATISTICS}


def floats_in(source: str) -> list[str]:
    """Places where a float is written or could be made: 0.5, float(x), Decimal.from_float, round(), statistics, math on amounts."""
    found = []
    for node in ast.walk(ast.parse(source)):
        name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
        if literal or name in ("float", "round") or name.endswith((".from_float", "math.fsum", "math.log", "math.sqrt", "math.exp")):
            found.append(f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("source", ["x = 0.5", "x = float(y)", "round(x, 1)", "Decimal.from_float(x)", "math.log(x)"])
def test_the_search_for_floats_finds_one(source: str) -> None:
    assert floats_in(source)


@pytest.mark.req("LAB-06", negative=True)
def test_judging_never_mixes_a_decimal_with_a_float() -> None:
    """The interpreter itself raises when a Decimal meets a float anywhere below `judge_row`."""
    row = RowRule("numeric", unit="%", rounding="usp_7_20", lower=Decimal("98.0"), upper=Decimal("101.5"))
    with localcontext() as context:
        context.traps[FloatOperation] = True
        for text in ("97.95", "101.55", "< 98.0", "≥ 101.6"):
            read = parse_number(text)
            judge_row(row, RowResult(ResultKind.NUMBER, read.qualifier, read.amount, unit="%"))
        with pytest.raises(FloatOperation):
            assert Decimal("97.95") < 98.0
