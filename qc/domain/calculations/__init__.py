"""The calculations of testing. Importing this package enters them in the BOOK."""

from qc.domain.calculations import clearance, combining, particles, potency

__all__ = ["clearance", "combining", "particles", "potency"]
