"""Settings that hold everywhere. dev, test and prod say what differs."""

import tomllib
from pathlib import Path
from typing import Any

import environ

from evgmp.sqlite_backend.library import JOURNAL_MODE

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = BASE_DIR / ".data"

EVGMP_VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

env = environ.Env()

# Only a site's settings say yes. Everywhere else a demonstration plant may be loaded, its accounts sharing this password.
EVGMP_IS_PRODUCTION = False
EVGMP_DEMO_PASSWORD = env.str("EVGMP_DEMO_PASSWORD", default="demo-plant-2026")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Before simple_history: its two commands that delete history are replaced by refusals.
    "evgmp.compliance",
    "simple_history",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "evgmp.web",
    "evgmp.people",
    "batches",
    "qc",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "evgmp.people.middleware.IdleSignOut",
]

ROOT_URLCONF = "evgmp.urls"
WSGI_APPLICATION = "evgmp.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "evgmp.web.context.plant",
            ],
        },
    },
]


def database(url: str) -> dict[str, Any]:
    """Django's settings for one database, from `sqlite:///<path>` or `postgres://user:password@host:port/name`.

    A PostgreSQL reached through a socket folder is written `postgres://user@/name?host=/folder`.
    SQLite gets the settings that a record needs: every commit on the disk before it is answered
    (synchronous=FULL), foreign keys and recursive triggers on, and a write lock taken at the
    beginning of a transaction instead of in the middle of it.
    """
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config["ENGINE"].endswith(".sqlite3"):
        config["ENGINE"] = "evgmp.sqlite_backend"
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                f"PRAGMA journal_mode={JOURNAL_MODE};PRAGMA synchronous=FULL;"
                "PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON;"
            ),
        }
    else:
        config.setdefault("CONN_MAX_AGE", 60)
        config.setdefault("CONN_HEALTH_CHECKS", True)
    return config


DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts and sessions. A shift is the longest session; evgmp.people.middleware ends an idle one much earlier.
AUTH_USER_MODEL = "people.Account"
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
EVGMP_IDLE_MINUTES = env.int("EVGMP_IDLE_MINUTES", default=15)
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("user_id",)},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Time is kept in UTC; EVGMP_TIME_ZONE is the zone in which screens and paper show it.
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
EVGMP_TIME_ZONE = env.str("EVGMP_TIME_ZONE", default="Europe/Berlin")

EVGMP_SITE_URL = env.str("EVGMP_SITE_URL", default="http://127.0.0.1:8000")

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Nothing is loaded from elsewhere, nothing is written inline, nobody frames a page.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# Logs go to the console. Neither values of records nor SQL are logged: a log is not a record, and is not guarded like one.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "evgmp": {"level": "INFO"},
        "batches": {"level": "INFO"},
        "qc": {"level": "INFO"},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.db.backends": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # WeasyPrint's font subsetting tells its whole progress otherwise.
        "fontTools": {"level": "ERROR"},
    },
}
