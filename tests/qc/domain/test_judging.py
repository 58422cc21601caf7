"""Results from a file judged against a specification from a file: the same rules, and nothing absent passes."""

from decimal import Decimal

import pytest

from batches.domain.data_file import DataFileError
from evgmp.rules.limits import Verdict
from qc.domain.judging import Found, JudgedRow, LotResults, judge_lot, outcome, read_results
from qc.domain.specification_file import read_specification

SPECIFICATION = read_specification(
    """
[specification]
code = "SPEC-T"
title = "Test"
rounding = "usp_7_20"

[[row]]
code = "ENDO"
purpose = "release"
result_type = "numeric"
unit = "EU/mL"
criterion = "NMT 10"

[[row]]
code = "VIAB"
purpose = "release"
result_type = "numeric"
unit = "%"
lower = "70.0"
combine = "mean"
difference_max = "20"
replicates = 2

[[row]]
code = "SEV"
purpose = "release"
result_type = "presence_absence"
unit = "copies"
expected = "absent"
known = ["not detected", "detected"]
detection = { lod_max = "10", unit = "copies" }
controls = [{ kind = "NTC", criterion = "none" }]
replicates = 3
combine = "all_absent"
repeat = "extraction_once"
applies_when = { reprogramming_method = ["sendai"] }

[[row]]
code = "LOOK"
purpose = "release"
mandatory = false
result_type = "qualitative"
accepted = ["clear"]
known = ["clear", "turbid"]

[[row]]
code = "VIALS"
purpose = "release"
mandatory = false
result_type = "numeric"
unit = "%"
criterion = "≥ 50"
combine = "each"
replicates = 3

[[row]]
code = "GLUC"
purpose = "in_process"
mandatory = false
result_type = "numeric"
unit = "mmol/L"
criterion = "≥ 1.00"
"""
)
ENDO = Found("ENDO", "< 10", "EU/mL")
VIAB = Found("VIAB", "75", "%", replicates=("74", "76"))
SEV = Found("SEV", lod=Decimal(8), lod_unit="copies", run=True, controls={"NTC": "pass"}, replicates=("not detected",) * 3)
GOOD = {"ENDO": ENDO, "VIAB": VIAB, "SEV": SEV}


def judged(*results: Found, method: str = "sendai") -> dict[str, JudgedRow]:
    given = {**GOOD, **{one.row: one for one in results}}
    return {one.row.code: one for one in judge_lot(SPECIFICATION, LotResults("L1", {"reprogramming_method": [method]}, tuple(given.values())))}


def lot(*results: Found, method: str = "sendai") -> Verdict:
    return outcome(list(judged(*results, method=method).values()))


@pytest.mark.req("LAB-10", "LAB-24")
def test_a_complete_lot_conforms_and_says_why_row_by_row() -> None:
    rows = judged()
    assert lot() is Verdict.CONFORMS
    assert rows["ENDO"].why == "< 10 is not more than 10."
    assert rows["VIAB"].why == "75, rounded to 75.0, is not less than 70.0."
    assert rows["SEV"].why == "Not detected (LOD 8 copies). All 3 wells not detected."
    assert rows["LOOK"].why.startswith("No result yet.")


@pytest.mark.req("LAB-24", "LAB-10", negative=True)
@pytest.mark.parametrize(
    ("result", "why"),
    [
        (Found("ENDO"), "No result yet."),
        (Found("ENDO", "not tested"), "No result yet."),
        (Found("ENDO", "< 20", "EU/mL"), "< 20 does not show whether the value is not more than 10."),
        (Found("ENDO", "2.0", "EU"), "The result is in “EU”, the specification in “EU/mL”."),
        (Found("ENDO", "2.0"), "The unit of the result is missing."),
        (Found("ENDO", "1,234", "EU/mL"), "“1,234”"),
        (Found("ENDO", "TNTC", "EU/mL"), "“TNTC” names no number. Write it as > and the highest number that can be counted."),
        (Found("ENDO", "ND", "EU/mL"), "No LOD is recorded."),
        (Found("ENDO", "< LOQ", "EU/mL"), "No LOQ is recorded."),
        (Found("ENDO", "invalid", "EU/mL"), "The result is invalid"),
        (Found("ENDO", "5", "EU/mL", run=False, run_why="NTC failed"), "The run is invalid: NTC failed."),
        (Found("VIAB", "75", "%"), "0 of 2 replicates are recorded."),
        (Found("VIAB", "75", "%", replicates=("60", "90")), "The replicates lie 40.0 % apart"),
        (Found("VIAB", "80", "%", replicates=("74", "76")), "“80” is not the mean of its replicates, 75. Check both."),
        (Found("VIAB", "75", "%", replicates=("74", "1,6")), "“1,6”"),
        (Found("SEV", "not detected", lod=Decimal(8), lod_unit="copies", run=True, controls={"NTC": "pass"}), "0 of 3 replicates"),
        (Found("SEV", lod=Decimal(11), lod_unit="copies", run=True, controls={"NTC": "pass"}, replicates=("ND",) * 3), "The LOD of 11 copies is worse"),
        (Found("SEV", lod=Decimal(8), lod_unit="copies", run=True, controls={}, replicates=("ND",) * 3), "The run lacks a control"),
        (Found("SEV", lod=Decimal(8), lod_unit="copies", run=True, controls={"NTC": "pass"}, replicates=("ND", "ND", "invalid")), "A well is invalid"),
        (Found("SEV", run=True, controls={"NTC": "pass"}, replicates=("ND", "detected", "ND")), "1 of 3 wells was positive. Extract once more"),
        (Found("SEV", run=False, controls={"NTC": "pass"}, replicates=("detected",) * 3), "The run is invalid"),
    ],
)  # fmt: skip
def test_what_is_absent_unclear_or_insensitive_gives_no_verdict(result: Found, why: str) -> None:
    row = judged(result)[result.row]
    assert (row.verdict, row.why[: len(why)]) == (Verdict.NO_VERDICT, why)
    assert lot(result) is Verdict.NO_VERDICT


@pytest.mark.req("LAB-10", "LAB-16", negative=True)
@pytest.mark.parametrize(
    "result",
    [
        Found("ENDO", "10.5", "EU/mL"), Found("ENDO", "> 10", "EU/mL"), Found("VIAB", "", "%", replicates=("69", "69.8")),
        Found("SEV", run=True, controls={"NTC": "pass"}, replicates=("ND", "detected", "detected")),
        Found("SEV", run=True, controls={"NTC": "pass"}, replicates=("ND", "4.2", "ND"), repeat=("ND", "ND", "detected")),
        Found("LOOK", "turbid"), Found("VIALS", "55", "%", replicates=("60", "55", "49")),
    ],
)  # fmt: skip
def test_a_row_out_of_its_limit_fails_the_lot_also_an_optional_one(result: Found) -> None:
    assert judged(result)[result.row].verdict is Verdict.DOES_NOT_CONFORM
    assert lot(result) is Verdict.DOES_NOT_CONFORM


@pytest.mark.req("LAB-16")
def test_one_positive_well_and_a_clean_repeat_extraction_conform_and_both_are_told() -> None:
    again = Found("SEV", "", "", Decimal(8), "copies", run=True, controls={"NTC": "pass"}, replicates=("ND", "detected", "ND"), repeat=("ND",) * 3)
    row = judged(again)["SEV"]
    assert row.verdict is Verdict.CONFORMS
    assert row.why == "Not detected (LOD 8 copies). 1 of 3 wells positive; repeat extraction: all 3 not detected."


@pytest.mark.req("LAB-23")
def test_a_row_for_other_lines_does_not_apply_and_an_unknown_line_is_tested() -> None:
    absent = Found("SEV")
    assert judged(absent, method="episomal")["SEV"].verdict is None
    assert lot(absent, method="episomal") is Verdict.CONFORMS
    assert judged(absent, method="sendai")["SEV"].verdict is Verdict.NO_VERDICT
    unknown = judge_lot(SPECIFICATION, LotResults("L1", {}, (ENDO, VIAB)))
    assert outcome(unknown) is Verdict.NO_VERDICT


@pytest.mark.req("LAB-24")
def test_an_in_process_row_never_decides() -> None:
    assert lot(Found("GLUC", "0.20", "mmol/L")) is Verdict.CONFORMS
    assert judged(Found("GLUC", "0.20", "mmol/L"))["GLUC"].verdict is Verdict.DOES_NOT_CONFORM


@pytest.mark.req("LAB-24", negative=True)
def test_two_results_of_one_row_or_a_result_of_no_row_are_refused() -> None:
    with pytest.raises(ValueError, match=r"ENDO has 2 results. One is judged; none is picked."):
        judge_lot(SPECIFICATION, LotResults("L1", {}, (ENDO, ENDO)))
    with pytest.raises(ValueError, match=r"SPEC-T has no row ENDOTOXIN. Correct the code."):
        judge_lot(SPECIFICATION, LotResults("L1", {}, (Found("ENDOTOXIN"),)))
    assert outcome([]) is Verdict.NO_VERDICT


@pytest.mark.req("LAB-09", negative=True)
def test_a_row_that_can_not_be_judged_passes_nothing() -> None:
    head = '[specification]\ncode = "S"\ntitle = "T"\n[[row]]\ncode = "R"\nunit = "%"\npurpose = "release"\n'
    for broken in ('result_type = "guess"', 'result_type = "numeric"\nrounding = "bankers"\nlower = "1"', 'result_type = "numeric"\nlower = "2"\nupper = "1"'):
        (row,) = judge_lot(read_specification(head + broken), LotResults("L", {}, (Found("R", "1", "%"),)))
        assert row.verdict is Verdict.NO_VERDICT
        assert row.why.startswith("The row can't be judged by: ")
    with pytest.raises(DataFileError, match=r"Row R has a criterion in one line and limits beside it. Keep one of them."):
        read_specification(head + 'criterion = "≥ 5"\nlower = "5"')
    with pytest.raises(DataFileError, match="Row R: The criterion “good” can't be read"):
        read_specification(head + 'criterion = "good"')


@pytest.mark.req("LAB-09", negative=True)
@pytest.mark.parametrize(("kind", "found"), [("qualitative", "clear"), ("presence_absence", "not detected")])
def test_a_row_that_is_only_reported_lets_no_lot_through(kind: str, found: str) -> None:
    row = f'result_type = "{kind}"\nknown = ["clear"]\ncriterion = "report result"\n'
    head = HEAD.replace('purpose = "release"', "")
    for purpose, why in (("release", "Add it, or give the row the purpose “reference”"), ("reference", "Reported, no limit.")):
        text = f'{head}{row}purpose = "{purpose}"'
        (judged_row,) = judge_lot(read_specification(text), LotResults("L", {}, (Found("R", found, lod=Decimal(1)),)))
        assert judged_row.verdict is Verdict.NO_VERDICT
        assert why in judged_row.why


HEAD = '[specification]\ncode = "S"\ntitle = "T"\n[[row]]\ncode = "R"\npurpose = "release"\n'


def verdict_of(row: str, found: Found) -> tuple[Verdict | None, str]:
    (one,) = judge_lot(read_specification(HEAD + row), LotResults("L", {}, (found,)))
    return one.verdict, one.why


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(
    ("row", "replicates", "verdict", "why"),
    [
        ('upper = "10"', ("< 5", "≤ 8"), Verdict.CONFORMS, "≤ 8 is not more than 10."),
        ('upper = "10"', ("< 5", "< 20"), Verdict.NO_VERDICT, "< 20 does not show whether the value is not more than 10. Measure it more finely."),
        ('lower = "70"', ("> 90", "> 75"), Verdict.CONFORMS, "> 75 is not less than 70."),
        ('upper = "10"', ("> 12", "> 11"), Verdict.DOES_NOT_CONFORM, "> 11 does not meet the limit: not more than 10."),
        ('upper = "10"', ("< 5", "> 4"), Verdict.NO_VERDICT, "“< 5” is no plain number and can't be averaged. Repeat the determination."),
    ],
)
def test_determinations_that_are_all_bounds_are_judged_by_the_weakest(row: str, replicates: tuple[str, ...], verdict: Verdict, why: str) -> None:
    plan = 'result_type = "numeric"\nunit = "%"\ncombine = "mean"\nreplicates = 2\ncv_max = "20"\n'
    assert verdict_of(plan + row, Found("R", "", "%", replicates=replicates)) == (verdict, why)


@pytest.mark.req("LAB-10", negative=True)
@pytest.mark.parametrize(
    ("lod", "unit", "verdict", "why"),
    [
        ("1", "CFU/sample", Verdict.CONFORMS, "Not detected (LOD 1 CFU/sample)."),
        ("2", "CFU/sample", Verdict.NO_VERDICT, "The LOD of 2 CFU/sample is worse than the 1 that the specification allows. Use a more sensitive method."),
        ("1", "CFU", Verdict.NO_VERDICT, "The LOD is in “CFU”, the specification in “CFU/sample”. Record it in the same unit."),
        (None, "", Verdict.NO_VERDICT, "No LOD is recorded. Record the LOD in force: not detected means nothing without it."),
    ],
)
def test_an_absence_by_a_validated_method_needs_the_lod_that_was_validated(lod: str | None, unit: str, verdict: Verdict, why: str) -> None:
    row = 'result_type = "presence_absence"\nunit = "CFU/sample"\nexpected = "absent"\n'
    validated = 'validated_method = { lod = "1", unit = "CFU/sample", reference = "VR-1" }'
    assert verdict_of(row + validated, Found("R", "not detected", lod=Decimal(lod) if lod else None, lod_unit=unit)) == (verdict, why)


@pytest.mark.req("LAB-10", negative=True)
def test_below_a_loq_that_is_worse_than_allowed_shows_nothing() -> None:
    row = 'result_type = "numeric"\nunit = "ng/mL"\nupper = "10"\ndetection = { loq_max = "5", unit = "ng/mL" }'
    assert verdict_of(row, Found("R", "< LOQ", "ng/mL", loq=Decimal(5))) == (Verdict.CONFORMS, "< 5 is not more than 10.")
    why = "The LOQ of 6 ng/mL is worse than the 5 that the specification allows."
    assert verdict_of(row, Found("R", "< LOQ", "ng/mL", loq=Decimal(6))) == (Verdict.NO_VERDICT, why)


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize("word", ["detected", "Present", "POSITIVE"])
def test_a_word_for_a_detection_is_one_whatever_the_row_expects(word: str) -> None:
    row = 'result_type = "presence_absence"\nunit = "copies"\n'
    assert verdict_of(row + 'expected = "present"', Found("R", word)) == (Verdict.CONFORMS, "Detected, as it must be.")
    assert verdict_of(row + 'expected = "absent"', Found("R", word)) == (Verdict.DOES_NOT_CONFORM, "Detected, but it must be absent.")
    assert verdict_of(row + 'expected = "present"', Found("R", f"not {word}"))[0] is not Verdict.CONFORMS


USP = 'rounding = "usp_7_20"\n'
NUMERIC = 'result_type = "numeric"\nunit = "{}"\ncriterion = "{}"\n'
ABSENCE = 'result_type = "presence_absence"\nunit = "copies"\ncriterion = "{}"\ndetection = {{ lod_max = "10", unit = "copies" }}\n'


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize(
    ("row", "found", "verdict", "why"),
    [
        (NUMERIC.format("%", "≥ 70 %"), Found("R", "98.6%"), Verdict.CONFORMS, "98.6 is not less than 70."),
        (NUMERIC.format("EU/mL", "≤0.5 EU/mL"), Found("R", "≤0.5 EU/ml"), Verdict.CONFORMS, "≤ 0.5 is not more than 0.5."),
        (NUMERIC.format("EU/mL", "≤0.5 EU/mL"), Found("R", "< 1 EU/mL"), Verdict.NO_VERDICT, "< 1 does not show"),
        (NUMERIC.format("EU/mL", "≤0.5 EU/mL"), Found("R", "0.2 EU"), Verdict.NO_VERDICT, "Leave the unit out"),
        (NUMERIC.format("EU/mL", "≤0.5 EU/mL"), Found("R", "0.2 EU/mL", "EU/kg"), Verdict.NO_VERDICT, "The result is in “EU/kg”"),
        (NUMERIC.format("EU/mL", "≤0.5 EU/mL"), Found("R", "0.2"), Verdict.NO_VERDICT, "The unit of the result is missing."),
        (NUMERIC.format("of 5", "≥ 4 of 5"), Found("R", "4 of 5"), Verdict.CONFORMS, "4 is not less than 4."),
        (NUMERIC.format("of 5", "≥ 4 of 5"), Found("R", "3/5"), Verdict.DOES_NOT_CONFORM, "3 does not meet the limit"),
        (NUMERIC.format("of 5", "≥ 4 of 5"), Found("R", "4 of 6"), Verdict.NO_VERDICT, "“4 of 6” is not one number."),
        (NUMERIC.format("of 5", "≥ 4 of 5"), Found("R", "6 of 5"), Verdict.NO_VERDICT, "6 can't be counted out of 5. Check the count."),
        (NUMERIC.format("%", "> 90 %"), Found("R", "93.15 ± 2.127 %"), Verdict.NO_VERDICT, "“93.15 ± 2.127 %” is a mean with its spread"),
        (NUMERIC.format("%", "> 90 %"), Found("R", "91–97 %"), Verdict.NO_VERDICT, "“91–97 %” is a range, not one result."),
        (NUMERIC.format("%", "> 90 %"), Found("R", "~ 95 %"), Verdict.NO_VERDICT, "“~ 95 %” is only roughly known."),
        (NUMERIC.format("%", "> 90 %"), Found("R", "Passed", "%"), Verdict.NO_VERDICT, "“Passed” is a verdict, not a result."),
        (NUMERIC.format("%", "> 90 %"), Found("R", "95.0% (n = 24)"), Verdict.NO_VERDICT, "“95.0% (n = 24)” is more than one result. Leave out"),
        (NUMERIC.format("titre", "≥ 1:64"), Found("R", "1:128"), Verdict.CONFORMS, "128 is not less than 64."),
        (NUMERIC.format("titre", "≥ 1:64"), Found("R", "< 1:8"), Verdict.DOES_NOT_CONFORM, "< 8 does not meet the limit"),
        (NUMERIC.format("pH", "pH 6.8–7.4"), Found("R", "pH 7.2"), Verdict.CONFORMS, "7.2 is not less than 6.8"),
        (NUMERIC.format("%", "> 90 %"), Found("R", "96,7 %"), Verdict.NO_VERDICT, "“96,7” can be read in two ways."),
        (NUMERIC.format("%", "> 90 %"), Found("R", "Not analyzed"), Verdict.NO_VERDICT, "No result yet."),
        (NUMERIC.format("%", "> 90 %"), Found("R", "pending", "%"), Verdict.NO_VERDICT, "No result yet."),
        (NUMERIC.format("%", "Report result"), Found("R", "96.7 %"), Verdict.NO_VERDICT, "The specification sets no limit for this row. Add it, or give"),
        (ABSENCE.format("Negative"), Found("R", "negative", lod=Decimal(8), lod_unit="copies"), Verdict.CONFORMS, "Not detected (LOD 8 copies)."),
        (ABSENCE.format("absent"), Found("R", "absent"), Verdict.NO_VERDICT, "No LOD is recorded."),
        (ABSENCE.format("absent") + 'known = ["absent", "present"]', Found("R", "Absent"), Verdict.NO_VERDICT, "No LOD is recorded."),
        (ABSENCE.format("not detected"), Found("R", "pos"), Verdict.DOES_NOT_CONFORM, "Detected, but it must be absent."),
        (ABSENCE.format("present"), Found("R", "negative"), Verdict.DOES_NOT_CONFORM, "Not detected, but it must be present."),
        ('result_type = "qualitative"\ncriterion = "No growth"\nknown = ["Growth"]', Found("R", "no growth"), Verdict.CONFORMS, "“no growth” is accepted."),
        ('result_type = "qualitative"\ncriterion = "No growth"\nknown = ["Growth"]', Found("R", "Growth"), Verdict.DOES_NOT_CONFORM, "“Growth” is not"),
        ('result_type = "qualitative"\ncriterion = "Negative"', Found("R", "Negative"), Verdict.CONFORMS, "“Negative” is accepted."),
        ('result_type = "qualitative"\ncriterion = "Negative"', Found("R", "pending"), Verdict.NO_VERDICT, "No result yet."),
        ('result_type = "text"\ncriterion = "46,XX"', Found("R", "46,XX"), Verdict.CONFORMS, "“46,XX” is accepted."),
        (USP + NUMERIC.format("cells", "≥ 1 × 10^6"), Found("R", "6E+5 cells"), Verdict.DOES_NOT_CONFORM, "600000 does not meet the limit"),
        (USP + NUMERIC.format("cells", "≥ 1.0 × 10^6"), Found("R", "9.6E+5 cells"), Verdict.CONFORMS, "960000, rounded to 1.0 × 10⁶, is not less"),
        (USP + NUMERIC.format("cells", "≤ 1E+6") + "decimals = 1", Found("R", "1.04E+6 cells"), Verdict.CONFORMS, "1.04 × 10⁶, rounded to 1.0 × 10⁶, is not"),
        (USP + NUMERIC.format("cells", "≤ 1E+6"), Found("R", "1.04E+6 cells"), Verdict.DOES_NOT_CONFORM, "1.04 × 10⁶ does not meet the limit"),
        ('result_type = "yes"', Found("R", "5"), Verdict.NO_VERDICT, "The row can't be judged by: its result_type “yes” is not known. Use one of: numeric"),
    ],
)  # fmt: skip
def test_criteria_and_results_as_tables_print_them(row: str, found: Found, verdict: Verdict, why: str) -> None:
    said = verdict_of(row, found)
    assert (said[0], said[1][: len(why)]) == (verdict, why)


@pytest.mark.req("LAB-24", negative=True)
@pytest.mark.parametrize("purpose", ["", 'purpose = "Release"', 'purpose = "for release"'])
def test_a_row_without_a_known_purpose_is_never_left_out(purpose: str) -> None:
    one = '[[row]]\ncode = "{}"\nresult_type = "numeric"\nunit = "%"\ncriterion = "≥ 70"\n{}\n'
    both = read_specification('[specification]\ncode = "S"\ntitle = "T"\n' + one.format("A", 'purpose = "release"') + one.format("B", purpose))
    good = Found("A", "80", "%")
    assert outcome(judge_lot(both, LotResults("L", {}, (good,)))) is Verdict.NO_VERDICT
    assert outcome(judge_lot(both, LotResults("L", {}, (good, Found("B", "60", "%"))))) is Verdict.DOES_NOT_CONFORM
    assert outcome(judge_lot(both, LotResults("L", {}, (good, Found("B", "70", "%"))))) is Verdict.CONFORMS


@pytest.mark.req("LAB-09", negative=True)
@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ('result_type = "presence_absence"\ncriterion = "not detectable (< 10 CFU/ml)"', "A presence row is absent, negative, not detected, or present"),
        ('result_type = "presence_absence"\ncriterion = "absent"\nexpected = "absent"', "Keep one of them."),
        ('result_type = "qualitative"\ncriterion = "clear"\naccepted = ["clear"]', "Keep one of them."),
    ],
)
def test_a_criterion_in_words_is_read_or_refused(row: str, sentence: str) -> None:
    with pytest.raises(DataFileError, match=sentence):
        read_specification(HEAD + row)


RESULTS = """
[[lot]]
number = "L1"
attributes = { reprogramming_method = ["sendai"] }
[[lot.result]]
row = "ENDO"
found = "< 10"
unit = "EU/mL"
lod = "0.05"
lod_unit = "EU/mL"
run = "valid"
controls = { SPIKE = "pass" }
replicates = ["1", "2"]
"""


@pytest.mark.req("LAB-09")
def test_a_results_file_is_read_exactly() -> None:
    (read,) = read_results(RESULTS)
    assert read.attributes == {"reprogramming_method": ["sendai"]}
    assert read.results == (
        Found("ENDO", "< 10", "EU/mL", Decimal("0.05"), "EU/mL", run=True, controls={"SPIKE": "pass"}, replicates=("1", "2")),
    )  # fmt: skip


@pytest.mark.req("LAB-10")
def test_a_decimal_comma_counts_only_where_the_file_declares_it() -> None:
    text = 'decimal_comma = {}\n[[lot]]\nnumber = "L"\n[[lot.result]]\nrow = "R"\nfound = "{}"\n'
    row = read_specification(HEAD + NUMERIC.format("%", "≥ 20"))
    for flag, found, verdict in (
        ("true", "76,7%", Verdict.CONFORMS), ("false", "76,7%", Verdict.NO_VERDICT), ("true", "1.234,5%", Verdict.NO_VERDICT),
        ("true", "19,9 %", Verdict.DOES_NOT_CONFORM),
    ):  # fmt: skip
        (lot,) = read_results(text.format(flag, found))
        (judged_row,) = judge_lot(row, lot)
        assert (judged_row.verdict, judged_row.found) == (verdict, found)
    terms = read_specification(HEAD + 'result_type = "text"\ncriterion = "A*01,02"')
    (lot,) = read_results(text.format("true", "A*01,02"))
    assert outcome(judge_lot(terms, lot)) is Verdict.CONFORMS


@pytest.mark.req("LAB-09", negative=True)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"The file has no \[\[lot\]\]"),
        (RESULTS.replace('found = "< 10"', "found = 10.0"), "Result ENDO: the field “found” must be text in quotes"),
        (RESULTS.replace('lod = "0.05"', "lod = 0.05"), "must be a figure in quotes"),
        (RESULTS.replace('run = "valid"', 'run = "fine"'), "the run is “valid”, “invalid” or not given, not “fine”"),
        (RESULTS.replace("found =", "fund ="), "Result ENDO has fields that are not known: fund"),
        (RESULTS.replace("attributes =", "line ="), "Lot L1 has fields that are not known: line"),
        ("[[lot]\n", "not valid TOML"),
    ],
)
def test_a_results_file_that_is_not_one_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DataFileError, match=sentence):
        read_results(text)
