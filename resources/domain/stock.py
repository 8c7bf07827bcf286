"""Every movement of a lot's stock, under the lock of the lot: never below nothing, never a crumb (R324)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.domain.records import save_record
from compliance.domain.transitions import locked
from compliance.numbers import display
from compliance.refusals import Blocker, Invalid, Refused
from compliance.validators import clean_reason
from resources import queries
from resources.guards import blockers_for_lot
from resources.models import MaterialLot, StockMovement
from resources.models.movement import MovementKind
from resources.states import LotState
from resources.validators.stock import check_amount, on_hand, take

if TYPE_CHECKING:
    import uuid

    from compliance.domain.act import Act
    from resources.models import MaterialItem


def charge(
    a: Act,
    lot: MaterialLot,
    quantity: Decimal,
    unit: str,
    *,
    batch_ref: str,
    reference: uuid.UUID,
    item: str | None = None,
    reason: str | None = None,
) -> StockMovement:
    """Charges an amount of a lot into a batch (R304, R324). `item` is the code of the material asked for.

    The first charge opens the lot's container. Refuses what `blockers_for_lot` says, another unit, more than
    is on hand (MAT-07), and a lot while one that ends earlier would do, unless a reason is given.
    """
    a.actor.need("resources.move_stock")
    check_amount(quantity, "quantity")
    row = locked(lot)
    same_unit(row.item, unit)
    found = blockers_for_lot(row, a.at, quantity, item)
    if found:
        raise Refused(found)
    if reason is None:
        _first_expired_first(a, row, quantity)
    if row.opened == 0:
        row.opened, row.opened_at = 1, a.at
        save_record(a, row)
    return record_movement(
        a, row, MovementKind.CHARGE, -quantity, batch_ref=batch_ref, reference=reference, reason=reason
    )


def _first_expired_first(a: Act, lot: MaterialLot, quantity: Decimal) -> None:
    earlier = queries.earlier_lots(lot, a.at, quantity)
    if earlier:
        first = earlier[0].lot
        day = first.expires_on or first.retest_on
        raise Invalid(
            f"Lot {first.number} ends earlier ({day}) and holds enough. "
            f"Take it, or write why you take {lot.number}.",
            "reason",
            "earlier_lot",
        )


def return_(
    a: Act,
    lot: MaterialLot,
    quantity: Decimal,
    unit: str,
    *,
    batch_ref: str,
    reference: uuid.UUID,
    reason: str,
) -> StockMovement:
    """Takes back what a batch did not use (R324). Refuses more than it holds, and a discarded lot."""
    a.actor.need("resources.move_stock")
    check_amount(quantity, "quantity")
    row = _standing(lot)
    same_unit(row.item, unit)
    held = queries.charged_by(row, reference)
    if quantity > held:
        there, back = (display(n, superscript=True) for n in (held, quantity))
        text = f"{batch_ref} holds {there} {unit} of {row.number}; {back} cannot return."
        raise Invalid(text, "quantity", "more_than_charged")
    return record_movement(
        a, row, MovementKind.RETURN, quantity, batch_ref=batch_ref, reference=reference, reason=reason
    )


def take_sample(a: Act, lot: MaterialLot, quantity: Decimal, unit: str, reason: str) -> StockMovement:
    """Takes a test sample of a lot, in quarantine too. Refuses more than is on hand, and a discarded lot."""
    a.actor.need("resources.move_stock")
    return _take_out(a, lot, MovementKind.SAMPLE, quantity, unit=unit, reason=reason)


def discard(a: Act, lot: MaterialLot, quantity: Decimal, unit: str, reason: str) -> StockMovement:
    """Discards a part of a lot, expired or not (MAT-06). Refuses more than is on hand, and no reason."""
    a.actor.need("resources.move_stock")
    return _take_out(a, lot, MovementKind.DISCARD, quantity, unit=unit, reason=reason)


def _take_out(
    a: Act, lot: MaterialLot, kind: MovementKind, quantity: Decimal, *, unit: str, reason: str
) -> StockMovement:
    check_amount(quantity, "quantity")
    row = _standing(lot)
    same_unit(row.item, unit)
    return record_movement(a, row, kind, -quantity, reason=reason)


def adjust(a: Act, lot: MaterialLot, counted: Decimal, unit: str, reason: str) -> StockMovement:
    """QA sets the stock to what was counted. Refuses a negative count and one that changes nothing."""
    a.actor.need("resources.adjust_stock")
    row = _standing(lot)
    same_unit(row.item, unit)
    if counted != 0:
        check_amount(counted, "counted")
    delta = counted - queries.on_hand(row)
    if delta == 0:
        raise Invalid("The count is what is on record; nothing to adjust.", "counted", "no_difference")
    return record_movement(a, row, MovementKind.ADJUSTMENT, delta, reason=reason)


def same_unit(item: MaterialItem, unit: str) -> None:
    """Refuses an amount in another unit than the material's: nothing is converted behind a person's back."""
    if unit.strip() != item.unit:
        raise Invalid(f"{item.code} is kept in {item.unit}. Write the amount in {item.unit}.", "unit", "unit")


def record_movement(
    a: Act,
    lot: MaterialLot,
    kind: MovementKind,
    delta: Decimal,
    *,
    batch_ref: str = "",
    reference: uuid.UUID | None = None,
    reason: str | None = None,
) -> StockMovement:
    """Writes one movement of a lot that this act holds locked. Refuses a balance below nothing (MAT-07)."""
    before = queries.on_hand(lot)
    after = take(before, -delta, lot.item.unit) if delta < 0 else on_hand([before, delta])
    last = StockMovement.objects.filter(lot=lot).order_by("-sequence").first()
    a.touch(lot)
    return save_record(
        a,
        StockMovement(
            lot=lot,
            sequence=(last.sequence if last else 0) + 1,
            kind=kind,
            delta=delta,
            unit=lot.item.unit,
            balance_after=after,
            batch_ref=batch_ref,
            reference=reference,
            reason="" if reason is None else clean_reason(reason),
            moved_by=a.actor.user,
            moved_at=a.at,
        ),
    )


def _standing(lot: MaterialLot) -> MaterialLot:
    row = locked(lot)
    if row.state == LotState.DISCARDED:
        raise Refused([Blocker("discarded", f"Lot {row.number} was discarded; nothing is left of it.")])
    return row
