"""Lists of lots, and which lot to take first (R304)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Q, Subquery

from compliance.domain import clock
from resources.models import MaterialLot, StockMovement
from resources.queries.times import dates_of
from resources.states import LotState
from resources.validators.expiry import local_day

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from django.db.models import QuerySet

    from resources.models import MaterialItem

PAGE = 50


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot with its stock, for a list; `expired` and `used_up` are as of the time asked."""

    lot: MaterialLot
    on_hand: Decimal
    expired: bool

    @property
    def used_up(self) -> bool:
        """Whether nothing is left."""
        return self.on_hand == 0


def lot_list(
    at: datetime, *, state: str = "", item_code: str = "", before: int | None = None, limit: int = PAGE
) -> list[LotLine]:
    """Lots, the newest first; `before` is the id of the last line of the page before (keyset, no offset)."""
    rows = MaterialLot.objects.order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if item_code:
        rows = rows.filter(item__code=item_code)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return _lines(rows[:limit], at)


def lots_of_item(item: MaterialItem, at: datetime, limit: int = PAGE) -> list[LotLine]:
    """The lots of a material that are not discarded, those that expire first on top."""
    rows = MaterialLot.objects.filter(item=item).exclude(state=LotState.DISCARDED)
    return _lines(rows.order_by(*_OLDEST)[:limit], at)


def first_expired(item_code: str, at: datetime, quantity: Decimal | None = None) -> list[LotLine]:
    """Released, usable lots of a material that hold enough, in the order to take them (R304).

    First expired, first out; a lot without expiry goes by its retest date; equal dates by receipt.
    """
    today = local_day(at, clock.zone())
    rows = MaterialLot.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=today),
        Q(retest_on__isnull=True) | Q(retest_on__gte=today),
        item__code=item_code,
        state=LotState.RELEASED,
    )
    return [
        line
        for line in _lines(rows.order_by(*_OLDEST), at)
        if not line.expired and line.on_hand > 0 and (quantity is None or line.on_hand >= quantity)
    ]


def earlier_lots(lot: MaterialLot, at: datetime, quantity: Decimal | None = None) -> list[LotLine]:
    """Usable lots of the same material whose last day comes before this lot's (R304)."""
    own = _last_day(lot)
    lines = first_expired(lot.item.code, at, quantity)
    return [line for line in lines if line.lot.pk != lot.pk and _last_day(line.lot) < own]


# What has no expiry is judged by its retest date; the database holds that one of the two is there.
_OLDEST = (F("expires_on").asc(nulls_last=True), F("retest_on").asc(nulls_last=True), F("id").asc())


def _last_day(lot: MaterialLot) -> tuple[bool, str]:
    """Lots with an expiry date come first, as in the database's order."""
    day = lot.expires_on or lot.retest_on
    return lot.expires_on is None, day.isoformat() if day else ""


def _lines(rows: QuerySet[MaterialLot], at: datetime) -> list[LotLine]:
    newest = StockMovement.objects.filter(lot=OuterRef("pk")).order_by("-sequence")
    found = rows.select_related("item", "supplier").annotate(
        balance=Subquery(newest.values("balance_after")[:1])
    )
    return [LotLine(lot, lot.balance, bool(dates_of(lot, at))) for lot in found]
