"""Check chain, history, live rows, signatures, files and laws; name what is wrong and exit with 1."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evgmp.compliance import verifying


class Command(BaseCommand):
    help = "Check chain, history, live rows, signatures, files and laws. Exits with 1 and names what it found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--checkpoint", metavar="FILE", help="compare with a chain head written by `checkpoint`")

    def handle(self, *args: Any, **options: Any) -> None:
        checkpoint = None
        if options["checkpoint"]:
            try:
                checkpoint = json.loads(Path(options["checkpoint"]).read_text())
                checkpoint["seq"], checkpoint["hash"]
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise CommandError(f"{options['checkpoint']} is no checkpoint file: {error}") from error
        found = verifying.findings(checkpoint)
        for sentence in found:
            self.stderr.write(sentence)
        looked_at = ", ".join(f"{n} {what}" for what, n in verifying.statistics().items())
        if found:
            raise CommandError(f"{len(found)} findings. Looked at {looked_at}.", returncode=1)
        self.stdout.write(f"Nothing found. Looked at {looked_at}.")
