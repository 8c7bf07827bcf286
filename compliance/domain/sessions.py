"""A person at a station: signs in, is locked while idle, resumes, signs out (R117, R208)."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.models import Session

from compliance.domain import actor as actors
from compliance.domain import alerts, clock, plain
from compliance.domain.act import act
from compliance.domain.addresses import client_address, needs_second_factor
from compliance.models import LiveSession, User
from compliance.refusals import AlreadyDone, Denied, Refusal, Throttled

if TYPE_CHECKING:
    from django.http import HttpRequest

    from compliance.domain.act import Act

LOCKED_AT = "locked_at"
SEEN_AT = "seen_at"
SIGN_INS = "sign_ins"
LISTED = "listed_as"
STATION = "station"
SECOND = "second_factor"
NAME_MAX = 60


def check(request: HttpRequest, username: str, password: str) -> User:
    """The person to whom both components belong (R206).

    Refuses with the same words for an unknown name and a wrong password (Denied) and a locked account
    (Throttled, R120); each refusal is on record with the claimed name.
    """
    name = username.strip().casefold()
    user = auth.authenticate(request, username=name, password=password) if name and password else None
    request.axes_locked_out = False  # type: ignore[attr-defined]  # else axes answers in its own words
    if isinstance(user, User):
        return user
    locked = bool(name) and not AxesProxyHandler.is_allowed(request, {"username": name})
    note_refusal(request, name, locked=locked)
    if locked:
        raise Throttled(
            "Too many wrong passwords: this account is locked. A system administrator unlocks it after a check.",
            "locked",
        )
    raise Denied("User name and password do not belong together.", "sign_in_refused")


def note_refusal(request: HttpRequest, name: str, *, locked: bool, what: str = "password") -> None:
    """Puts a refused sign-in on record with the claimed name; a lock is told to security and QA (R120)."""
    known = User.objects.filter(username=name).first()
    with act(actors.system(), "user.sign_in_refused", SIGN_INS) as a:
        if known is not None:
            a.touch(known)
        a.fact(claimed=name[:NAME_MAX], locked=locked, station=station_of(request), what=what)
        if locked:
            alerts.raise_lock(a, name)


def sign_in(request: HttpRequest, user: User, at: float, second: str = "") -> None:
    """Opens a new session for the person; its key is new, whatever key the browser brought.

    Ends the session that stood here before. Writes `user.signed_in`; when that act is refused no session
    is left. `second` names the kind of factor that the person gave besides, if any.
    """
    if owner_of(request) is not None:
        sign_out(request, "another sign-in at this station")
    request.session.flush()
    _open(request, user, at, resumed=False, second=second)


def resume(request: HttpRequest, user: User, at: float) -> None:
    """Opens a locked session again for the person it belongs to; forms opened before stay good.

    Refuses another person (Denied): she signs in herself, the locked session ends then.
    """
    owner = owner_of(request)
    if owner is None or owner.pk != user.pk:
        name = owner.printed_name if owner else "nobody"
        raise Denied(f"This station is locked by {name}. Another person signs in at the door.", "not_owner")
    second = str(request.session.get(SECOND, ""))
    if needs_second_factor(request) and not second:
        raise Denied("From this network a second factor is asked for. Sign in at the door.", "second_factor")
    # `login` keeps the key of a session that is this person's already.
    request.session.cycle_key()
    _open(request, user, at, resumed=True, second=second)


def _open(request: HttpRequest, user: User, at: float, *, resumed: bool, second: str) -> None:
    auth.login(request, user, backend="compliance.backends.PersonBackend")
    request.session.pop(LOCKED_AT, None)
    request.session[SEEN_AT] = at
    request.session[SECOND] = second
    if not resumed and settings.SESSIONS_PER_PERSON == 1:
        end_others(request, user)
    try:
        with act(actors.of_request(request), "user.signed_in", user) as a:
            a.fact(station=station_of(request), resumed=resumed, second=second)
    except Refusal:
        auth.logout(request)
        raise
    _note_open(request, user)


def _note_open(request: HttpRequest, user: User) -> None:
    """Keeps the session in the list of open ones; a resumed one has a new key."""
    key = str(request.session.session_key)
    old = request.session.get(LISTED)
    plain.clear(LiveSession.objects.filter(session_key=old))
    row = LiveSession(
        session_key=key,
        user=user,
        station=station_of(request),
        address=client_address(request),
        opened_at=clock.true_now(),
    )
    plain.insert(row)
    request.session[LISTED] = key


def open_sessions(user: User) -> list[LiveSession]:
    """The sessions of a person that are open: neither signed out nor run out."""
    standing = Session.objects.filter(expire_date__gte=clock.true_now()).values("session_key")
    return list(LiveSession.objects.filter(user=user, session_key__in=standing))


def end_session(a: Act, session: LiveSession) -> None:
    """Ends an open session from elsewhere: the person's own, or by an administrator (R204).

    Whoever works there meets the door at the next click; what was recorded stands, what was typed is in the browser.
    """
    if session.user_id != a.actor.user.pk:
        a.actor.need("compliance.manage_accounts")
    plain.clear([*Session.objects.filter(session_key=session.session_key), session])
    a.touch(session.user)
    a.fact(station=session.station, opened=session.opened_at.isoformat())


def end_others(request: HttpRequest, user: User) -> None:
    """One person works at one station: a sign-in elsewhere ends the session before, on record (R204)."""
    for session in open_sessions(user):
        if session.session_key != request.session.session_key:
            with act(actors.of_request(request), "user.session_ended", user) as a:
                end_session(a, session)


def lock(request: HttpRequest, at: float, cause: str) -> None:
    """Locks the session: its person may do nothing until she gives both components again (R208).

    Writes `user.session_locked` once, also when several requests of one page find the session idle.
    """
    owner = owner_of(request)
    if owner is None or is_locked(request):
        return
    key = request.session.session_key
    once = uuid.uuid5(uuid.NAMESPACE_OID, f"lock:{key}:{request.session.get(SEEN_AT)}")
    request.session[LOCKED_AT] = at
    with suppress(AlreadyDone), act(actors.of_request(request), "user.session_locked", owner, once) as a:
        a.fact(station=station_of(request), cause=cause)
    # A request that is still under way would write its older session, without the lock, over this one.
    request.session.cycle_key()
    old = request.session.get(LISTED)
    if old and plain.claim(LiveSession.objects.filter(session_key=old), session_key=request.session.session_key):
        request.session[LISTED] = request.session.session_key


def sign_out(request: HttpRequest, cause: str = "") -> None:
    """Ends the session, whatever happens to its record. Writes `user.signed_out`."""
    owner = owner_of(request)
    try:
        if owner is not None:
            with act(actors.of_request(request), "user.signed_out", owner) as a:
                a.fact(station=station_of(request), cause=cause)
    finally:
        plain.clear(LiveSession.objects.filter(session_key=request.session.get(LISTED)))
        auth.logout(request)


def is_locked(request: HttpRequest) -> bool:
    """Whether the session is locked."""
    return LOCKED_AT in request.session


def owner_of(request: HttpRequest) -> User | None:
    """Whose session it is, locked or not."""
    user = request.user
    return user if isinstance(user, User) else None


def station_of(request: HttpRequest) -> str:
    """The station that the browser named."""
    return str(request.COOKIES.get(STATION, ""))[:80]
