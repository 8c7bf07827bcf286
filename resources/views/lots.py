"""The list of material lots."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse

from compliance.domain import clock
from compliance.forms.trail import key_of
from compliance.numbers import display
from compliance.page_frame import Head, Link
from compliance.pages import Cell, Column, Fact, Row, Table
from compliance.views import act_pages, acts, shown
from compliance.views.listing import pagination_of
from resources.pages import LotListPage
from resources.states import LotState
from resources.views import loads, places, words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.domain.actor import Actor
    from compliance.pages import Act
    from resources.views.loads import LotLine

FILTERS = (("", "All"), *LotState.choices, (loads.EXPIRING, "ends within 60 days"))
COLUMNS = ("Lot", "Material", "Supplier's lot", "State", "Last day", "On hand", "Place")


@act_pages.reading(places.READ)
def lots(request: HttpRequest) -> HttpResponse:
    """Lots by state or by their last day, the newest first (R303, R304)."""
    actor, at = acts.of_request(request), clock.now()
    state = request.GET.get("state", "")
    state = state if state in dict(FILTERS) else ""
    item = request.GET.get("item", "").replace("\x00", "")[:40]
    part = loads.lot_page(loads.lots(state, item), key_of(request.GET))
    path, query = request.path, urlencode({k: v for k, v in (("state", state), ("item", item)) if v})
    page = LotListPage(
        head=Head(title="Material lots", section="lots"),
        title=f"Lots of {item}" if item else "Material lots",
        text="Each supplier lot of each delivery under an own number. It may be used once QA has released it.",
        tally=(Fact("lots", str(part.total)),),
        acts=_acts(actor),
        filters=_filters(path, state, item),
        table=_table(loads.lot_lines(part.rows, at)),
        pagination=pagination_of(part, path, query),
    )
    return render(request, "resources/lots.html", {"page": page})


def _acts(actor: Actor) -> tuple[Act, ...]:
    return (
        *shown.offer(actor, places.READ, "Materials and suppliers", reverse("resources:materials")),
        *shown.offer(actor, "resources.receive_lot", "Receive a lot", reverse("resources:receive")),
    )


def _filters(path: str, state: str, item: str) -> tuple[Link, ...]:
    def url(value: str) -> str:
        query = urlencode({k: v for k, v in (("state", value), ("item", item)) if v})
        return f"{path}?{query}" if query else path

    return tuple(Link(label, url(value), current=value == state) for value, label in FILTERS)


def _table(lines: list[LotLine]) -> Table:
    columns = tuple(Column(c, numeric=c == "On hand") for c in COLUMNS)
    return Table("Material lots", columns, tuple(_row(line) for line in lines), empty="No lot here.")


def _row(line: LotLine) -> Row:
    lot = line.lot
    return Row(
        (
            Cell(lot.number, url=places.lot_url(lot), kind="code"),
            Cell(lot.item.name, note=lot.item.code),
            Cell(lot.supplier_lot, note=lot.supplier.name),
            Cell(verdict=words.lot_verdict(lot.state)),
            words.last_day_cell(lot, line.problems, soon=line.soon),
            Cell(f"{display(line.on_hand)} {lot.item.unit}", note="used up" if line.on_hand == 0 else ""),
            Cell(lot.location),
        )
    )
