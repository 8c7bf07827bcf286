"""Where the pages of resources are, and the record that an address names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.shortcuts import get_object_or_404
from django.urls import reverse

from compliance.page_frame import Head, Link
from resources.models import MaterialLot

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.models import Record
    from resources.models import Document, Equipment, Room

    R = TypeVar("R", bound=Record)

READ = "resources.read"
ACT = "resources/act.html"
LOTS = ("Material lots", "resources:lots", "lots")
MATERIALS = ("Materials", "resources:materials", "lots")
EQUIPMENT = ("Equipment", "resources:equipment", "equipment")
ROOMS = ("Rooms", "resources:rooms", "equipment")
DOCUMENTS = ("Documents", "resources:documents", "people")
PEOPLE = ("People", "resources:people", "people")


def head(title: str, under: tuple[str, str, str], *more: Link) -> Head:
    """The head of a page under one of the lists."""
    label, name, section = under
    return Head(title=title, section=section, crumbs=(Link(label, reverse(name)), *more, Link(title)))


def lot_of(number: str) -> MaterialLot:
    """The lot of this number, or 404."""
    rows = MaterialLot.objects.select_related("item", "supplier", "received_by")
    return get_object_or_404(rows, number=number.upper())


def row_of(model: type[R], uuid: UUID, *with_: str) -> R:
    """The row of this uuid, or 404."""
    rows: Any = model._default_manager.select_related(*with_)
    return get_object_or_404(rows, uuid=uuid)  # type: ignore[no-any-return]


def lot_url(lot: MaterialLot) -> str:
    """The page of a lot."""
    return reverse("resources:lot", args=(lot.number,))


def lot_link(lot: MaterialLot) -> Link:
    """The crumb of a lot."""
    return Link(lot.number, lot_url(lot))


def unit_url(unit: Equipment) -> str:
    """The page of a unit."""
    return reverse("resources:unit", args=(unit.uuid,))


def room_url(room: Room) -> str:
    """The page of a room."""
    return reverse("resources:room", args=(room.uuid,))


def document_url(document: Document) -> str:
    """The page of a document version."""
    return reverse("resources:document", args=(document.uuid,))
