"""Whether a unit of equipment is fit for use at an instant: in service and in calibration (R108, R110)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from resources.validators.expiry import local_day
from resources.validators.problem import Problem, require_zone


class CalibrationOutcome(StrEnum):
    """What a calibration found: within limits, within limits only after adjustment, or not."""

    PASSED = "passed"
    ADJUSTED = "adjusted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Calibration:
    """One calibration: when it was done, what it found as found, and the last day it holds."""

    performed_at: datetime
    outcome: CalibrationOutcome
    due_on: date


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """From this instant on the unit is in service, or not, and why."""

    at: datetime
    in_service: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class DoubtfulSpan:
    """The uses a failed calibration casts doubt on: after the last good one, up to the failed one.

    `after` is none where there was no good one: then all uses before are in doubt.
    """

    after: datetime | None
    until: datetime


def calibration_problems(
    history: Iterable[Calibration], *, at: datetime, zone: ZoneInfo, needed: bool = True
) -> tuple[Problem, ...]:
    """What forbids the use of a unit at an instant by its calibration (R108).

    Judged by what was on record up to that instant: a later calibration neither heals nor spoils an earlier
    use here (see `doubtful_span`). The due day allows use to its end at the site.
    """
    if not needed:
        return ()
    last = _last(history, at)
    if last is None:
        return (Problem("never_calibrated", "Not calibrated yet."),)
    if last.outcome is CalibrationOutcome.FAILED:
        day = local_day(last.performed_at, zone).isoformat()
        return (Problem("calibration_failed", f"The calibration of {day} failed."),)
    if local_day(at, zone) > last.due_on:
        return (Problem("calibration_due", f"Calibration was due by {last.due_on.isoformat()}."),)
    return ()


def service_problems(changes: Iterable[ServiceChange], *, at: datetime) -> tuple[Problem, ...]:
    """What forbids the use of a unit at an instant by its service status; none on record: not in service."""
    require_zone(at)
    past = [change for change in changes if change.at <= at]
    last = max(past, key=lambda change: change.at, default=None)
    if last is None:
        return (Problem("not_in_service", "Not put in service yet."),)
    if not last.in_service:
        why = f": {last.why}" if last.why else ""
        return (Problem("out_of_service", f"Out of service{why}."),)
    return ()


def doubtful_span(history: Iterable[Calibration], found: Calibration) -> DoubtfulSpan | None:
    """The span of uses to look at again after a calibration that did not find the unit within limits.

    None where it passed as found (R108).
    """
    if found.outcome is CalibrationOutcome.PASSED:
        return None
    good = [
        item.performed_at
        for item in history
        if item.performed_at < found.performed_at and item.outcome is not CalibrationOutcome.FAILED
    ]
    return DoubtfulSpan(max(good, default=None), found.performed_at)


def _last(history: Iterable[Calibration], at: datetime) -> Calibration | None:
    require_zone(at)
    past = [item for item in history if item.performed_at <= at]
    # At one instant the failure counts: nobody outruns it by a second record of the same minute.
    return max(
        past, key=lambda item: (item.performed_at, item.outcome is CalibrationOutcome.FAILED), default=None
    )
