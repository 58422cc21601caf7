"""`manage.py judge`: any specification, any results, no database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

SPECIFICATION = '[specification]\ncode = "SPEC-T"\ntitle = "Test"\nrounding = "usp_7_20"\n[[row]]\ncode = "ENDO"\nname = "Endotoxin"\n\
purpose = "release"\nresult_type = "numeric"\nunit = "EU/mL"\ncriterion = "< 5.00"\n'
RESULTS = '[[lot]]\nnumber = "002.12"\n[[lot.result]]\nrow = "ENDO"\nfound = "{}"\nunit = "EU/mL"\n'


def judge(folder: Path, found: str, *options: str, specification: str = SPECIFICATION) -> tuple[str, int]:
    """What is printed, and the exit code."""
    (folder / "spec.toml").write_text(specification, "utf-8")
    (folder / "results.toml").write_text(RESULTS.format(found), "utf-8")
    out = StringIO()
    try:
        call_command("judge", folder / "spec.toml", folder / "results.toml", *options, stdout=out)
    except SystemExit as stop:
        return out.getvalue(), int(stop.code or 0)
    return out.getvalue(), 0


@pytest.mark.req("LAB-09", "LAB-10")
def test_lots_are_judged_from_two_files(tmp_path: Path) -> None:
    text, code = judge(tmp_path, "< 5.00")
    assert code == 0
    assert "Lot 002.12: conforms" in text
    assert "ENDO               conforms          Endotoxin: < 5.00. < 5.00 is less than 5.00." in text
    text, code = judge(tmp_path, "5.00")
    assert (code, "Lot 002.12: does not conform (out of limit: ENDO)\n" in text) == (1, True)
    assert "Lot 002.12: no verdict (without a verdict: ENDO)\n" in judge(tmp_path, "")[0]
    only_reported = SPECIFICATION.replace('"release"', '"reference"')
    assert "no verdict (no row decides: give at least one the purpose “release”)" in judge(tmp_path, "1.00", specification=only_reported)[0]
    text, code = judge(tmp_path, "")
    assert (code, "no result. No result yet." in text) == (1, True)


@pytest.mark.req("LAB-23", negative=True)
def test_what_bars_the_approval_of_the_specification_is_told(tmp_path: Path) -> None:
    assert "could not be approved for use" in judge(tmp_path, "1.00")[0]
    assert "ENDO: The source is absent. Add it." in judge(tmp_path, "1.00", "--defects")[0]


@pytest.mark.req("LAB-02", negative=True)
def test_what_a_row_leaves_out_of_its_method_is_told(tmp_path: Path) -> None:
    method = '[[method]]\nnumber = "{}"\nversion = "1"\nname = "Gel"\nprinciple = "x"\nmatrix = "EV"\nvalidation = "VR"\nreplicates = 2\n'
    (tmp_path / "methods.toml").write_text(method.format("TM-1") + method.format("TM-2").replace("VR", ""), "utf-8")
    named = SPECIFICATION + 'method = "Gel"\nmethod_number = "TM-1"\nmethod_version = "1"\n'
    text = judge(tmp_path, "1.00", "--defects", "--methods", str(tmp_path / "methods.toml"), specification=named)[0]
    assert "ENDO asks for 0 determinations, and TM-1 v1 for 2. Ask for 2 at least." in text
    assert "TM-2" not in text


def test_the_outcome_as_data(tmp_path: Path) -> None:
    (lot,) = json.loads(judge(tmp_path, "4.995", "--json")[0])
    assert (lot["lot"], lot["outcome"]) == ("002.12", "does_not_conform")
    assert lot["rows"][0]["rounded"] == "5.00"


@pytest.mark.req("LAB-09", negative=True)
def test_files_that_can_not_be_read_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="The file is not valid TOML"):
        judge(tmp_path, "1", specification="[[")
    (tmp_path / "spec.toml").write_text(SPECIFICATION, "utf-8")
    with pytest.raises(CommandError, match=r"nowhere.toml can't be read: No such file"):
        call_command("judge", tmp_path / "spec.toml", tmp_path / "nowhere.toml", stdout=StringIO())
    (tmp_path / "results.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="is not UTF-8 text"):
        call_command("judge", tmp_path / "spec.toml", tmp_path / "results.toml", stdout=StringIO())
