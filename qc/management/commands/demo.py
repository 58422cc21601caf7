"""Load the demo plant: its stories, in order, into an empty database."""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from evgmp.compliance import clock
from evgmp.compliance.models import Event
from evgmp.people import selectors, services
from evgmp.web.stories import StoryStopped, instant_of, load, told

STORIES = Path(__file__).resolve().parents[3] / "batches" / "masterdata" / "stories"
OPENED = "D-420 08:00"


class Command(BaseCommand):
    help = "Load the demo plant into an empty database. It can be run again: a database that holds events is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="print the demo accounts afterwards")
        parser.add_argument("--migrate", action="store_true", help="bring the database up to date first")
        parser.add_argument("--bare", action="store_true", help="open the plant alone, 420 days ago with the administrator s.admin, for stories of your own")
        parser.add_argument("--quiet", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.EVGMP_IS_PRODUCTION:
            raise CommandError("A production system loads no demo plant.")
        if options["migrate"]:
            call_command("migrate", verbosity=0, interactive=False)
        if Event.objects.exists():
            self.stdout.write("This database holds events already. Nothing was loaded.")
        else:
            self._load_all(options["quiet"], () if options["bare"] else sorted(STORIES.glob("*.toml")))
        if options["accounts"]:
            self._accounts()

    def _load_all(self, quiet: bool, stories: Sequence[Path]) -> None:
        # Thousands of signatures are proved in a few seconds with a light hash; the real one comes right after.
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]):
            self._load(quiet, stories)
        services.strengthen_demo_passwords(settings.EVGMP_DEMO_PASSWORD)
        self.stdout.write(f"Demo plant loaded: {Event.objects.count()} events.")
        if not stories:
            self.stdout.write(
                f"Its administrator is s.admin, since {OPENED}. manage.py replay batches/masterdata/stories/01_people.toml adds people with their roles; "
                "stories of one call share their names."
            )

    def _load(self, quiet: bool, stories: Sequence[Path]) -> None:
        today = datetime.now(UTC)
        with clock.held_at(instant_of(OPENED, today)):
            services.open_plant(
                version=settings.EVGMP_VERSION, name="Sample Manufacturing Site", address="1 Sample Street, 00000 Sample Town",
                contact="+00 00 000000, quality@site.example", authorisation_number="SAMPLE-MIA-0001",
                regulatory_profile="EU, investigational product", is_demo=True, admin_user_id="s.admin",
                admin_name="S. Admin", admin_password=settings.EVGMP_DEMO_PASSWORD,
            )  # fmt: skip
        names: dict[str, Any] = {}
        for path in stories:
            try:
                for act in told(load(path), password=settings.EVGMP_DEMO_PASSWORD, names=names, today=today):
                    if not quiet:
                        self.stdout.write(f"{act.at:%Y-%m-%d %H:%M} UTC  {act.by:<12} {act.sentence}: {act.record}")
            except StoryStopped as stopped:
                raise CommandError(f"{path.name}: {stopped}", returncode=1) from stopped

    def _accounts(self) -> None:
        self.stdout.write(f"Demo accounts, all with the password: {settings.EVGMP_DEMO_PASSWORD}")
        for user_id, titles in selectors.demo_accounts():
            self.stdout.write(f"  {user_id:<12} {titles}")
