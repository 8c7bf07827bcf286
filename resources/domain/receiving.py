"""From the loading bay to quarantine: receipt under an own number, tests, place, opened containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import clock
from compliance.domain.numbering import next_number
from compliance.domain.records import save_record
from compliance.domain.transitions import locked
from compliance.refusals import Blocker, Invalid, Refused
from resources.domain.stock import record_movement, same_unit
from resources.models import LotTest, MaterialLot
from resources.models.movement import MovementKind
from resources.states import LotState
from resources.validators.expiry import check_dates, local_day
from resources.validators.stock import check_amount

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from compliance.domain.act import Act
    from resources.models import MaterialItem, Supplier

PREFIX = "MAT"


def receive_lot(
    a: Act,
    item: MaterialItem,
    supplier: Supplier,
    *,
    supplier_lot: str,
    shipment: str,
    quantity: Decimal,
    unit: str,
    expires_on: date | None,
    retest_on: date | None = None,
    containers: int = 1,
    location: str,
) -> MaterialLot:
    """Receives one supplier lot of one shipment under a new internal number, into quarantine (R303, R317).

    `quantity` is in the material's unit. Writes the lot and its receipt movement. Refuses an amount that is
    not positive, another unit, a lot without a last day of use or expired already, and the same lot of the
    same shipment twice.
    """
    a.actor.need("resources.receive_lot")
    check_amount(quantity, "quantity")
    same_unit(item, unit)
    check_dates(local_day(a.at, clock.zone()), expires_on, retest_on)
    number = next_number(
        a, PREFIX
    )  # from here on no other receipt runs, so the next look cannot be overtaken
    _refuse_second(item, supplier, supplier_lot.strip(), shipment.strip())
    lot = MaterialLot(
        number=number,
        item=item,
        supplier=supplier,
        supplier_lot=supplier_lot.strip(),
        shipment=shipment.strip(),
        received_at=a.at,
        received_by=a.actor.user,
        quantity_received=quantity,
        containers=containers,
        expires_on=expires_on,
        retest_on=retest_on,
        location=location.strip(),
    )
    a.touch(lot, item)
    save_record(a, lot)
    record_movement(a, lot, MovementKind.RECEIPT, quantity)
    return lot


def _refuse_second(item: MaterialItem, supplier: Supplier, supplier_lot: str, shipment: str) -> None:
    same = MaterialLot.objects.filter(
        item=item, supplier=supplier, supplier_lot=supplier_lot, shipment=shipment
    ).first()
    if same is not None:
        text = f"Lot {supplier_lot} of shipment {shipment} was received as {same.number} already."
        raise Invalid(text, "supplier_lot", "received_already")


def record_test(a: Act, lot: MaterialLot, kind: str, method: str, result: str, *, passes: bool) -> LotTest:
    """Records a test of a lot in quarantine or on hold: identity, certificate, other (R303).

    The newest row of one kind and method counts. Refuses on a lot in any other state: a released lot is put
    on hold before it is tested again, so that its release signature is not changed under it.
    """
    a.actor.need("resources.test_lot")
    row = locked(lot)
    if row.state not in (LotState.QUARANTINE, LotState.ON_HOLD):
        text = (
            f"Lot {row.number} is {LotState(row.state).label}; tests are recorded in quarantine or on hold."
        )
        raise Refused([Blocker("wrong_state", text, clears="QA puts the lot on hold")])
    a.touch(row)
    return save_record(
        a,
        LotTest(
            lot=row,
            kind=kind,
            method=method.strip(),
            result=result.strip(),
            passes=passes,
            tested_by=a.actor.user,
            tested_at=a.at,
        ),
    )


def move_lot(a: Act, lot: MaterialLot, location: str, reason: str) -> MaterialLot:
    """Moves a lot to another place; the history is the move log (R317)."""
    a.actor.need("resources.move_stock")
    row = locked(lot)
    row.location = location.strip()
    a.touch(row)
    return save_record(a, row, reason)


def open_container(a: Act, lot: MaterialLot) -> MaterialLot:
    """Opens the next container of a lot: its time in use starts now. Refuses when all were opened."""
    a.actor.need("resources.move_stock")
    return opened(a, locked(lot))


def opened(a: Act, lot: MaterialLot) -> MaterialLot:
    """The locked lot with one more container opened in this act."""
    if lot.opened >= lot.containers:
        text = f"All {lot.containers} containers of lot {lot.number} were opened."
        raise Refused([Blocker("all_opened", text, clears="another lot")])
    lot.opened += 1
    lot.opened_at = a.at
    a.touch(lot)
    return save_record(a, lot)
