"""One row, one result, one verdict: nothing missing, invalid, insensitive or unreviewed passes."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from evgmp.rules.limits import Judgement, Verdict
from evgmp.rules.reading import ResultKind
from evgmp.rules.verdict import REPORTED_NO_LIMIT, RowResult, RowRule, judge_row, passes

CONFORMS, FAILS, NO_VERDICT = Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM, Verdict.NO_VERDICT

ENDOTOXIN = RowRule(
    "numeric", unit="EU/mL", decimals=3, rounding="usp_7_20", upper=Decimal("0.250"), upper_inclusive=False,
    controls_required=("spike", "negative"),
)  # fmt: skip
SENDAI = RowRule(
    "presence_absence", unit="copies/ug RNA", expected="absent", lod_max=Decimal("10"), lod_unit="copies/ug RNA",
    controls_required=("PTC_LOW", "NTC", "EXO_IC"),
)  # fmt: skip
CD81 = RowRule("presence_absence", expected="present")
STERILITY = RowRule("presence_absence", expected="absent", accepted_terms=("no growth",), known_terms=("no growth", "growth"))
APPEARANCE = RowRule("qualitative", accepted_terms=("clear", "slightly opalescent"), known_terms=("clear", "turbid"))

GOOD_LAL = {"spike": "pass", "negative": "pass"}
GOOD_PCR = {"PTC_LOW": "pass", "NTC": "pass", "EXO_IC": "pass"}


def endotoxin(amount: str | None = "0.100", **changes: Any) -> RowResult:
    fields: dict[str, Any] = {"unit": "EU/mL", "run_valid": True, "control_outcomes": GOOD_LAL} | changes
    return RowResult(fields.pop("kind", ResultKind.NUMBER), amount=Decimal(amount) if amount else None, **fields)


def not_detected(lod: str | None = "8", **changes: Any) -> RowResult:
    fields: dict[str, Any] = {
        "lod": Decimal(lod) if lod else None,
        "lod_unit": "copies/ug RNA",
        "run_valid": True,
        "control_outcomes": GOOD_PCR,
    }
    return RowResult(ResultKind.NOT_DETECTED, **(fields | changes))


def term(word: str, **changes: Any) -> RowResult:
    return RowResult(ResultKind.TERM, term=word, **changes)


@pytest.mark.req("LAB-07", "LAB-09")
def test_a_number_is_judged_by_its_row() -> None:
    assert judge_row(ENDOTOXIN, endotoxin("0.2494")) == Judgement(
        CONFORMS, "0.2494, rounded to 0.249, is less than 0.250.", Decimal("0.249")
    )
    assert judge_row(ENDOTOXIN, endotoxin("0.2496")).verdict is FAILS
    assert judge_row(replace(ENDOTOXIN, rounding="none"), endotoxin("0.2496")).verdict is CONFORMS


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(("bound", "verdict"), [("0.050", CONFORMS), ("0.250", CONFORMS), ("0.251", NO_VERDICT)])
def test_a_bound_is_compared_with_its_qualifier(bound: str, verdict: Verdict) -> None:
    assert judge_row(ENDOTOXIN, endotoxin(bound, qualifier="<")).verdict is verdict
    assert judge_row(ENDOTOXIN, endotoxin(bound, qualifier=">")).verdict is (NO_VERDICT if bound < "0.250" else FAILS)


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(
    ("loq", "verdict"),
    [("0.050", CONFORMS), ("0.250", CONFORMS), ("0.500", NO_VERDICT), (None, NO_VERDICT), ("0", NO_VERDICT)],
)
def test_below_loq_counts_as_less_than_the_loq(loq: str | None, verdict: Verdict) -> None:
    result = endotoxin(None, kind=ResultKind.BELOW_LOQ, loq=Decimal(loq) if loq else None)
    assert judge_row(ENDOTOXIN, result).verdict is verdict


@pytest.mark.req("LAB-10", negative=True)
def test_below_loq_without_loq_says_what_is_missing() -> None:
    judgement = judge_row(ENDOTOXIN, endotoxin(None, kind=ResultKind.BELOW_LOQ))
    assert judgement.why.startswith("No LOQ is recorded.")
    assert judge_row(ENDOTOXIN, endotoxin(None, kind="below_loq", loq=Decimal("0.05"), unit="")).verdict is NO_VERDICT


@pytest.mark.req("LAB-24", "LAB-10", negative=True)
@pytest.mark.parametrize("row", [ENDOTOXIN, SENDAI, CD81, STERILITY, APPEARANCE])
@pytest.mark.parametrize(
    ("result", "why"),
    [
        (RowResult(ResultKind.NOT_TESTED), "No result yet."),
        (RowResult(ResultKind.NOT_TESTED, amount=Decimal("0.1"), unit="EU/mL", run_valid=True), "No result yet."),
        (RowResult(ResultKind.INVALID, amount=Decimal("0.0")), "The result is invalid"),
        (RowResult(ResultKind.NUMBER, unit="EU/mL"), "The number is missing."),
        (RowResult(ResultKind.TERM, term="  "), "The term is missing."),
    ],
)
def test_what_is_missing_never_passes(row: RowRule, result: RowResult, why: str) -> None:
    judgement = judge_row(row, result)
    assert judgement.verdict is NO_VERDICT
    assert judgement.why.startswith(why)
    assert not passes(judgement, reviewed=True)


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"run_valid": False, "run_why": "the curve was flat."},
            "The run is invalid: the curve was flat. Repeat the test.",
        ),
        ({"run_valid": False}, "The run is invalid: no reason was recorded. Repeat the test."),
        ({"run_valid": None}, "Nobody has judged the run yet. Judge it by its controls."),
        (
            {"control_outcomes": {}},
            "The run lacks a control that passed: spike, negative. Record it or repeat the test.",
        ),
        (
            {"control_outcomes": {"spike": "pass"}},
            "The run lacks a control that passed: negative. Record it or repeat the test.",
        ),
        (
            {"control_outcomes": GOOD_LAL | {"spike": "missing"}},
            "The run lacks a control that passed: spike. Record it or repeat the test.",
        ),
        (
            {"control_outcomes": GOOD_LAL | {"spike": "passed?"}},
            "The run lacks a control that passed: spike. Record it or repeat the test.",
        ),
        ({"control_outcomes": GOOD_LAL | {"spike": "fail"}}, "The run has a failed control: spike. Repeat the test."),
        ({"control_outcomes": GOOD_LAL | {"curve": "fail"}}, "The run has a failed control: curve. Repeat the test."),
    ],
)
def test_a_run_that_does_not_hold_carries_no_result(changes: dict[str, Any], why: str) -> None:
    assert judge_row(ENDOTOXIN, endotoxin(**changes)) == Judgement(NO_VERDICT, why)


@pytest.mark.req("LAB-10")
def test_a_test_without_controls_needs_no_run() -> None:
    assert judge_row(APPEARANCE, term("clear")).verdict is CONFORMS
    assert judge_row(APPEARANCE, term("clear", run_valid=False)).verdict is NO_VERDICT


@pytest.mark.req("LAB-10", "REC-03", negative=True)
@pytest.mark.parametrize(
    ("unit", "why"),
    [
        ("EU", "The result is in “EU”, the specification in “EU/mL”. They can't be compared."),
        ("eu/ml", "The result is in “eu/ml”, the specification in “EU/mL”. They can't be compared."),
        ("", "The unit of the result is missing. Record it in EU/mL."),
        ("  ", "The unit of the result is missing. Record it in EU/mL."),
    ],
)
def test_another_unit_is_never_compared(unit: str, why: str) -> None:
    assert judge_row(ENDOTOXIN, endotoxin("2.0", unit=unit)) == Judgement(NO_VERDICT, why)


@pytest.mark.req("LAB-10")
def test_blanks_and_the_two_micro_signs_make_no_other_unit() -> None:
    row = RowRule("numeric", unit="\N{MICRO SIGN}g/mL", upper=Decimal(500))
    result = RowResult(ResultKind.NUMBER, amount=Decimal(45), unit=" \N{GREEK SMALL LETTER MU}g/mL ")
    assert judge_row(row, result).verdict is CONFORMS


@pytest.mark.req("LAB-10")
def test_a_quantity_without_unit_is_compared_without_unit() -> None:
    ph = RowRule("numeric", lower=Decimal("7.0"), upper=Decimal("7.6"))
    assert judge_row(ph, RowResult(ResultKind.NUMBER, amount=Decimal("7.2"))).verdict is CONFORMS
    with_unit = RowResult(ResultKind.NUMBER, amount=Decimal("7.2"), unit="bar")
    assert judge_row(ph, with_unit).why == "The result is in “bar”, the specification in “no unit”. They can't be compared."


@pytest.mark.req("LAB-10", negative=True)
def test_a_numeric_row_takes_no_term() -> None:
    result = term("low", run_valid=True, control_outcomes=GOOD_LAL)
    assert judge_row(ENDOTOXIN, result).why == "This row needs a number, not a term. Record the number."


@pytest.mark.req("LAB-10")
def test_a_row_without_limit_is_only_reported() -> None:
    reference = RowRule("numeric", unit="nm", purpose="reference")
    result = RowResult(ResultKind.NUMBER, amount=Decimal(120), unit="nm")
    assert judge_row(reference, result) == Judgement(NO_VERDICT, REPORTED_NO_LIMIT)
    assert judge_row(replace(reference, purpose="release"), result).why.startswith("The specification sets no limit")
    assert judge_row(reference, RowResult(ResultKind.NOT_TESTED)).why.startswith("No result yet")
    assert judge_row(reference, replace(result, unit="")).why.startswith("The unit")


@pytest.mark.req("LAB-10")
def test_not_detected_with_a_good_lod_conforms() -> None:
    judgement = judge_row(SENDAI, not_detected("8"))
    assert judgement == Judgement(CONFORMS, "Not detected (LOD 8 copies/ug RNA).")
    assert judge_row(SENDAI, not_detected("10")).verdict is CONFORMS


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("result", "why"),
    [
        (not_detected(None), "No LOD is recorded."),
        (not_detected("0"), "No LOD is recorded."),
        (not_detected("-1"), "No LOD is recorded."),
        (not_detected("10.1"), "The LOD of 10.1 copies/ug RNA is worse than the 10 that the specification allows."),
        (not_detected("8", lod_unit="copies/mL"), "The LOD is in “copies/mL”, the specification in “copies/ug RNA”."),
        (not_detected("8", lod_unit=""), "The LOD is in “”, the specification in “copies/ug RNA”."),
        (not_detected("8", run_valid=False), "The run is invalid"),
        (not_detected("8", control_outcomes=GOOD_PCR | {"EXO_IC": "fail"}), "The run has a failed control: EXO_IC."),
        (not_detected("8", control_outcomes={"NTC": "pass"}), "The run lacks a control that passed: PTC_LOW, EXO_IC."),
    ],
)
def test_not_detected_without_proof_of_sensitivity_is_no_verdict(result: RowResult, why: str) -> None:
    judgement = judge_row(SENDAI, result)
    assert judgement.verdict is NO_VERDICT
    assert judgement.why.startswith(why)


@pytest.mark.req("LAB-10")
def test_without_a_required_lod_the_method_must_be_validated_and_its_lod_known() -> None:
    row = replace(SENDAI, lod_max=None, lod_unit="")
    assert judge_row(row, not_detected("8")).why.startswith("The specification sets no LOD and the method is not validated")
    validated = replace(row, validated_method=True)
    assert judge_row(validated, not_detected("8")).verdict is CONFORMS
    assert judge_row(validated, not_detected("8", lod_unit="")).why == "Not detected (LOD 8)."
    assert judge_row(validated, not_detected(None)).verdict is NO_VERDICT


@pytest.mark.req("LAB-10")
def test_what_is_found_does_not_conform_to_absent() -> None:
    run: dict[str, Any] = {"run_valid": True, "control_outcomes": GOOD_PCR}
    for found in (
        RowResult(ResultKind.NUMBER, amount=Decimal("0.5"), **run),
        RowResult(ResultKind.NUMBER, amount=Decimal(400), qualifier=">", unit="anything", **run),
        RowResult(ResultKind.BELOW_LOQ, **run),
    ):
        assert judge_row(SENDAI, found) == Judgement(FAILS, "Detected, but it must be absent.")


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(("amount", "qualifier"), [("0", ""), ("0.0E+0", ""), ("-1", ""), ("5", "<")])
@pytest.mark.parametrize("expected", ["absent", "present"])
def test_a_zero_is_neither_absent_nor_present(expected: str, amount: str, qualifier: str) -> None:
    row = RowRule("presence_absence", expected=expected)
    result = RowResult(ResultKind.NUMBER, amount=Decimal(amount), qualifier=qualifier)
    assert judge_row(row, result).why.startswith("This number does not show a detection.")


@pytest.mark.req("LAB-10")
def test_a_marker_that_must_be_present() -> None:
    assert judge_row(CD81, RowResult(ResultKind.BELOW_LOQ)) == Judgement(CONFORMS, "Detected, as it must be.")
    assert judge_row(CD81, RowResult(ResultKind.NUMBER, amount=Decimal(3))).verdict is CONFORMS
    assert judge_row(CD81, RowResult(ResultKind.NOT_DETECTED)) == Judgement(FAILS, "Not detected, but it must be present.")


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize("expected", [None, ""])
def test_a_row_that_expects_nothing_gives_no_verdict(expected: str | None) -> None:
    row = RowRule("presence_absence", expected=expected)
    assert judge_row(row, RowResult(ResultKind.NUMBER, amount=Decimal(3))).why.startswith("The specification does not say")
    assert judge_row(replace(row, purpose="reference"), not_detected()).why == REPORTED_NO_LIMIT


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(("lod", "verdict"), [("0.004", CONFORMS), ("0.006", NO_VERDICT), (None, NO_VERDICT)])
def test_not_detected_against_an_upper_limit_counts_as_less_than_the_lod(lod: str | None, verdict: Verdict) -> None:
    ebna1 = RowRule(
        "numeric",
        unit="copies/cell",
        decimals=3,
        upper=Decimal("0.010"),
        lod_max=Decimal("0.005"),
        lod_unit="copies/cell",
    )
    result = not_detected(lod, lod_unit="copies/cell")
    assert judge_row(ebna1, result).verdict is verdict
    without_demand = replace(ebna1, lod_max=None, lod_unit="")
    assert judge_row(without_demand, result).verdict is (CONFORMS if lod else NO_VERDICT)
    assert judge_row(without_demand, not_detected("0.011", lod_unit="copies/cell")).verdict is NO_VERDICT
    assert judge_row(without_demand, not_detected("0.004", lod_unit="copies/mL")).why.startswith("The LOD is in “copies/mL”")
    assert judge_row(without_demand, not_detected("0.004", lod_unit="")).why.startswith("The unit of the LOD is missing")


@pytest.mark.req("LAB-10")
def test_terms_are_looked_up_in_the_lists_of_the_row() -> None:
    assert judge_row(APPEARANCE, term("  Slightly   OPALESCENT ")).verdict is CONFORMS
    assert judge_row(APPEARANCE, term("Turbid")) == Judgement(FAILS, "“Turbid” is not accepted. Accepted: clear; slightly opalescent.")
    assert judge_row(STERILITY, term("No growth")) == Judgement(CONFORMS, "“No growth” is accepted.")
    assert judge_row(STERILITY, term("growth")).verdict is FAILS


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize("word", ["clea", "clear.", "not turbid", "ok", "colourless"])
def test_a_word_outside_the_lists_is_no_result(word: str) -> None:
    assert judge_row(APPEARANCE, term(word)) == Judgement(
        NO_VERDICT, f"“{word}” is not a term of this row. Choose one of: clear; slightly opalescent; turbid."
    )


@pytest.mark.req("LAB-10", negative=True)
def test_terms_need_lists_and_rows_of_terms_need_terms() -> None:
    bare = RowRule("text")
    assert judge_row(bare, term("46,XX")).why.startswith("The specification lists no terms")
    assert judge_row(replace(bare, purpose="reference"), term("46,XX")).why == REPORTED_NO_LIMIT
    only_known = RowRule("text", known_terms=("46,XX",))
    assert judge_row(only_known, term("46,XX")).why.startswith("The specification accepts none")
    assert judge_row(replace(only_known, purpose="reference"), term("46,XX")).why == REPORTED_NO_LIMIT
    number = RowResult(ResultKind.NUMBER, amount=Decimal(1))
    assert judge_row(bare, number).why == "This row needs one of its terms: none is listed. Choose one."
    assert judge_row(APPEARANCE, RowResult(ResultKind.NOT_DETECTED)).why == (
        "This row needs one of its terms: clear; slightly opalescent; turbid. Choose one."
    )


@pytest.mark.req("LAB-10", negative=True)
def test_not_detected_is_a_state_with_an_lod_and_not_a_term() -> None:
    loose = replace(STERILITY, accepted_terms=("Not detected",))
    assert judge_row(loose, term("not  Detected")).why.startswith("“Not detected” needs its LOD.")
    demanding = replace(STERILITY, lod_max=Decimal(1), lod_unit="CFU")
    assert judge_row(demanding, term("no growth")).why.startswith("No LOD is recorded.")
    assert judge_row(demanding, term("no growth", lod=Decimal(1), lod_unit="CFU")).verdict is CONFORMS


@pytest.mark.req("LAB-11")
def test_only_a_reviewed_result_that_conforms_counts() -> None:
    conforming, failing = judge_row(ENDOTOXIN, endotoxin("0.1")), judge_row(ENDOTOXIN, endotoxin("0.3"))
    assert conforming.verdict is CONFORMS
    assert passes(conforming, reviewed=True)
    assert not passes(conforming, reviewed=False)
    assert not passes(failing, reviewed=True)


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("field", ["amount", "lod", "loq"])
def test_results_refuse_floats_and_nan(field: str) -> None:
    with pytest.raises(TypeError):
        RowResult(ResultKind.NUMBER, **{field: 0.1})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="finite"):
        RowResult(ResultKind.NUMBER, **{field: Decimal("NaN")})  # type: ignore[arg-type]


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("field", ["lower", "upper", "lod_max"])
def test_rows_refuse_floats_and_nan(field: str) -> None:
    with pytest.raises(TypeError):
        RowRule("numeric", **{field: 0.1})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="finite"):
        RowRule("numeric", **{field: Decimal("NaN")})  # type: ignore[arg-type]


@pytest.mark.req("LAB-10", negative=True)
def test_words_that_the_law_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="guessed"):
        RowRule("guessed")
    with pytest.raises(ValueError, match="no rounding rule “bankers”"):
        RowRule("numeric", rounding="bankers")
    with pytest.raises(ValueError, match="expects absent or present"):
        RowRule("presence_absence", expected="maybe")
    with pytest.raises(ValueError, match="No value can be"):
        RowRule("numeric", lower=Decimal(2), upper=Decimal(1))
    with pytest.raises(ValueError, match="guessed"):
        RowResult("guessed")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="qualified by <, ≤, >, ≥"):
        RowResult(ResultKind.NUMBER, amount=Decimal(1), qualifier="~")


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize("kind", ["not_tested", "invalid"])
def test_a_kind_read_back_as_plain_text_keeps_its_meaning(kind: str) -> None:
    assert judge_row(ENDOTOXIN, endotoxin("0.1", kind=kind)).verdict is NO_VERDICT
