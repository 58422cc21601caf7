"""A long gap between two rows of a log is told; nothing is judged by it."""

from datetime import UTC, datetime, timedelta

from batches.domain.log_gaps import gaps

START = datetime(2026, 10, 22, 8, 0, tzinfo=UTC)


def test_only_a_row_long_after_the_one_before_says_so() -> None:
    minutes = (0, 15, 75, 136, 36 * 60 + 141)
    rows = [START + timedelta(minutes=minute) for minute in minutes]
    assert gaps(rows) == ["", "", "", "1 h 1 min after the row before", "36 h 5 min after the row before"]


def test_a_row_without_a_typed_value_neither_begins_nor_ends_a_gap() -> None:
    assert gaps([None, START, None, START + timedelta(hours=2)]) == ["", "", "", "2 h after the row before"]
    assert gaps([]) == []
