"""The page of one unit of equipment as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from compliance.numbers import display
from compliance.page_forms import RecordPage, Section
from compliance.page_frame import Notice
from compliance.pages import Cell, Column, Fact, Row, Table, Verdict
from compliance.views import shown
from resources import queries
from resources.forms.equipment import OUTCOMES
from resources.guards import blockers_for_equipment
from resources.models import CalibrationRecord, CleaningRecord, EquipmentUse
from resources.states import UnitState
from resources.validators.calibration import CalibrationOutcome
from resources.views import places

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from compliance.domain.actor import Actor
    from compliance.pages import Act
    from resources.models import Equipment

SHOWN = 50
BAD = (CalibrationOutcome.FAILED, CalibrationOutcome.ADJUSTED)


def unit_page(actor: Actor, unit: Equipment, at: datetime) -> RecordPage:
    """State, calibrations, cleanings and uses of a unit; before them what stops its use now."""
    calibrations = list(
        CalibrationRecord.objects.filter(equipment=unit).select_related("recorded_by").order_by("-performed_at", "-id")
    )
    return RecordPage(
        head=places.head(unit.code, places.EQUIPMENT),
        title=f"{unit.code} · {unit.name}",
        step=str(UnitState(unit.state).label),
        notices=_doubt(calibrations),
        blockers=shown.blockers(
            "What stops a batch from taking it now",
            blockers_for_equipment(unit, None, at, ""),
            "A batch may take it now.",
        ),
        sections=(
            Section(title="The unit", facts=_facts(unit), acts=_service(actor, unit)),
            Section(
                title="Calibration",
                table=_calibrations(calibrations),
                acts=shown.offer(
                    actor,
                    "resources.calibrate",
                    "Record a calibration",
                    _url(unit, "unit-calibrate"),
                    when=unit.state != UnitState.RETIRED,
                ),
            ),
            _cleanings(actor, unit),
            _uses(actor, unit),
        ),
        links=shown.trail_link(actor, unit),
    )


def _doubt(calibrations: list[CalibrationRecord]) -> tuple[Notice, ...]:
    """The uses to look at again after the newest calibration, where it did not find the unit within limits (R108)."""
    if not calibrations or calibrations[0].outcome not in BAD:
        return ()
    batches = sorted({use.batch_ref for use in queries.uses_in_doubt(calibrations[0])})
    if not batches:
        return ()
    text = f"{', '.join(batches)} used the unit since the last good one. Look at these batches again."
    return (Notice("alert", text, "The newest calibration did not find it within limits."),)


def _facts(unit: Equipment) -> tuple[Fact, ...]:
    return (
        Fact("Class", unit.equipment_class.replace("_", " ")),
        Fact("Serial number", unit.serial or "none", code=bool(unit.serial)),
        Fact("Room", f"{unit.room.code} {unit.room.name}" if unit.room else "none"),
        Fact("Holds", "one batch at a time" if unit.exclusive else "several batches"),
        Fact("Calibration", "needed" if unit.needs_calibration else "not needed"),
        Fact("Cleaning", "needed before each batch" if unit.needs_cleaning else "not needed"),
        Fact("May stand clean for", _hours(unit.clean_hold_h)),
        Fact("May stand dirty for", _hours(unit.dirty_hold_h)),
    )


def _hours(hours: Decimal | None) -> str:
    return "no limit" if hours is None else f"{display(hours)} h"


def _service(actor: Actor, unit: Equipment) -> tuple[Act, ...]:
    state = unit.state
    put = "resources.put_in_service"
    return (
        *shown.offer(
            actor, put, "Put in service", _move(unit, "put-in-service"), when=state == UnitState.OUT_OF_SERVICE
        ),
        *shown.offer(
            actor,
            "resources.tag_out",
            "Take out of service",
            _move(unit, "tag-out"),
            when=state == UnitState.IN_SERVICE,
        ),
        *shown.offer(actor, put, "Retire", _move(unit, "retire"), when=state != UnitState.RETIRED),
    )


def _calibrations(rows: list[CalibrationRecord]) -> Table:
    columns = tuple(Column(c) for c in ("Performed at", "Outcome", "Holds until", "Certificate", "By", "Recorded by"))
    return Table("Calibrations", columns, tuple(_calibration(r) for r in rows), empty="Not calibrated yet.")


def _calibration(row: CalibrationRecord) -> Row:
    outcome = CalibrationOutcome(row.outcome)
    kind = {"passed": "within", "adjusted": "alert", "failed": "breach"}[outcome]
    return Row(
        (
            Cell(shown.moment(row.performed_at)),
            Cell(verdict=Verdict(kind, OUTCOMES[outcome])),  # type: ignore[arg-type]
            Cell(row.due_on.isoformat()),
            Cell(row.certificate, kind="code"),
            Cell(row.performed_by),
            Cell(row.recorded_by.printed_name),
        )
    )


def _cleanings(actor: Actor, unit: Equipment) -> Section:
    rows = CleaningRecord.objects.filter(equipment=unit).select_related("cleaned_by", "check_row__checked_by")
    columns = tuple(Column(c) for c in ("Cleaned at", "Procedure", "By", "Second person"))
    newest = rows.order_by("-cleaned_at", "-id")[:SHOWN]
    return Section(
        title="Cleaning",
        aside="counts once a second person has found it good",
        table=Table("Cleanings", columns, tuple(_cleaning(actor, r) for r in newest), empty="Not cleaned yet."),
        acts=shown.offer(
            actor,
            "resources.clean",
            "Record a cleaning",
            _url(unit, "unit-clean"),
            when=unit.state != UnitState.RETIRED,
        ),
    )


def _cleaning(actor: Actor, row: CleaningRecord) -> Row:
    check = getattr(row, "check_row", None)
    if check is not None:
        verdict = Verdict("within", "clean") if check.good else Verdict("breach", "not clean")
        found = Cell(
            verdict=verdict, note=f"{check.checked_by.printed_name}, {shown.moment(check.checked_at)} {check.remark}"
        )
    elif actor.may("resources.check_cleaning") and actor.user.pk != row.cleaned_by_id:
        found = Cell("Check it", url=reverse("resources:cleaning-check", args=(row.uuid,)))
    else:
        found = Cell(verdict=Verdict("wait", "not checked", "by a second person"))
    return Row(
        (
            Cell(shown.moment(row.cleaned_at)),
            Cell(row.procedure, note=row.agent),
            Cell(row.cleaned_by.printed_name),
            found,
        )
    )


def _uses(actor: Actor, unit: Equipment) -> Section:
    rows = EquipmentUse.objects.filter(equipment=unit).select_related("started_by", "ended_by").order_by("-id")[:SHOWN]
    columns = tuple(Column(c) for c in ("Batch", "For", "From", "To"))
    return Section(
        title="Use log",
        aside=f"the newest {SHOWN}",
        table=Table("Use log", columns, tuple(_use(actor, r) for r in rows), empty="Not used yet."),
    )


def _use(actor: Actor, row: EquipmentUse) -> Row:
    if row.ended_at is not None and row.ended_by is not None:
        end = Cell(shown.moment(row.ended_at), note=row.ended_by.printed_name)
    elif actor.may("resources.use_equipment"):
        end = Cell("End this use", url=reverse("resources:use-end", args=(row.uuid,)))
    else:
        end = Cell("in use")
    return Row(
        (
            Cell(row.batch_ref, kind="code"),
            Cell(row.purpose),
            Cell(shown.moment(row.started_at), note=row.started_by.printed_name),
            end,
        )
    )


def _url(unit: Equipment, name: str) -> str:
    return reverse(f"resources:{name}", args=(unit.uuid,))


def _move(unit: Equipment, move: str) -> str:
    return reverse("resources:unit-move", args=(unit.uuid, move))
