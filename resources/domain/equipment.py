"""A unit's life: registered, put in service, calibrated, cleaned, used, tagged out (R108, R323)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError

from compliance.domain import clock
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.guards import blockers_for_other_person
from compliance.refusals import Blocker, Invalid, Refused
from resources.domain.codes import clean_code, refuse_taken
from resources.guards import blockers_for_equipment
from resources.models import CalibrationRecord, CleaningCheck, CleaningRecord, Equipment, EquipmentUse
from resources.states import EQUIPMENT_TRANSITIONS, UnitState
from resources.validators.calibration import CalibrationOutcome
from resources.validators.expiry import local_day

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime
    from decimal import Decimal

    from compliance.domain.act import Act
    from resources.models import Room


def register_equipment(
    a: Act,
    code: str,
    name: str,
    equipment_class: str,
    *,
    serial: str = "",
    room: Room | None = None,
    exclusive: bool = True,
    needs_calibration: bool = True,
    needs_cleaning: bool = True,
    clean_hold_h: Decimal | None = None,
    dirty_hold_h: Decimal | None = None,
) -> Equipment:
    """Registers a unit, out of service until QA puts it in service. Refuses a code that is taken (R108)."""
    a.actor.need("resources.register")
    clean = clean_code(code)
    refuse_taken(Equipment, clean)
    unit = Equipment(
        code=clean,
        name=name.strip(),
        equipment_class=equipment_class.strip().lower(),
        serial=serial.strip(),
        room=room,
        exclusive=exclusive,
        needs_calibration=needs_calibration,
        needs_cleaning=needs_cleaning,
        clean_hold_h=clean_hold_h,
        dirty_hold_h=dirty_hold_h,
    )
    a.touch(unit)
    return save_record(a, unit)


def put_in_service(a: Act, equipment: Equipment, reason: str, *, version: int | None = None) -> Equipment:
    """QA puts a unit in service; the reason names its qualification or what was repaired (R108)."""
    return _move(a, equipment, "put_in_service", reason, version)


def tag_out(a: Act, equipment: Equipment, reason: str, *, version: int | None = None) -> Equipment:
    """Takes a unit out of service at once; no batch can start with it (R108)."""
    return _move(a, equipment, "tag_out", reason, version)


def retire(a: Act, equipment: Equipment, reason: str, *, version: int | None = None) -> Equipment:
    """QA retires a unit for good; its code is not given again."""
    return _move(a, equipment, "retire", reason, version)


def _move(a: Act, equipment: Equipment, name: str, reason: str, version: int | None) -> Equipment:
    a.touch(equipment)
    return apply_transition(a, equipment, find(EQUIPMENT_TRANSITIONS, name), version=version, reason=reason)


def calibrate(
    a: Act,
    equipment: Equipment,
    *,
    performed_at: datetime,
    outcome: CalibrationOutcome,
    due_on: date,
    certificate: str,
    performed_by: str,
) -> CalibrationRecord:
    """Records a calibration; `due_on` is the last day it holds. A failed one stops the unit (R108).

    Refuses a calibration ahead of now, and a due day before the day it was done.
    """
    a.actor.need("resources.calibrate")
    row = _not_retired(equipment)
    if performed_at > a.at:
        raise Invalid("The calibration lies in the future.", "performed_at", "future")
    if due_on < local_day(performed_at, clock.zone()):
        raise Invalid("The due day lies before the calibration.", "due_on", "due_before")
    a.touch(row)
    return save_record(
        a,
        CalibrationRecord(
            equipment=row,
            performed_at=performed_at,
            outcome=outcome,
            due_on=due_on,
            certificate=certificate.strip(),
            performed_by=performed_by.strip(),
            recorded_by=a.actor.user,
            recorded_at=a.at,
        ),
    )


def clean(a: Act, equipment: Equipment, procedure: str, agent: str = "") -> CleaningRecord:
    """Records that a unit was cleaned now, by which procedure; a second person's check makes it clean (R323).

    Refuses while a batch has it in use.
    """
    a.actor.need("resources.clean")
    row = _not_retired(equipment)
    user = EquipmentUse.objects.filter(equipment=row, ended_at__isnull=True).first()
    if user is not None:
        text = f"{row.code} is in use by batch {user.batch_ref}."
        raise Refused([Blocker("in_use", text, clears="the end of that use")])
    a.touch(row)
    return save_record(
        a,
        CleaningRecord(
            equipment=row,
            procedure=procedure.strip(),
            agent=agent.strip(),
            cleaned_by=a.actor.user,
            cleaned_at=a.at,
        ),
    )


def check_cleaning(a: Act, cleaning: CleaningRecord, *, good: bool, remark: str = "") -> CleaningCheck:
    """A second person finds a cleaning good or not (R323). Refuses the cleaner, and a second check."""
    a.actor.need("resources.check_cleaning")
    unit = locked(cleaning.equipment)
    found = blockers_for_other_person(a.actor.user, [cleaning.cleaned_by_id], "check the cleaning")
    if CleaningCheck.objects.filter(cleaning=cleaning).exists():
        found.append(Blocker("checked", f"This cleaning of {unit.code} was checked already."))
    if found:
        raise Refused(found)
    a.touch(unit)
    return save_record(
        a,
        CleaningCheck(
            cleaning=cleaning, good=good, remark=remark.strip(), checked_by=a.actor.user, checked_at=a.at
        ),
    )


def use_start(
    a: Act,
    equipment: Equipment,
    *,
    batch_ref: str,
    reference: uuid.UUID,
    purpose: str = "",
    cls: str | None = None,
) -> EquipmentUse:
    """A batch takes a unit; one that has it open already goes on with that use (R309, R323).

    `cls` is the class asked for. Refuses what `blockers_for_equipment` says.
    """
    a.actor.need("resources.use_equipment")
    row = locked(equipment)
    found = blockers_for_equipment(row, cls, a.at, batch_ref)
    if found:
        raise Refused(found)
    a.touch(row)
    open_use = _open_use(row, reference)
    if open_use is not None:
        return open_use
    use = EquipmentUse(
        equipment=row,
        batch_ref=batch_ref,
        reference=reference,
        purpose=purpose.strip(),
        exclusive=row.exclusive,
        started_at=a.at,
        started_by=a.actor.user,
    )
    try:
        return save_record(a, use)
    except IntegrityError as error:
        if "one_vessel_one_batch" not in str(error):
            raise
        text = f"{row.code} was taken by another batch at this moment."
        raise Refused([Blocker("in_use", text, clears="another unit")]) from error


def use_end(a: Act, use: EquipmentUse) -> EquipmentUse:
    """Ends a use: from now on the unit is dirty, where it must be clean. Refuses a use that has ended."""
    a.actor.need("resources.use_equipment")
    unit = locked(use.equipment)
    row = locked(use)
    if row.ended_at is not None:
        raise Refused([Blocker("ended", f"This use of {unit.code} has ended already.")])
    row.ended_at, row.ended_by = a.at, a.actor.user
    a.touch(unit)
    return save_record(a, row)


def use_once(
    a: Act,
    equipment: Equipment,
    *,
    batch_ref: str,
    reference: uuid.UUID,
    purpose: str = "",
    cls: str | None = None,
) -> EquipmentUse:
    """Logs a use that begins and ends in this act, as one reading of a cell counter. Refuses as `use_start`.

    A unit the batch has open stays open.
    """
    held = _open_use(equipment, reference) is not None
    use = use_start(a, equipment, batch_ref=batch_ref, reference=reference, purpose=purpose, cls=cls)
    return use if held else use_end(a, use)


def _open_use(equipment: Equipment, reference: uuid.UUID) -> EquipmentUse | None:
    rows = EquipmentUse.objects.filter(equipment=equipment, reference=reference)
    return rows.filter(ended_at__isnull=True).first()


def _not_retired(equipment: Equipment) -> Equipment:
    row = locked(equipment)
    if row.state == UnitState.RETIRED:
        raise Refused([Blocker("retired", f"{row.code} is retired.")])
    return row
