"""Release specifications are data: the shipped ones have no defect, and each kind of defect is named."""

import tomllib
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from batches.domain.vectors import METHOD_CONTENTS, VECTOR_ITEMS
from evgmp.rules.limits import Verdict
from evgmp.rules.reading import ResultKind
from evgmp.rules.verdict import RowResult, RowRule, judge_row
from qc.domain import specification_format
from qc.domain.applicability import FACTOR_ABSENCE
from qc.domain.specification_file import DataFileError, RowFile, SpecificationFile, defects, read_specification, uncovered
from qc.domain.specification_rows import REQUIRED_CATEGORIES, STAGES, Control, Detection, ValidatedMethod

FOLDER = Path(__file__).parents[3] / "qc" / "masterdata" / "specifications"
SHIPPED = {path.stem: read_specification(path.read_text()) for path in sorted(FOLDER.glob("*.toml"))}
DS = SHIPPED["spec_ev_ds"]
ROWS = {row.code: row for specification in SHIPPED.values() for row in specification.rows}
FACTOR_SPECIFICATIONS = {name for name, one in SHIPPED.items() if any(row.category == FACTOR_ABSENCE for row in one.rows)}

# One row of each kind.
PH = ROWS["DS-GN-PH"]
SENDAI = ROWS["DS-RF-SEV"]
STERILITY = ROWS["DS-SF-STER"]
APPEARANCE = ROWS["DS-GN-APPEAR"]
MYC_REFERENCE = ROWS["DS-RF-ENDO-MYC"]

ROLL_UP = ROWS["DP-RF-LINK"]

Change = Callable[[RowFile], RowFile]


def change(**fields: Any) -> Change:
    return lambda row: replace(row, **fields)


def row_defects(row: RowFile) -> list[str]:
    """The defects of one row, its specification left aside."""
    prefix = f"{row.code}: "
    alone = replace(DS, rows=(row,))
    return [sentence.removeprefix(prefix) for sentence in defects(alone) if sentence.startswith(prefix)]


@pytest.mark.req("LAB-23", "MST-10")
@pytest.mark.parametrize(
    ("name", "code", "stage", "count"),
    [
        ("spec_ipsc_mcb", "SPEC-IPSC-MCB", "ipsc_mcb", 39),
        ("spec_ipsc_wcb", "SPEC-IPSC-WCB", "ipsc_wcb", 29),
        ("spec_imsc_bank", "SPEC-IMSC-BANK", "imsc_bank", 42),
        ("spec_imsc_eop", "SPEC-IMSC-EOP", "imsc_eop", 39),
        ("spec_cm", "SPEC-CM", "cm_lot", 16),
        ("spec_ev_ds", "SPEC-EV-DS", "ev_ds", 57),
        ("spec_ev_dp", "SPEC-EV-DP", "ev_dp", 26),
    ],
)
def test_a_shipped_specification_has_no_defect(name: str, code: str, stage: str, count: int) -> None:
    specification = SHIPPED[name]
    assert (specification.code, specification.stage, specification.rounding) == (code, stage, "usp_7_20")
    assert len(specification.rows) == count
    assert defects(specification) == []


@pytest.mark.req("LAB-23", "MST-10")
def test_every_stage_has_one_shipped_specification() -> None:
    assert sorted(specification.stage for specification in SHIPPED.values()) == sorted(STAGES)
    assert len(ROWS) == sum(len(specification.rows) for specification in SHIPPED.values()) == 248


@pytest.mark.req("LAB-10", "LAB-23")
def test_what_the_wells_of_an_absence_row_mean_is_fixed_beforehand() -> None:
    for row in ROWS.values():
        if row.category == FACTOR_ABSENCE and row.expected == "absent" and row.replicates == 3:
            assert (row.combine, row.repeat) == ("all_absent", "extraction_once"), row.code


@pytest.mark.req("LAB-23")
@pytest.mark.parametrize("item", ["LMYC", "SHP53"])
def test_l_myc_and_the_hairpin_have_rows_of_their_own(item: str) -> None:
    for name in FACTOR_SPECIFICATIONS - {"spec_ev_dp"}:
        assert [row.code for row in SHIPPED[name].rows if row.covers == (item,)], name


@pytest.mark.req("LAB-23")
def test_the_ev_specification_tests_all_that_the_requirement_names() -> None:
    deciding = {row.code for row in DS.rows if row.decides_release}
    assert deciding >= {
        "DS-ID-CD9", "DS-ID-CD63", "DS-ID-CD81", "DS-ID-TSG101", "DS-PU-CALNEXIN", "DS-CT-PART", "DS-PU-PROT",
        "DS-PU-PPR", "DS-PU-HCDNA", "DS-PU-HSA", "DS-PU-BSA", "DS-PT-TCELL", "DS-SF-STER", "DS-SF-ENDO", "DS-SF-MYCO",
        "DS-SF-VIRUS", "DS-RF-SEV", "DS-RF-EBNA1", "DS-GN-APPEAR", "DS-GN-PH", "DS-GN-OSMO",
    }  # fmt: skip
    residual_cells = {row.code for row in SHIPPED["spec_imsc_eop"].rows if row.decides_release}
    assert residual_cells >= {"EOP-PU-TRA160", "EOP-PU-OCT4FC", "EOP-PU-LIN28"}


@pytest.mark.req("LAB-09")
def test_limits_are_read_exactly_as_written() -> None:
    endotoxin = ROWS["DS-SF-ENDO"]
    assert (str(endotoxin.upper), endotoxin.upper_inclusive, endotoxin.lower) == ("0.500", False, None)
    assert (str(PH.lower), str(PH.upper), PH.lower_inclusive, PH.upper_inclusive) == ("6.90", "7.70", True, True)
    assert str(ROWS["DS-CT-PART"].lower) == "1.0E+10"
    assert str(ROWS["MCB-SF-ENDO"].upper) == "5.00"
    assert str(ROWS["EOP-PU-LIN28"].upper) == "0.0100"


@pytest.mark.req("LAB-10", "LAB-23")
@pytest.mark.parametrize("row", [r for r in ROWS.values() if r.expected == "absent"], ids=lambda r: r.code)
def test_every_absence_row_rests_on_a_detection_limit_and_on_controls(row: RowFile) -> None:
    assert (row.detection is None) != (row.validated_method is None)
    assert row.controls
    if row.detection is not None and "not detected" in row.accepted:
        at_limit, limit = not_detected(row, row.detection.lod_max), row.detection.lod_max
        assert limit is not None
        assert judge_row(rule_of(row), at_limit).verdict is Verdict.CONFORMS
        assert judge_row(rule_of(row), not_detected(row, limit * 2)).verdict is Verdict.NO_VERDICT
        assert judge_row(rule_of(row), replace(at_limit, control_outcomes={})).verdict is Verdict.NO_VERDICT


@pytest.mark.req("LAB-10")
@pytest.mark.parametrize("row", [r for r in ROWS.values() if r.known], ids=lambda r: r.code)
def test_the_terms_of_a_row_decide(row: RowFile) -> None:
    lod = row.detection.lod_max if row.detection else None
    for word in row.known:
        if word == "not detected":
            continue  # a result of its own kind, with its LOD
        result = replace(not_detected(row, lod), kind=ResultKind.TERM, term=word)
        wanted = Verdict.CONFORMS if word in row.accepted else Verdict.DOES_NOT_CONFORM
        assert judge_row(rule_of(row), result).verdict is wanted, word


def rule_of(row: RowFile) -> RowRule:
    return RowRule(
        row.result_type, unit=row.unit, decimals=row.decimals, rounding=row.rounding, lower=row.lower, upper=row.upper,
        accepted_terms=row.accepted, known_terms=row.known, expected=row.expected,
        lod_max=row.detection.lod_max if row.detection else None, lod_unit=row.detection.unit if row.detection else "",
        validated_method=row.validated_method is not None,
        controls_required=tuple(control.kind for control in row.controls), purpose=row.purpose,
    )  # fmt: skip


def not_detected(row: RowFile, lod: Decimal | None) -> RowResult:
    passed = {control.kind: "pass" for control in row.controls}
    return RowResult(ResultKind.NOT_DETECTED, lod=lod, lod_unit=row.unit, run_valid=True, control_outcomes=passed)


@pytest.mark.req("LAB-23", "TRC-07")
@pytest.mark.parametrize("name", sorted(FACTOR_SPECIFICATIONS))
def test_every_vector_item_is_covered_at_every_stage(name: str) -> None:
    assert uncovered(SHIPPED[name], VECTOR_ITEMS) == []
    for contents in METHOD_CONTENTS.values():
        assert uncovered(SHIPPED[name], contents) == []


@pytest.mark.req("LAB-23", "TRC-07", negative=True)
def test_an_item_without_a_deciding_row_is_uncovered() -> None:
    assert uncovered(DS, ["SEV", "GLIS1"]) == ["GLIS1"]
    without_sendai = replace(DS, rows=tuple(row for row in DS.rows if row.code != "DS-RF-SEV"))
    assert uncovered(without_sendai, ["OCT4", "SEV"]) == ["SEV"]
    for weaker in (replace(SENDAI, mandatory=False), replace(SENDAI, purpose="reference")):
        assert uncovered(replace(DS, rows=(weaker,)), ["SEV"]) == ["SEV"]


@pytest.mark.req("LAB-23", negative=True)
@pytest.mark.parametrize(
    ("row", "changed", "start"),
    [
        (PH, change(name=""), "The name is absent."),
        (PH, change(method=""), "The method is absent."),
        (PH, change(method_number=""), "The method number is absent."),
        (PH, change(method_version=""), "The method version is absent."),
        (PH, change(sample_type=""), "The sample type is absent."),
        (PH, change(source=""), "The source is absent."),
        (PH, change(rounding="bankers"), "The rounding rule “bankers” is not known."),
        (PH, change(unit=""), "A numeric row needs a unit."),
        (PH, change(unit="EU"), "The unit “EU” names no volume, mass or dose, so results can't be compared."),
        (PH, change(decimals=None), "A numeric row needs its number of decimals"),
        (PH, change(decimals=-1), "A result with -1 decimals can't be."),
        (PH, change(decimals=9999), "A result with 9999 decimals can't be. Write their number, 0 to 12."),
        (APPEARANCE, change(decimals=10**30), "A result with 1000000000000000000000000000000 decimals can't be."),
        (PH, change(lower=None, upper=None), "A numeric release row needs a lower or an upper limit."),
        (PH, change(lower=Decimal("7.71")), "No value lies between the limits 7.71 and 7.70."),
        (PH, change(lower=Decimal("7.70"), lower_inclusive=False), "No value lies between the limits 7.70 and 7.70."),
        (PH, change(known=("acid",)), "A numeric row is judged by limits, not by terms."),
        (PH, change(accepted=("acid",)), "A numeric row is judged by limits, not by terms."),
        (PH, change(expected="absent"), "A numeric row is judged by limits, not by terms."),
        (PH, change(expected="absent"), "Only a presence row expects “absent” or “present”."),
        (APPEARANCE, change(lower=Decimal(1)), "Only a numeric row has limits."),
        (APPEARANCE, change(upper=Decimal(1)), "Only a numeric row has limits."),
        (APPEARANCE, change(accepted=()), "No accepted term is named"),
        (APPEARANCE, change(accepted=("clear",)), "The accepted term “clear” is not among the known terms."),
        (APPEARANCE, change(known=("Turbid", "turbid")), "Two known terms differ only in spelling."),
        (APPEARANCE, change(known=APPEARANCE.accepted), "Every known term is accepted"),
        (PH, change(category="beauty"), "The category “beauty” is not known."),
        (PH, change(result_type="guess"), "The result type “guess” is not known."),
        (PH, change(purpose="fun"), "The purpose “fun” is not known."),
        (PH, change(source_status="heard"), "The source status “heard” is not known."),
        (PH, change(limit_origin="dream"), "The origin of the limit “dream” is not known."),
        (SENDAI, change(expected=""), "The expected state “” is not known."),
        (SENDAI, change(expected="present"), "The row expects “present”, but “"),
        (SENDAI, change(accepted=("Detected",), known=("Detected", "not detected")), "The row expects “absent”, but “Detected” is a term that conforms."),
        (PH, change(method="", method_number="", method_version=""), "The method, with its number and version, is absent. Add it."),
        (SENDAI, change(detection=None), "An absence row needs either the LOD"),
        (SENDAI, change(validated_method=STERILITY.validated_method), "An absence row needs either the LOD"),
        (SENDAI, change(controls=()), "An absence row needs the controls"),
        (SENDAI, change(detection=Detection(None, None, "copies/mL")), "The detection requirement names no LOD."),
        (SENDAI, change(detection=Detection(None, Decimal(1), "copies/mL")), "The detection requirement names no LOD."),
        (SENDAI, change(detection=Detection(Decimal(-5), None, "copies/mL")), "The LOD is -5, but nothing is detected at zero or below."),
        (SENDAI, change(detection=Detection(Decimal(1), Decimal(0), "copies/mL")), "The LOQ is 0, but nothing is detected at zero or below."),
        (STERILITY, change(validated_method=ValidatedMethod(Decimal(0), "CFU/sample", "VR")), "The LOD of the validation is 0, but"),
        (SENDAI, change(detection=Detection(Decimal(1), None, "")), "The detection requirement has no unit."),
        (SENDAI, change(detection=Detection(Decimal(1), None, "copies")), "The detection requirement is in “copies”"),
        (STERILITY, change(validated_method=ValidatedMethod(None, "CFU/sample", "VR")), "The validated method needs"),
        (STERILITY, change(validated_method=ValidatedMethod(Decimal(1), "CFU", "VR")), "The validated method needs"),
        (
            STERILITY,
            change(unit="", validated_method=ValidatedMethod(Decimal(1), "", "VR")),
            "The validated method needs its LOD, in the unit of the row.",
        ),
        (
            STERILITY,
            change(validated_method=ValidatedMethod(Decimal(1), "CFU/sample", "")),
            "The validated method names no validation reference.",
        ),
        (SENDAI, change(controls=(Control("", "x"),)), "A control has no kind or no criterion."),
        (SENDAI, change(controls=(Control("NTC", ""),)), "A control has no kind or no criterion."),
        (SENDAI, change(controls=(Control("NTC", "x"), Control("NTC", "y"))), "The control NTC is named 2 times."),
        (PH, change(replicates=None), "The number of determinations is absent."),
        (PH, change(replicates=0), "A result of 0 determinations can't be. Write their number, 1 to 96."),
        (PH, change(replicates=9999), "A result of 9999 determinations can't be."),
        (PH, change(replicate_rule=""), "The replicate rule is absent."),
        (PH, change(combine="best"), "The way to combine replicates “best” is not known."),
        (PH, change(combine="all_absent"), "Replicates of a numeric row can't be combined by all_absent."),
        (PH, change(difference_max=None), "Replicates are averaged only within a limit of their spread."),
        (PH, change(difference_max=Decimal(0)), "difference_max is a percentage above zero"),
        (PH, change(replicates=1), "Replicates are combined, but fewer than two are asked for."),
        (PH, change(combine="", difference_max=Decimal(20)), "difference_max is a percentage above zero and belongs to a mean"),
        (SENDAI, change(combine="mean", cv_max=Decimal(20)), "Replicates of a presence_absence row can't be combined by mean."),
        (SENDAI, change(repeat="until it passes"), "The repeat rule “until it passes” is not known."),
        (SENDAI, change(combine=""), "A repeat extraction follows from the wells."),
        (ROWS["DS-ID-CD81"], change(replicates=3, combine="all_absent"), "Only a row that expects “absent” is judged well by well"),
        (PH, change(applies_when={"weather": ("wet",)}), "The condition “weather” is not known."),
        (PH, change(applies_when={"antibiotic_used": ()}), "The condition “antibiotic_used” lists no value."),
        (PH, change(applies_when={"vector_carries": ("GLIS1",)}), "The vector item “GLIS1” is not known."),
        (PH, change(applies_when={"reprogramming_method": ("magic",)}), "The reprogramming method “magic” is not known."),
        (SENDAI, change(covers=("GLIS1",)), "The vector item “GLIS1” is not known."),
        (SENDAI, change(mandatory=False), "Only a mandatory release row can prove absence."),
        (SENDAI, change(purpose="reference"), "Only a mandatory release row can prove absence."),
        (ROWS["DS-RF-EXO-MYC"], change(covers=("LMYC",)), "The row covers LMYC but does not apply where"),
        (ROLL_UP, change(computed="wishful"), "The computed row “wishful” is not known."),
        (ROLL_UP, change(mandatory=False, covers=()), "A roll-up of factor rows is a mandatory, qualitative release row"),
        (ROLL_UP, change(category="general"), "A roll-up of factor rows is a mandatory, qualitative release row"),
        (ROLL_UP, change(applies_when={"dosage_form": ("liquid",)}), "A computed row has no run and always applies."),
        (ROLL_UP, change(controls=(Control("NTC", "none"),)), "A computed row has no run and always applies."),
    ],
)  # fmt: skip
def test_a_defect_of_a_row_is_named(row: RowFile, changed: Change, start: str) -> None:
    assert row_defects(row) == []
    found = row_defects(changed(row))
    assert any(sentence.startswith(start) for sentence in found), found


@pytest.mark.req("LAB-10")
def test_a_reference_row_may_report_without_a_limit_and_a_numeric_row_may_ask_for_an_loq() -> None:
    assert (MYC_REFERENCE.lower, MYC_REFERENCE.upper) == (None, None)
    assert row_defects(MYC_REFERENCE) == []
    assert ROWS["DS-PU-HCDNA"].detection == Detection(None, Decimal("0.10"), "ng/dose")


@pytest.mark.req("LAB-23", negative=True)
@pytest.mark.parametrize("stage", STAGES)
def test_each_category_that_a_stage_needs_is_asked_for(stage: str) -> None:
    found = defects(replace(DS, stage=stage, rows=(), units_for_tests=Decimal(5) if stage == "ev_dp" else None))
    assert len(found) == len(REQUIRED_CATEGORIES[stage])
    assert all(sentence.startswith(f"The stage {STAGES[stage]} needs a mandatory release row") for sentence in found)


@pytest.mark.req("LAB-23", negative=True)
@pytest.mark.parametrize(
    "changed",
    [change(mandatory=False), change(purpose="reference"), change(method=""), change(lower=None), change(unit="")],
)
def test_an_incomplete_or_idle_row_does_not_fill_its_category(changed: Change) -> None:
    particles = ROWS["DS-CT-PART"]
    rows = tuple(changed(row) if row is particles else row for row in DS.rows)
    assert "The stage EV drug substance needs a mandatory release row of the category “Content” with method, unit, rounding and " \
        "limit. Add one or complete it." in defects(replace(DS, rows=rows))  # fmt: skip


@pytest.mark.req("LAB-23", negative=True)
@pytest.mark.parametrize(
    ("specification", "sentence"),
    [
        (replace(DS, stage="moon"), "The stage “moon” is not known. Use one of: " + ", ".join(STAGES) + "."),
        (
            replace(DS, rounding=""),
            "The rounding rule “” is not known. Use one of: none, usp_7_20, ph_eur_significant.",
        ),
        (
            replace(DS, rows=(*DS.rows, ROLL_UP)),
            "Only the specification of the EV drug product has computed rows: the others are what they are computed from. Remove them.",
        ),
        (replace(DS, rows=(*DS.rows, PH)), "The code DS-GN-PH is used 2 times. Give every row its own code."),
    ],
)
def test_a_defect_of_the_whole_is_named(specification: SpecificationFile, sentence: str) -> None:
    assert defects(specification) == [sentence]


HEAD = '[specification]\ncode = "S"\ntitle = "T"\nstage = "ev_ds"\nrounding = "usp_7_20"\n'
ROW = HEAD + '[[row]]\ncode = "R"\n'


@pytest.mark.req("LAB-08", "LAB-09")
def test_a_row_may_name_its_own_rounding_and_controls_beside_those_of_its_set() -> None:
    sets = '[[control_set]]\nkey = "pcr"\ncontrols = [{ kind = "NTC", criterion = "none" }]\n'
    row = '[[row]]\ncode = "R"\nrounding = "ph_eur_significant"\ncontrol_set = "pcr"\n'
    own = 'controls = [{ kind = "PTC_LOW", criterion = "seen" }]\napplies_when = { antibiotic_used = [true] }\n'
    (read,) = read_specification(HEAD + sets + row + own).rows
    assert read.rounding == "ph_eur_significant"
    assert read.controls == (Control("NTC", "none"), Control("PTC_LOW", "seen"))
    assert read.applies_when == {"antibiotic_used": (True,)}
    assert read_specification(ROW).rows[0].rounding == "usp_7_20"
    assert read_specification(ROW).rows[0].mandatory is True


@pytest.mark.req("LAB-06", "LAB-23", negative=True)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"no \[specification\] table"),
        (HEAD + 'color = "red"', "not known: color"),
        ("rule = 1\n" + HEAD, "The file has fields that are not known: rule"),
        (ROW + "lower = 5.0", "Row R: the field “lower” must be a figure in quotes"),
        (ROW + "upper = 5", "Row R: the field “upper” must be a figure in quotes"),
        (ROW + 'uper = "5"', "Row R has fields that are not known: uper"),
        (ROW + 'control_set = "none"', "Row R names the control set “none”, which the file does not have"),
        (ROW + 'controls = [{ kind = "A", criterium = "x" }]', "Row R, controls 1 has fields"),
        (ROW + 'detection = { lod = "5" }', "Row R, detection has fields that are not known: lod"),
        (ROW + "detection = { lod_max = 5.0 }", "Row R, detection: the field “lod_max” must be a figure"),
        (ROW + 'validated_method = { lod_max = "5" }', "Row R, validated_method has fields"),
        (ROW + 'applies_when = { vector_carries = "OCT4" }', "“vector_carries” must be a list"),
        (ROW + "applies_when = { vector_carries = [1] }", "“vector_carries” must be a list"),
        (HEAD + '[[control_set]]\nkey = "a"\nrule = "b"', "control_set 1 has fields that are not known: rule"),
    ],
)
def test_text_that_is_not_a_specification_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DataFileError, match=sentence):
        read_specification(text)


def test_the_help_names_every_field_that_a_file_may_have_and_no_other() -> None:
    file_only = {"criterion", "control_set"}
    assert set(specification_format.ROW) == {field.name for field in fields(RowFile)} | file_only
    assert set(specification_format.HEAD) == {field.name for field in fields(SpecificationFile)} - {"rows"}
    assert "  stage             ipsc_mcb | ipsc_wcb" in specification_format.described()
    known = {*specification_format.ROW}
    for path in FOLDER.glob("*.toml"):
        assert {key for row in tomllib.loads(path.read_text("utf-8"))["row"] for key in row} <= known


@pytest.mark.req("LAB-07", negative=True)
@pytest.mark.parametrize(
    ("limit", "decimals", "rounding", "named"),
    [("1E+6", 0, "usp_7_20", True), ("1E+6", 0, "ph_eur_significant", True), ("1E+6", 1, "usp_7_20", False), ("1.0E+6", 0, "usp_7_20", False),
     ("1E+6", 0, "none", False), ("1000000", 0, "usp_7_20", False), ("100", 0, "usp_7_20", False), ("5", 0, "usp_7_20", False)],
)  # fmt: skip
def test_a_limit_that_half_of_it_would_meet_is_a_defect(limit: str, decimals: int, rounding: str, named: bool) -> None:
    row = replace(PH, lower=Decimal(limit), upper=None, decimals=decimals, rounding=rounding)
    assert any("half of 1 × 10⁶ would count as it" in sentence for sentence in defects(replace(DS, rows=(row,)))) is named
