"""Work, search, the site's audit trail. Other apps hang their parts into WORK, FINDERS and TO_READ."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views import View
from django.views.generic import TemplateView

from evgmp.compliance.models import Attempt, Event
from evgmp.compliance.site_time import end_of_day, start_of_day
from evgmp.compliance.trail import rows_of
from evgmp.web.record_view import ReadView
from evgmp.web.searching import MOST, SHORTEST, found_by
from evgmp.web.trail_rows import shortened

# Each gives the work that waits for a person: dicts of urgency (0 first), title, why, url, record.
WORK: list[Callable[[Any], list[dict[str, Any]]]] = []
# Each turns a scanned or typed ID into an address, or an empty text.
FINDERS: list[Callable[[str], str]] = []
# Where somebody begins who may read and do nothing.
TO_READ: list[Callable[[], list[Any]]] = []


class Work(LoginRequiredMixin, TemplateView):
    """What waits for the person signed in, most urgent first, each with its reason."""

    template_name = "web/work.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.request.user.person  # type: ignore[union-attr]
        items = sorted((item for source in WORK for item in source(person)), key=lambda item: item["urgency"])
        only_reads = person.reads_records and not any(role.commands for role in person.roles)
        to_read = [row for source in TO_READ for row in source()] if only_reads else []
        return {**super().get_context_data(**kwargs), "items": items, "only_reads": only_reads, "to_read": to_read}


class Search(ReadView):
    """From a whole ID to its record; from a part of one, or of a name, to what was found, by kind."""

    template_name = "web/search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("q", "").strip()[:80]
        for finder in FINDERS if asked else []:
            if url := finder(asked):
                return HttpResponseRedirect(url)
        context = {"asked": asked, "shortest": SHORTEST, "too_short": 0 < len(asked) < SHORTEST, "found": found_by(asked), "most": MOST}
        return self.render_to_response(self.get_context_data(**context))


class Trail(ReadView):
    """The site's audit trail: newest first, filtered by person, verb, record and day; `entry` shows one entry in full."""

    template_name = "web/trail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        events = Event.objects.order_by("-seq")
        asked = {name: self.request.GET.get(name, "").strip()[:80] for name in ("who", "verb", "record", "day", "entry")}
        if asked["entry"]:
            events = events.filter(seq=int(asked["entry"][:15])) if asked["entry"].isdecimal() else events.none()
        if asked["who"]:
            events = events.filter(actor_id=asked["who"].casefold())
        if asked["verb"]:
            events = events.filter(verb=asked["verb"])
        if asked["record"]:
            events = events.filter(record_name__icontains=asked["record"])
        if asked["day"]:
            day = _day(asked["day"])
            events = events.filter(at__gte=start_of_day(day), at__lt=end_of_day(day)) if day else events.none()
        page = Paginator(events, 40).get_page(self.request.GET.get("page"))
        verbs = sorted(set(Event.objects.order_by().values_list("verb", "sentence")), key=lambda v: v[1])
        return {
            **super().get_context_data(**kwargs),
            "page": page,
            "rows": rows_of(page.object_list) if asked["entry"] else shortened(rows_of(page.object_list)),
            "asked": asked,
            "verbs": verbs,
            "attempts": Attempt.objects.all()[:20],
        }


def _day(text: str) -> date | None:
    """The day at the site that was asked for; None when the text is none."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None


class KeepAlive(LoginRequiredMixin, View):
    """Pressed in the idle warning: counts as activity and goes back."""

    def post(self, request: HttpRequest) -> HttpResponse:
        messages.info(request, "You stay signed in.")
        return HttpResponseRedirect(reverse("web:work"))
