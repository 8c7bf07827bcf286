"""Times as people write them and hours as clocks run: local in, UTC kept, the change of clocks minded.

Hours are always taken between UTC instants, so a night with a clock change has its true length (TIME-01).
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Literal
from zoneinfo import ZoneInfo

from compliance.numbers import CONTEXT

_MICROSECONDS_PER_HOUR = 3_600_000_000


FIRST_YEAR, LAST_YEAR = 1900, 2200


class InstantRefused(ValueError):
    """A time that cannot be recorded. `choices` are the two instants an ambiguous local time may mean."""

    def __init__(self, code: str, message: str, choices: tuple[datetime, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.choices = choices


def validate_instant(
    given: str | datetime, *, zone: ZoneInfo, now: datetime, fold: Literal[0, 1] | None = None
) -> datetime:
    """Read the time a step was done, local or with its offset, as UTC (R203, R211).

    Refuses a future time, a local time the clocks jumped over, and one that came twice unless `fold` says
    which (0 the first, 1 the second). `now` is record time and aware.
    """
    when = _read(given)
    instant = when.astimezone(UTC) if when.tzinfo is not None else _from_local(when, zone, fold)
    if instant > now:
        local = instant.astimezone(zone)
        raise InstantRefused("future", f"{local:%Y-%m-%d %H:%M} has not come yet.")
    return instant


def hours_between(start: datetime, end: datetime) -> Decimal:
    """The true hours from one instant to another, exact to the microsecond, by UTC (TIME-01).

    Refuses times without an offset, and an end before its start.
    """
    elapsed = _in_utc(end) - _in_utc(start)
    if elapsed < timedelta(0):
        raise InstantRefused("backwards", "The end is before the start.")
    with localcontext(CONTEXT):
        return Decimal(elapsed // timedelta(microseconds=1)) / _MICROSECONDS_PER_HOUR


def add_hours(start: datetime, hours: Decimal) -> datetime:
    """The instant so many true hours later, in UTC, so it always exists (TIME-03, TIME-05)."""
    with localcontext(CONTEXT):
        microseconds = int((hours * _MICROSECONDS_PER_HOUR).to_integral_value())
    return _in_utc(start) + timedelta(microseconds=microseconds)


def _read(given: str | datetime) -> datetime:
    if isinstance(given, datetime):
        return given
    try:
        when = datetime.fromisoformat(given.strip())
    except ValueError:
        raise InstantRefused("malformed", "Write the time like 2026-03-28 14:05.") from None
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        text = f"The year {when.year} cannot be meant. Write the time like 2026-03-28 14:05."
        raise InstantRefused("malformed", text)
    return when


def _from_local(when: datetime, zone: ZoneInfo, fold: Literal[0, 1] | None) -> datetime:
    first, second = (when.replace(tzinfo=zone, fold=which).astimezone(UTC) for which in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != when.replace(fold=0):
        raise InstantRefused(
            "nonexistent", f"{when:%Y-%m-%d %H:%M} does not exist: the clocks were put forward in that hour."
        )
    if first != second and fold is None:
        raise InstantRefused("ambiguous", _asks(when, first, second, zone), (first, second))
    return second if fold == 1 else first


def _asks(when: datetime, first: datetime, second: datetime, zone: ZoneInfo) -> str:
    offsets = " or the second ".join(f"({instant.astimezone(zone):%z})" for instant in (first, second))
    return f"{when:%Y-%m-%d %H:%M} came twice that night. Choose the first {offsets}."


def _in_utc(when: datetime) -> datetime:
    if when.tzinfo is None:
        raise InstantRefused("naive", "A time without its offset cannot be compared.")
    return when.astimezone(UTC)
