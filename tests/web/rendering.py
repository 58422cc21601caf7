"""Render a template as a page or as paper without a database: the templates and tags of the site, no context processor."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory


def _engine() -> DjangoTemplates:
    folders = [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]
    return DjangoTemplates({"NAME": "bare", "DIRS": folders, "APP_DIRS": True, "OPTIONS": {"context_processors": []}})


def page(name: str, context: dict[str, Any]) -> str:
    """A template file as it is drawn on screen."""
    return str(_engine().get_template(name).render(context, RequestFactory().get("/?state=open&page=2")))


def screen(source: str, **context: Any) -> str:
    """A piece of template on screen, with the tags loaded."""
    template = _engine().from_string("{% load evgmp %}" + source)
    return str(template.render(context, RequestFactory().get("/?state=open&page=2")))


def paper(source: str, **context: Any) -> str:
    """A piece of template on paper, with the tags loaded."""
    return str(_engine().from_string("{% load evgmp %}" + source).render(context))
