"""Idle sign-out (ACC-08) and the forced change of a temporary password (ACC-09)."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from evgmp.people.models import AccessEntry


class IdleSignOut:
    """Ends a session that was idle for longer than the site allows. No user can switch it off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated:
            now = int(time.time())
            last = request.session.get("last_act", now)
            if now - last > settings.EVGMP_IDLE_MINUTES * 60 or not user.is_active:
                AccessEntry.note("timed out", user.user_id, request.META.get("REMOTE_ADDR", ""))
                logout(request)
                messages.warning(request, f"You were signed out after {settings.EVGMP_IDLE_MINUTES} minutes without activity. Sign in again.")
                return HttpResponseRedirect(f"{reverse('people:sign_in')}?next={request.path}")
            request.session["last_act"] = now
            allowed = (reverse("people:change_password"), reverse("people:sign_out"))
            if user.must_change_password and request.path not in allowed:
                return HttpResponseRedirect(reverse("people:change_password"))
        return self.get_response(request)
