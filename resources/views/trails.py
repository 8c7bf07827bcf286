"""The trails of lots, equipment, rooms, documents and people: what they are called, and the way back to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from compliance import registry
from compliance.page_frame import Link
from resources.views import places

if TYPE_CHECKING:
    from collections.abc import Callable

READ = "resources.read"


def register() -> None:
    """Opens the trails of this app. What belongs to a lot or a unit is named by it and leads back to it."""
    add = registry.register_trail
    add("resources.materiallot", READ, words="lot", place=_lot_place)
    add("resources.equipment", READ, place=_unit_place)
    add("resources.room", READ, place=_room_place)
    add("resources.document", READ, place=_document_place)
    add("resources.materialitem", READ, words="material", place=_materials)
    add("resources.supplier", READ, place=_materials)
    add("resources.qualification", READ, _qualified, place=_people, related=("person", "document"))
    # Numbers that tie rows of the software together say nothing to a reader.
    loose = {"hidden": frozenset({"reference", "sequence"})}
    lot = {"place": lambda row: _lot_place(row.lot), "related": ("lot",), **loose}
    add("resources.lottest", READ, lambda r: f"{r.lot.number}: {r.get_kind_display()}", words="test of a lot", **lot)
    add("resources.stockmovement", READ, lambda r: f"{r.lot.number}: {r.get_kind_display()}", words="movement", **lot)
    unit = {"place": lambda row: _unit_place(row.equipment), "related": ("equipment",), **loose}
    add("resources.calibrationrecord", READ, lambda r: f"{r.equipment}: calibration", words="calibration", **unit)
    add("resources.equipmentuse", READ, lambda r: f"{r.equipment}: use by {r.batch_ref}", words="use", **unit)
    add("resources.cleaningrecord", READ, lambda r: f"{r.equipment}: cleaning", words="cleaning", **unit)
    check: Callable[[Any], str] = lambda r: f"{r.cleaning.equipment}: check of the cleaning"  # noqa: E731
    there = ("cleaning__equipment",)
    add("resources.cleaningcheck", READ, check, place=lambda r: _unit_place(r.cleaning.equipment), related=there)


def _qualified(row: Any) -> str:
    return f"{row.person.printed_name}: {row.document}"


def _lot_place(row: Any) -> tuple[Link, ...]:
    return (Link("Lots", reverse("resources:lots")), places.lot_link(row))


def _unit_place(row: Any) -> tuple[Link, ...]:
    return (Link("Equipment", reverse("resources:equipment")), Link(row.code, places.unit_url(row)))


def _room_place(row: Any) -> tuple[Link, ...]:
    return (Link("Rooms", reverse("resources:rooms")), Link(row.code, places.room_url(row)))


def _document_place(row: Any) -> tuple[Link, ...]:
    return (Link("Documents", reverse("resources:documents")), Link(str(row), places.document_url(row)))


def _materials(row: Any) -> tuple[Link, ...]:
    return (Link("Materials", reverse("resources:materials")), Link(str(row)))


def _people(row: Any) -> tuple[Link, ...]:
    return (Link("People", reverse("resources:people")), Link(_qualified(row)))
