"""The WSGI entry point. Without DJANGO_SETTINGS_MODULE it runs the production settings, the strictest ones."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evgmp.settings.prod")

application = get_wsgi_application()
