"""Who a donor is: recorded, read and at last destroyed on pages of their own, each act on record (R417)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from compliance.forms import reading
from compliance.page_forms import RecordPage, Section
from compliance.page_frame import Notice
from compliance.pages import Fact
from compliance.refusals import AlreadyDone, Refusal
from compliance.views import act_pages, acts, shown
from donors.domain import destruction, keeping, registration
from donors.forms import registering as forms
from donors.models import DonorIdentity
from donors.views import places
from donors.views.donor import act_on

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from donors.domain.vault import Identity
    from donors.models import Donor

OPENED = Notice("info", "This reading is on record with your name and reason. Leave this page when you have read it.")


@act_pages.acting(places.READ_IDENTITY)
def record(request: HttpRequest, number: str) -> HttpResponse:
    """Seals who the donor is; a change asks for a reason. The form never shows what is sealed."""
    donor = places.donor_of(acts.of_request(request), number)
    changing = DonorIdentity.objects.filter(donor=donor).exists()

    def do() -> None:
        identity = forms.read_identity(request.POST)
        why = reading.read_reason(request.POST) if changing else None
        with acts.plain_act(request, "donor.identity_recorded", donor) as a:
            registration.record_identity(a, donor, identity, why)

    title = "Change the identity" if changing else "Record the identity"
    text = "It is sealed with the site's key and stands nowhere else. Every later reading is on record."
    fields = forms.identity_fields(changing=changing)
    return act_on(request, donor, title, fields, do, said="Identity sealed.", text=text, submit="Seal the identity")


@act_pages.acting(places.READ_IDENTITY)
def read(request: HttpRequest, number: str) -> HttpResponse:
    """Opens the identity once, with a reason and on record; a second send of the form opens nothing."""
    donor = places.donor_of(acts.of_request(request), number)
    field = reading.reason_field("Why you read it", "Stands on record; names nobody.")
    form = act_pages.form_of(request, "act", "Read the identity", "Open the identity", (field,))
    if request.method != "POST":
        return render(request, places.ACT, {"page": _page(donor, forms=(form,))})
    try:
        why = reading.read_reason(request.POST)
        with acts.plain_act(request, "donor.identity_read", donor) as a:
            identity = registration.read_identity(a, donor, why)
    except AlreadyDone:
        messages.info(request, "That reading is on record and over. Give a reason to read again.")
        return redirect(request.path)
    except Refusal as refusal:
        kept = acts.kept(form, request.POST, refusal)
        return render(request, places.ACT, {"page": _page(donor, forms=(kept,))}, status=refusal.status)
    return render(request, places.ACT, {"page": _page(donor, notices=(OPENED,), sections=(_section(identity),))})


@act_pages.acting(destruction.PERMISSION)
def destroy(request: HttpRequest, number: str) -> HttpResponse:
    """Destroys the key of an identity after its retention, by signature; shows what holds it until when (R402)."""
    donor = places.donor_of(acts.of_request(request), number)

    def do() -> None:
        row = destruction.draft(donor, reading.read_reason(request.POST))
        with acts.signed_act(request, "donor.identity_destroyed", donor, row, destruction.MEANING) as (a, pen):
            destruction.destroy(a, pen, row)

    title = "Destroy the identity"
    found = destruction.blockers(donor)
    return act_on(
        request,
        donor,
        title,
        (reading.reason_field("Why it is destroyed", "Stands on record; names nobody."),),
        do,
        said="The key is destroyed. Nobody can read this identity any more.",
        submit="Sign the destruction",
        text="Nobody can read it again, in no backup either. Older copies of the site's keys are destroyed with it.",
        sections=(_holds(donor),),
        blockers=shown.blockers("What stops it today", found, "Nothing holds this identity any longer."),
        blocked=bool(found),
        signing=act_pages.owner_signing(
            request, destruction.MEANING, f"the destruction of the key to the identity of {donor.number}"
        ),
    )


def _holds(donor: Donor) -> Section:
    facts = tuple(
        Fact(hold.what, hold.until.isoformat() if hold.until else "not decided yet") for hold in keeping.holds_of(donor)
    )
    return Section(title="Kept until", facts=facts)


def _page(donor: Donor, **parts: object) -> RecordPage:
    title = "Read the identity"
    return RecordPage(head=places.donor_head(title, donor), title=f"{title} · {donor.number}", **parts)  # type: ignore[arg-type]


def _section(identity: Identity) -> Section:
    facts = (
        Fact("Full name", identity.full_name),
        Fact("Born on", identity.born_on or "not recorded"),
        Fact("Hospital number", identity.hospital_number or "not recorded"),
        Fact("Birth mother", identity.birth_mother or "not recorded"),
    )
    return Section(title="Identity", facts=facts)
