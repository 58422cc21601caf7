#!/usr/bin/env python
"""Django's command line for evgmp. Without DJANGO_SETTINGS_MODULE it runs the development settings."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evgmp.settings.dev")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit("Django is not installed here. Run `make run` once: it sets up .venv.") from error
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
