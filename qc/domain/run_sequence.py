"""The numbers that an instrument gives its runs: each stands in the record, whatever became of the run (LAB-04). Knows no Django.

Source: 21 CFR 211.194(a)(4), complete data; FDA, Data Integrity and Compliance With Drug CGMP (2018), questions 2, 13 and 14.
"""

import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from evgmp.rules.blocker import Blocker

# How a run went. Only the first two measured samples to the end, so only they can give a result.
COURSES = {
    "complete": "Complete",
    "reprocessed": "Processed again from the data of an earlier run",
    "suitability": "System suitability alone",
    "aborted": "Aborted",
    "no_test": "No test: conditioning, maintenance or training",
}
WITH_RESULTS = ("complete", "reprocessed")
LARGEST = 2_000_000_000


@dataclass(frozen=True)
class SequenceCount:
    """The runs of one instrument by its own numbers, from the first that was recorded to the last. gaps: (first, last) of each stretch without one."""

    instrument: str
    first: int
    last: int
    recorded: int
    gaps: tuple[tuple[int, int], ...]

    @property
    def made(self) -> int:
        """How many runs the instrument made, by its own count."""
        return self.last - self.first + 1

    @property
    def sentence(self) -> str:
        if not self.gaps:
            return f"{self.instrument} made {self.made} runs, {self.first} to {self.last}, and every one is recorded."
        missing = ", ".join(str(low) if low == high else f"{low} to {high}" for low, high in self.gaps)
        return (
            f"{self.instrument} made {self.made} runs, {self.first} to {self.last}; {self.recorded} are recorded. Not accounted for: {missing}. Record each "
            "of them as it went, an aborted one too."
        )


def count_of(instrument: str, numbers: Iterable[int], until: int | None = None) -> SequenceCount | None:
    """The count of an instrument; `until`: as far as this number. None when it has no number yet."""
    found = sorted({number for number in numbers if until is None or number <= until})
    if not found:
        return None
    gaps = tuple((low + 1, high - 1) for low, high in itertools.pairwise(found) if high - low > 1)
    return SequenceCount(instrument, found[0], found[-1], len(found), gaps)


def sequence_blockers(number: int | None, course: str, *, known: Collection[int]) -> list[Blocker]:
    """Why a run can't carry this number of its instrument. known: the numbers that its recorded runs carry; once there is one, every run has one.

    A run processed again is no further run of the instrument: it names the one whose data it took.
    """
    if course == "reprocessed":
        words = "A run that is processed again has no number of its own: its instrument measured once. Leave the number empty."
        return [Blocker("sequence_not_wanted", words, "sequence")] if number is not None else []
    if number is None:
        if not known:
            return []
        words = f"This instrument counts its runs, the last one recorded is {max(known)}. Enter the number it gave this one."
        return [Blocker("sequence_missing", words, "sequence")]
    if not 1 <= number <= LARGEST:
        return [Blocker("sequence_impossible", "The number of a run is a whole number from 1. Enter it as the instrument shows it.", "sequence")]
    if number in known:
        return [Blocker("sequence_used", f"Run {number} of this instrument is recorded already. Check the number on the instrument.", "sequence")]
    return []


def course_blockers(course: str, remark: str, *, reprocesses: str) -> list[Blocker]:
    """What a run that did not simply go to its end lacks. reprocesses: number of the run whose data were taken again, as far as it is known."""
    if course not in COURSES:
        return [Blocker("unknown_course", "Say how the run went. Choose one of the list.", "course")]
    found = []
    if course != "complete" and not remark.strip():
        found.append(Blocker("course_unexplained", f"“{COURSES[course]}”: say in the remark why.", "remark"))
    if course == "reprocessed" and not reprocesses:
        found.append(Blocker("reprocesses_missing", "Name the run of this method and instrument whose data were processed again.", "reprocesses"))
    if course != "reprocessed" and reprocesses:
        found.append(Blocker("reprocesses_not_wanted", "Only a run that is processed again names an earlier one. Leave it empty.", "reprocesses"))
    return found
