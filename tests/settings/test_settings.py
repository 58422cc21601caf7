"""What the settings promise: databases by address, a start that fails by name, one strict policy for pages."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from evgmp.settings.base import BASE_DIR, database

SITE = {
    "EVGMP_SECRET_KEY": "k" * 25 + "0123456789" * 4,
    "DATABASE_URL": "postgres://evgmp@/evgmp?host=/nowhere",
    "EVGMP_ALLOWED_HOSTS": "evgmp.example",
    "EVGMP_SITE_URL": "https://evgmp.example",
}


def start_site(*, without: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
    """Load the production settings in a process that knows nothing but these values."""
    values = {**SITE, **changes}
    values.pop(without, None)
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "evgmp.settings.prod", **values}
    script = "from django.conf import settings; print(settings.STORAGES['staticfiles']['BACKEND'])"
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=BASE_DIR, capture_output=True, text=True, check=False
    )


def test_a_socket_folder_can_be_named():
    config = database("postgres://evgmp@/records?host=/run/postgresql")
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["NAME"], config["USER"]) == ("records", "evgmp")
    assert "/run/postgresql" in (config["HOST"], config.get("OPTIONS", {}).get("host"))


def test_a_host_with_port_and_password_can_be_named():
    config = database("postgres://evgmp:a%40b@db.example:5433/records")
    named = tuple(config[key] for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME"))
    assert named == ("db.example", 5433, "evgmp", "a@b", "records")


def test_a_file_runs_on_the_backend_with_the_fair_queue():
    config = database("sqlite:////srv/evgmp/records.sqlite3")
    assert (config["ENGINE"], config["NAME"]) == ("evgmp.sqlite_backend", "/srv/evgmp/records.sqlite3")
    assert "synchronous=FULL" in config["OPTIONS"]["init_command"]


def test_a_site_starts_when_everything_is_named():
    done = start_site()
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "whitenoise.storage.CompressedManifestStaticFilesStorage"


@pytest.mark.parametrize("name", SITE)
def test_a_site_does_not_start_without(name):
    done = start_site(without=name)
    assert done.returncode != 0
    assert f"evgmp can't start. Set in the environment: {name} (" in done.stderr


def test_a_site_does_not_start_with_an_empty_secret():
    assert "EVGMP_SECRET_KEY" in start_site(EVGMP_SECRET_KEY=" ").stderr


def test_a_site_does_not_start_without_encryption():
    assert "must begin with https://" in start_site(EVGMP_SITE_URL="http://evgmp.example").stderr


@pytest.mark.django_db
def test_pages_load_nothing_from_elsewhere_and_nothing_inline(client):
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == directives["script-src"] == directives["style-src"] == ["'self'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert not any("unsafe" in source for sources in directives.values() for source in sources)
    policy = client.get("/static/nothing-here").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy


def test_the_admin_is_not_installed():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
