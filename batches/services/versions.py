"""What every approval of master data ends with: one version in force, the one before it superseded."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet


def put_into_force(version: Any, versions: "QuerySet[Any]", at: datetime) -> str | None:
    """Make `version` effective from `at` and supersede the effective one of `versions`; returns that one's number, None without one.

    Only inside a recording that holds the lock of all versions, after every blocker was asked. The former one goes first: the database
    allows one effective version at a time.
    """
    former = versions.filter(status="effective").first()
    if former is not None:
        former.status = "superseded"
        former.save()
    version.status, version.effective_from = "effective", at
    version.save()
    return former.number if former is not None else None
