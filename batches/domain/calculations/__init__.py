"""The calculations of manufacturing. Importing this package enters them in the BOOK."""

from batches.domain.calculations import (
    culture,
    filtration,
    membranes,
    reconciliation,
    secretion,
    series,
    transcription,
    yields,
)

__all__ = ["culture", "filtration", "membranes", "reconciliation", "secretion", "series", "transcription", "yields"]
