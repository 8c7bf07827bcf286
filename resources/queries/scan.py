"""What a scanned code means: one lot, one unit, or a list to choose from; never a silent pick (MAT-15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance.domain import clock
from compliance.refusals import Invalid
from resources.models import Equipment, MaterialItem, MaterialLot
from resources.queries.lots import lots_of_item
from resources.validators.expiry import local_day
from resources.validators.gs1 import AmbiguousCode, Gs1Code, parse_gs1

if TYPE_CHECKING:
    from datetime import datetime

MOST_CHOICES = 20


@dataclass(frozen=True, slots=True)
class Scanned:
    """The answer to a scan. At most one of `lot` and `equipment` is there; else `message` says what to do."""

    text: str
    lot: MaterialLot | None = None
    equipment: Equipment | None = None
    choices: tuple[MaterialLot, ...] = ()
    message: str = ""

    @property
    def found(self) -> bool:
        """Whether the code names exactly one thing."""
        return self.lot is not None or self.equipment is not None


def masked(code: str) -> str:
    """A code that names nothing, as a page may show it: it may have been a secret, so never whole (R107)."""
    shown = code[: min(2, len(code) // 3)]
    return f"“{shown}…” ({len(code)} character{'' if len(code) == 1 else 's'})"


def find_scanned(code: str, at: datetime) -> Scanned:
    """The lot or unit whose own code this is; a GS1 code goes by article and supplier lot.

    A supplier's lot number, a material's code, or a code that fits several lots gives a list to choose from.
    """
    text = code.strip()
    if not text:
        return Scanned(text, message="Nothing was scanned. Scan the code again.")
    lot = MaterialLot.objects.select_related("item", "supplier").filter(number=text.upper()).first()
    equipment = Equipment.objects.filter(code=text.upper()).first()
    if lot is not None or equipment is not None:
        return _one(text, lot, equipment)
    return _by_supplier_lot(text) or _by_item(text, at) or _by_gs1(text, at)


def _one(text: str, lot: MaterialLot | None, equipment: Equipment | None) -> Scanned:
    if lot is not None and equipment is not None:
        message = f"{text} is a lot and a unit of equipment. Choose which one you mean."
        return Scanned(text, choices=(lot,), message=message)
    return Scanned(text, lot, equipment)


def _by_supplier_lot(text: str) -> Scanned | None:
    lots = _choices(supplier_lot__iexact=text)
    message = f"{text} is a supplier's lot number. Scan or choose the internal number."
    return Scanned(text, choices=lots, message=message) if lots else None


def _by_item(text: str, at: datetime) -> Scanned | None:
    item = MaterialItem.objects.filter(code=text.upper()).first()
    if item is None:
        return None
    lots = tuple(line.lot for line in lots_of_item(item, at, MOST_CHOICES))
    message = f"No such lot. {item.code} is a material ({item.name}); "
    message += "scan or choose one of its lots." if lots else "it has no lot."
    return Scanned(text, choices=lots, message=message)


def _by_gs1(text: str, at: datetime) -> Scanned:
    try:
        code = parse_gs1(text, local_day(at, clock.zone()))
    except AmbiguousCode as error:
        lots = [lot for reading in error.readings for lot in _lots_of(reading)]
        unique = {lot.pk: lot for lot in lots}
        return Scanned(text, choices=tuple(unique.values())[:MOST_CHOICES], message=error.text)
    except Invalid:
        return Scanned(text, message=f"No such lot or equipment: {masked(text)}. Scan the label again.")
    return _of_code(text, code)


def _of_code(text: str, code: Gs1Code) -> Scanned:
    lots = _lots_of(code)
    if not lots:
        said = f"No such lot: {masked(text)} is a supplier's code. No lot was received here under it."
        return Scanned(text, message=said)
    if len(lots) > 1:
        message = f"{len(lots)} lots bear this code. Scan or choose the internal number."
        return Scanned(text, choices=lots, message=message)
    if code.gtin is None:
        return Scanned(text, choices=lots, message="The code names no article. Choose the lot you hold.")
    if code.expires_on is not None and code.expires_on != lots[0].expires_on:
        on_record = lots[0].expires_on.isoformat() if lots[0].expires_on else "none"
        message = (
            f"The label says expiry {code.expires_on.isoformat()}, the lot was received with {on_record}. "
        )
        return Scanned(text, choices=lots, message=message + "Compare before you choose.")
    return Scanned(text, lots[0])


def _lots_of(code: Gs1Code) -> tuple[MaterialLot, ...]:
    if code.lot is None:
        return ()
    article = {"item__gtin": code.gtin} if code.gtin else {}
    return _choices(supplier_lot=code.lot, **article)


def _choices(**match: str) -> tuple[MaterialLot, ...]:
    rows = MaterialLot.objects.filter(**match).select_related("item", "supplier").order_by("-id")
    return tuple(rows[:MOST_CHOICES])
