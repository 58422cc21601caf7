"""The calculations of testing. Importing this package enters them in the BOOK."""

from qc.domain.calculations import particles

__all__ = ["particles"]
