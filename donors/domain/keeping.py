"""How long the identity of a donor must be kept: what the apps above ask for, and the donor's own papers (R402)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from compliance.domain import clock
from donors.models import Donation, TissueLot, TissueUse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from donors.models import Donor

YEARS = 30


@dataclass(frozen=True, slots=True)
class Hold:
    """One thing that came from a donor and the last day it asks for; none while nobody can say."""

    what: str
    until: date | None

    def __str__(self) -> str:
        return self.what


_askers: list[Callable[[Donor], list[Hold]]] = []


def register(ask: Callable[[Donor], list[Hold]]) -> None:
    """Adds what an app above asks for; it is asked at every look."""
    _askers.append(ask)


def holds_of(donor: Donor) -> list[Hold]:
    """Everything that holds a donor's identity, the donor's own papers first."""
    return [Hold("The donor's own papers", _own(donor)), *(hold for ask in _askers for hold in ask(donor))]


def kept_until(donor: Donor) -> date | None:
    """The last day of all; none while one of them is open."""
    days = [hold.until for hold in holds_of(donor)]
    return None if None in days else max(day for day in days if day is not None)


def _own(donor: Donor) -> date:
    """30 years after the last that is known of the donor: registration, donation, receipt, expiry or use."""
    days = [_day(donor.act.recorded_at)]
    days += [max(row.donated_on, _day(row.collected_at)) for row in Donation.objects.filter(donor=donor)]
    for lot in TissueLot.objects.filter(donation__donor=donor):
        days += [_day(at) for at in (lot.received_at, lot.expires_at) if at is not None]
    days += [_day(use.used_at) for use in TissueUse.objects.filter(lot__donation__donor=donor)]
    return years_later(max(days), YEARS)


def years_later(day: date, years: int) -> date:
    """The same day so many years later; 29 February is 1 March where there is none: never shorter."""
    year = day.year + years
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28) + timedelta(days=1)


def _day(at: datetime) -> date:
    return at.astimezone(clock.zone()).date()
