"""Open the exceptions of every clock that passed while nobody acted on its batch. For a timer of the system, every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from batches.selectors.records import batches_by_status
from batches.services.clocks import notice_clocks


class Command(BaseCommand):
    help = "Open an exception for every clock outside its limits that has none yet."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [batch.number for batch in batches_by_status("in_process", "paused") if notice_clocks(batch)]
        self.stdout.write(f"Passed clocks found in: {', '.join(found)}." if found else "No clock passed unnoticed.")
