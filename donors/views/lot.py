"""One tissue lot: shown, received, its transport judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from compliance.domain import clock
from compliance.numbers import canonical
from compliance.page_forms import RecordPage, Section
from compliance.pages import Fact
from compliance.refusals import Invalid, Refusal
from compliance.views import act_pages, acts, shown
from donors.domain import tissue
from donors.domain.entry import source_of
from donors.forms import tissue as forms
from donors.models import Donation, TissueLot
from donors.validators.din import parse_keyed_din, parse_scanned_din
from donors.views import places, words
from donors.views.lot_page import DISPOSE, facts, lot_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm, FormField
    from donors.rules import SourceType

RECEIVE = "donors.receive_tissue"


@act_pages.reading(places.READ_TISSUE)
def lot(request: HttpRequest, number: str) -> HttpResponse:
    """Receipt, transport, label, custody, use, decisions; never identity (R414-R418)."""
    actor = acts.of_request(request)
    page = lot_page(actor, places.lot_of(actor, number), clock.now())
    return render(request, "donors/lot.html", {"page": page})


@act_pages.acting(RECEIVE)
def find(request: HttpRequest) -> HttpResponse:
    """Finds the donation by the number on the container, scanned or typed with its check character (R409)."""
    form = act_pages.form_of(request, "find", "Which donation", "Look it up", forms.find_fields())
    status = 200
    if request.method == "POST":
        try:
            return HttpResponseRedirect(reverse("donors:receive-of", args=(_found(request),)))
        except Refusal as refusal:
            form, status = acts.kept(form, request.POST, refusal), refusal.status
    text = "Scan the donation number of the container. The donation must be on record before its tissue is received."
    page = RecordPage(head=places.lot_head("Receive tissue"), title="Receive tissue", text=text, forms=(form,))
    return render(request, places.ACT, {"page": page}, status=status)


def _found(request: HttpRequest) -> str:
    typed, check = request.POST.get("din", "").strip()[:60], request.POST.get("check_character", "")[:4]
    number = (parse_scanned_din(typed) if typed.startswith("=") else parse_keyed_din(typed, check)).number
    if not Donation.objects.filter(din=number).exists():
        text = (
            f"Donation {number} is not on record. Put the container aside and ask the donor coordinator to record it."
        )
        raise Invalid(text, "din", "din_unknown")
    return number


@act_pages.acting(RECEIVE)
def receive(request: HttpRequest, din: str) -> HttpResponse:
    """Receives tissue of a donation into quarantine (R414)."""
    donation = get_object_or_404(Donation.objects.select_related("donor"), din=din.upper())
    source = source_of(donation.donor)
    fields = forms.receipt_fields(source.quantity_unit, shown.moment(clock.now()))
    form = act_pages.form_of(request, "receive", "What arrived", "Receive into quarantine", fields)

    def do() -> None:
        values = forms.read_receipt(request.POST)
        with acts.plain_act(request, "tissue.received", donation.donor) as a:
            tissue.receive_tissue(a, donation, **values)

    def to() -> str:
        return places.lot_url(TissueLot.objects.get(uuid=act_pages.made(request, "donors.tissuelot")))

    def page(asked: ActForm) -> RecordPage:
        title = "Receive tissue"
        section = Section(title="The donation", facts=_expected(donation, source))
        return RecordPage(head=places.lot_head(title), title=title, sections=(section,), forms=(asked,))

    said = "Received into quarantine under the number above. Put its label on the container."
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)


def _expected(donation: Donation, source: SourceType) -> tuple[Fact, ...]:
    limit = source.collection_limit_h
    ranges = " or ".join(f"{canonical(low)} to {canonical(high)} °C" for low, high in source.transport_c)
    return (
        Fact("Donation number", words.din(donation), code=True),
        Fact("Donor", donation.donor.number),
        Fact("Tissue", source.label, source.cells),
        Fact("Collection ended", shown.moment(donation.collected_at)),
        Fact("Isolation must start within", f"{canonical(limit)} h of it" if limit else "no limit"),
        Fact("Transport", ranges or "no range", "QA judges what was outside"),
    )


@act_pages.acting(DISPOSE)
def judge(request: HttpRequest, number: str) -> HttpResponse:
    """QA judges a transport outside the accepted range, in words (R414)."""
    found = places.lot_of(acts.of_request(request), number)

    def do() -> None:
        version, words_ = acts.read_version(request), forms.read_judgement(request.POST)
        with acts.plain_act(request, "tissue.transport_judged", found) as a:
            tissue.judge_transport(a, found, words_, version)

    return act_on(request, found, "Judge the transport", (forms.judgement_field(),), do, said="Transport judged.")


def act_on(
    request: HttpRequest,
    found: TissueLot,
    title: str,
    fields: Iterable[FormField],
    do: Callable[[], None],
    *,
    said: str,
    **more: Any,
) -> HttpResponse:
    """The page of one act on a tissue lot: what it is about, the form, and back to the lot."""
    blockers, submit = more.pop("blockers", None), more.pop("submit", title)
    form = act_pages.form_of(request, "act", title, submit, fields, version=found.version, **more)
    about = Section(title="The lot", facts=facts(acts.of_request(request), found))

    def page(asked: ActForm) -> RecordPage:
        return RecordPage(
            head=places.lot_head(title, found),
            title=f"{title} · {found.number}",
            step=found.get_state_display(),
            blockers=blockers,
            sections=(about,),
            forms=(asked,),
        )

    to = places.lot_url(found)
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)
