"""What is on hand, and what a batch used (R324)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.fields import ExactSum
from resources.models import MaterialLot, StockMovement
from resources.models.movement import MovementKind

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class BatchUse:
    """What a batch took from a lot, gave back, and so used, in the lot's unit."""

    lot: MaterialLot
    charged: Decimal
    returned: Decimal
    unit: str

    @property
    def used(self) -> Decimal:
        """Charged less returned."""
        return self.charged - self.returned


def on_hand(lot: MaterialLot) -> Decimal:
    """The sum of all movements of a lot, in its unit (R324)."""
    total = StockMovement.objects.filter(lot=lot).aggregate(total=ExactSum("delta"))["total"]
    return Decimal(0) if total is None else Decimal(total)


def use_by_batch(reference: UUID) -> list[BatchUse]:
    """Each lot a batch was charged with, and how much of it was used: its reconciliation (R324)."""
    kinds = (MovementKind.CHARGE, MovementKind.RETURN)
    rows = StockMovement.objects.filter(reference=reference, kind__in=kinds).select_related("lot__item")
    lots: dict[int, list[StockMovement]] = {}
    for row in rows.order_by("lot__number", "sequence"):
        lots.setdefault(row.lot_id, []).append(row)
    return [_used(rows) for rows in lots.values()]


def charged_by(lot: MaterialLot, reference: UUID) -> Decimal:
    """What a batch holds of a lot: charged less returned."""
    return next((use.used for use in use_by_batch(reference) if use.lot.pk == lot.pk), Decimal(0))


def _used(rows: list[StockMovement]) -> BatchUse:
    charged = sum((-row.delta for row in rows if row.kind == MovementKind.CHARGE), Decimal(0))
    returned = sum((row.delta for row in rows if row.kind == MovementKind.RETURN), Decimal(0))
    return BatchUse(rows[0].lot, charged, returned, rows[0].unit)
