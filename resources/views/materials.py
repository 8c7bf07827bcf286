"""Materials and suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse

from compliance.domain import clock
from compliance.numbers import display
from compliance.page_forms import RecordPage, Section
from compliance.pages import Cell, Column, Fact, Row, Table, Verdict
from compliance.views import act_pages, acts, shown
from resources.domain import materials as domain
from resources.forms import materials as forms
from resources.models import MaterialItem, Supplier
from resources.views import places, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from compliance.domain.actor import Actor
    from compliance.page_forms import ActForm

REGISTER = "resources.register"


@act_pages.reading(places.READ)
def materials(request: HttpRequest) -> HttpResponse:
    """What may be bought and used, and from whom (R303, R305)."""
    actor = acts.of_request(request)
    items, suppliers = list(MaterialItem.objects.all()), list(Supplier.objects.all())
    page = RecordPage(
        head=places.head("Materials", places.LOTS),
        title="Materials and suppliers",
        text="A material is put on record once, with the unit its stock is kept in. Then its lots are received.",
        tally=(Fact("materials", str(len(items))), Fact("suppliers", str(len(suppliers)))),
        sections=(
            Section(
                title="Materials",
                table=_items(actor, items),
                acts=shown.offer(actor, REGISTER, "Register a material", reverse("resources:item-register")),
            ),
            Section(
                title="Suppliers",
                aside="a certificate counts only while the supplier is qualified",
                table=_suppliers(actor, suppliers, clock.today()),
                acts=shown.offer(actor, REGISTER, "Register a supplier", reverse("resources:supplier-register")),
            ),
        ),
    )
    return render(request, "resources/materials.html", {"page": page})


def _items(actor: Actor, items: list[MaterialItem]) -> Table:
    may = actor.may("resources.receive_lot")
    labels = ("Code", "Name", "Kind", "Unit", "Storage", "Time in use", "Receive" if may else "")
    columns = tuple(Column(label) for label in labels if label)
    empty = "No material is on record yet. The process engineer or QA registers the first."
    return Table("Materials", columns, tuple(_item(i, may=may) for i in items), empty=empty)


def _item(item: MaterialItem, *, may: bool) -> Row:
    query = urlencode({"item": item.code})
    receive = Cell("Receive a lot", url=f"{reverse('resources:receive')}?{query}")
    return Row(
        (
            Cell(item.code, url=f"{reverse('resources:lots')}?{query}", kind="code"),
            Cell(item.name, note=item.specification),
            Cell(str(item.get_kind_display())),
            Cell(item.unit),
            Cell(item.storage),
            Cell(f"{display(item.in_use_hours)} h" if item.in_use_hours else "no limit"),
            *((receive,) if may else ()),
        )
    )


def _suppliers(actor: Actor, suppliers: list[Supplier], today: date) -> Table:
    may = actor.may("resources.qualify_suppliers")
    labels = ("Code", "Name", "Qualified", "Change" if may else "")
    columns = tuple(Column(label) for label in labels if label)
    rows = tuple(_supplier(s, today, may=may) for s in suppliers)
    return Table("Suppliers", columns, rows, empty="No supplier is on record yet.")


def _supplier(supplier: Supplier, today: date, *, may: bool) -> Row:
    until = supplier.qualified_until
    good = until is not None and until >= today
    verdict = Verdict("within", "qualified", f"until {words.day(until)}") if good else Verdict("alert", "not qualified")
    change = Cell("Qualify", url=reverse("resources:supplier-qualify", args=(supplier.uuid,)))
    return Row(
        (Cell(supplier.code, kind="code"), Cell(supplier.name), Cell(verdict=verdict), *((change,) if may else ()))
    )


@act_pages.acting(REGISTER)
def register_item(request: HttpRequest) -> HttpResponse:
    """Puts a material on record (R305)."""

    def do() -> None:
        values = forms.read_item(request.POST)
        with acts.plain_act(request, "material.registered", "materials") as a:
            domain.register_item(a, **values)

    return _register(request, "Register a material", forms.item_fields(), do)


@act_pages.acting(REGISTER)
def register_supplier(request: HttpRequest) -> HttpResponse:
    """Puts a supplier on record, not qualified yet."""

    def do() -> None:
        values = forms.read_supplier(request.POST)
        with acts.plain_act(request, "supplier.registered", "suppliers") as a:
            domain.register_supplier(a, **values)

    return _register(request, "Register a supplier", forms.supplier_fields(), do)


@act_pages.acting("resources.qualify_suppliers")
def qualify_supplier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """QA qualifies a supplier up to a day, or ends it (R303)."""
    supplier = places.row_of(Supplier, uuid)
    fields = forms.qualifying_fields(words.day(supplier.qualified_until, ""))

    def do() -> None:
        values = forms.read_qualifying(request.POST)
        with acts.plain_act(request, "supplier.qualified", supplier) as a:
            domain.qualify_supplier(a, supplier, **values)

    return _register(request, f"Qualify {supplier.name}", fields, do, submit="Record", version=supplier.version)


def _register(
    request: HttpRequest, title: str, fields: Any, do: Callable[[], None], *, submit: str = "Register", version: int = 0
) -> HttpResponse:
    form = act_pages.form_of(request, "register", title, submit, fields, version=version)

    def page(asked: ActForm) -> RecordPage:
        return RecordPage(head=places.head(title, places.MATERIALS), title=title, forms=(asked,))

    to = reverse("resources:materials")
    return act_pages.answer(request, form, page, do, to=to, said=f"{title}: done.", template=places.ACT)
