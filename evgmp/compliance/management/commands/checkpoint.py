"""Write the head of the chain, to be kept outside this system."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from evgmp.compliance import verifying


class Command(BaseCommand):
    help = "Write the head of the event chain to FILE (or to the screen). Keep it where this system can't reach it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        text = verifying.canonical_checkpoint()
        if options["file"]:
            Path(options["file"]).write_text(text)
            self.stdout.write(f"Written to {options['file']}. Keep it where this system can't reach it.")
        else:
            self.stdout.write(text, ending="")
