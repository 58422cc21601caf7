"""What most tests need beside the cast: effective masters, the test methods and an effective specification, written once a run.

A builder that is asked for one of these takes what is there; in a database without them it writes it.
"""

from batches.models import MasterVersion
from qc.models import MethodListVersion, SpecificationVersion
from tests.batches.master_texts import BANK, PASSAGE, RUN
from tests.builders import cast

MASTERS = (RUN, PASSAGE, BANK)


def furnish() -> None:
    from tests.batches.builders_records import effective
    from tests.qc import builders_lab

    cast()
    for text in MASTERS:
        effective(text)
    builders_lab.effective()


def standing_master(text: str) -> MasterVersion | None:
    """The effective version that was written from exactly this text."""
    return MasterVersion.objects.filter(status="effective", source_text=text).first()


def standing_methods(text: str) -> MethodListVersion | None:
    """The same of a method list."""
    return MethodListVersion.objects.filter(status="effective", source_text=text).first()


def standing_specification(text: str) -> SpecificationVersion | None:
    """The same of a specification."""
    return SpecificationVersion.objects.filter(status="effective", source_text=text).first()
