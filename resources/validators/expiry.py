"""Whether a lot may still be used: by its expiry, its retest date and its time in use (R304).

A date is a date in every zone and is judged by the site's own calendar: its last day is the whole local day.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from compliance.numbers import CONTEXT
from compliance.refusals import Invalid
from resources.validators.problem import Problem, require_zone

MICROSECONDS_PER_HOUR = Decimal(3_600_000_000)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The day it is at the site at an instant; refuses an instant without zone."""
    require_zone(at)
    return at.astimezone(zone).date()


def in_use_until(opened_at: datetime, in_use_h: Decimal) -> datetime:
    """The last instant an opened container may be used: hours counted in UTC, across a change of summer time.

    Refuses hours that are not positive, and an instant without zone.
    """
    require_zone(opened_at)
    if not (in_use_h.is_finite() and in_use_h > 0):
        raise Invalid("Time in use must be a positive number of hours.", "in_use_h", "in_use_hours")
    span = timedelta(microseconds=int(CONTEXT.multiply(in_use_h, MICROSECONDS_PER_HOUR)))
    return opened_at.astimezone(UTC) + span


def date_problems(
    *,
    at: datetime,
    zone: ZoneInfo,
    expires_on: date | None,
    retest_on: date | None = None,
    usable_until: datetime | None = None,
) -> tuple[Problem, ...]:
    """What forbids the use of a lot at an instant by its dates (R304, MAT-01, MAT-02).

    Expiry and retest date allow use to the end of that day at the site; `usable_until` (time in use) to the
    instant itself. Nothing is read from a clock: the caller says when.
    """
    require_zone(at, usable_until)
    today = local_day(at, zone)
    found = []
    if expires_on is not None and today > expires_on:
        found.append(Problem("expired", f"Expired: last day of use was {expires_on.isoformat()}."))
    if retest_on is not None and today > retest_on:
        found.append(Problem("retest_due", f"Retest was due by {retest_on.isoformat()}."))
    if usable_until is not None and at > usable_until:
        local = usable_until.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        found.append(Problem("in_use_over", f"Time in use ended {local} (site time)."))
    return tuple(found)


def check_dates(received_on: date, expires_on: date | None, retest_on: date | None) -> None:
    """Check the dates of a lot at its receipt (R303).

    Refuses a lot with neither expiry nor retest date, one already expired on the day of receipt, and a retest
    date after the expiry.
    """
    if expires_on is None and retest_on is None:
        raise Invalid("A lot has an expiry date, a retest date or both.", "expires_on", "no_date")
    if expires_on is not None and expires_on < received_on:
        raise Invalid("The lot had expired before it was received.", "expires_on", "expired_at_receipt")
    if expires_on is not None and retest_on is not None and retest_on > expires_on:
        raise Invalid("The retest date lies after the expiry date.", "retest_on", "retest_after_expiry")
