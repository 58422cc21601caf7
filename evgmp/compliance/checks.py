"""System checks: every GMP table is under the laws, and nothing switches history off."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning
from django.core.checks import register as register_check
from django.db import models

# Accounts hold secrets and counters; they lie outside history on purpose and have their own access log. Jobs only say what is
# to be done; what they do is recorded by the commands they run.
OUTSIDE = {"people.account", "people.accessentry", "compliance.job", "compliance.workerseen"}
OWN_APPS = ("compliance", "people", "batches", "qc")


def gmp_models_are_lawful(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every model of ours is a GMP record, a trace, or named as lying outside; keys protect; history is on."""
    from evgmp.compliance.models import Attempt, GmpModel, NumberSeries, RecordedHistory, Trace

    found: list[CheckMessage] = []
    if not getattr(settings, "SIMPLE_HISTORY_ENABLED", True):
        found.append(Error("History can't be switched off: remove SIMPLE_HISTORY_ENABLED.", id="evgmp.E001"))
    for model in apps.get_models():
        if model._meta.app_label not in OWN_APPS or model._meta.label_lower in OUTSIDE:
            continue
        if issubclass(model, RecordedHistory | Trace | Attempt | NumberSeries):
            continue
        if not issubclass(model, GmpModel):
            found.append(Error(f"{model._meta.label} is neither a GmpModel nor a trace.", id="evgmp.E002"))
            continue
        for field in model._meta.concrete_fields:
            if field.remote_field and field.remote_field.on_delete is not models.PROTECT:
                found.append(Error(f"{model._meta.label}.{field.name} must PROTECT what it points at.", id="evgmp.E003"))
            if isinstance(field, models.DecimalField | models.FloatField):
                found.append(Error(f"{model._meta.label}.{field.name}: use ExactDecimalField.", id="evgmp.E004"))
    return found


def laws_are_present(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The triggers are in the database (runs with `check --database default` and at start)."""
    if not databases or "default" not in databases:
        return []
    from django.db import connection

    from evgmp.compliance import wall

    if "compliance_event" not in connection.introspection.table_names():
        return []
    if migrations_pending():
        # `migrate` runs the checks before it lays the laws of the new tables: an error here would bar the very way to lay them.
        return [Warning("Migrations are pending: the laws are checked when they are applied.", hint="Run: manage.py migrate", id="evgmp.W005")]
    return [Error(sentence, hint="Run: manage.py migrate", id="evgmp.E005") for sentence in wall.missing()]


def migrations_pending() -> bool:
    """Whether the database is behind the installed version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def register() -> None:
    register_check(gmp_models_are_lawful, Tags.models)
    register_check(laws_are_present, Tags.database)
