"""Fresh, migrated databases of both vendors, for tests that commit for real.

Append-only tables refuse Django's flush, so no test cleans up after another: each gets a copy of a database that was
migrated once (a file copy on SQLite, CREATE DATABASE ... TEMPLATE on PostgreSQL) and throws it away.
"""

import fcntl
import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections

from evgmp.settings.base import database

from . import carrying
from .postgres import PostgresServer

VENDORS = ("sqlite", "postgresql")
TEMPLATE = "evgmp_template"


@contextmanager
def default_database(config: dict[str, Any]) -> Iterator[None]:
    """Let Django's default connection lead to another database, in this thread and every thread started inside."""
    before = connections.settings[DEFAULT_DB_ALIAS]
    _forget()
    connections.settings[DEFAULT_DB_ALIAS] = connections.configure_settings({DEFAULT_DB_ALIAS: config})[
        DEFAULT_DB_ALIAS
    ]
    try:
        yield
    finally:
        _forget()
        connections.settings[DEFAULT_DB_ALIAS] = before


def _forget() -> None:
    """Close this thread's connection and drop what Django remembers about the rows behind it."""
    from django.contrib.contenttypes.models import ContentType

    connection = connections[DEFAULT_DB_ALIAS]
    if connection.in_atomic_block:
        raise RuntimeError(
            "A test can't change its database inside a transaction. "
            "Take either the mark django_db or a throw-away database, not both."
        )
    connection.close()
    del connections[DEFAULT_DB_ALIAS]
    ContentType.objects.clear_cache()
    for cache in caches.all(initialized_only=True):
        cache.clear()


class DatabaseMaker:
    """Migrates one template per vendor when first asked, and copies it for every test that wants its own.

    Processes of one test run share the templates in the folder `shared`: SQLite's as files, PostgreSQL's as dumps, since each
    has a PostgreSQL of its own.
    """

    def __init__(self, folder: Path, shared: Path, server: Callable[[], PostgresServer]) -> None:
        self._folder = folder
        self._shared = shared
        self._server = server
        self._numbers = itertools.count(1)
        self._made: set[str] = set()

    @contextmanager
    def throwaway(self, vendor: str, content: str = "empty") -> Iterator[dict[str, Any]]:
        """A fresh migrated database as the default one, with one of CONTENTS in it; yields its settings."""
        with self._copy(vendor, content) as config, default_database(config):
            yield config

    @contextmanager
    def _copy(self, vendor: str, content: str) -> Iterator[dict[str, Any]]:
        if vendor not in VENDORS:
            raise ValueError(f"{vendor} is not one of the databases that evgmp runs on: {', '.join(VENDORS)}.")
        if content not in CONTENTS:
            raise ValueError(f"{content} is not one of the contents a template can have: {', '.join(CONTENTS)}.")
        name = f"evgmp_test_{next(self._numbers)}"
        if vendor == "sqlite":
            template = self._template_file(content)
            path = self._folder / f"{name}.sqlite3"
            shutil.copyfile(template, path)
            try:
                yield sqlite_config(path)
            finally:
                for file in self._folder.glob(f"{name}.sqlite3*"):
                    file.unlink()
        else:
            server = self._template_database(content)
            server.create(name, template=f"{TEMPLATE}_{content}")
            try:
                yield server.config(name)
            finally:
                server.drop(name)

    def _template_file(self, content: str) -> Path:
        if content != EMPTY:
            self._template_file(base_of(content))
        path = self._shared / f"{TEMPLATE}_{content}.sqlite3"
        # One process makes it, the others wait. A template that failed half way never gets its final name.
        with (self._shared / f"{content}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                unfinished = self._folder / f"unfinished_{content}.sqlite3"
                if content != EMPTY:
                    shutil.copyfile(self._template_file(base_of(content)), unfinished)
                with default_database(sqlite_config(unfinished)):
                    CONTENTS[content]()
                unfinished.rename(path)
        return path

    def prepare(self) -> None:
        """Migrate PostgreSQL now. Of two processes one does this while the other migrates SQLite, and neither waits."""
        self._template_database(EMPTY)

    def _template_database(self, content: str) -> PostgresServer:
        server = self._server()
        if content in self._made:
            return server
        name, dumped = f"{TEMPLATE}_{content}", self._shared / f"{content}.sql"
        with (self._shared / f"{content}.postgresql.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if dumped.exists():
                server.create(name)
                server.restore(name, dumped)
            else:
                self._write_database(server, content)
                if self._shared != self._folder:
                    server.dump(name, dumped)
        self._made.add(content)
        return server

    def _write_database(self, server: PostgresServer, content: str) -> None:
        name = f"{TEMPLATE}_{content}"
        if content == EMPTY:
            server.create(name)
        else:
            self._template_database(EMPTY)
            server.create(name, template=f"{TEMPLATE}_{EMPTY}")
        if content in (EMPTY, "cast"):
            with default_database(server.config(name)):
                CONTENTS[content]()
        else:
            with default_database(sqlite_config(self._template_file(content))):
                carried = carrying.rows()
            with default_database(server.config(name)):
                carrying.write(carried)


def sqlite_config(path: Path) -> dict[str, Any]:
    """The settings of a site's SQLite file, except that a throw-away file need not survive a power failure."""
    config = database(f"sqlite:///{path}")
    options = config["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    return config


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)


def _cast() -> None:
    from tests.builders import cast

    cast()


def _methods() -> None:
    from tests.qc.builders_lab import methods

    methods()


def _furnished() -> None:
    from tests.furnishing import furnish

    furnish()


def _demo() -> None:
    call_command("demo", quiet=True)


def base_of(content: str) -> str:
    """The content that this one begins as a copy of."""
    return BASES.get(content, EMPTY)


# What a template holds before it is copied. All but the first begin as a copy of the empty one, or of the one that BASES
# names, so that each vendor is migrated once. Whatever takes longer than the cast is written once, on SQLite, and its rows
# are carried over to PostgreSQL.
EMPTY = "empty"
CONTENTS: dict[str, Callable[[], None]] = {EMPTY: _migrate, "cast": _cast, "methods": _methods, "furnished": _furnished, "demo": _demo}
BASES: dict[str, str] = {"methods": "cast", "furnished": "methods"}
