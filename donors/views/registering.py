"""Consents and donations of a donor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from compliance.forms import reading
from compliance.page_forms import Section
from compliance.pages import Fact
from compliance.refusals import Invalid
from compliance.views import act_pages, acts, shown
from donors.domain import registration
from donors.domain.entry import source_of
from donors.forms import registering as forms
from donors.models import Consent
from donors.views import places
from donors.views.donation_sections import RICH, donation_facts
from donors.views.donor import act_on

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

REGISTER = "donors.register"


@act_pages.acting(REGISTER)
def consent(request: HttpRequest, number: str) -> HttpResponse:
    """Records a consent: scope, form with its issue, time."""
    donor = places.donor_of(acts.of_request(request), number)

    def do() -> None:
        values = forms.read_consent(request.POST)
        with acts.plain_act(request, "donor.consent_recorded", donor) as a:
            registration.record_consent(a, donor, **values)

    return act_on(request, donor, "Record a consent", forms.consent_fields(), do, said="Consent recorded.")


@act_pages.acting(REGISTER)
def withdraw_consent(request: HttpRequest, number: str, uuid: UUID) -> HttpResponse:
    """Withdraws a consent: from now on the tissue may not be used."""
    donor = places.donor_of(acts.of_request(request), number)
    row = get_object_or_404(Consent, donor=donor, uuid=uuid)

    def do() -> None:
        version, why = acts.read_version(request), reading.read_reason(request.POST)
        with acts.plain_act(request, "donor.consent_withdrawn", donor) as a:
            registration.withdraw_consent(a, row, why, version)

    facts = (
        Fact("For", str(row.get_scope_display())),
        Fact("Form", f"{row.form} issue {row.form_version}", code=True),
        Fact("Given", shown.moment(row.given_at)),
    )
    return act_on(
        request,
        donor,
        "Withdraw a consent",
        (reading.reason_field(help="Names nobody."),),
        do,
        said="Consent withdrawn. No more tissue of this donor may be used.",
        sections=(Section(title="The consent", facts=facts),),
        version=row.version,
    )


@act_pages.acting(REGISTER)
def donation(request: HttpRequest, number: str) -> HttpResponse:
    """Records a donation under its number, with the European code and the facts of its tissue (R407-R409)."""
    donor = places.donor_of(acts.of_request(request), number)
    source = source_of(donor)

    def do() -> None:
        values = forms.read_donation(request.POST, source)
        try:
            with acts.plain_act(request, "donor.donation_recorded", donor) as a:
                registration.record_donation(a, donor, **values)
        except Invalid as refusal:
            if refusal.field in values["facts"]:
                raise Invalid(refusal.text, f"{forms.FACT}{refusal.field}", refusal.code) from refusal
            raise

    text = f"{source.label}: {source.cells}. The number stands for this donation for a hundred years."
    fields = forms.donation_fields(source)
    return act_on(request, donor, "Record a donation", fields, do, said="Donation recorded.", text=text)


@act_pages.acting(REGISTER)
def correct_donation(request: HttpRequest, number: str, din: str) -> HttpResponse:
    """Corrects number or time of a donation after a misreading; what rested on them falls (R407)."""
    donor = places.donor_of(acts.of_request(request), number)
    row = places.donation_of(donor, din)

    def do() -> None:
        values, why = forms.read_din(request.POST), reading.read_reason(request.POST)
        with acts.plain_act(request, "donor.donation_corrected", donor) as a:
            registration.correct_donation(a, row, why, **values)

    text = "Signatures on its tissue become void, released tissue goes on hold, and determinations are judged anew."
    fields = (*forms.din_fields(row.din, shown.moment(row.collected_at)), reading.reason_field(help="Names nobody."))
    section = Section(title="As recorded", facts=donation_facts(row))
    return act_on(
        request, donor, "Correct a donation", fields, do, said="Donation corrected.", sections=(section,), text=text
    )


@act_pages.acting("donors.decide_cells")
def decide_cells(request: HttpRequest, number: str, din: str) -> HttpResponse:
    """QA decides whether this tissue is rich in viable leukocytes, which asks for more tests (R411)."""
    donor = places.donor_of(acts.of_request(request), number)
    row = places.donation_of(donor, din)
    fields = (
        reading.yes_or_no("rich", "Is this tissue rich in viable leukocytes?", "rich: more tests", "not rich"),
        reading.reason_field(help="Names nobody."),
    )

    def do() -> None:
        rich, why = reading.read_yes(request.POST, "rich", "Whether it is rich"), reading.read_reason(request.POST)
        with acts.plain_act(request, "donor.cell_content_decided", donor) as a:
            registration.decide_leukocyte_content(a, row, rich=rich, reason=why)

    section = Section(title="As it stands", facts=(Fact("Leukocytes", RICH[row.leukocyte_rich]),))
    title = "Decide leukocyte content"
    return act_on(request, donor, title, fields, do, said="Decision recorded.", sections=(section,))
