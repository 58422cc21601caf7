"""Settings of pytest. The databases are throw-away ones: tests/support/databases.py names them."""

from .base import *  # noqa: F403
from .base import database

SECRET_KEY = "only-for-tests-and-never-for-a-site-that-keeps-records"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
EVGMP_SITE_URL = "http://testserver"

# A name that no file has: whoever reaches it has asked for a database without saying so.
DATABASES = {"default": database("sqlite:////nonexistent/ask-for-a-database-fixture.sqlite3")}

# Hashing 40 demonstration passwords properly would take longer than the tests themselves.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
