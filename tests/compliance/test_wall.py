"""Attacks on every GMP table of the demo plant, by every way round the door, on both databases."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, models, transaction

from evgmp.compliance import verifying, wall
from evgmp.compliance.models import Attempt, GmpModel, NumberSeries, RecordedHistory, Trace
from evgmp.compliance.recording import DoorClosed

pytestmark = pytest.mark.req("AUD-05", "AUD-06", "REC-02", negative=True)


def walled() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if issubclass(m, GmpModel | NumberSeries | Trace | RecordedHistory | Attempt)]


def attack(sql: str, parameters: list[Any] | None = None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def raw_attacks(model: type[models.Model]) -> Iterator[str]:
    table, pk = model._meta.db_table, model._meta.pk.column
    columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields)
    yield f'UPDATE "{table}" SET "{pk}" = "{pk}"'
    yield f'DELETE FROM "{table}"'
    if connection.vendor == "postgresql":
        yield f'TRUNCATE "{table}" CASCADE'
        yield f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "{table}" LIMIT 1 ON CONFLICT ("{pk}") DO UPDATE SET "{pk}" = EXCLUDED."{pk}"'
    else:
        yield f'INSERT OR REPLACE INTO "{table}" ({columns}) SELECT {columns} FROM "{table}" LIMIT 1'
        yield f'UPDATE OR REPLACE "{table}" SET "{pk}" = "{pk}"'
        yield f'REPLACE INTO "{table}" ({columns}) SELECT {columns} FROM "{table}" LIMIT 1'


def test_every_table_refuses_every_way_round_the_door(any_demo_plant: str) -> None:
    empty, attacks = [], 0
    for model in walled():
        if not model._default_manager.exists():
            empty.append(model._meta.label)
            continue
        for sql in raw_attacks(model):
            with pytest.raises(DatabaseError, match="evgmp"):
                attack(sql)
            attacks += 1
    # Tables without rows can't show a refusal by row; name them, so that the demo plant tells a story for each.
    assert not [label for label in empty if "Historical" not in label and label != "compliance.Attempt"], empty
    assert attacks > 200
    assert verifying.findings() == []


def test_a_forged_row_is_refused_in_every_table(any_demo_plant: str) -> None:
    for model in walled():
        row = model._default_manager.first()
        if row is None or model is Attempt:
            continue
        fields = [f for f in model._meta.concrete_fields if not f.primary_key or not isinstance(f, models.AutoField)]
        values = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
        names = ", ".join(f'"{f.column}"' for f in fields)
        marks = ", ".join(["%s"] * len(fields))
        with pytest.raises(DatabaseError, match="evgmp"):
            attack(f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})', values)


def test_orm_bulk_fixture_and_shell_are_refused(any_demo_plant: str, tmp_path: Any) -> None:
    for model in walled():
        row: Any = model._default_manager.first()
        if row is None or model is Attempt:
            continue
        with pytest.raises((DoorClosed, TypeError, DatabaseError)), transaction.atomic():
            row.save()
        with pytest.raises((TypeError, DatabaseError)), transaction.atomic():
            row.delete()
        with pytest.raises((TypeError, DatabaseError)), transaction.atomic():
            model._default_manager.all().delete()
        with pytest.raises((TypeError, DatabaseError)), transaction.atomic():
            model._base_manager.filter(pk=row.pk).update(**{model._meta.pk.attname: row.pk})
        with pytest.raises((TypeError, DatabaseError)), transaction.atomic():
            model._base_manager.bulk_create([row])
        fixture = tmp_path / f"{model._meta.label_lower}.json"
        fixture.write_text(serializers.serialize("json", [row]))
        with pytest.raises(Exception, match="evgmp") as refused:
            call_command("loaddata", str(fixture), verbosity=0)
        assert isinstance(refused.value, DatabaseError | CommandError | serializers.base.DeserializationError)
    assert verifying.findings() == []


def test_history_can_not_be_cleaned_away(demo_plant: str) -> None:
    for command in ("clean_old_history", "clean_duplicate_history"):
        with pytest.raises(CommandError, match="never deleted"):
            call_command(command)


def test_another_program_can_not_write_the_file(demo_plant: str) -> None:
    path = connection.settings_dict["NAME"]
    other = sqlite3.connect(path)
    try:
        for model in walled():
            if not model._default_manager.exists() or model is Attempt:
                continue
            table, pk = model._meta.db_table, model._meta.pk.column
            for sql in (f'UPDATE "{table}" SET "{pk}" = "{pk}"', f'DELETE FROM "{table}"'):
                with pytest.raises(sqlite3.DatabaseError, match="evgmp"):
                    other.execute(sql)
                other.rollback()
    finally:
        other.close()


def test_laws_survive_another_migrate_and_lost_ones_are_named(any_cast: str) -> None:
    call_command("migrate", verbosity=0)
    assert wall.missing() == []
    law = next(law for law in wall.laws() if law.table == "people_person" and law.operation == "UPDATE" and law.needs == "door")
    drop = f'DROP TRIGGER "{law.name}"' + (f' ON "{law.table}"' if any_cast == "postgresql" else "")
    with connection.cursor() as cursor:
        cursor.execute(drop)
    assert wall.missing() == ["Table people_person has lost its law on UPDATE (door)."]
    wall.install()
    assert wall.missing() == []


def test_a_weakened_law_is_named_and_laid_anew(any_cast: str) -> None:
    law = next(law for law in wall.laws() if law.table == "people_person" and law.operation == "UPDATE" and law.needs == "door")
    with connection.cursor() as cursor:
        if any_cast == "postgresql":
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER "{law.name}" BEFORE UPDATE ON people_person FOR EACH ROW WHEN (false) EXECUTE FUNCTION evgmp_refuse(\'x\')'
            )
        else:
            cursor.execute(f'DROP TRIGGER "{law.name}"')
            cursor.execute(f'CREATE TRIGGER "{law.name}" BEFORE UPDATE ON people_person WHEN 0 BEGIN SELECT 1; END')
    assert wall.missing() == ["Table people_person has another law on UPDATE than the installed version sets."]
    wall.install()
    assert wall.missing() == []
    if any_cast == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE OR REPLACE FUNCTION evgmp_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
        assert wall.missing() == ["The function that refuses (evgmp_refuse) was changed or removed."]


def test_fixed_columns_stay_fixed_inside_the_door(any_cast: str) -> None:
    with transaction.atomic(), wall.door(), pytest.raises(DatabaseError, match="fixed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET user_id = 'somebody.else' WHERE user_id = 'a.operator'")


def test_the_door_opens_in_a_transaction_only(any_cast: str) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"), wall.door():
        pass


@pytest.mark.django_db
def test_an_upgrade_is_not_barred_by_the_laws_it_is_about_to_lay(monkeypatch: pytest.MonkeyPatch) -> None:
    """`migrate` runs the checks first: while migrations are pending a missing law is a warning, afterwards an error."""
    from evgmp.compliance import checks

    monkeypatch.setattr(wall, "missing", lambda: ["Table batches_lot has lost its law on DELETE (never)."])
    assert [message.id for message in checks.laws_are_present(None, databases=["default"])] == ["evgmp.E005"]
    monkeypatch.setattr(checks, "migrations_pending", lambda: True)
    assert [message.id for message in checks.laws_are_present(None, databases=["default"])] == ["evgmp.W005"]
