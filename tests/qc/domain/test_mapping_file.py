"""Mappings of instrument files: data that is read exactly or refused, each defect with its sentence."""

from dataclasses import replace
from typing import Any

import pytest

from batches.domain.data_file import DataFileError
from qc.domain.instrument_files.mapping_file import mapping_defects, read_mapping
from tests.qc.domain.instrument_texts import small

HEAD = '[mapping]\ncode = "M"\ntitle = "M"\nformat = "delimited"\n[sample]\ncolumn = "S"\n'
VALUE = small().values[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sample": ""}, "whose value it is"),
        ({"sample": 'column = "S"\nask = true'}, "whose value it is"),
        ({"mapping": 'layout = "labels"'}, "A file of labels is one record"),
        ({"mapping": 'sheet = "A"'}, "Only a workbook has sheets"),
        ({"value": 'not_detected = ["ND"]'}, "no LOD"),
        ({"value": 'below_loq = ["<LOQ"]'}, "no LOQ"),
        ({"value": 'failed = ["x", "X"]'}, "means two things"),
        ({"value": 'failed = [""]'}, "an empty cell can't be a mark"),
        ({"value": 'where = ["x"]'}, "belong together"),
        (
            {"mapping": 'layout = "labels"', "sample": "ask = true", "more": '[[only]]\ncolumn = "A"\nis = ["x"]'},
            "A file of labels is one record",
        ),
    ],
)
def test_a_mapping_that_makes_no_sense_has_its_defect_named(changes: dict[str, str], words: str) -> None:
    assert any(words in defect for defect in mapping_defects(small(**changes)))


@pytest.mark.parametrize("wrong", ['mapping = "x"', '[mapping]\ncode = "M"\nformat = "pdf"\n[sample]\n', "[mapping"])
def test_a_mapping_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(DataFileError):
        read_mapping(wrong)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"values": ()}, "The mapping has no [[value]]. Add what is imported."),
        ({"methods": ()}, "Name the methods whose runs may use this mapping."),
        (
            {"format": "rdml", "layout": "labels", "sample_column": "", "ask_sample": True},
            'An RDML file is read as a table. Write layout = "table".',
        ),
        ({"values": (replace(VALUE, tests=()),)}, "Value “Result” names no test. Add the codes of the tests that it is a result of."),
        (
            {"values": (replace(VALUE, unit=""),)},
            "Value “Result” has no unit and no words: nothing could be compared with a limit. Give one.",
        ),
        ({"values": (VALUE, replace(VALUE, column="Other"))}, "T is filled by 2 values. One value for one test."),
    ],
)
def test_a_mapping_that_lacks_what_an_import_needs_has_its_defect_named(changes: dict[str, Any], words: str) -> None:
    assert mapping_defects(small()) == []
    assert mapping_defects(replace(small(), **changes)) == [words]


@pytest.mark.req("REC-10", negative=True)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[mapping]\ncode = "M"', r"The file needs a \[mapping\] and a \[sample\] table. Add them."),
        ('[sample]\ncolumn = "S"', r"The file needs a \[mapping\] and a \[sample\] table. Add them."),
        (HEAD + '[[only]]\ncolumn = "A"\nis = []', "The file, only 1 has no texts in “is”. Add them."),
        (HEAD + '[[failed]]\ncolumn = "A"', "The file, failed 1 has no texts in “is”. Add them."),
        (
            HEAD + '[[value]]\ncolumn = "A"\nwords = { Negative = 1 }',
            "The file, value 1, words: every word must stand for a term in quotes.",
        ),
        (HEAD + '[[value]]\ncolumn = "A"\nzero = "maybe"', "The file, value 1: “zero” must be one of “number”, “failed”."),
    ],
)
def test_a_mapping_is_refused_where_it_can_not_be_read(text: str, words: str) -> None:
    with pytest.raises(DataFileError, match=words):
        read_mapping(text)
