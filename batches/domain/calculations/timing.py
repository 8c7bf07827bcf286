"""Times between two recorded instants, by UTC: a night with a clock change has its true hours (TIME-01)."""

from datetime import datetime
from decimal import Decimal

from batches.domain.calculations.registry import Numbers, calculation
from batches.domain.calculations.worked import (
    NotCalculable,
    Worked,
    require_not_negative,
    require_some,
    worked,
)
from batches.validators.instants import InstantRefused, hours_between
from compliance.domain import clock

START_AND_END = frozenset({"hold_time@1", "elapsed_minutes@1"})  # what each reads as `end` is not before its `start`


@calculation("hold_time", version=1, unit="h", title="Hold time")
def hold_time(start: datetime, end: datetime) -> Worked:
    """Hours from start to end (R311). Refuses an end before its start."""
    return _elapsed(_hours(start, end), start, end)


@calculation("elapsed_minutes", version=1, unit="min", title="Time taken")
def elapsed_minutes(start: datetime, end: datetime) -> Worked:
    """Minutes from start to end. Refuses an end before its start."""
    return _elapsed(60 * _hours(start, end), start, end)


@calculation("collection_days", version=1, unit="d", title="Days of collection", takes={"hours": "h"})
def collection_days(hours: Numbers) -> Worked:
    """Days of 24 hours of all collections together, the denominator of a yield per day."""
    require_some(hours=hours)
    require_not_negative(hours=min(hours))
    return worked("Σ hours ÷ 24", Decimal(sum(hours)) / 24, hours=hours)


def _hours(start: datetime, end: datetime) -> Decimal:
    try:
        return hours_between(start, end)
    except InstantRefused as refused:
        raise NotCalculable(refused.code, f"Not calculable: {refused.message}") from None


def _elapsed(value: Decimal, start: datetime, end: datetime) -> Worked:
    first, last = (clock.stamp(when) for when in (start, end))  # as people read it everywhere, with its offset
    return worked("end − start", value, end=last, start=first)
