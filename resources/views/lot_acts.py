"""What is done with a lot day by day: tested, sampled, moved, opened, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.forms import reading
from compliance.numbers import display
from compliance.page_forms import RecordPage, Section
from compliance.pages import Fact
from compliance.views import act_pages, acts
from resources import queries
from resources.domain import receiving, stock
from resources.forms import lots as forms
from resources.views import places
from resources.views.lot_page import facts, tests_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from compliance.domain.act import Act
    from compliance.page_forms import ActForm, FormField
    from resources.models import MaterialLot

MOVE = "resources.move_stock"


@act_pages.acting("resources.test_lot")
def test(request: HttpRequest, number: str) -> HttpResponse:
    """Records a test of a lot in quarantine or on hold (R303)."""
    lot = places.lot_of(number)

    def write(a: Act) -> object:
        return receiving.record_test(a, lot, **forms.read_test(request.POST))

    section = Section(title="Tests so far", table=tests_table(lot.tests.select_related("tested_by")))
    return _doing(
        request, lot, "Record a test", "material_lot.tested", forms.test_fields(), write, said="Test recorded.",
        more=(section,),
    )  # fmt: skip


@act_pages.acting(MOVE)
def sample(request: HttpRequest, number: str) -> HttpResponse:
    """Takes a test sample out of the stock, in quarantine too (R324)."""
    lot = places.lot_of(number)

    def write(a: Act) -> object:
        amount, why = forms.read_amount(request.POST), reading.read_reason(request.POST)
        return stock.take_sample(a, lot, amount, lot.item.unit, why)

    return _doing(
        request, lot, "Take a sample", "stock.sampled", forms.amount_fields(lot.item.unit), write, said="Sample booked."
    )


@act_pages.acting(MOVE)
def discard_part(request: HttpRequest, number: str) -> HttpResponse:
    """Discards a part of a lot, expired or not (MAT-06)."""
    lot = places.lot_of(number)

    def write(a: Act) -> object:
        amount, why = forms.read_amount(request.POST), reading.read_reason(request.POST)
        return stock.discard(a, lot, amount, lot.item.unit, why)

    return _doing(
        request, lot, "Discard a part", "stock.discarded", forms.amount_fields(lot.item.unit), write,
        said="Discarded part booked.",
    )  # fmt: skip


@act_pages.acting("resources.adjust_stock")
def adjust(request: HttpRequest, number: str) -> HttpResponse:
    """QA sets the stock to what was counted (R324)."""
    lot = places.lot_of(number)

    def write(a: Act) -> object:
        counted, why = forms.read_count(request.POST), reading.read_reason(request.POST)
        return stock.adjust(a, lot, counted, lot.item.unit, why)

    return _doing(
        request, lot, "Adjust after a count", "stock.adjusted", forms.count_fields(lot.item.unit), write,
        said="Stock adjusted.",
    )  # fmt: skip


@act_pages.acting(MOVE)
def move(request: HttpRequest, number: str) -> HttpResponse:
    """Moves a lot to another place (R317)."""
    lot = places.lot_of(number)

    def write(a: Act) -> object:
        return receiving.move_lot(a, lot, forms.read_place(request.POST), reading.read_reason(request.POST))

    return _doing(
        request, lot, "Move to another place", "material_lot.moved", forms.place_fields(lot.location), write,
        said="Place recorded.",
    )  # fmt: skip


@act_pages.acting(MOVE)
def open_container(request: HttpRequest, number: str) -> HttpResponse:
    """Opens the next container: its time in use starts now."""
    lot = places.lot_of(number)

    def write(a: Act) -> object:
        return receiving.open_container(a, lot)

    return _doing(
        request, lot, "Open a container", "material_lot.opened", (), write, said="Container opened; its time runs."
    )


def _doing(
    request: HttpRequest,
    lot: MaterialLot,
    title: str,
    event: str,
    fields: Iterable[FormField],
    write: Callable[[Act], object],
    *,
    said: str,
    more: tuple[Section, ...] = (),
) -> HttpResponse:
    form = act_pages.form_of(request, "act", title, title, fields, version=lot.version)

    def do() -> None:
        with acts.plain_act(request, event, lot) as a:
            write(a)

    def page(shown: ActForm) -> RecordPage:
        return _page(lot, title, shown, more)

    to = places.lot_url(lot)
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)


def _page(lot: MaterialLot, title: str, form: ActForm, more: tuple[Section, ...]) -> RecordPage:
    wanted: Any = {"Material", "Supplier's lot", "Containers", "Place"}
    return RecordPage(
        head=places.head(title, places.LOTS, places.lot_link(lot)),
        title=f"{title} · {lot.number}",
        step=lot.get_state_display(),
        tally=(Fact(f"{lot.item.unit} on hand", display(queries.on_hand(lot))),),
        sections=(Section(title="The lot", facts=tuple(f for f in facts(lot) if f.term in wanted)), *more),
        forms=(form,),
    )
