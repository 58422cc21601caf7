"""Settings of `make run`: one machine, the embedded database, static files straight from their folders."""

import os
import secrets

from .base import *  # noqa: F403
from .base import DATA_DIR, database, env


def dev_secret_key() -> str:
    """The secret key of this machine: made on the first start, kept in .data, readable by its owner only."""
    path = DATA_DIR / "secret_key"
    DATA_DIR.mkdir(mode=0o700, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(64)
    with os.fdopen(handle, "w") as file:
        file.write(key)
    return key


SECRET_KEY = env.str("EVGMP_SECRET_KEY", default="") or dev_secret_key()
DEBUG = env.bool("EVGMP_DEBUG", default=False)
ALLOWED_HOSTS = env.list("EVGMP_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
EVGMP_SITE_URL = env.str("EVGMP_SITE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}")

DATABASES = {"default": database(env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR}/evgmp.sqlite3")}

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
