"""What every page needs: the plant, its navigation, the clock, idle time."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from evgmp.compliance import clock
from evgmp.compliance.models import Plant

# Label, URL name, part of the chain (bank to drug product). The chain is the map.
RECORDS = (
    ("Work", "web:work", False),
    ("Banks", "batches:banks", True),
    ("Passages", "batches:passages", True),
    ("Media lots", "batches:media_lots", True),
    ("TFF runs", "batches:runs", True),
    ("EV lots", "batches:ev_lots", True),
    ("Drug products", "batches:drug_products", True),
    ("Results", "qc:results", False),
    ("Review", "qc:reviews", False),
    ("Specifications", "qc:specifications", False),
    ("Masters", "batches:masters", False),
    ("Donors and lines", "batches:donors", False),
    ("Materials", "batches:materials", False),
    ("Equipment", "batches:equipment", False),
    ("Labels", "batches:labels", False),
    ("Papers", "qc:papers", False),
    ("Audit trail", "web:trail", False),
)


def plant(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    person = user.person if user is not None and user.is_authenticated else None
    return {
        "plant": Plant.objects.order_by("pk").first(),
        "person": person,
        "navigation": _navigation(request, person) if person else [],
        "server_time": clock.now(),
        "version": settings.EVGMP_VERSION,
        "idle_minutes": settings.EVGMP_IDLE_MINUTES,
    }


def _navigation(request: HttpRequest, person: Any) -> list[dict[str, Any]]:
    entries = list(RECORDS) if person.reads_records else [("Work", "web:work", False)]
    entries.append(("People", "people:people", False))
    found = []
    for label, name, chain in entries:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        active = request.path == url or (url != "/" and request.path.startswith(url))
        found.append({"label": label, "url": url, "active": active, "count": 0, "chain": chain})
    return found
