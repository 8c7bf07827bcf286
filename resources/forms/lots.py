"""A receipt, a test, an amount and a place of a lot as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.forms import reading
from compliance.page_forms import FormField
from compliance.refusals import Invalid
from resources.models import MaterialItem, Supplier
from resources.models.lot import TestKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal


def receipt_fields(
    items: Sequence[MaterialItem], suppliers: Sequence[Supplier], code: str = ""
) -> tuple[FormField, ...]:
    """What the delivery is. `code` is the material chosen beforehand."""
    materials = reading.options(((i.code, f"{i.code} {i.name} ({i.unit})") for i in items), code)
    units = reading.options((u, u) for u in sorted({i.unit for i in items}))
    return (
        FormField("item", "Material", "select", code, options=materials),
        FormField("supplier", "Supplier", "select", options=reading.options((s.code, s.name) for s in suppliers)),
        FormField("supplier_lot", "Supplier's lot", "code", help="As printed on the container."),
        FormField("shipment", "Delivery note", "code"),
        FormField("quantity", "Quantity, all containers", "number"),
        FormField("unit", "Unit", "select", options=units, help="Nothing is converted: it must be the material's."),
        FormField("containers", "Containers", "number", "1"),
        FormField("expires_on", "Expiry, last day of use", "date", required=False),
        FormField("retest_on", "Retest by", "date", required=False, help="Expiry, retest date or both."),
        FormField("location", "Place", help="Where it lies while in quarantine."),
    )


def read_receipt(posted: Mapping[str, str]) -> dict[str, Any]:
    """The receipt of the form, material and supplier found by their codes."""
    item = MaterialItem.objects.filter(code=reading.read_text(posted, "item", "The material", most=40)).first()
    if item is None:
        raise Invalid("Choose a material.", "item")
    supplier = Supplier.objects.filter(code=reading.read_text(posted, "supplier", "The supplier", most=40)).first()
    if supplier is None:
        raise Invalid("Choose a supplier.", "supplier")
    return {
        "item": item,
        "supplier": supplier,
        "supplier_lot": reading.read_text(posted, "supplier_lot", "The supplier's lot", most=60),
        "shipment": reading.read_text(posted, "shipment", "The delivery note", most=60),
        "quantity": reading.read_number(posted, "quantity", "The quantity"),
        "unit": reading.read_text(posted, "unit", "The unit", most=16),
        "containers": reading.read_whole(posted, "containers", "Containers"),
        "expires_on": reading.read_day_if_any(posted, "expires_on", "The expiry"),
        "retest_on": reading.read_day_if_any(posted, "retest_on", "The retest date"),
        "location": reading.read_text(posted, "location", "The place", most=80),
    }


def test_fields() -> tuple[FormField, ...]:
    """What was tested and what came out."""
    return (
        FormField("kind", "Kind of test", "select", options=reading.options(TestKind.choices)),
        FormField("method", "Method", help="Identity by FTIR, certificate CoA-1234."),
        FormField("result", "Result", help="What came out, with its unit."),
        reading.yes_or_no("passes", "Does it meet the specification?", "passes", "does not pass"),
    )


def read_test(posted: Mapping[str, str]) -> dict[str, Any]:
    """The test of the form."""
    return {
        "kind": reading.read_choice(posted, "kind", "The kind of test", TestKind.values),
        "method": reading.read_text(posted, "method", "The method", most=120),
        "result": reading.read_text(posted, "result", "The result", most=240),
        "passes": reading.read_yes(posted, "passes", "Whether it meets the specification"),
    }


def amount_fields(unit: str) -> tuple[FormField, ...]:
    """An amount of the lot, and why."""
    return (FormField("quantity", "Amount", "number", unit=unit), reading.reason_field())


def read_amount(posted: Mapping[str, str]) -> Decimal:
    """The amount of the form."""
    return reading.read_number(posted, "quantity", "The amount")


def count_fields(unit: str) -> tuple[FormField, ...]:
    """What a count of the stock gave."""
    return (FormField("counted", "Counted", "number", unit=unit), reading.reason_field())


def read_count(posted: Mapping[str, str]) -> Decimal:
    """The count of the form."""
    return reading.read_number(posted, "counted", "The count")


def place_fields(here: str) -> tuple[FormField, ...]:
    """Where the lot goes."""
    return (FormField("location", "New place", help=f"Now: {here}"), reading.reason_field())


def read_place(posted: Mapping[str, str]) -> str:
    """The place of the form."""
    return reading.read_text(posted, "location", "The place", most=80)
