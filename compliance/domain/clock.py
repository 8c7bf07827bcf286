"""The only source of time. A demo or test database may run a scripted clock; production never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from compliance.domain import plain
from compliance.models import SiteState
from compliance.refusals import Invalid
from compliance.states import SiteKind

if TYPE_CHECKING:
    from datetime import date

# Machines of one site may differ by this much; a larger step back is refused, not smoothed.
SKEW = timedelta(seconds=5)


def true_now() -> datetime:
    """The machine's time, for tokens, lockout, session expiry."""
    return datetime.now(UTC)


def site() -> SiteState:
    """The one site row; made with the database."""
    return SiteState.objects.get(pk=1)


def now() -> datetime:
    """Record time: what an act writes as its hour."""
    return site().scripted_now or true_now()


def zone() -> ZoneInfo:
    """The site's zone: what people read and type."""
    return ZoneInfo(settings.SITE_ZONE)


def today() -> date:
    """Today in the site's zone, judged anew at each call (MAT-01)."""
    return now().astimezone(zone()).date()


def stamp(at: datetime) -> str:
    """A time as people read it: `2026-10-23 09:49:02 +02:00`, in the site's zone with its offset (R113)."""
    text = at.astimezone(zone()).isoformat(sep=" ", timespec="seconds")
    return f"{text[:-6]} {text[-6:]}"


def set_scripted(at: datetime | None) -> None:
    """Moves the scripted clock of a demo or test site forward; None hands back to the true clock.

    Refuses in production, into the future, and backwards (R210).
    """
    row = site()
    if row.kind == SiteKind.PRODUCTION:
        raise Invalid("A production site has no scripted clock.", "clock", "clock")
    if at is not None and at > true_now():
        raise Invalid("The scripted clock may not pass the true time.", "clock", "clock")
    if at is not None and row.scripted_now is not None and at < row.scripted_now:
        raise Invalid("The scripted clock never steps back.", "clock", "clock")
    plain.change(row, scripted_now=at)
