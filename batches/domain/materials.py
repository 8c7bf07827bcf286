"""Charge-in, its second person, equipment scans, and samples: what a phase takes from and gives to the house."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from batches import gates
from batches.domain.locking import lock_batch
from batches.domain.masterfile.values import Reference, Share
from batches.domain.masters import plan_for
from batches.domain.values import Values, number_of
from batches.guards import DONE
from batches.models import Batch, Entry, EquipmentScan, MaterialCharge, PhaseRecord
from batches.states import CHARGE_TRANSITIONS, BatchState, PhaseState
from batches.validators import Verdict
from compliance.domain import signing
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.numbers import CONTEXT, NumberRefused, display, parse_number
from compliance.refusals import Blocker, Invalid, Refused
from resources.domain import equipment as equipment_log
from resources.domain import stock
from resources.guards import blockers_for_lot
from resources.models import Equipment, EquipmentUse, MaterialLot

if TYPE_CHECKING:
    from uuid import UUID

    from batches.domain.masterfile.spec import MaterialNeed, SampleSpec
    from compliance.domain.act import Act


def open_phase(a: Act, phase: PhaseRecord) -> tuple[Batch, PhaseRecord]:
    """Batch and phase under their locks, both open, for whoever executes. Refuses otherwise (WF-01)."""
    a.actor.need("batches.execute_phase")
    batch = lock_batch(phase)
    row = locked(phase)
    if batch.state != BatchState.IN_PROGRESS or row.state != PhaseState.IN_PROGRESS:
        text = f"{row.title} is {row.get_state_display()} and {batch.number} {batch.get_state_display()}."
        raise Refused([Blocker("phase_closed", f"{text} Nothing can be added.")])
    a.touch(batch)
    return batch, row


def needed_quantity(need: MaterialNeed, phase: PhaseRecord, values: Values) -> tuple[Decimal | None, str]:
    """How much of a material the master asks for, and its unit; None where it is a share of what is not recorded."""
    if need.quantity is None:
        return None, ""
    if not isinstance(need.quantity, Share):
        return need.quantity.value, need.quantity.unit
    read = values.read(Reference(need.quantity.of), phase.path, phase.occurrence)
    base = number_of(read[-1][0]) if read else None
    target = values.plan.index.endings.get(need.quantity.of, ())
    unit = need.quantity.unit or next(
        (p.unit or "" for path in target if (p := values.plan.index.parameters[path].parameter)), ""
    )
    if base is None:
        return None, unit
    return CONTEXT.divide(CONTEXT.multiply(base, need.quantity.percent), Decimal(100)), unit


def charge_in(
    a: Act, phase: PhaseRecord, item: str, lot: MaterialLot, quantity: str, reason: str | None = None
) -> MaterialCharge:
    """Charges a lot into a phase: stock falls in the same act, exactly once (R307, MAT-04, MAT-07, CON-04).

    Refuses a lot that is expired, in quarantine, rejected, of another material or too small; a quantity that
    is no number; a material that the phase does not ask for.
    """
    batch, row = open_phase(a, phase)
    plan = plan_for(batch)
    need = next((n for n in plan.phase(row).requires.materials if n.item == item), None)
    if need is None:
        raise Invalid(f"This phase does not take {item}.", "item", "not_needed")
    try:
        number = parse_number(quantity)
    except NumberRefused as refused:
        raise Invalid(refused.message, "quantity", refused.code) from refused
    found = blockers_for_lot(lot, a.at, item=item)
    if found:
        raise Refused(found)
    needed, unit = needed_quantity(need, row, Values(batch, plan))
    charge = MaterialCharge(
        batch=batch,
        phase=row,
        item_code=item,
        lot=lot,
        lot_number=lot.number,
        expiry=lot.expires_on or lot.retest_on,
        quantity=number.value,
        unit=unit or lot.item.unit,
        needed=needed,
        second_person=need.second_person,
        charged_by=a.actor.user,
        charged_at=a.at,
    )
    stock.charge(
        a, lot, number.value, charge.unit, batch_ref=batch.number, reference=charge.uuid, item=item, reason=reason
    )
    return save_record(a, charge)


def verify_charge(a: Act, token: UUID, charge: MaterialCharge, version: int | None = None) -> MaterialCharge:
    """A second person verifies lot, amount and status of a charge-in and signs (R307)."""
    a.touch(charge.batch)
    row = apply_transition(
        a,
        charge,
        find(CHARGE_TRANSITIONS, "verify"),
        version=version,
        verified_by=a.actor.user,
        verified_at=a.at,
    )
    title = f"{charge.batch.number}, {display(row.quantity)} {row.unit} of {row.item_code}, lot {row.lot_number}"
    signing.sign(a, token, row, "verified", title=title, permission="batches.verify_phase")
    return row


def reverse_charge(a: Act, charge: MaterialCharge, reason: str) -> MaterialCharge:
    """Takes back a charge-in that was not verified: the stock goes back, both movements stay."""
    batch, _ = open_phase(a, charge.phase)
    row = apply_transition(a, charge, find(CHARGE_TRANSITIONS, "reverse"), reason=reason)
    stock.return_(
        a, charge.lot, charge.quantity, charge.unit, batch_ref=batch.number, reference=charge.uuid, reason=reason
    )
    return row


def scan_equipment(a: Act, phase: PhaseRecord, unit: Equipment) -> EquipmentScan:
    """Scans a unit into a phase: in calibration, clean, of the class, held by no other batch (R108, R309, R323)."""
    batch, row = open_phase(a, phase)
    classes = [need.class_ for need in plan_for(batch).phase(row).requires.equipment]
    if unit.equipment_class not in classes:
        asked = " or ".join(c.replace("_", " ") for c in classes) or "no equipment"
        text = f"{unit.code} is a {unit.equipment_class.replace('_', ' ')}; this phase asks for {asked}."
        raise Refused([Blocker("wrong_class", text)])
    log = equipment_log.use_start if unit.exclusive else equipment_log.use_once
    log(a, unit, batch_ref=batch.number, reference=batch.uuid, purpose=row.title, cls=unit.equipment_class)
    last = unit.calibrations.order_by("id").last()
    return save_record(
        a,
        EquipmentScan(
            phase=row,
            batch=batch,
            equipment=unit,
            code=unit.code,
            equipment_class=unit.equipment_class,
            calibrated_until=last.due_on if last else None,
            scanned_by=a.actor.user,
            scanned_at=a.at,
        ),
    )


def take_sample(a: Act, phase: PhaseRecord, sample_id: str, container: str) -> Entry:
    """Takes a sample that the phase asks for, under the container's code; QC gets it in the same act (R333).

    Refuses a sample the phase does not name, and a second take of the same one.
    """
    batch, row = open_phase(a, phase)
    spec = _sample(batch, row, sample_id)
    path = f"{row.path}.{spec.id}"
    if Entry.objects.filter(phase=row, path=path).exists():
        raise Refused([Blocker("taken", f"Sample {spec.id} is taken already.")])
    if not container.strip():
        raise Invalid("Scan or write the container's code.", sample_id, "blank")
    amount = f"{spec.volume} of " if spec.volume else ""
    entry = Entry(
        batch=batch,
        phase=row,
        path=path,
        kind="sample",
        label=f"Sample {spec.id}: {amount}{spec.from_}",
        typed=container,
        text=container.strip(),
        reported=container.strip(),
        verdict=Verdict.NO_LIMIT,
        source="manual",
        station=a.actor.station,
        recorded_by=a.actor.user,
        recorded_at=a.at,
    )
    save_record(a, entry)
    gates.sample_taken(a, batch, row, spec, entry)
    return entry


def _sample(batch: Batch, phase: PhaseRecord, sample_id: str) -> SampleSpec:
    found = next((s for s in plan_for(batch).phase(phase).samples if s.id == sample_id), None)
    if found is None:
        raise Invalid(f"This phase takes no sample {sample_id}.", sample_id, "unknown_sample")
    return found


def free_equipment(a: Act, batch: Batch) -> None:
    """Ends the use of every unit that no phase still to come asks for; it is dirty from now on where that counts.

    So the next batch takes the reactor when the harvest is over, not when the record is closed (R309, R323).
    """
    held = list(EquipmentUse.objects.filter(reference=batch.uuid, ended_at__isnull=True).select_related("equipment"))
    if not held:
        return
    plan = plan_for(batch)
    to_come = PhaseRecord.objects.filter(batch=batch).exclude(state__in=DONE).values_list("path", flat=True)
    asked = {need.class_ for path in set(to_come) for need in plan.place(path).phase.requires.equipment}
    for use in held:
        if use.equipment.equipment_class not in asked:
            equipment_log.use_end(a, use)


def end_uses(a: Act, batch: Batch) -> None:
    """Ends the use of every unit a batch holds, because the batch ended before its last phase (R309)."""
    for use in EquipmentUse.objects.filter(reference=batch.uuid, ended_at__isnull=True).select_related("equipment"):
        equipment_log.use_end(a, use)
