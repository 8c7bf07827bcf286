"""What every page's frame shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from compliance import registry
from compliance.domain import clock, sessions
from compliance.page_frame import Frame
from compliance.roles import Role
from compliance.states import SiteKind

if TYPE_CHECKING:
    from django.http import HttpRequest

    from compliance.models import User

WATERMARKS = {
    SiteKind.DEMO: "Demonstration site - not for GMP use",
    SiteKind.TEST: "Test site - not for GMP use",
    SiteKind.PRODUCTION: "",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame; without person, navigation and permissions while nobody is signed in or the session is locked."""
    has_session = hasattr(request, "user") and hasattr(request, "session")
    owner = sessions.owner_of(request) if has_session else None
    if owner is not None and sessions.is_locked(request):
        owner = None
    return {"frame": _frame_of(owner, sessions.station_of(request))}


def _frame_of(user: User | None, station: str) -> Frame:
    place = {
        "station": station,
        "site": settings.SITE_NAME,
        "login_url": reverse("compliance:login"),
        "unlock_url": reverse("compliance:unlock"),
        "zone": settings.SITE_ZONE,
        "watermark": WATERMARKS[SiteKind(settings.SITE_KIND)],
    }
    if user is None:
        return Frame(**place, theme="auto")  # type: ignore[arg-type]
    nav = registry.nav_for(user.permissions)
    return Frame(
        **place,  # type: ignore[arg-type]
        person=user.printed_name,
        username=user.username,
        role=", ".join(Role(role).label for role in sorted(user.held_roles)),
        now=_hour(clock.stamp(clock.now())),
        theme=user.theme if user.theme in ("light", "dim") else "auto",  # type: ignore[arg-type]
        nav=nav,
        home_url=nav[0].url if nav else reverse("compliance:my-signatures"),
        scan_url=reverse(registry.scan_url_name()) if registry.scan_url_name() else "",
        logout_url=reverse("compliance:logout"),
        lock_url=reverse("compliance:lock"),
        idle_seconds=settings.IDLE_SECONDS,
    )


def _hour(stamp: str) -> str:
    """Hour and minute with the offset."""
    return f"{stamp[11:16]} {stamp[-6:]}"
