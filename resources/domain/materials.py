"""Materials and who supplies them, put on record before anything is received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain.records import save_record
from compliance.domain.transitions import locked
from compliance.refusals import Invalid
from resources.domain.codes import clean_code, refuse_taken
from resources.models import MaterialItem, Supplier
from resources.validators.gs1 import check_digit_fits

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from compliance.domain.act import Act


def register_item(
    a: Act,
    code: str,
    name: str,
    kind: str,
    unit: str,
    *,
    storage: str,
    in_use_hours: Decimal | None = None,
    specification: str = "",
    gtin: str = "",
) -> MaterialItem:
    """Puts a material on record; containers and closures too (R305). `unit` is the one its stock is kept in.

    Refuses a code that is taken, an article number (GTIN) whose check digit does not fit.
    """
    a.actor.need("resources.register")
    clean = clean_code(code)
    refuse_taken(MaterialItem, clean)
    if gtin and not (gtin.isascii() and gtin.isdigit() and len(gtin) == 14 and check_digit_fits(gtin)):
        raise Invalid("An article number (GTIN) has 14 digits and a check digit that fits.", "gtin", "gtin")
    item = MaterialItem(
        code=clean,
        name=name.strip(),
        kind=kind,
        unit=unit.strip(),
        storage=storage.strip(),
        in_use_hours=in_use_hours,
        specification=specification.strip(),
        gtin=gtin,
    )
    a.touch(item)
    return save_record(a, item)


def register_supplier(a: Act, code: str, name: str) -> Supplier:
    """Puts a supplier on record, not qualified yet. Refuses a code that is taken."""
    a.actor.need("resources.register")
    clean = clean_code(code)
    refuse_taken(Supplier, clean)
    supplier = Supplier(code=clean, name=name.strip())
    a.touch(supplier)
    return save_record(a, supplier)


def qualify_supplier(a: Act, supplier: Supplier, until: date | None, reason: str) -> Supplier:
    """QA qualifies a supplier up to a day, or ends it with None; certificates count only meanwhile (R303)."""
    a.actor.need("resources.qualify_suppliers")
    row = locked(supplier)
    row.qualified_until = until
    a.touch(row)
    return save_record(a, row, reason)
