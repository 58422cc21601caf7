"""Every run that an instrument counted stands in the record, or is named until it does (LAB-04)."""

import pytest

from qc.domain.run_sequence import COURSES, WITH_RESULTS, count_of, course_blockers, sequence_blockers


@pytest.mark.req("LAB-04")
def test_the_count_of_the_instrument_is_the_count_of_the_record() -> None:
    count = count_of("EQ-1", [7, 5, 6, 8])
    assert count is not None
    assert (count.made, count.recorded, count.gaps) == (4, 4, ())
    assert count.sentence == "EQ-1 made 4 runs, 5 to 8, and every one is recorded."
    assert count_of("EQ-1", []) is None


@pytest.mark.req("LAB-04", negative=True)
def test_runs_that_nobody_recorded_are_named() -> None:
    count = count_of("EQ-1", [1, 2, 4, 9, 10])
    assert count is not None
    assert (count.made, count.recorded, count.gaps) == (10, 5, ((3, 3), (5, 8)))
    assert "5 are recorded. Not accounted for: 3, 5 to 8." in count.sentence
    # Up to the third run nothing is missing yet that it could rest on.
    earlier = count_of("EQ-1", [1, 2, 4, 9, 10], until=2)
    assert earlier is not None
    assert earlier.gaps == ()


@pytest.mark.req("LAB-04", negative=True)
@pytest.mark.parametrize(
    ("number", "course", "known", "keys"),
    [
        (None, "complete", [], []), (1, "complete", [], []), (5, "aborted", [4], []), (3, "no_test", [2, 4], []), (None, "reprocessed", [4], []),
        (None, "complete", [4], ["sequence_missing"]), (None, "aborted", [4], ["sequence_missing"]), (4, "complete", [4], ["sequence_used"]),
        (4, "suitability", [4], ["sequence_used"]), (0, "complete", [4], ["sequence_impossible"]), (-1, "complete", [], ["sequence_impossible"]),
        (3_000_000_000, "complete", [], ["sequence_impossible"]), (5, "reprocessed", [4], ["sequence_not_wanted"]),
    ],
)  # fmt: skip
def test_a_number_of_a_run_is_new_and_never_left_out_again(number: int | None, course: str, known: list[int], keys: list[str]) -> None:
    assert [blocker.key for blocker in sequence_blockers(number, course, known=known)] == keys


@pytest.mark.req("LAB-04", negative=True)
@pytest.mark.parametrize(
    ("course", "remark", "reprocesses", "keys"),
    [
        ("complete", "", "", []), ("aborted", "Power cut", "", []), ("reprocessed", "Baseline set anew", "RUN-1", []),
        ("aborted", " ", "", ["course_unexplained"]), ("no_test", "", "", ["course_unexplained"]), ("suitability", "", "", ["course_unexplained"]),
        ("reprocessed", "", "", ["course_unexplained", "reprocesses_missing"]), ("complete", "", "RUN-1", ["reprocesses_not_wanted"]),
        ("lost", "x", "", ["unknown_course"]),
    ],
)  # fmt: skip
def test_what_did_not_simply_go_to_its_end_is_explained(course: str, remark: str, reprocesses: str, keys: list[str]) -> None:
    assert [blocker.key for blocker in course_blockers(course, remark, reprocesses=reprocesses)] == keys


def test_only_runs_that_measured_samples_give_results() -> None:
    assert set(WITH_RESULTS) < set(COURSES)
