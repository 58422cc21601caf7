"""The wall behind the door: the laws of the record room as triggers, on SQLite and PostgreSQL alike.

`laws()` lists the laws of every GMP table; `install()` puts them into the database after every migrate (SQLite rebuilds a
table on most changes and drops its triggers with it); `missing()` names those that are absent.

How the door is marked. PostgreSQL: a transaction-local setting that holds the transaction's own id. SQLite: a function,
registered on each of our connections, that answers whether this connection's door is open. A mark in a table would
outlive a crash or could be left behind on purpose; the function can't, and any other program that tries to write finds
no such function and is refused.

The wall stops accidents and shortcuts. Against someone who owns the database, the chain tells.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

CLOSED = "evgmp: records are written by commands only"
KEPT = "evgmp: records are never deleted"
WRITTEN_ONCE = "evgmp: this record is written once and never changed"
FIXED = "evgmp: this part of the record is fixed"
NOT_REPLACED = "evgmp: a record is never replaced"

CHAIN_LOCK = 7_203_001
SERIES_LOCK = 7_203_002


@dataclass(frozen=True)
class Law:
    """One trigger: `name` on `table`, before `operation`, refusing with `message` unless allowed.

    needs: "door" (refused while the door is closed), "never" (always refused), or "fixed" (refused when one of `columns`
    changes), or "new" (refused when the primary key `columns[0]` is taken: SQLite's INSERT OR REPLACE).
    """

    table: str
    operation: str
    needs: str
    message: str
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"evgmp_{self.operation.lower()}_{self.needs}_{self.table}"[:63]


def _key(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)


def _kept_once(model: type[models.Model]) -> Iterable[Law]:
    table = model._meta.db_table
    yield Law(table, "UPDATE", "never", WRITTEN_ONCE)
    yield Law(table, "DELETE", "never", KEPT)
    yield Law(table, "TRUNCATE", "never", KEPT)
    yield Law(table, "INSERT", "new", NOT_REPLACED, (_key(model),))


def laws() -> list[Law]:
    """Every law of every table, from the models themselves."""
    from evgmp.compliance.models import Attempt, GmpModel, NumberSeries, RecordedHistory, Trace

    found: list[Law] = []
    for model in apps.get_models():
        table = model._meta.db_table
        pk = _key(model)
        if issubclass(model, Trace | RecordedHistory):
            found += [Law(table, "INSERT", "door", CLOSED), *_kept_once(model)]
        elif issubclass(model, Attempt):
            found += _kept_once(model)
        elif issubclass(model, GmpModel | NumberSeries):
            found += [Law(table, "INSERT", "door", CLOSED), Law(table, "INSERT", "new", NOT_REPLACED, (pk,))]
            found += [Law(table, "DELETE", "never", KEPT), Law(table, "TRUNCATE", "never", KEPT)]
            if getattr(model, "append_only", False):
                found.append(Law(table, "UPDATE", "never", WRITTEN_ONCE))
            else:
                found.append(Law(table, "UPDATE", "door", CLOSED))
                fixed = (pk, *(str(getattr(model._meta.get_field(f), "column")) for f in getattr(model, "fixed_fields", ())))  # noqa: B009
                found.append(Law(table, "UPDATE", "fixed", FIXED, fixed))
    return found


# --- the two dialects ---------------------------------------------------------------------------------------------


def _sqlite(law: Law) -> str | None:
    """The law for SQLite, which has no TRUNCATE."""
    if law.operation == "TRUNCATE":
        return None
    when = {
        "door": "evgmp_door() = 0",
        "never": "1",
        "fixed": " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in law.columns),
        "new": "".join(
            f'NEW."{c}" IS NOT NULL AND EXISTS (SELECT 1 FROM "{law.table}" WHERE "{c}" = NEW."{c}")' for c in law.columns
        ),
    }[law.needs]
    return (
        f'CREATE TRIGGER "{law.name}" BEFORE {law.operation} ON "{law.table}" FOR EACH ROW WHEN {when} '
        f"BEGIN SELECT RAISE(ABORT, '{law.message}'); END"
    )


_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION evgmp_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $body$"""


def _postgres(law: Law) -> str | None:
    """The law for PostgreSQL, which has no INSERT OR REPLACE (its primary key refuses a second row by itself)."""
    if law.needs == "new":
        return None
    level, when = "ROW", ""
    if law.operation == "TRUNCATE":
        level = "STATEMENT"
    elif law.needs == "door":
        when = "WHEN (current_setting('evgmp.door', true) IS DISTINCT FROM pg_current_xact_id()::text)"
    elif law.needs == "fixed":
        when = "WHEN (" + " OR ".join(f'OLD."{c}" IS DISTINCT FROM NEW."{c}"' for c in law.columns) + ")"
    return (
        f'CREATE OR REPLACE TRIGGER "{law.name}" BEFORE {law.operation} ON "{law.table}" FOR EACH {level} {when} '
        f"EXECUTE FUNCTION evgmp_refuse('{law.message}')"
    )


def statement(law: Law, vendor: str) -> str | None:
    """The trigger as SQL, or None where that database doesn't know the operation."""
    return _postgres(law) if vendor == "postgresql" else _sqlite(law)


# --- installing and finding -----------------------------------------------------------------------------------------


def _present(cursor: Any) -> dict[str, str]:
    """Our triggers in the database: name -> definition."""
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgname LIKE 'evgmp!_%%' ESCAPE '!'"
        )
    else:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'evgmp!_%%' ESCAPE '!'")
    return dict(cursor.fetchall())


def install() -> None:
    """Put every law into the database. Safe to run again; a law that changed is laid anew."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        present = _present(cursor)
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION, None)
        for law in laws():
            sql = statement(law, connection.vendor)
            if sql is None or law.table not in tables or (connection.vendor == "sqlite" and present.get(law.name) == sql):
                continue
            if connection.vendor == "sqlite" and law.name in present:
                cursor.execute(f'DROP TRIGGER "{law.name}"')
            cursor.execute(sql, None)


def missing() -> list[str]:
    """Sentences naming the laws that the database lacks or holds in another wording."""
    found = []
    with connection.cursor() as cursor:
        present = _present(cursor)
        for law in laws():
            sql = statement(law, connection.vendor)
            if sql is None:
                continue
            if law.name not in present:
                found.append(f"Table {law.table} has lost its law on {law.operation} ({law.needs}).")
            elif connection.vendor == "sqlite" and present[law.name] != sql:
                found.append(f"Table {law.table} has another law on {law.operation} than the installed version sets.")
            elif connection.vendor == "postgresql" and not _same_postgres_law(law, present[law.name]):
                found.append(f"Table {law.table} has another law on {law.operation} than the installed version sets.")
        if connection.vendor == "postgresql":
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'evgmp_refuse'")
            source = cursor.fetchone()
            if source is None or "RAISE EXCEPTION" not in source[0]:
                found.append("The function that refuses (evgmp_refuse) was changed or removed.")
    return found


def _same_postgres_law(law: Law, definition: str) -> bool:
    """PostgreSQL rewrites a trigger's text, so compare its parts."""
    words = re.sub(r"\s+", " ", definition)
    parts = [f"BEFORE {law.operation} ", "evgmp_refuse", law.message]
    if law.needs == "door":
        parts.append("evgmp.door")
    if law.needs == "fixed":
        parts += law.columns
    if law.needs == "never":
        return all(p in words for p in parts) and " WHEN " not in words
    return all(p in words for p in parts)


# --- the door's mark --------------------------------------------------------------------------------------------------


def _register_function(sender: Any, connection: Any, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("evgmp_door", 0, lambda: int(getattr(connection, "_evgmp_door", False)))


def connect() -> None:
    """Hook the wall to new connections and to migrate. Called once, when the app is ready."""
    connection_created.connect(_register_function, dispatch_uid="evgmp.door_function")
    post_migrate.connect(_install_after_migrate, dispatch_uid="evgmp.install_laws")


def _install_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    # The signal comes once an app; the laws are laid when the last of ours is done, and again harmlessly if it comes twice.
    if using == "default" and sender.label in ("compliance", "people", "batches", "qc"):
        install()


@contextmanager
def door() -> Iterator[None]:
    """Mark the current transaction as a recording. Only `recording()` uses this, inside its atomic block.

    The mark is cleared as the last statement, and again whatever happens: a transaction-local setting would outlive a
    savepoint, and raw SQL after a command in the same transaction must be refused.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("The door opens inside a transaction only.")
    _mark(True)
    try:
        yield
    finally:
        # After a database error the transaction (or savepoint) rolls back, and the setting with it.
        if connection.vendor == "sqlite":
            _mark(False)
        elif not _is_broken():
            _mark(False)


def _is_broken() -> bool:
    """True when PostgreSQL refuses statements until the rollback that is under way."""
    from psycopg.pq import TransactionStatus

    return connection.connection is None or connection.connection.info.transaction_status != TransactionStatus.INTRANS


def _mark(is_open: bool) -> None:
    if connection.vendor == "sqlite":
        connection._evgmp_door = is_open  # type: ignore[attr-defined]
        return
    with connection.cursor() as cursor:
        if is_open:
            cursor.execute("SELECT set_config('evgmp.door', pg_current_xact_id()::text, true)")
        else:
            cursor.execute("SELECT set_config('evgmp.door', '', true)")


def lock_chain() -> None:
    """Hold the chain until the transaction ends. SQLite's single writer needs nothing."""
    _advisory_lock(CHAIN_LOCK, 0)


def lock_series(prefix: str) -> None:
    """Hold one number series until the transaction ends."""
    _advisory_lock(SERIES_LOCK, sum(ord(c) * 31**i for i, c in enumerate(prefix)) % 2**31)


def _advisory_lock(space: int, key: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [space, key])
