"""Scenes that many tests of lots share. Each is built once a run and copied for every test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.support.databases import BASES, CONTENTS


def _medium() -> None:
    from tests.batches.builders_material import medium, passage

    medium(passage(is_commitment=True), priming="IFN-gamma 24 h")


CONTENTS.setdefault("medium", _medium)
BASES.setdefault("medium", "furnished")


@pytest.fixture
def released_medium(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[Any]:
    """A database of its own with 400 mL of a released collection, and what it was made from; yields the lot."""
    from batches.models import Lot

    with throwaway_database("sqlite", "medium"):
        yield Lot.objects.get(stage="conditioned_media")
