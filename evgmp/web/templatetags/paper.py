"""Tags of printed papers. A paper is drawn from plain JSON data: times are ISO 8601 text, numbers are text already.

{% load paper %}
"""

import base64
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from evgmp.web import components
from evgmp.web.dose_response import dose_response_svg

register = template.Library()
NOT_APPLICABLE = "N/A"


@register.filter
def moment(iso: str) -> str:
    """`2026-10-01T18:22:05+02:00` as `2026-10-01 18:22 UTC+2`; a plain date stays; nothing is N/A."""
    if not iso:
        return NOT_APPLICABLE
    if "T" not in iso:
        return iso
    at = datetime.fromisoformat(iso)
    return f"{at:%Y-%m-%d %H:%M} {components.offset_text(at)}"


@register.filter
def day(iso: str) -> str:
    """The date of an instant, as read in the plant's zone."""
    return iso[:10] if iso else NOT_APPLICABLE


@register.filter
def or_na(text: object) -> object:
    """Unused places of a paper say N/A instead of staying empty."""
    return text if text not in ("", None, []) else NOT_APPLICABLE


@register.filter
def grouped(digest: str) -> str:
    """A hash in groups of eight, which people can compare."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))


@register.simple_tag
def dose_response(plot: Mapping[str, Any]) -> SafeString:
    """{% dose_response content.plot %} the dose-response plot of a report, coloured by attributes."""
    return mark_safe(dose_response_svg(plot, paper=True))  # noqa: S308


@register.simple_tag
def qr(address: str, what: str) -> SafeString:
    """{% qr check_url "Check this certificate" %} a QR code of an address as a picture that is told in words as well."""
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, svgns=True, dark="#14232f")
    picture = base64.b64encode(drawn.getvalue()).decode()
    return format_html('<img class="qr" alt="{}: {}" src="data:image/svg+xml;base64,{}">', what, address, picture)
