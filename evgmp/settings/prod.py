"""Settings of a site. Everything comes from the environment; an absent value stops the start, by name."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import STATIC_ROOT, STORAGES, database, env

REQUIRED = {
    "EVGMP_SECRET_KEY": "at least 50 random characters, kept secret",
    "DATABASE_URL": "postgres://user:password@host:port/name",
    "EVGMP_ALLOWED_HOSTS": "the host names of the site, separated by commas",
    "EVGMP_SITE_URL": "the address people type, beginning with https://",
}
if absent := [name for name in REQUIRED if not env.str(name, default="").strip()]:
    raise ImproperlyConfigured(
        "evgmp can't start. Set in the environment: "
        + "; ".join(f"{name} ({REQUIRED[name]})" for name in absent)
        + "."
    )

EVGMP_IS_PRODUCTION = True
EVGMP_DEMO_PASSWORD = ""
SECRET_KEY = env.str("EVGMP_SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.list("EVGMP_ALLOWED_HOSTS")
EVGMP_SITE_URL = env.str("EVGMP_SITE_URL").rstrip("/")
if urlsplit(EVGMP_SITE_URL).scheme != "https":
    raise ImproperlyConfigured(
        f"evgmp can't start. EVGMP_SITE_URL must begin with https://, but is {EVGMP_SITE_URL}."
    )
DATABASES = {"default": database(env.str("DATABASE_URL"))}

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_ROOT = env.str("EVGMP_STATIC_ROOT", default=str(STATIC_ROOT))

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [EVGMP_SITE_URL]
# Only behind a proxy that sets this header itself and drops the client's own.
if env.bool("EVGMP_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
