"""Find anything: type or scan a batch, vial, deviation, lot, unit, donation or tissue lot (R104, R318)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from batches import queries
from batches.models import Batch, Entry, EquipmentScan, LotNode, MaterialCharge
from batches.views import places, words
from batches.views.codes import other_page, own_page
from batches.views.deviations import key_of
from compliance.domain import clock
from compliance.numbers import display
from compliance.page_forms import RecordPage, Section
from compliance.page_frame import Head, Link
from compliance.pages import Act, Cell, Column, Row, State, Table
from compliance.queries import slice_of
from compliance.views import acts
from compliance.views.listing import pagination_of
from resources import queries as stocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from resources.queries import Scanned

MOST = 50
LONGEST = 200


@require_safe
@never_cache
@acts.needs("batches.read")
def records(request: HttpRequest) -> HttpResponse:
    """Every batch, or what a code leads to. A code that names one batch, vial or deviation opens it."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    if not asked:
        return _all(request)
    scanned = stocks.find_scanned(asked, clock.now())
    sections = _found(asked, scanned)
    url = own_page(asked) or ("" if sections else other_page(acts.of_request(request), asked, scanned))
    if url:
        return redirect(url)
    if not sections:
        return unknown(request, asked, scanned.message)
    page = RecordPage(head=_head(asked), title=asked, text=scanned.message, sections=sections)
    return render(request, "batches/records.html", {"page": page, "asked": asked})


def search_url(asked: str) -> str:
    """The address of what the records find under a code; "" where they find nothing, so that it is in no address."""
    if not _found(asked, stocks.find_scanned(asked, clock.now())):
        return ""
    return f"{reverse('batches:records')}?{urlencode({'q': asked})}"


def unknown(request: HttpRequest, asked: str, said: str) -> HttpResponse:
    """Nothing bears this code: it is not shown whole, for it may have been typed for another box."""
    return nothing_found(request, f"Nothing is called {stocks.masked(asked)}", said)


def nothing_found(request: HttpRequest, title: str, said: str) -> HttpResponse:
    """Words and a way on, where a search or a scan led nowhere."""
    acts_on = (Link("All batches", reverse("batches:records")),)
    state = State("empty", title, said or "Scan the label again, or type the number as it stands on it.", acts=acts_on)
    shown = (Section(title="Nothing found", state=state),)
    page = RecordPage(head=_head(title), title=title, sections=shown)
    return render(request, "batches/records.html", {"page": page, "asked": ""}, status=404)


def _head(title: str) -> Head:
    return Head(title=title, section="batches", crumbs=(Link("Board", places.board_url()), Link("Records")))


def _all(request: HttpRequest) -> HttpResponse:
    rows = Batch.objects.select_related("product_version__product", "master_version__master")
    part = slice_of(rows, key_of(request.GET.get("after", "")))
    table = _batches(part.rows, "Batches", "No batch was issued yet.")
    pages = pagination_of(part, reverse("batches:records"))
    page = RecordPage(
        head=_head("Records"),
        title="Records",
        text="Type or scan a batch, vial, deviation, lot, unit, donation or tissue lot.",
        sections=(Section(title="Batches", aside=f"{part.total}", table=table),),
    )
    return render(request, "batches/records.html", {"page": page, "asked": "", "pagination": pages})


def _batches(rows: Iterable[Batch], caption: str, empty: str) -> Table:
    columns = (Column("Batch"), Column("Product"), Column("Master"), Column("State"), Column("Issued"))
    return Table(caption, columns, tuple(_batch(b) for b in rows), empty=empty)


def _batch(row: Batch) -> Row:
    return Row(
        (
            Cell(row.number, url=places.batch_url(row.number)),
            Cell(row.product_version.product.name),
            Cell(str(row.master_version)),
            Cell(row.get_state_display()),
            Cell(words.moment(row.issued_at)),
        )
    )


def _found(asked: str, scanned: Scanned) -> tuple[Section, ...]:
    """What a code or a piece of a batch number leads to."""
    found: list[Section] = []
    like = Batch.objects.filter(number__icontains=asked).select_related(
        "product_version__product", "master_version__master"
    )
    if rows := list(like[:MOST]):
        found.append(Section(title="Batches", table=_batches(rows, "Batches", "")))
    if nodes := _nodes(asked):
        found.append(Section(title="Donation and tissue", table=nodes))
    found += _of_label(scanned)
    return tuple(found)


def _of_label(scanned: Scanned) -> list[Section]:
    """Where a lot or a unit was used; several lots that a code could mean are listed, none is picked (MAT-15)."""
    if scanned.lot is not None:
        used = MaterialCharge.objects.filter(lot=scanned.lot).select_related("batch", "phase", "lot__item")
        open_it = Act(f"Open lot {scanned.lot.number}", reverse("resources:lot", args=(scanned.lot.number,)))
        title = f"Lot {scanned.lot.number}, {scanned.lot.item.name}"
        return [Section(title=title, table=_uses(used), acts=(open_it,))]
    if scanned.equipment is not None:
        unit = scanned.equipment
        seen = EquipmentScan.objects.filter(equipment=unit).select_related("batch", "phase").order_by("-id")
        open_it = Act(f"Open {unit.code}", reverse("resources:unit", args=(unit.uuid,)))
        return [Section(title=f"{unit.code} {unit.name}", table=_scans(seen), acts=(open_it,))]
    if not scanned.choices:
        return []
    url = reverse("batches:records")
    rows = tuple(
        Row((Cell(lot.number, url=f"{url}?q={lot.number}"), Cell(lot.item.code), Cell(lot.get_state_display())))
        for lot in scanned.choices
    )
    columns = (Column("Lot"), Column("Material"), Column("State"))
    return [Section(title="Which lot is meant?", table=Table("Lots", columns, rows))]


def _uses(rows: Iterable[MaterialCharge]) -> Table:
    columns = (Column("Batch"), Column("Step"), Column("Amount", numeric=True), Column("When"))
    shown = []
    for row in list(rows)[:MOST]:
        row.phase.batch = row.batch
        amount = f"{words.pretty(display(row.quantity))} {words.unit_of(row.unit)}"
        step = Cell(row.phase.title, url=places.phase_url(row.phase))
        batch = Cell(row.batch.number, url=places.batch_url(row.batch.number))
        shown.append(Row((batch, step, Cell(amount, note=row.get_state_display()), Cell(words.moment(row.charged_at)))))
    return Table("Batches it went into", columns, tuple(shown), empty="It went into no batch.")


def _scans(rows: Iterable[EquipmentScan]) -> Table:
    columns = (Column("Batch"), Column("Step"), Column("When"))
    listed = list(rows)[:MOST]
    paths = {f"{row.phase.path}.{row.uuid}" for row in listed}
    gone = set(Entry.objects.filter(kind="equipment", path__in=paths).values_list("path", flat=True))
    shown = []
    for row in listed:
        row.phase.batch = row.batch
        step = Cell(row.phase.title, url=places.phase_url(row.phase))
        batch = Cell(row.batch.number, url=places.batch_url(row.batch.number))
        note = "scanned by mistake, taken back" if f"{row.phase.path}.{row.uuid}" in gone else ""
        shown.append(Row((batch, step, Cell(words.moment(row.scanned_at), note=note))))
    return Table("Batches it was used in", columns, tuple(shown), empty="It was used in no batch.")


def _nodes(asked: str) -> Table | None:
    """Batches that come from a donation or tissue lot of this number: a look-back in one page (R318)."""
    code = asked.upper()
    start = LotNode.objects.filter(Q(donation__din=code) | Q(tissue__number=code) | Q(donation__donor__number=code))
    targets = {node.pk: node for one in start for node in queries.descendants(one).nodes.values()}
    numbers = {b.number: b for node in targets.values() if (b := _batch_of(node)) is not None}
    if not numbers:
        return None
    rows = tuple(
        Row((Cell(number, url=places.batch_url(number)), Cell(batch.get_state_display())))
        for number, batch in sorted(numbers.items())
    )
    return Table("Batches that come from it", (Column("Batch"), Column("State")), rows)


def _batch_of(node: LotNode) -> Batch | None:
    if node.run is not None:
        return node.run.batch
    return node.batch
