"""The list of tissue lots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from compliance.domain import clock
from compliance.forms.trail import key_of
from compliance.numbers import display
from compliance.page_forms import ListPage
from compliance.page_frame import Head, Link
from compliance.pages import Cell, Column, Fact, Row, Table, Verdict
from compliance.queries import slice_of
from compliance.views import act_pages, acts, shown
from compliance.views.listing import pagination_of
from donors import queries
from donors.guards import is_expired
from donors.states import TissueState
from donors.views import loads, places, words

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from donors.models import TissueLot
    from donors.views.loads import LotLine

FILTERS = (("", "All"), *TissueState.choices)
COLUMNS = ("Lot", "Tissue", "Donation", "State", "Use until", "Left", "Place")


@act_pages.reading(places.READ_TISSUE)
def lots(request: HttpRequest) -> HttpResponse:
    """Tissue lots by state, the newest first. Coded: nothing of identity (R414, R417)."""
    actor, at = acts.of_request(request), clock.now()
    state = request.GET.get("state", "")
    state = state if state in dict(FILTERS) else ""
    part = slice_of(queries.lots_for(actor, state or None), key_of(request.GET))
    columns = tuple(Column(c, numeric=c == "Left") for c in COLUMNS)
    page = ListPage(
        head=Head(title="Tissue lots", section="tissue"),
        title="Tissue lots",
        text="Donor tissue as received. It may be used once the donor is determined eligible and QA has released it.",
        tally=(Fact("lots", str(part.total)),),
        acts=shown.offer(actor, "donors.receive_tissue", "Receive tissue", reverse("donors:receive")),
        filters=tuple(
            Link(label, f"{request.path}?state={value}" if value else request.path, current=value == state)
            for value, label in FILTERS
        ),
        table=Table(
            "Tissue lots", columns, tuple(_row(x, at) for x in loads.lot_lines(part.rows)), empty="No tissue lot here."
        ),
        pagination=pagination_of(part, request.path, f"state={state}" if state else ""),
    )
    return render(request, "donors/lots.html", {"page": page})


def _row(line: LotLine, at: datetime) -> Row:
    lot = line.lot
    return Row(
        (
            Cell(lot.number, url=places.lot_url(lot), kind="code"),
            Cell(words.source_of(lot.donation.donor), note=lot.donation.donor.get_scheme_display()),
            Cell(lot.donation.din, note=lot.donation.donor.number),
            Cell(verdict=words.tissue_verdict(lot.state)),
            _until(lot, at),
            Cell(f"{display(line.left)} {lot.unit}", note="used up" if line.left == 0 else ""),
            Cell(line.place),
        )
    )


def _until(lot: TissueLot, at: datetime) -> Cell:
    text = shown.moment(lot.expires_at) or "no limit"
    return Cell(verdict=Verdict("breach", "over", text)) if is_expired(lot, at) else Cell(text)
