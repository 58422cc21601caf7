"""Open a plant: the first event of an empty database."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from evgmp.people import services
from evgmp.rules.blocker import RuleBroken


class Command(BaseCommand):
    help = "Open a plant in an empty database: names it and adds its first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("name", "address", "contact", "authorisation-number", "regulatory-profile", "admin-user-id", "admin-name"):
            parser.add_argument(f"--{name}", required=True)
        parser.add_argument("--demo", action="store_true", help="declare a demo plant: stories may be replayed, every page says so")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo"] and settings.EVGMP_IS_PRODUCTION:
            raise CommandError("A production system opens no demo plant.")
        password = os.environ.get("EVGMP_ADMIN_PASSWORD") or getpass.getpass("Temporary password of the first administrator: ")
        fields = ("name", "address", "contact", "authorisation_number", "regulatory_profile", "admin_user_id", "admin_name")
        try:
            plant = services.open_plant(
                version=settings.EVGMP_VERSION, is_demo=options["demo"], admin_password=password, **{f: options[f] for f in fields}
            )
        except RuleBroken as broken:
            raise CommandError(str(broken), returncode=1) from broken
        self.stdout.write(f"{plant} is open. Sign in as {options['admin_user_id']} and add the people.")
