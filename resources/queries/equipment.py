"""The log of a unit as plain values for the rules, and lists with what is due (R108, R323)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, Subquery

from resources.models import CalibrationRecord, CleaningRecord, Equipment, EquipmentUse
from resources.validators.calibration import Calibration, CalibrationOutcome, doubtful_span
from resources.validators.cleaning import Cleaning, Use

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class EquipmentLine:
    """A unit with the last day its calibration holds, for a list."""

    equipment: Equipment
    calibration_due: date | None


def calibrations_of(equipment: Equipment) -> list[Calibration]:
    """Every calibration of a unit, the newest first: of two at one instant the later record counts."""
    rows = CalibrationRecord.objects.filter(equipment=equipment).order_by("-performed_at", "-id")
    return [_calibration(row) for row in rows]


def uses_of(equipment: Equipment, at: datetime) -> list[Use]:
    """The uses that bear on an instant: those open then, and the last one that had ended."""
    past = EquipmentUse.objects.filter(equipment=equipment, started_at__lte=at)
    still_open = past.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=at))
    ended = past.filter(ended_at__lt=at).order_by("-ended_at")[:1]
    return [Use(row.batch_ref, row.started_at, row.ended_at) for row in (*still_open, *ended)]


def cleanings_of(equipment: Equipment, at: datetime) -> list[Cleaning]:
    """The last cleaning that a second person had found good by then."""
    good = CleaningRecord.objects.filter(
        equipment=equipment, check_row__good=True, check_row__checked_at__lte=at
    )
    return [Cleaning(row.cleaned_at) for row in good.order_by("-cleaned_at", "-id")[:1]]


def equipment_list(*, equipment_class: str = "", state: str = "") -> list[EquipmentLine]:
    """Units by code, each with the last day of its newest calibration."""
    newest = CalibrationRecord.objects.filter(equipment=OuterRef("pk")).order_by("-performed_at", "-id")
    rows = Equipment.objects.select_related("room").annotate(due=Subquery(newest.values("due_on")[:1]))
    if equipment_class:
        rows = rows.filter(equipment_class=equipment_class)
    if state:
        rows = rows.filter(state=state)
    return [EquipmentLine(row, row.due) for row in rows.order_by("code")]


def uses_in_doubt(found: CalibrationRecord) -> list[EquipmentUse]:
    """The uses to look at again after a calibration that did not find the unit within limits (R108)."""
    span = doubtful_span(calibrations_of(found.equipment), _calibration(found))
    if span is None:
        return []
    rows = EquipmentUse.objects.filter(equipment=found.equipment, started_at__lte=span.until)
    if span.after is not None:
        rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=span.after))
    return list(rows.order_by("started_at"))


def _calibration(row: CalibrationRecord) -> Calibration:
    return Calibration(row.performed_at, CalibrationOutcome(row.outcome), row.due_on)
