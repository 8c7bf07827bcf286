"""What the lists show of each row, read in a fixed number of queries however many rows there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Prefetch, Q, Subquery

from compliance import queries as pages
from compliance.domain import clock
from resources.models import CalibrationRecord, CleaningRecord, Equipment, EquipmentUse, MaterialLot, StockMovement
from resources.queries import dates_of
from resources.states import LotState, UnitState
from resources.validators.calibration import Calibration, CalibrationOutcome, calibration_problems
from resources.validators.cleaning import Cleaning, CleaningRule, Use, cleaning_problems
from resources.validators.expiry import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from decimal import Decimal

    from django.db.models import QuerySet

    from resources.validators.problem import Problem

SOON = timedelta(days=60)
USABLE = (LotState.QUARANTINE, LotState.RELEASED, LotState.ON_HOLD)
EXPIRING = "expiring"


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot with its stock and what its dates forbid; `soon` within sixty days of its last day."""

    lot: MaterialLot
    on_hand: Decimal
    problems: tuple[Problem, ...]
    soon: bool


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit with what its calibration and its cleaning forbid, and the batch that has it now."""

    unit: Equipment
    due_on: date | None
    calibration: tuple[Problem, ...]
    cleaning: tuple[Problem, ...]
    used_by: str


def lots(state: str = "", item: str = "") -> QuerySet[MaterialLot]:
    """Lots of a state, or those that may still be used and end within sixty days; of one material where named."""
    rows = MaterialLot.objects.select_related("item", "supplier")
    if item:
        rows = rows.filter(item__code=item)
    if state == EXPIRING:
        last = local_day(clock.now(), clock.zone()) + SOON
        return rows.filter(Q(expires_on__lte=last) | Q(retest_on__lte=last), state__in=USABLE)
    return rows.filter(state=state) if state else rows


def lot_page(rows: QuerySet[MaterialLot], key: int) -> pages.Slice:
    """One page of lots with the balance of each."""
    newest = StockMovement.objects.filter(lot=OuterRef("pk")).order_by("-sequence")
    return pages.slice_of(rows.annotate(balance=Subquery(newest.values("balance_after")[:1])), key)


def lot_lines(rows: Iterable[MaterialLot], at: datetime) -> list[LotLine]:
    """The lots of a page, judged by their dates."""
    last = local_day(at, clock.zone()) + SOON
    return [
        LotLine(
            lot,
            lot.balance,  # type: ignore[attr-defined]
            dates_of(lot, at),
            any(day is not None and day <= last for day in (lot.expires_on, lot.retest_on)),
        )
        for lot in rows
    ]


def units(state: str = "") -> QuerySet[Equipment]:
    """Equipment by code with all that `unit_lines` judges."""
    uses = EquipmentUse.objects.filter(equipment=OuterRef("pk"))
    good = CleaningRecord.objects.filter(equipment=OuterRef("pk"), check_row__good=True).order_by("-cleaned_at", "-id")
    rows = (
        Equipment.objects.select_related("room")
        .annotate(
            holder=Subquery(uses.filter(ended_at__isnull=True).order_by("-id").values("batch_ref")[:1]),
            used_from=Subquery(uses.order_by("-started_at").values("started_at")[:1]),
            used_until=Subquery(uses.filter(ended_at__isnull=False).order_by("-ended_at").values("ended_at")[:1]),
            cleaned=Subquery(good.values("cleaned_at")[:1]),
        )
        .prefetch_related(Prefetch("calibrations", CalibrationRecord.objects.order_by("performed_at", "id")))
    )
    return rows.filter(state=state) if state else rows.exclude(state=UnitState.RETIRED)


def unit_lines(rows: Iterable[Equipment], at: datetime) -> list[UnitLine]:
    """The units, judged by the same rules as a batch that would take them."""
    return [_unit_line(unit, at) for unit in rows]


def _unit_line(unit: Equipment, at: datetime) -> UnitLine:
    done = [Calibration(c.performed_at, CalibrationOutcome(c.outcome), c.due_on) for c in unit.calibrations.all()]
    judged = calibration_problems(done, at=at, zone=clock.zone(), needed=unit.needs_calibration)
    return UnitLine(unit, done[-1].due_on if done else None, judged, _unclean(unit, at), unit.holder or "")  # type: ignore[attr-defined]


def _unclean(unit: Equipment, at: datetime) -> tuple[Problem, ...]:
    if not unit.needs_cleaning or unit.holder:  # type: ignore[attr-defined]
        return ()
    ended = unit.used_until  # type: ignore[attr-defined]
    cleaned = unit.cleaned  # type: ignore[attr-defined]
    uses = [Use("", unit.used_from, ended)] if ended else []  # type: ignore[attr-defined]
    rule = CleaningRule(unit.clean_hold_h, unit.dirty_hold_h)
    return cleaning_problems(uses, [Cleaning(cleaned)] if cleaned else [], batch="none", at=at, rule=rule)
