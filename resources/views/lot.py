"""One material lot, and its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from compliance.domain import clock
from compliance.page_forms import RecordPage, Section
from compliance.page_frame import Link
from compliance.pages import State
from compliance.views import act_pages, acts
from resources import queries
from resources.domain import receiving
from resources.forms import lots as forms
from resources.models import MaterialItem, MaterialLot, Supplier
from resources.views import places
from resources.views.lot_page import lot_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm

NO_MATERIAL = State(
    "empty",
    "No material or no supplier is on record",
    "A lot is received of a registered material from a registered supplier. The process engineer or QA registers both.",
)


@act_pages.reading(places.READ)
def lot(request: HttpRequest, number: str) -> HttpResponse:
    """Receipt, tests, stock, decisions, and what stops the release (R303)."""
    found = places.lot_of(number)
    page = lot_page(acts.of_request(request), found, clock.now(), queries.on_hand(found))
    return render(request, "resources/lot.html", {"page": page})


@act_pages.acting("resources.receive_lot")
def receive(request: HttpRequest) -> HttpResponse:
    """Receives a delivery under a new number, into quarantine (R303, R317)."""
    items, suppliers = list(MaterialItem.objects.all()), list(Supplier.objects.all())
    fields = forms.receipt_fields(items, suppliers, request.GET.get("item", ""))
    form = act_pages.form_of(request, "receive", "What was delivered", "Receive into quarantine", fields)

    def do() -> None:
        values = forms.read_receipt(request.POST)
        with acts.plain_act(request, "material_lot.received", values["item"]) as a:
            receiving.receive_lot(a, values.pop("item"), values.pop("supplier"), **values)

    def to() -> str:
        return places.lot_url(MaterialLot.objects.get(uuid=act_pages.made(request, "resources.materiallot")))

    def page(shown: ActForm) -> RecordPage:
        return _receive_page(shown, ready=bool(items and suppliers))

    said = "Received into quarantine under the number above. Put it on every container."
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)


def _receive_page(form: ActForm, *, ready: bool) -> RecordPage:
    lacking = Section(title="What is needed first", state=NO_MATERIAL)
    return RecordPage(
        head=places.head("Receive a lot", places.LOTS),
        title="Receive a lot",
        text="One form for each supplier lot of each delivery. The lot gets a number of its own.",
        sections=() if ready else (lacking,),
        links=() if ready else (Link("Materials and suppliers", reverse("resources:materials")),),
        forms=(form,) if ready else (),
    )
