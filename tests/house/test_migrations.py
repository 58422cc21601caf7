"""An empty database is created in one step for each app; a database of an earlier version goes the long way. Both end alike."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tests.support.databases import default_database, sqlite_config
from tests.support.postgres import PostgresServer

SQUASHED = {key for key, migration in MigrationLoader(None).disk_migrations.items() if migration.replaces}


def test_the_short_way_makes_the_same_models_as_the_long_one() -> None:
    assert {app for app, _ in SQUASHED} == {"batches", "qc"}
    assert MigrationLoader(None).project_state() == MigrationLoader(None, replace_migrations=False).project_state()


@pytest.mark.django_db
def test_an_empty_database_goes_the_short_way_and_has_every_table() -> None:
    applied = MigrationRecorder(connection).applied_migrations()
    assert set(applied) >= SQUASHED
    tables = set(connection.introspection.table_names())
    assert {model._meta.db_table for model in apps.get_models()} <= tables


@pytest.fixture
def unmigrated(request: pytest.FixtureRequest, any_database: str, tmp_path: Path) -> dict[str, Any]:
    """The settings of a database without any table, of the same vendor."""
    if any_database == "sqlite":
        return sqlite_config(tmp_path / "unmigrated.sqlite3")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.create("evgmp_unmigrated")
    request.addfinalizer(lambda: server.drop("evgmp_unmigrated"))
    return server.config("evgmp_unmigrated")


@pytest.mark.campaign
@pytest.mark.parametrize("standing", ["0010_excursions", "0022_change_records_of_labels"])
def test_a_database_of_an_earlier_version_ends_as_a_new_one(any_database: str, unmigrated: dict[str, Any], standing: str) -> None:
    new = schema()
    with default_database(unmigrated):
        executor = MigrationExecutor(connection)
        executor.loader = MigrationLoader(connection, replace_migrations=False)
        executor.recorder.ensure_schema()
        executor.migrate([("batches", standing)])
        assert ("batches", standing) in executor.recorder.applied_migrations()
        call_command("migrate", verbosity=0, interactive=False)
        # What it had run through is noted as done the next time.
        call_command("migrate", verbosity=0, interactive=False)
        assert set(executor.recorder.applied_migrations()) >= SQUASHED
        assert schema() == new


def schema() -> dict[str, Any]:
    """Columns, keys, indexes and constraints of every table, without their order."""
    introspection = connection.introspection
    with connection.cursor() as cursor:
        return {
            table: (
                {(one.name, one.type_code, one.internal_size, one.null_ok, one.default) for one in introspection.get_table_description(cursor, table)},
                sorted(map(_facts, introspection.get_constraints(cursor, table).values())),
            )
            for table in introspection.table_names(cursor)
        }


def _facts(constraint: dict[str, Any]) -> str:
    return str(sorted((name, sorted(fact) if name == "columns" and fact else fact) for name, fact in constraint.items()))
