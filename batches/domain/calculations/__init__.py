"""The calculations of manufacturing. Importing this package enters them in the BOOK."""

from batches.domain.calculations import culture, filtration, series, transcription, yields

__all__ = ["culture", "filtration", "series", "transcription", "yields"]
