"""One coded donor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from compliance.page_forms import RecordPage
from compliance.views import act_pages, acts
from donors.views import places
from donors.views.donor_page import DonorView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm, FormField, Section
    from donors.models import Donor


@act_pages.reading(places.READ)
def donor(request: HttpRequest, number: str) -> HttpResponse:
    """Consents, screening, results, donations, findings, determinations, look-back; never identity (R410, R417)."""
    actor = acts.of_request(request)
    page = DonorView.read(actor, places.donor_of(actor, number)).page()
    return render(request, "donors/donor.html", {"page": page})


def act_on(
    request: HttpRequest,
    found: Donor,
    title: str,
    fields: Iterable[FormField],
    do: Callable[[], None],
    *,
    said: str,
    sections: tuple[Section, ...] = (),
    text: str = "",
    version: int = 0,
    **more: Any,
) -> HttpResponse:
    """The page of one act on a donor: what it is about, the form, and back to the donor."""
    page_more = {"blockers": more.pop("blockers", None), "notices": more.pop("notices", ())}
    submit = more.pop("submit", title)
    form = act_pages.form_of(request, "act", title, submit, fields, version=version, **more)

    def page(asked: ActForm) -> RecordPage:
        return RecordPage(
            head=places.donor_head(title, found),
            title=f"{title} · {found.number}",
            step=found.get_state_display(),
            text=text,
            sections=sections,
            forms=(asked,),
            **page_more,
        )

    to = places.donor_url(found)
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)
