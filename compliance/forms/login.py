"""What the door and the overlay post."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from compliance.domain import sessions
from compliance.page_forms import SessionOver
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from django.http import HttpRequest

STATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/\-]{0,59}")


@dataclass(frozen=True, slots=True)
class LoginForm:
    """User name, password, where to go afterwards, and the station if the person names one."""

    username: str
    password: str
    next_url: str
    station: str

    @classmethod
    def of(cls, request: HttpRequest) -> LoginForm:
        """As posted. Refuses a station name that no label could carry (Invalid)."""
        station = " ".join(request.POST.get("station", "").split())
        if station and not STATION.fullmatch(station):
            raise Invalid("A station name has up to 60 of A-Z, 0-9, space, dot, dash, slash.", "station")
        return cls(
            username=request.POST.get("username", "")[:200],
            password=request.POST.get("password", "")[:1000],
            next_url=safe_next(request),
            station=station,
        )


def safe_next(request: HttpRequest) -> str:
    """Where to go after signing in: a page of this site, or "" (never another site)."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    secure = request.is_secure()
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=secure)
    return wanted if own else ""


def over_of(request: HttpRequest, error: str = "") -> SessionOver:
    """The overlay: of the person whose session is locked, or of anybody when the session is gone."""
    owner = sessions.owner_of(request)
    return SessionOver(
        title="Locked" if owner else "The session is over",
        person=owner.printed_name if owner else "",
        username=owner.username if owner else "",
        unlock_url=reverse("compliance:unlock"),
        another_url=reverse("compliance:login"),
        error=error,
    )
