"""Steps to usable materials, equipment, rooms and people, each by the acts of production."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from compliance.domain import clock, signing
from compliance.domain.act import act
from compliance.states import SignatureMeaning
from resources.domain import (
    disposition,
    documents,
    equipment,
    materials,
    qualification,
    receiving,
    rooms,
    stock,
)
from resources.models import Document, Equipment, MaterialItem, MaterialLot, Qualification, Room, Supplier
from resources.models.lot import TestKind
from resources.models.material import MaterialKind
from resources.states import DocumentState, UnitState
from resources.validators.calibration import CalibrationOutcome
from tests.helpers import SECRET, person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from compliance.domain.actor import Actor
    from compliance.models import User
    from resources.models import CleaningRecord, EquipmentUse, StockMovement

BATCH, BATCH_UUID = "EV-26-0001", uuid.UUID(int=1)
OTHER, OTHER_UUID = "EV-26-0002", uuid.UUID(int=2)


def receiver() -> Actor:
    """Receives, charges, cleans, uses."""
    return person("olga", "operator")


def second() -> Actor:
    """Checks what the operator did."""
    return person("vera", "verifier")


def analyst() -> Actor:
    """Tests lots."""
    return person("aron", "qc_analyst", station="laboratory")


def engineer() -> Actor:
    """Registers, calibrates, trains."""
    return person("petra", "process_engineer")


def qa() -> Actor:
    """Decides."""
    return person("quinn", "qa", station="QA office")


def item(code: str = "MEDIUM", unit: str = "mL", **values: Any) -> MaterialItem:
    """The material of this code, registered when it is not there."""
    found = MaterialItem.objects.filter(code=code).first()
    if found is not None:
        return found
    values = {"kind": MaterialKind.MEDIUM, "storage": "2 to 8 °C", **values}
    with act(engineer(), "material.registered", "materials") as a:
        return materials.register_item(a, code, f"{code.capitalize()} of this test", unit=unit, **values)


def supplier(code: str = "SUP-1", *, qualified: bool = True) -> Supplier:
    """A supplier, qualified for a year when asked."""
    found = Supplier.objects.filter(code=code).first()
    if found is None:
        with act(engineer(), "supplier.registered", "suppliers") as a:
            found = materials.register_supplier(a, code, f"Supplier {code}")
        if qualified:
            with act(qa(), "supplier.qualified", found) as a:
                until = clock.today() + timedelta(days=365)
                found = materials.qualify_supplier(a, found, until, "Audited, report SA-7")
    return found


def received_lot(what: MaterialItem | None = None, quantity: str = "100", **values: Any) -> MaterialLot:
    """A lot in quarantine; expires in a year unless told."""
    what = what or item()
    values = {
        "supplier_lot": f"L{uuid.uuid4().hex[:8].upper()}",
        "shipment": "DN-1001",
        "quantity": Decimal(quantity),
        "unit": what.unit,
        "expires_on": clock.today() + timedelta(days=365),
        "location": "Cold room 1",
        **values,
    }
    deliverer = values.pop("supplier", None) or supplier()
    with act(receiver(), "material_lot.received", what) as a:
        return receiving.receive_lot(a, what, deliverer, **values)


def record_test(
    lot: MaterialLot, kind: str = TestKind.IDENTITY, *, passes: bool = True, method: str = "Identity by FTIR"
) -> None:
    """A test of a lot by the analyst."""
    result = "conforms" if passes else "does not conform"
    with act(analyst(), "material_lot.tested", lot) as a:
        receiving.record_test(a, lot, kind, method, result, passes=passes)


def signing_as(actor: Actor, record: Any, meaning: str) -> tuple[Actor, uuid.UUID]:
    """The answer to the signing prompt, outside any act."""
    return signing.challenge(actor, actor.name, SECRET, signing.subject_of(record, meaning))


def release(lot: MaterialLot, by: Actor | None = None, **values: Any) -> MaterialLot:
    """QA's signed release."""
    signer, token = signing_as(by or qa(), lot, SignatureMeaning.RELEASED)
    with act(signer, "material_lot.released", lot) as a:
        return disposition.release_lot(a, token, lot, **values)


def reject(lot: MaterialLot, reason: str = "Particles seen in two bottles") -> MaterialLot:
    """QA's signed rejection."""
    signer, token = signing_as(qa(), lot, SignatureMeaning.REJECTED)
    with act(signer, "material_lot.rejected", lot) as a:
        return disposition.reject_lot(a, token, lot, reason)


def hold(lot: MaterialLot, reason: str = "Complaint of the supplier") -> MaterialLot:
    """QA puts a lot on hold."""
    with act(qa(), "material_lot.held", lot) as a:
        return disposition.hold_lot(a, lot, reason)


def released_lot(what: MaterialItem | None = None, quantity: str = "100", **values: Any) -> MaterialLot:
    """A lot that may be used: received, tested for identity, released by signature."""
    lot = received_lot(what, quantity, **values)
    record_test(lot)
    return release(lot)


def charge(lot: MaterialLot, quantity: str, **values: Any) -> StockMovement:
    """The operator charges an amount into the batch of these tests."""
    values = {"unit": lot.item.unit, "batch_ref": BATCH, "reference": BATCH_UUID, **values}
    with act(receiver(), "stock.charged", lot) as a:
        return stock.charge(a, lot, Decimal(quantity), **values)


def registered_equipment(cls: str = "bioreactor", code: str = "BR-01", **values: Any) -> Equipment:
    """A unit on record, not in service yet."""
    found = Equipment.objects.filter(code=code).first()
    if found is not None:
        return found
    with act(engineer(), "equipment.registered", "equipment") as a:
        return equipment.register_equipment(a, code, f"Unit {code}", cls, **values)


def calibrate(unit: Equipment, outcome: str = "passed", due_on: date | None = None, **values: Any) -> Any:
    """A calibration of now, good for half a year unless told."""
    values = {
        "performed_at": clock.now(),
        "outcome": CalibrationOutcome(outcome),
        "due_on": due_on or clock.today() + timedelta(days=180),
        "certificate": "CAL-26-117",
        "performed_by": "Metrology Ltd",
        **values,
    }
    with act(engineer(), "equipment.calibrated", unit) as a:
        return equipment.calibrate(a, unit, **values)


def cleaned(unit: Equipment, *, good: bool = True) -> CleaningRecord:
    """A cleaning by the operator, checked by the second person."""
    with act(receiver(), "equipment.cleaned", unit) as a:
        row = equipment.clean(a, unit, "SOP-CLN-001", "ethanol 70 %")
    with act(second(), "equipment.cleaning_checked", unit) as a:
        equipment.check_cleaning(a, row, good=good)
    return row


def calibrated_equipment(cls: str = "bioreactor", code: str = "BR-01", **values: Any) -> Equipment:
    """A unit that may be used: in service, calibrated, clean."""
    unit = registered_equipment(cls, code, **values)
    if unit.state == UnitState.OUT_OF_SERVICE:
        with act(qa(), "equipment.put_in_service", unit) as a:
            unit = equipment.put_in_service(a, unit, "Qualified by report OQ-12")
    if unit.needs_calibration and not unit.calibrations.exists():
        calibrate(unit)
    if unit.needs_cleaning:
        cleaned(unit)
    return unit


def use(unit: Equipment, **values: Any) -> EquipmentUse:
    """The batch of these tests takes a unit."""
    values = {"batch_ref": BATCH, "reference": BATCH_UUID, **values}
    with act(receiver(), "equipment.use_started", unit) as a:
        return equipment.use_start(a, unit, **values)


def end(row: EquipmentUse) -> EquipmentUse:
    """The use ends."""
    with act(receiver(), "equipment.use_ended", row.equipment) as a:
        return equipment.use_end(a, row)


def room(code: str = "R-101", grade: str = "B") -> Room:
    """A room in service."""
    found = Room.objects.filter(code=code).first()
    if found is not None:
        return found
    with act(engineer(), "room.registered", "rooms") as a:
        found = rooms.register_room(a, code, f"Room {code}", grade)
    with act(qa(), "room.put_in_service", found) as a:
        return rooms.put_room_in_service(a, found, "Qualified by report RQ-3")


def draft(code: str = "SOP-CUL-010", document_version: str = "1") -> Document:
    """A draft version."""
    with act(engineer(), "document.registered", "documents") as a:
        return documents.register_document(a, code, document_version, f"How to: {code}")


def effective(code: str = "SOP-CUL-010", document_version: str = "1") -> Document:
    """An effective version, made so when it is not."""
    found = Document.objects.filter(code=code, document_version=document_version).first()
    found = found or draft(code, document_version)
    if found.state == DocumentState.EFFECTIVE:
        return found
    with act(qa(), "document.made_effective", found) as a:
        return documents.make_effective(a, found)


def qualify(user: User, document: Document, **values: Any) -> Qualification:
    """A person's training, assessed by the engineer."""
    values = {"trained_on": clock.today(), "evidence": "TR-55", **values}
    with act(engineer(), "qualification.recorded", document) as a:
        return qualification.qualify(a, user, document, **values)


def qualified(who: Actor, codes: Iterable[str]) -> list[Qualification]:
    """The person is qualified in the effective version of each document, which is made when it is not there."""
    rows = []
    for code in codes:
        document = Document.objects.filter(code=code, state=DocumentState.EFFECTIVE).first() or effective(code)
        rows.append(qualify(who.user, document))
    return rows


def codes_of(blockers: Iterable[Any]) -> list[str]:
    """The codes of blockers, for short assertions."""
    return [blocker.code for blocker in blockers]
