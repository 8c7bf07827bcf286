"""The list of coded donors, and a new donor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from compliance.forms.trail import key_of
from compliance.page_forms import RecordPage
from compliance.page_frame import Head, Link
from compliance.pages import Cell, Column, Fact, Row, Table
from compliance.queries import slice_of
from compliance.views import act_pages, acts, shown
from compliance.views.listing import pagination_of
from donors import queries
from donors.domain import registration
from donors.forms import registering as forms
from donors.models import Donor
from donors.pages import DonorListPage
from donors.rules import rules
from donors.states import DonorState
from donors.views import loads, places, words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm
    from donors.views.loads import DonorLine

FILTERS = (("", "All"), *DonorState.choices)


@act_pages.reading(places.READ)
def donors(request: HttpRequest) -> HttpResponse:
    """Donors by code, with windows and missing tests of the newest donation at a glance. Never identity (R417)."""
    actor = acts.of_request(request)
    state = request.GET.get("state", "")
    state = state if state in dict(FILTERS) else ""
    part = slice_of(queries.donors_for(actor, state or None), key_of(request.GET))
    lines = loads.donor_lines(part.rows)
    schemes = rules().schemes
    labels = ("Donor", "Tissue", "Eligibility", "Newest donation", *schemes)
    page = DonorListPage(
        head=Head(title="Donors", section="donors"),
        title="Donors",
        text="By code. What the rules of each market say is of the newest donation; the determination is by signature.",
        tally=(Fact("donors", str(part.total)),),
        acts=shown.offer(actor, "donors.register", "Register a donor", reverse("donors:register")),
        filters=tuple(
            Link(label, f"{request.path}?state={value}" if value else request.path, current=value == state)
            for value, label in FILTERS
        ),
        table=Table(
            "Donors",
            tuple(Column(label) for label in labels),
            tuple(_row(line, len(schemes)) for line in lines),
            empty="No donor here. The donor coordinator registers the first.",
        ),
        pagination=pagination_of(part, request.path, f"state={state}" if state else ""),
    )
    return render(request, "donors/donor_list.html", {"page": page})


def _row(line: DonorLine, schemes: int) -> Row:
    donor, case = line.donor, line.cases[0] if line.cases else None
    markets = [words.market_cell(s) for s in case.judged.summaries] if case else [Cell()] * schemes
    return Row(
        (
            Cell(donor.number, url=places.donor_url(donor), kind="code"),
            Cell(words.source_of(donor), note=donor.get_scheme_display()),
            Cell(
                verdict=words.donor_verdict(donor.state),
                note="consent given" if line.consented else "no consent stands",
            ),
            Cell(case.donation.din if case else "none yet", note=case.donation.donated_on.isoformat() if case else ""),
            *markets,
        )
    )


@act_pages.acting("donors.register")
def register(request: HttpRequest) -> HttpResponse:
    """Registers a donor by code alone (R417)."""
    form = act_pages.form_of(request, "register", "What is known", "Register the donor", forms.donor_fields())

    def do() -> None:
        values = forms.read_donor(request.POST)
        with acts.plain_act(request, "donor.registered", "donors") as a:
            registration.register_donor(a, values.pop("source_type"), values.pop("scheme"), **values)

    def to() -> str:
        return places.donor_url(Donor.objects.get(uuid=act_pages.made(request, "donors.donor")))

    def page(asked: ActForm) -> RecordPage:
        title = "Register a donor"
        text = "The donor gets a code, and is known by it alone. Who it is goes into the sealed identity afterwards."
        return RecordPage(head=places.donor_head(title), title=title, text=text, forms=(asked,))

    said = "Registered. The code above stands for the donor from now on."
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)
