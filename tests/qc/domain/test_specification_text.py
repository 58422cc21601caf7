"""A specification written back from the tables of its file: nothing is lost, whatever nobody edits."""

import re
from typing import Any

import pytest

from batches.domain.data_file import document
from batches.domain.toml_text import value_text
from qc.domain import specification_fields as asked
from qc.domain.specification_editing import rows_of, sets_of
from qc.domain.specification_file import read_specification
from qc.domain.specification_format import CONTROL_SET, HEAD, ROW
from qc.domain.specification_text import remarks_of, write_document
from qc.selectors.specifications import shipped_files, shipped_text

TEXTS = {name: shipped_text(name) for name in shipped_files()}
TABLES: dict[str, dict[str, Any]] = {name: document(text) for name, text in TEXTS.items()}


@pytest.mark.req("MST-01", "LAB-23")
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_is_written_reads_back_the_same(name: str) -> None:
    tables = TABLES[name]
    written = write_document(tables, remarks_of(TEXTS[name]))
    assert document(written) == tables
    assert read_specification(written) == read_specification(TEXTS[name])
    assert remarks_of(written) == remarks_of(TEXTS[name]) != ""


def test_the_remarks_of_a_file_end_where_it_says_something() -> None:
    assert remarks_of("# one\n# two \n") == "# one\n# two"
    assert remarks_of("# one\n\n# two\n") == "# one"
    assert remarks_of("") == remarks_of('code = "A"\n# later\n') == ""


@pytest.mark.req("MST-01", "LAB-23")
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_a_form_shows_and_gets_back_changes_nothing(name: str) -> None:
    tables = TABLES[name]
    for row in rows_of(tables):
        fields = asked.asked_in(asked.ROW)
        assert asked.with_controls(asked.table_with(fields, row, asked.shown_of(fields, row)), asked.controls_shown(row)) == row
    head = asked.asked_in(asked.HEAD)
    assert asked.table_with(head, tables["specification"], asked.shown_of(head, tables["specification"])) == tables["specification"]
    for one in sets_of(tables):
        assert asked.with_controls(one, asked.controls_shown(one)) == one


@pytest.mark.req("LAB-23")
def test_the_forms_ask_for_every_field_of_the_file() -> None:
    def names(groups: tuple[asked.Group, ...]) -> set[str]:
        return {one.at[0] for one in asked.asked_in(groups)}

    assert names(asked.ROW) | {"method_number", "method_version", "controls"} == set(ROW)
    assert names(asked.HEAD) == set(HEAD)
    assert names(asked.CONTROL_SET) | {"controls"} == set(CONTROL_SET)


@pytest.mark.req("LAB-09")
def test_a_changed_field_changes_alone_and_keeps_its_digits() -> None:
    row = {"code": "A", "upper": "0.500", "upper_inclusive": False, "unit": "", "detection": {"loq_max": "0.050", "unit": "EU/mL"}}
    fields = asked.asked_in(asked.ROW)
    given = {**asked.shown_of(fields, row), "upper": "0.50", "detection-loq_max": "", "detection-unit": "", "applies_when-antibiotic_used": ("yes",)}
    assert asked.table_with(fields, row, given) == {
        "code": "A", "upper": "0.50", "upper_inclusive": False, "unit": "", "applies_when": {"antibiotic_used": [True]},
    }  # fmt: skip


@pytest.mark.req("MST-09", negative=True)
def test_odd_texts_are_escaped_and_what_no_file_holds_is_refused() -> None:
    odd = 'quote " back \\ tab \t bell \x07 del \x7f line\nend µ ₂ 😀'
    row = {"code": odd, "controls": [{"kind": odd, "criterion": odd}], "applies_when": {odd: [True]}}
    tables = {"specification": {"code": odd, "title": odd}, "row": [row]}
    assert document(write_document(tables)) == tables
    assert re.fullmatch(r'"\\u007f"', value_text("\x7f"))
    with pytest.raises(TypeError):
        value_text(1.5)
