"""Stands in for the library's command of this name, which deletes history."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Refused: history is never deleted."

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("History is never deleted. This command does nothing here.")
