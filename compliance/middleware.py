"""Deny by default, lock when idle, and answer refusals in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.domain import clock
from compliance.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

PUBLIC = "evidence_public"


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Marks the few views that need no session; every other URL is closed (R104)."""
    setattr(view, PUBLIC, True)
    return view


class SessionGuard:
    """Every URL needs a live session, on the server's clock; the browser's timer is only courtesy (R208)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Before the view: public, or signed in and not idle too long."""
        if getattr(view, PUBLIC, False):
            return None
        if not request.user.is_authenticated:
            return session_over(request)
        now = clock.true_now().timestamp()
        seen = request.session.get("seen_at", now)
        if now - seen > timedelta(seconds=settings.IDLE_SECONDS).total_seconds():
            logout(request)
            return session_over(request)
        if now - seen > 5 or "seen_at" not in request.session:
            request.session["seen_at"] = now
        return None


def session_over(request: HttpRequest) -> HttpResponse:
    """A fragment gets 401 with the overlay that signs in again in place; a page goes to the sign-in."""
    if getattr(request, "htmx", False):
        return render(request, "_session_over.html", {"next": request.path}, status=401)
    return redirect(f"{reverse(settings.LOGIN_URL)}?next={request.get_full_path()}")


class RefusalAnswers:
    """A refusal that a view did not answer itself becomes a page or fragment that says what to do, never a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turns Refusal into its status and words."""
        if not isinstance(exception, Refusal):
            return None
        name = "_refusal.html" if getattr(request, "htmx", False) else "refusal.html"
        return render(request, name, {"refusal": exception}, status=exception.status)
