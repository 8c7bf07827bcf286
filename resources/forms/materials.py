"""A material and a supplier as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.forms import reading
from compliance.page_forms import FormField
from resources.models.material import MaterialKind

if TYPE_CHECKING:
    from collections.abc import Mapping


def item_fields() -> tuple[FormField, ...]:
    """What a material is."""
    return (
        FormField("code", "Code", "code", help="As on the bill of materials. It is never given again."),
        FormField("name", "Name"),
        FormField("kind", "Kind", "select", options=reading.options(MaterialKind.choices)),
        FormField("unit", "Unit of its stock", help="Every amount of it is written in this unit: mL, g, piece."),
        FormField("storage", "Storage", help="2 to 8 °C, dark."),
        FormField(
            "in_use_hours", "Time in use", "number", unit="h", required=False, help="Hours after a container is opened."
        ),
        FormField("specification", "Specification", "area", required=False, help="What a lot of it must meet."),
        FormField("gtin", "Article number (GTIN)", "code", required=False, help="14 digits."),
    )


def read_item(posted: Mapping[str, str]) -> dict[str, Any]:
    """The material of the form."""
    return {
        "code": reading.read_text(posted, "code", "The code", most=40),
        "name": reading.read_text(posted, "name", "The name"),
        "kind": reading.read_choice(posted, "kind", "The kind", MaterialKind.values),
        "unit": reading.read_text(posted, "unit", "The unit", most=16),
        "storage": reading.read_text(posted, "storage", "The storage", most=80),
        "in_use_hours": reading.read_number_if_any(posted, "in_use_hours", "The time in use", positive=True),
        "specification": reading.read_text(posted, "specification", "The specification", most=4000, need=False),
        "gtin": reading.read_text(posted, "gtin", "The article number", most=14, need=False),
    }


def supplier_fields() -> tuple[FormField, ...]:
    """Who delivers."""
    return (FormField("code", "Code", "code"), FormField("name", "Name"))


def read_supplier(posted: Mapping[str, str]) -> dict[str, str]:
    """The supplier of the form."""
    return {
        "code": reading.read_text(posted, "code", "The code", most=40),
        "name": reading.read_text(posted, "name", "The name"),
    }


def qualifying_fields(until: str) -> tuple[FormField, ...]:
    """Up to when a supplier's certificates are relied on."""
    words = "Certificates count up to this day. Empty ends the qualification."
    return (
        FormField("until", "Qualified until", "date", until, words, required=False),
        reading.reason_field("Reason", "Names the audit or the report."),
    )


def read_qualifying(posted: Mapping[str, str]) -> dict[str, Any]:
    """The last day and why."""
    return {
        "until": reading.read_day_if_any(posted, "until", "The last day"),
        "reason": reading.read_reason(posted),
    }
