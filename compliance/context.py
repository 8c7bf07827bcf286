"""What every page's frame shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from compliance.states import SiteKind

if TYPE_CHECKING:
    from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Site name and kind, the person, theme, what the navigation may offer."""
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    return {
        "site_name": settings.SITE_NAME,
        "site_kind": settings.SITE_KIND,
        "is_production": settings.SITE_KIND == SiteKind.PRODUCTION,
        "person": user if signed_in else None,
        "theme": user.theme if signed_in and user is not None else "auto",
        "permissions": user.permissions if signed_in and user is not None else frozenset(),
        "station": request.COOKIES.get("station", ""),
        "idle_seconds": settings.IDLE_SECONDS,
    }
