"""Fixtures for every test: databases of both vendors, a served site, a browser, and no network.

A plain test takes the mark django_db: one transaction, rolled back. A test that commits for real (races, triggers,
durable transactions) takes any_database, sqlite_database, postgres_database or throwaway_database instead.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browser import Faults, running_chromium
from tests.support.databases import VENDORS, DatabaseMaker
from tests.support.network import block_network
from tests.support.postgres import PostgresServer
from tests.support.site import served_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSER_FIXTURES = {"chromium", "new_page", "page"}
OWN_DATABASE_FIXTURES = {
    "any_cast", "any_database", "any_demo_plant", "any_furnished", "demo_plant", "live_demo", "live_site", "sqlite_cast", "sqlite_database",
    "postgres_database", "throwaway_database",
}  # fmt: skip
FLUSHING_FIXTURES = {"transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vendor",
        choices=VENDORS,
        default="sqlite",
        help="the database behind the mark django_db (default: sqlite)",
    )


def pytest_configure(config: pytest.Config) -> None:
    block_network()
    # The suite keeps little and makes much: Python's own rhythm of collecting costs a twentieth of the time.
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name what kind of test each is, refuse kinds that can't work here, and put the journeys first and other browser tests
    last: the long ones don't leave one process alone at the end."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & BROWSER_FIXTURES:
            item.add_marker("browser")
        if "postgres_server" in fixtures:
            item.add_marker("postgres")
        _refuse_wrong_database(item, fixtures)
    items.sort(key=lambda item: (item.path.parent.name != "journeys", _uses_browser(item)))


def pytest_collection_finish(session: pytest.Session) -> None:
    # Playwright runs an event loop in the main thread, in which Django refuses the database unless told otherwise.
    if any(_uses_browser(item) for item in session.items):
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def _uses_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


def _refuse_wrong_database(item: pytest.Item, fixtures: set[str]) -> None:
    mark = item.get_closest_marker("django_db")
    if fixtures & FLUSHING_FIXTURES or (mark and mark.kwargs.get("transaction")):
        raise pytest.UsageError(
            f"{item.nodeid} would flush the database, which append-only tables refuse. Use any_database or live_site."
        )
    if (mark or "db" in fixtures) and fixtures & OWN_DATABASE_FIXTURES:
        raise pytest.UsageError(
            f"{item.nodeid} takes both the shared database (django_db) and one of its own. Drop the mark."
        )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The throw-away PostgreSQL of this run, started when the first test asks."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def database_maker(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_test_environment: None,
    django_db_blocker: Any,
) -> DatabaseMaker:
    def server() -> PostgresServer:
        started: PostgresServer = request.getfixturevalue("postgres_server")
        return started

    folder = tmp_path_factory.mktemp("databases")
    # Under xdist every process has a folder of its own below one that they share.
    shared = tmp_path_factory.getbasetemp().parent if hasattr(request.config, "workerinput") else folder
    maker = DatabaseMaker(folder, shared, server)
    process = getattr(request.config, "workerinput", {}).get("workerid")
    if process == "gw1" and any(item.get_closest_marker("postgres") for item in request.session.items):
        with django_db_blocker.unblock():
            maker.prepare()
    return maker


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, database_maker: DatabaseMaker, django_db_blocker: Any
) -> Iterator[None]:
    """The database behind the mark django_db: a file, because a served site and threads need to share it. The cast of
    tests/builders.py is in it, and the masters and the specification of tests/furnishing.py."""
    with django_db_blocker.unblock():
        database = database_maker.throwaway(request.config.getoption("--vendor"), "furnished")
        database.__enter__()
    yield
    with django_db_blocker.unblock():
        database.__exit__(None, None, None)


@pytest.fixture
def throwaway_database(
    database_maker: DatabaseMaker, django_db_blocker: Any
) -> Iterator[Callable[[str], AbstractContextManager[dict[str, Any]]]]:
    """`with throwaway_database("postgresql"): ...` is a fresh migrated database that commits for real."""
    with django_db_blocker.unblock():
        yield database_maker.throwaway


@pytest.fixture
def sqlite_database(throwaway_database: Callable[[str], AbstractContextManager[dict[str, Any]]]) -> Iterator[str]:
    with throwaway_database("sqlite"):
        yield "sqlite"


@pytest.fixture
def sqlite_cast(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[str]:
    """A database of its own with the plant and its people and nothing else: for who writes the first master or method list."""
    with throwaway_database("sqlite", "cast"):
        yield "sqlite"


@pytest.fixture
def sqlite_methods(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[str]:
    """The same with the test methods in force: for who writes the first specification."""
    with throwaway_database("sqlite", "methods"):
        yield "sqlite"


@pytest.fixture
def postgres_database(
    postgres_server: PostgresServer, throwaway_database: Callable[[str], AbstractContextManager[dict[str, Any]]]
) -> Iterator[str]:
    with throwaway_database("postgresql"):
        yield "postgresql"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_database(
    request: pytest.FixtureRequest, throwaway_database: Callable[[str], AbstractContextManager[dict[str, Any]]]
) -> Iterator[str]:
    """The test runs once on each vendor, in a database of its own; yields the vendor's name."""
    with throwaway_database(request.param):
        yield request.param


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_cast(
    request: pytest.FixtureRequest, throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]
) -> Iterator[str]:
    """The test runs once on each vendor over a plant with its cast, committing for real; yields the vendor's name."""
    with throwaway_database(request.param, "cast"):
        yield request.param


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_furnished(
    request: pytest.FixtureRequest, throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]
) -> Iterator[str]:
    """The same with masters, methods and a specification in force: a scene of batches and lots is built in a third of the time."""
    with throwaway_database(request.param, "furnished"):
        yield request.param


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_demo_plant(
    request: pytest.FixtureRequest, throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]
) -> Iterator[str]:
    """The test runs once on each vendor over a copy of the demo plant of its own; yields the vendor's name."""
    with throwaway_database(request.param, "demo"):
        yield request.param


@pytest.fixture
def demo_plant(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> Iterator[str]:
    """A copy of the demo plant on SQLite."""
    with throwaway_database("sqlite", "demo"):
        yield "sqlite"


@pytest.fixture
def site_content() -> str:
    """What the database of live_site holds. A module that wants "cast" or "demo" defines this fixture anew."""
    return "empty"


@pytest.fixture
def live_site(
    throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]], site_content: str, settings: Any
) -> Iterator[str]:
    """The site on a free port, over a SQLite database of its own that test and site share; yields its address."""
    with throwaway_database("sqlite", site_content), served_site() as address:
        settings.EVGMP_SITE_URL = address
        yield address


@pytest.fixture
def live_demo(demo_plant: str, settings: Any) -> Iterator[str]:
    """The site over a copy of the demo plant; yields its address."""
    with served_site() as address:
        settings.EVGMP_SITE_URL = address
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def new_page(chromium: "Browser", request: pytest.FixtureRequest) -> Iterator[Callable[..., "Page"]]:
    """`new_page(width=390, height=844)` is a page with cookies of its own: one per person in a test of several.

    At the end the test fails when a page raised a script error or broke the content security policy.
    """
    address = request.getfixturevalue("live_demo" if "live_demo" in request.fixturenames else "live_site")
    faults = Faults()
    contexts = []

    def open_page(*, width: int = 1024, height: int = 768, **options: Any) -> "Page":
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            locale="en-GB",
            timezone_id="Europe/Berlin",
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(new_page: Callable[..., "Page"]) -> "Page":
    """One page of 1024 x 768; `page.goto("/")` opens the served site."""
    return new_page()
