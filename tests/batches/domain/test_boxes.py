"""Places in a freezer box: A1 to the last one, row by row, and nothing outside the box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.domain.boxes import PositionUnreadable, position, positions_from


def test_row_by_row() -> None:
    assert [str(p) for p in positions_from("A9", rows=10, columns=10, count=4)] == ["A9", "A10", "B1", "B2"]
    assert [str(p) for p in positions_from("h12", rows=8, columns=12, count=1)] == ["H12"]


@given(rows=st.integers(1, 26), columns=st.integers(1, 99), data=st.data())
def test_places_are_distinct_and_inside(rows: int, columns: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, rows * columns - 1))
    count = data.draw(st.integers(1, rows * columns - start))
    first = f"{chr(65 + start // columns)}{start % columns + 1}"
    places = positions_from(first, rows=rows, columns=columns, count=count)
    assert len(set(places)) == count
    assert all(1 <= p.column <= columns and 0 <= ord(p.row) - 65 < rows for p in places)


@pytest.mark.parametrize("text", ["", "A", "1", "A0", "AA1", "A100", "1A", "Ä1", "A-1", "A 1"])
def test_what_is_no_position(text: str) -> None:
    with pytest.raises(PositionUnreadable, match=r"is no position"):
        position(text)


@pytest.mark.parametrize(
    ("first", "rows", "columns", "count", "words"),
    [
        ("B1", 1, 10, 1, "lies outside"),
        ("A11", 10, 10, 1, "lies outside"),
        ("A1", 10, 10, 101, "the box has 100 places"),
        ("J10", 10, 10, 2, "the box has 1 places"),
        ("A1", 27, 10, 1, "1 to 26 rows"),
        ("A1", 10, 0, 1, "1 to 26 rows"),
    ],
)
def test_what_does_not_fit(first: str, rows: int, columns: int, count: int, words: str) -> None:
    with pytest.raises(PositionUnreadable, match=words):
        positions_from(first, rows=rows, columns=columns, count=count)
