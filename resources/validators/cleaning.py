"""Whether a vessel, hood or unit is clean and free at an instant, by its log (R309, R323)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from resources.validators.expiry import in_use_until
from resources.validators.problem import Problem, require_zone


@dataclass(frozen=True, slots=True)
class Use:
    """One use by one batch; `ended_at` is none while it is open."""

    batch: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cleaning:
    """One finished cleaning that was found good by a checker."""

    cleaned_at: datetime


@dataclass(frozen=True, slots=True)
class CleaningRule:
    """Hours a unit stays clean, and hours it may stand dirty before it is cleaned; none means no limit."""

    clean_hold_h: Decimal | None
    dirty_hold_h: Decimal | None


def busy_problems(uses: Iterable[Use], *, batch: str, at: datetime) -> tuple[Problem, ...]:
    """What forbids a batch to take a unit at an instant: another batch has it open (R309, R404)."""
    require_zone(at)
    others = sorted(
        {
            use.batch
            for use in uses
            if use.batch != batch and use.started_at <= at and (use.ended_at is None or at < use.ended_at)
        }
    )
    return tuple(Problem("in_use", f"In use by batch {other}.") for other in others)


def cleaning_problems(
    uses: Iterable[Use], cleanings: Iterable[Cleaning], *, batch: str, at: datetime, rule: CleaningRule
) -> tuple[Problem, ...]:
    """What forbids a batch to start with a unit at an instant by its cleaning (R323).

    A batch goes on with a unit it already uses. Otherwise the unit must have been cleaned after its last use,
    within the dirty hold time, and not longer ago than the clean hold time; both limits included.
    """
    require_zone(at)
    past_uses = [use for use in uses if use.started_at <= at]
    if any(use.batch == batch and (use.ended_at is None or at <= use.ended_at) for use in past_uses):
        return ()
    cleaned_at = max((item.cleaned_at for item in cleanings if item.cleaned_at <= at), default=None)
    if cleaned_at is None:
        return (Problem("never_cleaned", "No cleaning on record."),)
    used_until = max((min(use.ended_at or at, at) for use in past_uses), default=None)
    found = []
    if used_until is not None and used_until > cleaned_at:
        found.append(Problem("dirty", "Used since the last cleaning."))
    elif used_until is not None and _over(used_until, cleaned_at, rule.dirty_hold_h):
        found.append(
            Problem("dirty_hold", f"Stood dirty longer than {rule.dirty_hold_h} h before the cleaning.")
        )
    if _over(cleaned_at, at, rule.clean_hold_h):
        found.append(Problem("clean_hold", f"Cleaned longer than {rule.clean_hold_h} h ago."))
    return tuple(found)


def _over(start: datetime, end: datetime, limit_h: Decimal | None) -> bool:
    return limit_h is not None and end.astimezone(UTC) > in_use_until(start, limit_h)
