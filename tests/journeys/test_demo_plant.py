"""The demo plant itself, told anew on PostgreSQL; the daily run tells it on SQLite alone and carries its rows over."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from evgmp.compliance import verifying
from evgmp.compliance.models import Event


@pytest.mark.campaign
@pytest.mark.postgres
def test_every_story_is_told_on_postgresql_too(throwaway_database: Callable[..., AbstractContextManager[dict[str, Any]]]) -> None:
    with throwaway_database("postgresql"):
        call_command("demo", quiet=True, stdout=StringIO())
        assert Event.objects.count() > 1500
        assert verifying.findings() == []
