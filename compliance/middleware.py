"""Deny by default, lock when idle, and answer refusals in words."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from compliance.domain import clock, sessions
from compliance.domain.addresses import needs_second_factor
from compliance.forms.login import over_of
from compliance.refusals import AlreadyDone, Denied, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

log = logging.getLogger(__name__)
PUBLIC = "evidence_public"
TOUCH_SECONDS = 5


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
        """Before the view: public, or signed in, not locked and not idle too long."""
        if getattr(view, PUBLIC, False):
            return None
        if not request.user.is_authenticated:
            return session_over(request)
        now = clock.true_now().timestamp()
        try:
            if self._idle(request, now):
                sessions.lock(request, now, "idle")
        except Refusal as refusal:
            return answer(request, refusal)
        if needs_second_factor(request) and not request.session.get(sessions.SECOND):
            return session_over(request)  # a session of the site's own network that was carried out of it
        if sessions.is_locked(request):
            return session_locked(request)
        if now - request.session.get(sessions.SEEN_AT, 0) > TOUCH_SECONDS:
            request.session[sessions.SEEN_AT] = now
        return None

    @staticmethod
    def _idle(request: HttpRequest, now: float) -> bool:
        return bool(now - request.session.get(sessions.SEEN_AT, now) > settings.IDLE_SECONDS)


def session_over(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in: a fragment gets 401 with the overlay that signs in, a page goes to the door."""
    if is_fragment(request):
        return render(request, "_session_over.html", {"over": over_of(request), "next": back(request)}, status=401)
    return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': back(request)})}")


def session_locked(request: HttpRequest) -> HttpResponse:
    """The session is locked: 401 with the overlay, or the locked page, which comes back here."""
    if is_fragment(request):
        return render(request, "_session_over.html", {"over": over_of(request), "next": back(request)}, status=401)
    return redirect(f"{reverse('compliance:unlock')}?{urlencode({'next': back(request)})}")


def back(request: HttpRequest) -> str:
    """The page to come back to: this one, or after a POST the one that held the form."""
    if request.method == "GET" and not is_fragment(request):
        return request.get_full_path()
    came = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    path = came.path + (f"?{came.query}" if came.query else "")
    safe = came.netloc == request.get_host() and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if safe and path else "/"


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked."""
    return bool(getattr(request, "htmx", False))


class RefusalAnswers:
    """A refusal that a view did not answer itself becomes a page or fragment that says what to do, never a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turns Refusal into its status and words."""
        return answer(request, exception) if isinstance(exception, Refusal) else None


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal's own page, or for htmx one notice above the page, which stays as it is."""
    context = {"refusal": refusal, "done": isinstance(refusal, AlreadyDone), "back": back(request)}
    if not is_fragment(request):
        return render(request, "refusal.html", context, status=refusal.status)
    response = render(request, "_refusal.html", context, status=refusal.status)
    response["HX-Retarget"] = "#notices"
    response["HX-Reswap"] = "innerHTML"
    return response


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that this browser did not open, or a browser that keeps no cookies: refused in words, as any refusal."""
    log.warning("form refused at %s: %s", request.path, reason)
    text = (
        "This form was not opened in your session, or it was opened before you signed in again. Nothing was recorded. "
        "Go back, load the page again and send it once more."
    )
    return answer(request, Denied(text, "csrf"))
