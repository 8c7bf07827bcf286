"""How a record stood at a time: its state from its history, a lot by its dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import clock
from resources.validators.expiry import date_problems, in_use_until

if TYPE_CHECKING:
    from datetime import datetime

    from compliance.models import Record
    from resources.models import MaterialLot
    from resources.validators.problem import Problem


def state_at(record: Record, at: datetime) -> str | None:
    """The state a record had at an instant; None when it did not exist then."""
    rows = record.history.filter(id=record.pk, history_date__lte=at).order_by("-version")
    found: str | None = rows.values_list("state", flat=True).first()
    return found


def dates_of(lot: MaterialLot, at: datetime) -> tuple[Problem, ...]:
    """What forbids a lot by its dates and its time in use at the instant asked (R304, MAT-01, MAT-02)."""
    hours = lot.item.in_use_hours
    until = in_use_until(lot.opened_at, hours) if lot.opened_at and hours else None
    return date_problems(
        at=at, zone=clock.zone(), expires_on=lot.expires_on, retest_on=lot.retest_on, usable_until=until
    )
