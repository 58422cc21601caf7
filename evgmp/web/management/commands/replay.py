"""Perform a story on a demo plant."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from evgmp.web import stories
from evgmp.web.stories import StoryStopped, load, told


class Command(BaseCommand):
    help = "Perform STORY.toml through the same services as the screens, signatures included. Demo plants only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = f"{stories.__doc__}\n`manage.py commands` lists the commands with their data; `manage.py commands KEY` shows how stories use one."
        parser.add_argument("story", nargs="+", metavar="STORY.toml")
        parser.add_argument("--password", default=settings.EVGMP_DEMO_PASSWORD, help="password of the demo accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.EVGMP_IS_PRODUCTION:
            raise CommandError("A production system replays no stories: they hold its clock.")
        try:
            stories.demo_plant_declared()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(
                "The database has no tables. Open a demo plant in it with manage.py demo --migrate --bare (the plant alone), then replay.", returncode=1
            ) from error
        names: dict[str, Any] = {}
        for name in options["story"]:
            try:
                for act in told(load(Path(name)), password=options["password"], names=names):
                    self.stdout.write(f"{act.at:%Y-%m-%d %H:%M} UTC  {act.by:<12} {act.sentence}: {act.record}")
            except StoryStopped as stopped:
                raise CommandError(f"{name}: {stopped}", returncode=1) from stopped
