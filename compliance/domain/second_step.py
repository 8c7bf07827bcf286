"""Between the password and the second factor: who gave the first, for five minutes, and nothing else (R207)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed

from compliance.domain import clock, factors, sessions
from compliance.models import User
from compliance.refusals import Denied, Throttled

if TYPE_CHECKING:
    from django.http import HttpRequest

HALF = "half_signed_in"


def begin(request: HttpRequest, user: User, next_url: str) -> None:
    """Keeps that the person gave her password. She is not signed in: every page is closed but the second step.

    Refuses who has no factor at all (Denied, on record): she enrols one inside the site's network first.
    """
    if not factors.held(user):
        sessions.note_refusal(request, user.username, locked=False, what="no second factor")
        raise Denied(
            "From this network a second factor is asked for, and none is enrolled for this account. Enrol one at the "
            "site, under Second factors.",
            "no_factor",
        )
    if sessions.owner_of(request) is not None:
        sessions.sign_out(request, "another sign-in at this station")
    request.session.flush()
    request.session[HALF] = {"user": user.pk, "at": clock.true_now().timestamp(), "next": next_url}


def is_half(request: HttpRequest) -> bool:
    """Whether somebody gave her password here and not yet the second factor."""
    return HALF in request.session


def person_of(request: HttpRequest) -> User:
    """Who gave her password. Refuses when nobody did, or too long ago (Denied): she begins anew."""
    half = request.session.get(HALF) or {"user": 0, "at": 0}
    late = clock.true_now().timestamp() - float(half["at"]) > settings.SECOND_FACTOR_SECONDS
    user = None if late else User.objects.filter(pk=int(half["user"]), is_active=True).first()
    if user is None:
        request.session.pop(HALF, None)
        raise Denied("The time for the second factor has run out. Give your password again.", "half_over")
    return user


def finish(request: HttpRequest, typed: str) -> str:
    """Takes the second factor and opens the session; answers where the person wanted to go.

    Refuses a wrong or used code (Denied); wrong codes count with wrong passwords, and lock alike (Throttled, R120).
    """
    user = person_of(request)
    try:
        if not _allowed(request, user):
            raise Denied("This account is locked.", "locked")
        second = factors.use(user, typed)
    except Denied as refusal:
        raise _counted(request, user, refusal) from refusal
    after = str(request.session.pop(HALF)["next"])
    sessions.sign_in(request, user, clock.true_now().timestamp(), second)
    return after


def _counted(request: HttpRequest, user: User, refusal: Denied) -> Denied | Throttled:
    credentials = {"username": user.username}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    request.axes_locked_out = False  # type: ignore[attr-defined]  # else axes answers in its own words
    locked = not _allowed(request, user)
    sessions.note_refusal(request, user.username, locked=locked, what="second factor")
    if not locked:
        return refusal
    request.session.pop(HALF, None)
    return Throttled(
        "Too many wrong passwords or codes: this account is locked. A system administrator unlocks it after a check.",
        "locked",
    )


def _allowed(request: HttpRequest, user: User) -> bool:
    return bool(AxesProxyHandler.is_allowed(request, {"username": user.username}))
