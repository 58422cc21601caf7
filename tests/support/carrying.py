"""Carry every row of a SQLite database over to a migrated PostgreSQL database, keys and all.

The demo plant takes more than a minute to load through the services and is the same on both vendors, so the daily run loads
it once. Triggers sleep while the rows are written, as they do for a restored backup; `verify` then reads them as any other.
"""

from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

Rows = dict[type[models.Model], list[models.Model]]


def tables() -> list[type[models.Model]]:
    """Every model with a table of its own, those behind many-to-many fields included."""
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]


def rows() -> Rows:
    """All rows behind the present connection."""
    return {model: list(model._base_manager.all()) for model in tables()}


def write(carried: Rows) -> None:
    """Replace what the present PostgreSQL connection leads to by these rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        names = ", ".join(f'"{model._meta.db_table}"' for model in carried)
        cursor.execute(f"TRUNCATE {names} CASCADE")
        for model, found in carried.items():
            fields = [f for f in model._meta.concrete_fields if not f.generated]
            columns = ", ".join(f'"{f.column}"' for f in fields)
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})', [_values(row, fields) for row in found]
            )
        for statement in connection.ops.sequence_reset_sql(no_style(), list(carried)):
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


def _values(row: models.Model, fields: list[Any]) -> list[Any]:
    return [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
