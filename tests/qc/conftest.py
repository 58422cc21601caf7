"""Scenes that many tests of release share. Each is built once a run and copied for every test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from typing import Any

import pytest

from tests.support.databases import BASES, CONTENTS


def _ready() -> None:
    from tests.qc.builders_release import ready

    ready()


CONTENTS.setdefault("ready", _ready)


def _laboratory() -> None:
    from tests.qc.builders_imports import laboratory

    laboratory()


CONTENTS.setdefault("laboratory", _laboratory)


def _signed(gate: str) -> Callable[[], Any]:
    def sign() -> None:
        from tests.qc.builders_release import signed_at

        signed_at(gate)

    return sign


# The scene "ready" after each gate in turn: test functions marked up_to("qa") begin where QA has approved.
GATES = ("qc", "qa", "qp", "stock")
for before, gate in pairwise(("", *GATES)):
    CONTENTS.setdefault(f"ready_{gate}", _signed(gate))
    BASES.setdefault(f"ready_{gate}", f"ready_{before}" if before else "ready")


def _unrounded() -> None:
    from tests.qc import builders_lab as lab

    lab.effective(text=lab.shipped_text(lab.EV_SPEC) + lab.UNROUNDED_ROW)
    lab.chain(lab.line())


CONTENTS.setdefault("unrounded", _unrounded)
BASES.setdefault("unrounded", "furnished")


def _factors() -> None:
    from tests.qc import builders_lab as lab

    lab.effective(lab.EOP_SPEC)
    lab.line()


CONTENTS.setdefault("factors", _factors)
BASES.setdefault("factors", "furnished")


def _second_bank() -> None:
    from tests.qc.builders_release import another_bank

    another_bank()


CONTENTS.setdefault("second_bank", _second_bank)
BASES.setdefault("second_bank", "ready")


def _product() -> None:
    from tests.qc.builders_product import product_made

    product_made()


CONTENTS.setdefault("product", _product)
BASES.setdefault("product", "ready_stock")


def _approved_product() -> None:
    from tests.qc.builders_product import product_approved

    product_approved()


CONTENTS.setdefault("approved_product", _approved_product)
BASES.setdefault("approved_product", "product")


@pytest.fixture
def scene(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """A database of its own with an EV lot under test: lot, sample, run of the endotoxin test, approved mapping."""
    with throwaway_database("sqlite", "laboratory"):
        from tests.qc.builders_imports import scene_of_imports

        yield scene_of_imports()


@pytest.fixture
def ready_lot(
    request: pytest.FixtureRequest, throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]
) -> Iterator[Any]:
    """A database of its own with a whole chain whose EV lot waits for QC's approval, or after the gate that the mark up_to
    names; yields the lot."""
    mark = request.node.get_closest_marker("up_to")
    with throwaway_database("sqlite", f"ready_{mark.args[0]}" if mark else "ready"):
        from tests.qc.builders_release import ev_lot

        yield ev_lot()


@pytest.fixture
def ev_with_an_unrounded_row(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[Any]:
    """A database of its own with an EV lot whose specification also has a row that is not rounded; yields the lot."""
    from batches.models import Lot

    with throwaway_database("sqlite", "unrounded"):
        yield Lot.objects.get(stage="ev_lot")


@pytest.fixture
def line_of_factors(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[Any]:
    """A database of its own with a line of the Sendai vector and the specifications of its producing culture and EV lots; yields the line."""
    from batches.models import CellLine

    with throwaway_database("sqlite", "factors"):
        yield CellLine.objects.get()


@pytest.fixture
def second_bank(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[Any]:
    """A database of its own with a second bank of the same line, made, reviewed and tested, in quarantine; yields the bank."""
    from batches.models import Lot

    with throwaway_database("sqlite", "second_bank"):
        yield Lot.objects.filter(stage="cell_bank").latest("pk")


@pytest.fixture
def made_product(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[Any]:
    """A database of its own with a released EV lot and a drug product filled from it, not tested yet; yields the drug product."""
    with throwaway_database("sqlite", "product"):
        from tests.qc.builders_product import product

        yield product()


@pytest.fixture
def approved_product(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[Any]:
    """The same with the drug product tested, approved by QC and approved for certification by QA."""
    with throwaway_database("sqlite", "approved_product"):
        from tests.qc.builders_product import product

        yield product()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ready_lot_anywhere(
    request: pytest.FixtureRequest, throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]
) -> Iterator[Any]:
    """The same on each vendor in turn."""
    with throwaway_database(request.param, "ready"):
        from tests.qc.builders_release import ev_lot

        yield ev_lot()


@pytest.fixture
def ev_under_test(db: Any) -> Any:
    """An EV lot with its specification, without a result."""
    from tests.builders import cast
    from tests.qc import builders_lab as lab

    cast()
    lab.effective()
    return lab.chain(lab.line())[0]


@pytest.fixture
def its_sample(ev_under_test: Any) -> Any:
    from tests.qc.builders_lab import received

    return received(ev_under_test)


@pytest.fixture
def open_one(ev_under_test: Any, its_sample: Any) -> Any:
    """An OOS on its endotoxin, opened by the review."""
    from tests.qc.builders_oos import opened

    return opened(ev_under_test, its_sample)


@pytest.fixture
def as_person() -> Callable[[str], Any]:
    """A browser in which a person is signed in, by user ID."""
    from tests.qc.test_lab_pages import as_person as signed_in

    return signed_in
