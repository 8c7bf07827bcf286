"""The door: sign in, lock, resume, sign out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compliance.domain import clock, second_step, sessions
from compliance.domain.addresses import needs_second_factor
from compliance.forms.login import LoginForm, over_of, safe_next
from compliance.page_forms import LoginPage
from compliance.page_frame import Head
from compliance.pages import Fact
from compliance.refusals import Denied, Refusal
from compliance.views import acts

if TYPE_CHECKING:
    from django.http import HttpRequest

    from compliance.models import User

STATION_SECONDS = 365 * 24 * 3600


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Signs a person in at this station (R104, R206)."""
    if request.method != "POST":
        if sessions.owner_of(request) is not None and not sessions.is_locked(request):
            return HttpResponseRedirect(safe_next(request) or reverse("compliance:home"))
        return _door(request)
    try:
        form = LoginForm.of(request)
        user = sessions.check(request, form.username, form.password)
        if form.station:  # its cookie comes with the answer; the record of this very sign-in names it already
            request.COOKIES[sessions.STATION] = form.station
        if needs_second_factor(request):
            second_step.begin(request, user, form.next_url)
        else:
            sessions.sign_in(request, user, clock.true_now().timestamp())
    except Refusal as refusal:
        return _door(request, refusal)
    half = second_step.is_half(request)
    after = reverse("compliance:second-factor") if half else form.next_url or reverse("compliance:home")
    response = HttpResponseRedirect(after)
    _keep_station(response, form.station)
    return response


def _door(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    username = request.POST.get("username", "")[:60]
    station = request.POST.get("station", "")[:60] or sessions.station_of(request)
    page = LoginPage(
        head=Head(title="Sign in"),
        action_url=reverse("compliance:login"),
        next_url=safe_next(request),
        username=username,
        station=station,
        error=refusal.text if refusal else "",
        attempts=_attempts(request, username) if isinstance(refusal, Denied) else "",
        facts=(Fact("Site", settings.SITE_NAME, settings.SITE_KIND), Fact("Station", station or "not named yet")),
    )
    status = _status(refusal) if refusal else 200
    return render(request, "registration/login.html", {"page": page}, status=status)


def _status(refusal: Refusal) -> int:
    """Wrong components are 401 at the door: nobody is signed in yet."""
    return 401 if isinstance(refusal, Denied) else refusal.status


def _attempts(request: HttpRequest, username: str) -> str:
    """How many attempts are left, counted alike for a name that exists and one that does not."""
    name = username.strip().casefold()
    if not name:
        return ""
    left = settings.AXES_FAILURE_LIMIT - AxesProxyHandler.get_failures(request, {"username": name})
    return f"{left} more before this name is locked." if left > 0 else ""


def _keep_station(response: HttpResponse, station: str) -> None:
    if station:
        response.set_cookie(
            sessions.STATION,
            station,
            max_age=STATION_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The bare address leads to the first page that the person's roles open; a stranger is shown the door first."""
    return redirect(acts.home_url(request))


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Signs the person out; what was typed and not recorded is wiped by the page that asked first."""
    sessions.sign_out(request)
    return redirect("compliance:login")


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Locks the station: by its person, or by the page when nobody worked at it (R208)."""
    sessions.lock(request, clock.true_now().timestamp(), "asked")
    return unlock_answer(request, 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Resumes a locked session in place for its own person; a session that is gone is signed in anew (R117)."""
    owner = sessions.owner_of(request)
    if owner is None and not acts.is_fragment(request):
        return redirect("compliance:login")
    if owner is not None and not sessions.is_locked(request):
        return _resumed(request)
    if request.method != "POST":
        return unlock_answer(request, 200)
    try:
        form = LoginForm.of(request)
        user = sessions.check(request, form.username, form.password)
        return _open(request, owner, user)
    except Refusal as refusal:
        return unlock_answer(request, _status(refusal), refusal)


def _open(request: HttpRequest, owner: User | None, user: User) -> HttpResponse:
    now = clock.true_now().timestamp()
    if owner is not None:
        sessions.resume(request, user, now)
        return _resumed(request)
    sessions.sign_in(request, user, now)
    # The page behind was of a session that is gone: it is loaded anew, drafts are in the browser.
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _resumed(request: HttpRequest) -> HttpResponse:
    """For htmx the mark that lifts the overlay and carries the new CSRF token; else back to the page."""
    after = safe_next(request) or reverse("compliance:home")
    if not acts.is_fragment(request):
        return HttpResponseRedirect(after)
    shown = urlsplit(request.headers.get("HX-Current-URL", "")).path
    if shown == reverse("compliance:unlock"):  # the locked page has nothing behind it
        return HttpResponse(status=204, headers={"HX-Redirect": after})
    return render(request, "compliance/_resumed.html")


def unlock_answer(request: HttpRequest, status: int, refusal: Refusal | None = None) -> HttpResponse:
    """The overlay, or the locked page, with what was wrong."""
    over = over_of(request, refusal.text if refusal else "")
    context = {"over": over, "next": safe_next(request)}
    return acts.page_or_fragment(request, "compliance/locked.html", "_session_over.html", context, status)
