"""Scenes that many tests of release share. Each is built once a run and copied for every test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.support.databases import CONTENTS


def _ready() -> None:
    from tests.qc.builders_release import ready

    ready()


CONTENTS.setdefault("ready", _ready)


@pytest.fixture
def ready_lot(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[Any]:
    """A database of its own with a whole chain whose EV lot waits for QC's approval; yields the lot."""
    with throwaway_database("sqlite", "ready"):
        from tests.qc.builders_release import ev_lot

        yield ev_lot()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ready_lot_anywhere(
    request: pytest.FixtureRequest, throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]
) -> Iterator[Any]:
    """The same on each vendor in turn."""
    with throwaway_database(request.param, "ready"):
        from tests.qc.builders_release import ev_lot

        yield ev_lot()
