"""Whether a donor's blood sample was taken near enough to the donation, by each scheme (R412, R413)."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from compliance.numbers import CONTEXT
from compliance.refusals import Invalid
from donors.rules import Edition, SourceType, Window
from donors.rules.schema import Subject

MICROSECONDS_PER_HOUR = Decimal(3_600_000_000)


@dataclass(frozen=True, slots=True)
class WindowVerdict:
    """Sample day minus donation day, the window, and whether it lies inside, both ends included."""

    days: int
    window: Window
    met: bool

    @property
    def words(self) -> str:
        """The verdict in words."""
        place = "inside" if self.met else "outside"
        ends = f"{_offset(self.window.earliest)} to {_offset(self.window.latest)}"
        return f"sample on {_offset(self.days)}, {place} {ends}"


def judge_window(window: Window, sampled_on: date, donated_on: date) -> WindowVerdict:
    """Judge one sample by one window; days are calendar days at the procurement site (R412, R413)."""
    days = (sampled_on - donated_on).days
    return WindowVerdict(days, window, window.earliest <= days <= window.latest)


def judge_sample(edition: Edition, window_name: str, sampled_on: date, donated_on: date) -> WindowVerdict:
    """Judge one sample by the window an edition names for the source: `general` or `marrow` (R412, R413)."""
    return judge_window(edition.windows[window_name], sampled_on, donated_on)


def subject_to_test(source: SourceType, donated_on: date, born_on: date | None) -> Subject:
    """Whose sample is tested: the birth mother's by source, or where the donor is at most a month old.

    Refuses a birth after the donation (R412).
    """
    if born_on is not None and born_on > donated_on:
        raise Invalid("The donor is born after the donation.", "born_on", "born_after_donation")
    if born_on is not None and donated_on <= _month_later(born_on):
        return "birth_mother"
    return source.subject


def hours_between(collected_at: datetime, started_at: datetime) -> Decimal:
    """Hours from collection to the start of isolation, exact across a change of summer time.

    Refuses an instant without zone, and a start before the collection.
    """
    if collected_at.tzinfo is None or started_at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    # Instants of one zone subtract as wall clock, an hour wrong across a change of summer time: so in UTC.
    elapsed = started_at.astimezone(UTC) - collected_at.astimezone(UTC)
    if elapsed < timedelta(0):
        raise Invalid("Isolation starts before the collection.", "started_at", "start_before_collection")
    return CONTEXT.divide(Decimal(elapsed // timedelta(microseconds=1)), MICROSECONDS_PER_HOUR)


def within_collection_limit(source: SourceType, collected_at: datetime, started_at: datetime) -> bool:
    """Whether isolation starts soon enough after collection, the limit included; a source may set none."""
    hours = hours_between(collected_at, started_at)
    return source.collection_limit_h is None or hours <= source.collection_limit_h


def _month_later(day: date) -> date:
    """The same day a month on; the last of that month where it has no such day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _offset(days: int) -> str:
    if days == 0:
        return "day 0"
    return f"day {days:+d}".replace("-", "−")
