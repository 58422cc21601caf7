"""Status tables of mappings and of files handed in."""

from evgmp.rules.blocker import Blocker
from evgmp.rules.lifecycle import Facts, Lifecycle, Move
from qc.domain.commands import APPROVE_MAPPING, DISCARD_FILE, IMPORT_RESULTS


def newer_than_the_effective_mapping(facts: Facts) -> Blocker | None:
    """facts: version; effective_version, None when there is none."""
    effective = facts.get("effective_version")
    if effective is None or facts["version"] > effective:
        return None
    return Blocker("older_version", f"Version {effective} is effective already and is newer. Author a new version instead.")


def own_file_only(facts: Facts) -> Blocker | None:
    """facts: person, handed_in_by, run_analyst (user IDs). The results are those of whoever performed the run and read its file."""
    person = facts.get("person")
    if person and person not in (facts.get("handed_in_by"), facts.get("run_analyst")):
        return Blocker("other_analyst", "Only who performed the run or handed in the file imports its results. Another person reviews them.")
    return None


MAPPING = Lifecycle(
    "mapping version",
    {"draft": "a draft", "effective": "effective", "superseded": "superseded"},
    [Move(APPROVE_MAPPING, ("draft",), "effective", (newer_than_the_effective_mapping,))],
)

FILE_IMPORT = Lifecycle(
    "file",
    {"handed_in": "handed in and not imported", "imported": "imported", "discarded": "discarded"},
    [
        Move(IMPORT_RESULTS, ("handed_in",), "imported", (own_file_only,)),
        Move(DISCARD_FILE, ("handed_in",), "discarded"),
    ],
)
