"""Rooms, procedures, people's training, equipment and materials, each by the acts that a real house needs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from compliance.domain import clock
from release.demo import book
from resources.domain import disposition, documents, equipment, materials, qualification, receiving, rooms
from resources.models import Equipment, MaterialItem, MaterialLot, Room, Supplier
from resources.models.lot import TestKind
from resources.validators.calibration import CalibrationOutcome

if TYPE_CHECKING:
    from release.demo.desk import Desk

ENGINEER, QA, OPERATOR, VERIFIER, ANALYST = "petra", "clara", "anna", "mei", "aron"
TRAINED = ("anna", "jonas", "mei")
SHELF_DAYS = 540


def furnish(desk: Desk) -> None:
    """The whole house, from the first room to the last released lot."""
    plan = book.read("house.yaml")
    _rooms(desk, plan["rooms"])
    _procedures(desk, plan["documents"])
    _equipment(desk, plan["equipment"])
    clean(desk, [row["code"] for row in plan["equipment"] if row.get("exclusive") == "yes"])
    _suppliers(desk, plan["suppliers"])
    _materials(desk, plan["materials"])
    _lots(desk, plan)


def _rooms(desk: Desk, rows: list[dict[str, str]]) -> None:
    with desk.act(ENGINEER, "room.registered", "rooms") as a:
        made = [rooms.register_room(a, row["code"], row["name"], row["grade"]) for row in rows]
    with desk.act(QA, "room.put_in_service", "rooms") as a:
        for room in made:
            rooms.put_room_in_service(a, room, f"Qualified, report RQ-{room.code}")


def _procedures(desk: Desk, titles: dict[str, str]) -> None:
    """Registered, trained, then effective, so that nobody works untrained for a day."""
    with desk.act(ENGINEER, "document.registered", "documents") as a:
        made = [documents.register_document(a, code, "1", title) for code, title in titles.items()]
    for who in TRAINED:
        person = desk.actor(who).user
        with desk.act(ENGINEER, "qualification.recorded", person) as a:
            for row in made:
                today = clock.today()
                qualification.qualify(a, person, row, trained_on=today, evidence=f"TR-{who.upper()}-{row.code}")
    with desk.act(QA, "document.made_effective", "documents") as a:
        for row in made:
            documents.make_effective(a, row)


def _equipment(desk: Desk, rows: list[dict[str, str]]) -> None:
    place = {room.code: room for room in Room.objects.all()}
    with desk.act(ENGINEER, "equipment.registered", "equipment") as a:
        units = [_unit(a, row, place[row["room"]]) for row in rows]
    with desk.act(QA, "equipment.put_in_service", "equipment") as a:
        units = [equipment.put_in_service(a, unit, f"Qualified, report PQ-{unit.code}") for unit in units]
    with desk.act(ENGINEER, "equipment.calibrated", "equipment") as a:
        for unit in units:
            if unit.needs_calibration:
                equipment.calibrate(
                    a,
                    unit,
                    performed_at=a.at,
                    outcome=CalibrationOutcome.PASSED,
                    due_on=clock.today() + timedelta(days=365),
                    certificate=f"CAL-{unit.code}",
                    performed_by="Metrology service",
                )


def _unit(a: Any, row: dict[str, str], room: Room) -> Equipment:
    exclusive = row.get("exclusive") == "yes"
    return equipment.register_equipment(
        a,
        row["code"],
        row["name"],
        row["class"],
        serial=f"SN-{row['code']}",
        room=room,
        exclusive=exclusive,
        needs_calibration=row.get("calibrated") != "no",
        needs_cleaning=exclusive,
    )


def clean(desk: Desk, codes: list[str]) -> None:
    """The operator cleans units between two batches; a second person finds them clean."""
    units = list(Equipment.objects.filter(code__in=codes).order_by("code"))
    with desk.act(OPERATOR, "equipment.cleaned", "equipment") as a:
        done = [equipment.clean(a, unit, "SOP-CLN-001", "ethanol 70 %") for unit in units]
    with desk.act(VERIFIER, "equipment.cleaning_checked", "equipment") as a:
        for row in done:
            equipment.check_cleaning(a, row, good=True)


def _suppliers(desk: Desk, rows: list[dict[str, str]]) -> None:
    with desk.act(ENGINEER, "supplier.registered", "suppliers") as a:
        made = [materials.register_supplier(a, row["code"], row["name"]) for row in rows]
    until = clock.today() + timedelta(days=730)
    with desk.act(QA, "supplier.qualified", "suppliers") as a:
        for row in made:
            materials.qualify_supplier(a, row, until, f"Audited, report SA-{row.code}")


def _materials(desk: Desk, rows: list[dict[str, str]]) -> None:
    with desk.act(ENGINEER, "material.registered", "materials") as a:
        for row in rows:
            materials.register_item(
                a, row["code"], row["name"], row["kind"], row["unit"], storage=row["storage"],
                specification=f"SPEC-{row['code']}",
            )  # fmt: skip


def _lots(desk: Desk, plan: dict[str, Any]) -> None:
    """One lot of each material, received, tested and released by signature; some stay in quarantine, some expire."""
    suppliers = {row["code"]: row["supplier"] for row in plan["materials"]}
    with desk.act(OPERATOR, "material_lot.received", "materials") as a:
        made = [_receive(a, row["code"], row["supplier"], row["quantity"]) for row in plan["materials"]]
        for row in plan["waiting"]:
            _receive(a, row["item"], suppliers[row["item"]], row["quantity"], row["supplier_lot"])
        for row in plan["short_dated"]:
            values = (row["item"], suppliers[row["item"]], row["quantity"], row["supplier_lot"], int(row["days"]))
            made.append(_receive(a, *values))
    with desk.act(ANALYST, "material_lot.tested", "materials") as a:
        for lot in made:
            receiving.record_test(
                a, lot, TestKind.IDENTITY, "Identity by label and appearance", "conforms", passes=True
            )
            receiving.record_test(a, lot, TestKind.CERTIFICATE, "Certificate of analysis", "conforms", passes=True)
    for lot in made:
        with desk.signed(QA, "material_lot.released", lot, "released") as (a, token):
            disposition.release_lot(a, token, lot)


def _receive(
    a: Any, code: str, supplier: str, quantity: str, supplier_lot: str = "", days: int = SHELF_DAYS
) -> MaterialLot:
    item = MaterialItem.objects.get(code=code)
    return receiving.receive_lot(
        a,
        item,
        Supplier.objects.get(code=supplier),
        supplier_lot=supplier_lot or f"{supplier[4:]}-{code}-A1",
        shipment="DN-1001" if not supplier_lot else "DN-1002",
        quantity=Decimal(quantity),
        unit=item.unit,
        expires_on=clock.today() + timedelta(days=days),
        location="Store 1",
    )


def lot_of(item: str) -> MaterialLot:
    """The released lot of a material."""
    return MaterialLot.objects.filter(item__code=item, state="released").order_by("id").first() or _none(item)


def _none(item: str) -> MaterialLot:
    raise LookupError(f"The house has no released lot of {item}.")
