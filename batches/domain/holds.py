"""Hold times: clocks between recorded events, in true hours (R311, TIME-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from batches.domain import deviation
from batches.domain.masterfile.paths import resolve
from batches.domain.masterfile.values import Reference
from batches.models import Deviation, PhaseRecord
from batches.validators import hours_between
from compliance.numbers import CONTEXT, display, round_half_up

if TYPE_CHECKING:
    from datetime import datetime

    from batches.domain.masterfile.spec import HoldTime
    from batches.domain.masterfile.values import Quantity
    from batches.domain.masters import Plan
    from batches.domain.values import Values
    from batches.models import Batch, Entry
    from compliance.domain.act import Act

HOURS = {"min": Decimal(1) / Decimal(60), "h": Decimal(1), "d": Decimal(24)}


@dataclass(frozen=True, slots=True)
class Clock:
    """A hold time that runs: since when, until when, and when it turns amber."""

    hold: HoldTime
    title: str
    occurrence: int
    started_at: datetime
    due_at: datetime
    warn_at: datetime

    def state(self, now: datetime) -> str:
        """`running`, `soon` or `over`."""
        if now > self.due_at:
            return "over"
        return "soon" if now >= self.warn_at else "running"


def in_hours(quantity: Quantity) -> Decimal:
    """A duration in hours."""
    return CONTEXT.multiply(quantity.value, HOURS[quantity.unit])


def _delta(quantity: Quantity) -> timedelta:
    return timedelta(microseconds=int(CONTEXT.multiply(in_hours(quantity), Decimal(3_600_000_000))))


def title_of(hold: HoldTime) -> str:
    """The clock's name as people read it."""
    return hold.title or hold.id.replace("_", " ").capitalize()


def check_event(
    a: Act, batch: Batch, phase: PhaseRecord, values: Values, event: str, at: datetime, entry: Entry | None = None
) -> list[Deviation]:
    """Judges every hold time that ends with this event; a breach opens a deviation in the same act (R311)."""
    opened = []
    for hold in values.plan.holds_to(event):
        started = _started(hold, values, phase.path, phase.occurrence)
        if started is None or started > at:
            continue
        breach = breach_words(hold, started, at)
        if breach:
            words = f"{title_of(hold)}: {breach}"
            opened.append(deviation.open_deviation(a, batch, words, words, phase=phase, entry=entry))
    return opened


def breach_words(hold: HoldTime, started: datetime, ended: datetime) -> str:
    """What was broken, or nothing. Times are compared to the microsecond, by UTC."""
    hours = hours_between(started, ended)
    if hold.max is not None and hours > in_hours(hold.max):
        return f"{_shown(hours)} h, at most {hold.max} allowed."
    if hold.min is not None and hours < in_hours(hold.min):
        return f"{_shown(hours)} h, at least {hold.min} asked for."
    return ""


def _shown(hours: Decimal) -> str:
    return display(round_half_up(hours, decimals=2), decimals=2)


def _started(hold: HoldTime, values: Values, scope: str, occurrence: int) -> datetime | None:
    read = values.read(Reference(hold.from_.parameter, hold.from_.occurrence), scope, occurrence)
    found = [value for value, _ in read if value is not None]
    return found[0] if found else None


def running(plan: Plan, values: Values) -> list[Clock]:
    """The clocks of a batch that have started and not ended, shortest first, in a fixed number of queries."""
    found = []
    for hold in plan.spec.hold_times:
        if hold.max is None:
            continue
        to_target = resolve(plan.spec, hold.to.parameter)
        for occurrence in range(1, values.count_of(to_target.phase.unit_path) + 1):
            started = _started(hold, values, to_target.phase.path, occurrence)
            if started is None or values.event(to_target.path, occurrence) is not None:
                continue
            due = started + _delta(hold.max)
            warn = started + _delta(hold.warn_at) if hold.warn_at else due
            found.append(Clock(hold, title_of(hold), occurrence, started, due, warn))
    return sorted(found, key=lambda clock: clock.due_at)
