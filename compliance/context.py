"""What every page's frame shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from compliance import registry
from compliance.domain import access_review, clock, sessions
from compliance.guards import owes_acknowledgement
from compliance.models import Alert
from compliance.page_frame import Frame, Link, Notice
from compliance.roles import Role
from compliance.states import AlertState, SiteKind

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
    frame_of = _frame_of(owner, sessions.station_of(request))
    if owner is None or getattr(request, "htmx", False):  # a fragment stands inside a frame
        return {"frame": frame_of}
    return {"frame": replace(frame_of, **_told(owner, request.path))}


def _told(user: User, path: str) -> dict[str, Any]:
    """What the person must hear on every page: her word that she owes, the review that is late, alerts."""
    notices = []
    if owes_acknowledgement(user) and path != reverse("compliance:acknowledge"):
        text = "You have not acknowledged that your electronic signature binds you. Until then you sign nothing."
        notices.append(Notice("alert", text, link=Link("Acknowledge", reverse("compliance:acknowledge"))))
    late = access_review.overdue() if user.has_perm(access_review.REVIEW) else None
    if late is not None:
        text = f"The access review is overdue since {clock.stamp(late)[:10]}."
        notices.append(Notice("alert", text, link=Link("Access reviews", reverse("compliance:access-reviews"))))
    told: dict[str, Any] = {"notices": tuple(notices)}
    if user.has_perm("compliance.answer_alert"):
        standing = Alert.objects.filter(state=AlertState.RAISED).count()
        told |= {"alerts": standing, "alerts_url": reverse("compliance:alerts")}
    return told


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
