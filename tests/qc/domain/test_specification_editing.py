"""Editing the tables of a specification: one part changes, everything else stays; codes name exactly one part."""

import pytest

from batches.domain.master_editing import KeyTaken, PartGone
from qc.domain import specification_editing as editing
from qc.domain.specification_edits import edits
from qc.domain.specification_words import changed_field, changed_value, in_labels

DOC = {
    "specification": {"code": "S", "title": "T"},
    "control_set": [{"key": "nta", "controls": [{"kind": "NTC", "criterion": "none"}]}, {"key": "free"}],
    "row": [
        {"code": "A", "category": "safety", "name": "Endotoxin", "upper": "0.5"},
        {"code": "B", "category": "content", "control_set": "nta"},
        {"code": "C", "category": "safety"},
        {"code": "D", "category": "safety"},
    ],
}


def codes(document: dict[str, object]) -> str:
    return "".join(row["code"] for row in editing.rows_of(document))


@pytest.mark.req("MST-01")
def test_each_edit_touches_its_part_alone() -> None:
    changed = editing.with_part(DOC, "A", {**editing.part_at(DOC, "A"), "upper": "0.50"})
    assert editing.rows_of(changed)[1:] == editing.rows_of(DOC)[1:]
    assert [(d.where, d.field, d.old, d.new) for d in edits(DOC, changed)] == [("A Endotoxin", "Upper limit", "0.5", "0.50")]
    assert codes(editing.added(DOC, "", {"code": "X"}, "B")) == "ABXCD"
    assert codes(editing.added(DOC, "", {"code": "X"})) == "ABCDX"
    assert codes(editing.removed(DOC, "B")) == "ACD"
    assert editing.with_part(DOC, "", {"code": "S", "title": "New"})["row"] == DOC["row"]


@pytest.mark.req("MST-01")
def test_a_row_moves_among_those_of_its_category() -> None:
    assert codes(editing.moved(DOC, "D", 1)) == "DBAC"
    assert codes(editing.moved(DOC, "A", 99)) == "CBDA"
    assert codes(editing.moved(DOC, "B", 3)) == "ABCD"
    (order,) = edits(DOC, editing.moved(DOC, "D", 1))
    assert (order.where, order.old, order.new) == ("Safety", "A, C, D", "D, A, C")


@pytest.mark.req("MST-01")
def test_rows_follow_the_name_of_their_control_set() -> None:
    renamed = editing.with_part(DOC, "set:nta", {**editing.part_at(DOC, "set:nta"), "key": "tracking"})
    assert editing.users_of(renamed, "tracking") == ["B"]
    assert editing.removed(DOC, "set:free")["control_set"] == DOC["control_set"][:1]
    assert [d.where for d in edits(DOC, editing.added(DOC, "set:", {"key": "new"}))] == ["Control set new"]


@pytest.mark.req("MST-01", negative=True)
def test_what_is_gone_taken_or_used_is_refused() -> None:
    for path in ("Z", "set:z"):
        with pytest.raises(PartGone, match="any more"):
            editing.part_at(DOC, path)
    with pytest.raises(KeyTaken, match="“B” is used already"):
        editing.with_part(DOC, "A", {"code": "B"})
    with pytest.raises(KeyTaken):
        editing.added(DOC, "set:", {"key": "nta"})
    with pytest.raises(ValueError, match="One test uses the control set “nta”: B"):
        editing.removed(DOC, "set:nta")


@pytest.mark.req("MST-01", negative=True)
def test_codes_that_name_two_parts_or_stand_in_no_address_are_told() -> None:
    odd = {**DOC, "row": [{"code": "A"}, {"code": "A"}, {"code": "B 1"}, {"code": "a/b"}, {"code": ""}]}
    said = " ".join(editing.unaddressable(odd))
    assert "“A” is used 2 times" in said and "“B 1” can't be used" in said and "“a/b” can't" in said and "“” can't" in said
    assert editing.unaddressable(DOC) == []


def test_a_sentence_of_the_validator_speaks_in_the_labels_of_the_form() -> None:
    assert in_labels("Add cv_max or difference_max.") == "Add “Coefficient of variation at most, %” or “Difference at most, %”."
    assert in_labels("Write combine = “mean”.") == "Write “Become one result by” = “Their mean”."
    assert in_labels("Replicates of a presence_absence row can't be combined by mean.").startswith("Replicates of a “Present or absent” row")
    assert in_labels("The result type “” is not known. Use one of: numeric, text.") == "Choose “Kind of result”."
    assert in_labels("The purpose “fun” is not known. Use one of: release.") == "“Purpose” says “fun”, which is not known. Choose one of the list."
    assert in_labels("The vector item “X” is not known. Use one of: SEV.") == "The vector item “X” is not known. Use one of: SEV."
    assert in_labels("Use one of: reprogramming_factor_absence.") == "Use one of: reprogramming_factor_absence."


def test_a_reviewer_reads_what_changed_in_the_words_of_the_form() -> None:
    assert [changed_field(name) for name in ("upper_inclusive", "cv_max", "combine", "poem_of")] == [
        "equal to the upper limit conforms", "coefficient of variation at most, %", "become one result by", "poem of",
    ]  # fmt: skip
    assert changed_value("lod max 10, unit ng/mL") == "LOD at most 10, unit ng/mL" and changed_value("all_absent") == "all must be without the target"
