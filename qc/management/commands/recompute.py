"""Compute everything that is recorded as computed once more, each by the version of its formula it was recorded with."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from qc.services.recomputing import recomputed


class Command(BaseCommand):
    help = "Compute every computed value of the record again and compare. Reads only. Exit code 0 when none differs, else 1."

    def handle(self, *args: Any, **options: Any) -> None:
        differ = 0
        for kind in recomputed():
            differ += len(kind.differences)
            self.stdout.write(f"{kind.count} {kind.what}: {len(kind.differences)} differ")
            self.stdout.write("".join(f"  {one}\n" for one in kind.differences), ending="")
        if differ:
            sys.exit(1)
