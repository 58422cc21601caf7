"""The words and shapes of every screen and every print, so that both always say the same.

    {% load evgmp %}

Everything given to a tag is escaped. A template drawn without a request, or with `paper` True in its context, is paper: icons are
then drawn in place, IDs are not links, and what does not exist is printed as N/A.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from evgmp.web import components, state_words
from evgmp.web.dose_response import dose_response_svg
from evgmp.web.field_words import field_words
from evgmp.web.genealogy import Genealogy
from evgmp.web.meter import Meter, meter_svg
from evgmp.web.trend_chart import ChartPoint, trend_svg

register = template.Library()


def on_paper(context: Context) -> bool:
    """Whether this page is printed: told by `paper` being True or False, or known from there being no request."""
    told = context.get("paper")
    if isinstance(told, bool):  # a page about an issued paper may well have a `paper` that is a record
        return told
    return request_of(context) is None


def request_of(context: Context) -> Any:
    """The request this page answers, or None."""
    return getattr(context, "request", None) or context.get("request")


def absent(context: Context) -> str:
    """What stands where nothing applies: a dash on screen, N/A on paper."""
    return "N/A" if on_paper(context) else "–"


def _icon(context: Context, name: str, label: str = "", size: str = "") -> SafeString:
    sprite = "" if on_paper(context) else static("web/icons.svg")
    return mark_safe(components.icon_svg(name, label=label, sprite_url=sprite, size=size))  # noqa: S308


@register.simple_tag(takes_context=True)
def icon(context: Context, name: str, label: str = "", size: str = "") -> SafeString:
    """{% icon "lock" %} is decoration; {% icon "lock" "Locked" %} is read aloud; size="lg" is larger."""
    return _icon(context, name, label, size)


@register.simple_tag(takes_context=True)
def badge(context: Context, state: object, word: str = "", url: str = "") -> SafeString:
    """{% badge result.state %} the status badge of a row. `word` says it more exactly in the same tone; `url` makes it a link."""
    if not state:
        return SafeString(absent(context))
    shown = state_words.state_word(str(state))
    css = f"ev-badge ev-badge--{shown.tone}" + (f" ev-badge--{shown.manner}" if shown.manner else "")
    inner = format_html("{}{}", _icon(context, shown.icon), word or shown.word)
    if url and not on_paper(context):
        return format_html('<a class="{}" href="{}">{}</a>', css, url, inner)
    return format_html('<span class="{}">{}</span>', css, inner)


@register.simple_tag(takes_context=True)
def lot_label(context: Context, disposition: object) -> SafeString:
    """{% lot_label lot.disposition %} the sticker. One per record header, never in a table."""
    shown = state_words.lot_label_of(str(disposition))
    return format_html('<span class="ev-label ev-label--{}"><span>{}{}</span></span>', shown.scheme, _icon(context, shown.icon), shown.word)


@register.simple_tag(takes_context=True)
def rec(context: Context, obj: Any, text: str = "") -> SafeString:
    """{% rec lot %} the ID of a record (its `number` or `code`), linked to its page. A text is shown as an ID without a link."""
    if not obj:
        return SafeString(absent(context))
    shown = text or getattr(obj, "number", "") or getattr(obj, "code", "") or str(obj)
    address = getattr(obj, "get_absolute_url", None)
    if address is None or on_paper(context):
        return format_html('<span class="ev-id">{}</span>', shown)
    return format_html('<a class="ev-id" href="{}">{}</a>', address(), shown)


@register.simple_tag(takes_context=True)
def when(context: Context, moment: date | None, seconds: bool = False) -> SafeString:
    """{% when event.at %} or {% when event.at seconds=True %}: a time in the zone of the plant, always with its offset."""
    if not moment:
        return SafeString(absent(context))
    zone = getattr(settings, "EVGMP_TIME_ZONE", settings.TIME_ZONE)
    machine, text = components.time_text(moment, zone, seconds=seconds)
    return format_html('<time class="ev-time" datetime="{}">{}</time>', machine, text)


@register.filter
def site_day(moment: datetime) -> str:
    """{{ signature.at|site_day }}: the day in the zone of the plant, for narrow places where the hour does not matter."""
    return components.time_text(moment, settings.EVGMP_TIME_ZONE)[1][:10]


@register.simple_tag(takes_context=True)
def value(context: Context, amount: object, unit: object = "") -> SafeString:
    """{% value entry.amount entry.unit %} a number as people read it, with a no-break space before its unit."""
    if amount is None or amount == "":
        return SafeString(absent(context))
    return format_html('<span class="ev-num">{}</span>', components.value_text(amount, str(unit or "")))


@register.simple_tag(takes_context=True)
def meter(
    context: Context,
    value: object,
    lower: object = None,
    upper: object = None,
    alert_low: object = None,
    alert_high: object = None,
    unit: object = "",
    name: str = "",
    state: object = "",
    mini: bool = False,
) -> SafeString:
    """{% meter value lower upper alert_low alert_high unit="bar" name="TMP" %} the limit meter; nothing without a limit."""
    drawn = Meter(
        value=components.as_decimal(value),
        lower=components.as_decimal(lower),
        upper=components.as_decimal(upper),
        alert_low=components.as_decimal(alert_low),
        alert_high=components.as_decimal(alert_high),
        unit=str(unit or ""),
        name=name,
    )
    return mark_safe(meter_svg(drawn, state=str(state or ""), mini=mini, paper=on_paper(context)))  # noqa: S308


@register.simple_tag
def trend_chart(points: Sequence[ChartPoint], lines: Sequence[tuple[str, Decimal]], unit: str, label: str) -> SafeString:
    """{% trend_chart points lines unit=record.unit label=label %} an individuals chart; its page loads web/css/potency.css."""
    return mark_safe(trend_svg(points, lines, unit=unit, label=label))  # noqa: S308


@register.simple_tag(takes_context=True)
def dose_response(context: Context, plot: Mapping[str, Any]) -> SafeString:
    """{% dose_response assay.plot %} measured points and fitted curves over the dose; its page loads web/css/potency.css."""
    return mark_safe(dose_response_svg(plot, paper=on_paper(context)))  # noqa: S308


@register.inclusion_tag("components/_signature.html", takes_context=True)
def signature(context: Context, sig: Any) -> dict[str, Any]:
    """{% signature sig %} meaning, printed name, role, user ID, time; struck through with the reason when it was withdrawn."""
    return {"sig": sig, "paper": on_paper(context)}


@register.inclusion_tag("components/_signature_open.html", takes_context=True)
def signature_open(context: Context, task: str, who: str = "Not signed yet", note: str = "", wait: bool = False) -> dict[str, Any]:
    """{% signature_open "Witnessed by" %} the place of a signature not given yet; wait=True when it is the next one."""
    return {"task": task, "who": who, "note": note, "wait": wait, "paper": on_paper(context)}


@register.inclusion_tag("components/_correction.html", takes_context=True)
def correction(context: Context, entry: Any) -> dict[str, Any]:
    """{% correction c %} old value struck through, new value with unit, why, who, when."""
    return {"c": entry, "paper": on_paper(context)}


@register.simple_tag(takes_context=True)
def blocker(context: Context, found: Any) -> SafeString:
    """{% blocker b %} one reason that bars a command, as its sentence; links to the field it names, if any."""
    message = getattr(found, "message", None) or str(found)
    field = getattr(found, "field", "")
    if field and not on_paper(context):
        message = format_html('<a href="#id_{}">{}</a>', field, message)
    return format_html('<span class="ev-blocker">{}<span>{}</span></span>', _icon(context, "lock"), message)


@register.inclusion_tag("components/_error_summary.html", takes_context=True)
def error_summary(context: Context, *forms: Any) -> dict[str, Any]:
    """{% error_summary form act_form %} what is wrong with the forms, each line a link to its field. Nothing when all is well."""
    problems: list[tuple[str, str]] = []
    for form in forms:
        if not form or not getattr(form, "errors", None):
            continue
        problems += [("", str(text)) for text in form.non_field_errors()]
        for field in form:
            target = "" if field.is_hidden else _first_input(field)
            problems += [(target, str(text)) for text in field.errors]
    return {"problems": problems, "paper": on_paper(context)}


def _first_input(field: Any) -> str:
    """The id to jump to: a group of radio buttons or boxes has none of its own, so its first one is taken."""
    return str(field.id_for_label or f"{field.auto_id}_0")


@register.simple_tag(takes_context=True)
def fact(context: Context, shown: Any) -> SafeString:
    """{% fact anything %} a fact or a cell: text is escaped, safe HTML stays, a record becomes its ID, nothing is a dash."""
    if hasattr(shown, "get_absolute_url"):
        return rec(context, shown)
    if isinstance(shown, datetime):
        return when(context, shown)
    return SafeString(absent(context)) if shown in (None, "") else conditional_escape(shown)


@register.filter
def cells_of(row: Any) -> list[Any]:
    """The cells of a table row: the row itself, or its `cells` when it also carries a state."""
    return list(row["cells"] if isinstance(row, Mapping) else getattr(row, "cells", row))


@register.filter
def at(items: Any, index: int) -> Any:
    """The item at `index`, so that a cell finds its column."""
    return items[index]


@register.inclusion_tag("components/_genealogy.html", takes_context=True)
def genealogy(context: Context, graph: Genealogy) -> dict[str, Any]:
    """{% genealogy graph %} a Genealogy as a drawing and, for phones and paper, as a list with the same content."""
    titles = {node.key: node.title for node in graph.nodes}
    into = {key: [titles[e.child] + (f" ({e.label})" if e.label else "") for e in graph.edges if e.parent == key] for key in titles}
    columns = [(name, [(node, ", ".join(into[node.key])) for node in graph.in_column(index)]) for index, name in enumerate(graph.columns)]
    return {"graph": graph, "columns": columns, "paper": on_paper(context)}


@register.simple_tag
def node_state(node: Any) -> dict[str, str]:
    """Word, tone and symbol of a box of the genealogy."""
    shown = state_words.state_word(node.state)
    return {"word": node.word or shown.word, "tone": shown.tone, "symbol": f"{static('web/icons.svg')}#{shown.icon}"}


@register.simple_tag
def bar(done: int, total: int, blocked: int = 0) -> SafeString:
    """{% bar 22 26 1 %} a completeness bar: done, total, and how many of the rest block."""
    return mark_safe(components.bar_svg(done, total, blocked or 0))  # noqa: S308


@register.simple_tag(takes_context=True)
def query_without(context: Context, *names: str) -> str:
    """{% query_without "page" as rest %} the filters of this page as a query string, without the named ones."""
    asked = request_of(context).GET.copy()
    for name in names:
        asked.pop(name, None)
    return str(asked.urlencode())


@register.simple_tag
def number_word(count: int) -> str:
    """Counts up to ten as words, for sentences: `Three things stop the release`."""
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
    return words[count] if 0 <= count < len(words) else str(count)


@register.filter
def at_or_empty(items: Any, index: int) -> Any:
    """The item at `index`, or an empty text when the list is shorter."""
    return items[index] if items and index < len(items) else ""


@register.filter
def after(items: Any, count: int) -> Any:
    """The item that follows the first `count` ones, or an empty text at the end."""
    return at_or_empty(items, count)


@register.filter
def unit_of(unit: str, number: str) -> str:
    """{{ entry.unit|unit_of:entry.text }}: the unit as it is said beside this number, `cycle` beside 1."""
    return components.unit_word(str(number), unit)


@register.filter
def field_name(verbose_name: str, record_type: str = "") -> str:
    """{{ change.field|field_name:change.record_type }}: what people call a column of a record."""
    return field_words(verbose_name, record_type)


STORED_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")


@register.filter
def trail_words(text: str) -> str:
    """{{ change.new|trail_words }}: a stored time in the zone of the plant with the stored form as its title, a state by its word."""
    if STORED_TIME.fullmatch(text):
        zone = getattr(settings, "EVGMP_TIME_ZONE", settings.TIME_ZONE)
        machine, shown = components.time_text(datetime.fromisoformat(text), zone, seconds=True)
        return format_html('<time class="ev-time" datetime="{}" title="{}">{}</time>', machine, text, shown)
    return state_words.state_word(text).word if "_" in text and text in state_words.STATE_WORDS else text
