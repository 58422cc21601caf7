"""Master data is taken exactly as written, or refused with a sentence."""

from decimal import Decimal

import pytest

from batches.domain.data_file import DataFileError, Table, document


def table(text: str) -> Table:
    return Table(document(text), "Row A")


@pytest.mark.req("LAB-06", "MST-09")
def test_figures_keep_every_digit() -> None:
    fields = table('limit = "5.00"\npower = "1.0E+10"\nbelow = "-49.60"')
    assert str(fields.amount("limit")) == "5.00"
    assert str(fields.amount("power")) == "1.0E+10"
    assert fields.amount("below") == Decimal("-49.60")
    assert fields.amount("absent") is None
    fields.finish()


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("written", ["5.0", "5", "true", '""', '"1,234"', '"NaN"', '"Infinity"', '"5 %"', '"٥"', '["5"]'])
def test_a_figure_that_is_not_exact_text_is_refused(written: str) -> None:
    with pytest.raises(DataFileError, match="Row A: the field “limit” must be a figure in quotes"):
        table(f"limit = {written}").amount("limit")


@pytest.mark.req("LAB-06", negative=True)
@pytest.mark.parametrize("written", ["1E+31", "1E-31", "1E+999999", "1E+99999999999999999999", "9" * 41])
def test_a_figure_that_no_reading_can_have_is_refused(written: str) -> None:
    with pytest.raises(DataFileError, match=r"Row A: the field “limit” can't be read\. .* is too large or too small"):
        table(f'limit = "{written}"').amount("limit")


@pytest.mark.req("LAB-06")
@pytest.mark.parametrize("written", ["9.99E+30", "1E-30", "-1E+30", "0", "0E+99", "0." + "1" * 60])
def test_every_figure_that_a_record_can_hold_is_read_with_all_its_digits(written: str) -> None:
    amount = table(f'limit = "{written}"').amount("limit")
    assert amount is not None
    assert amount.as_tuple() == Decimal(written).as_tuple()


def test_each_type_is_taken_as_itself() -> None:
    fields = table('name = " Appearance "\nyes = true\nplaces = 2\nterms = ["a", "b"]\n[inner]\nx = "1"\n[[many]]\ny = "2"')
    assert fields.text("name") == "Appearance"
    assert fields.text("absent", "default") == "default"
    assert fields.flag("yes", False) is True
    assert fields.flag("absent", True) is True
    assert fields.whole("places") == 2
    assert fields.whole("absent") is None
    assert fields.texts("terms") == ("a", "b")
    assert fields.texts("absent") == ()
    inner = fields.table("inner")
    assert inner is not None
    assert inner.text("x") == "1"
    assert fields.table("absent") is None
    assert [each.where for each in fields.tables("many")] == ["Row A, many 1"]
    assert fields.tables("absent") == []
    assert fields.rest() == {}
    fields.finish()


@pytest.mark.req("MST-09", negative=True)
@pytest.mark.parametrize(
    ("written", "taken", "sentence"),
    [
        ("x = 1", "text", "Row A: the field “x” must be text in quotes."),
        ('x = "true"', "flag", "Row A: the field “x” must be true or false."),
        ('x = "2"', "whole", "Row A: the field “x” must be a whole number."),
        ("x = true", "whole", "Row A: the field “x” must be a whole number."),
        ("x = 2.0", "whole", "Row A: the field “x” must be a whole number."),
        ('x = "a"', "texts", "Row A: the field “x” must be a list of texts in quotes."),
        ('x = ["a", 1]', "texts", "Row A: the field “x” must be a list of texts in quotes."),
        ('x = "a"', "table", "Row A, x must be a table of fields."),
        ("x = { }", "tables", "Row A: the field “x” must be a list of tables."),
        ("x = [1]", "tables", "Row A, x 1 must be a table of fields."),
    ],
)
def test_a_wrong_type_is_refused(written: str, taken: str, sentence: str) -> None:
    fields = table(written)
    with pytest.raises(DataFileError) as refusal:
        if taken == "flag":
            fields.flag("x", False)
        else:
            getattr(fields, taken)("x")
    assert str(refusal.value) == sentence


@pytest.mark.req("MST-09", negative=True)
def test_an_absent_field_is_named() -> None:
    with pytest.raises(DataFileError, match=r"Row A lacks the field “code”\. Add it\."):
        table("").text("code")


@pytest.mark.req("MST-09", negative=True)
def test_a_misspelt_field_is_refused_and_not_ignored() -> None:
    with pytest.raises(DataFileError, match="Row A has fields that are not known: lowr, uper"):
        table('uper = "5"\nlowr = "1"').finish()


@pytest.mark.req("MST-09", negative=True)
def test_text_that_is_not_toml_is_refused() -> None:
    with pytest.raises(DataFileError, match=r"The file is not valid TOML: .* Correct it and read the file again\."):
        document("code = ")
