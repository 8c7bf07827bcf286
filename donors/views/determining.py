"""The donor responsible determines eligibility by signature (R410)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compliance.domain.canonical import sha256
from compliance.domain.transitions import locked
from compliance.refusals import Blocker, Stale
from compliance.views import act_pages, acts, shown
from donors.domain import eligibility
from donors.domain.findings import judge
from donors.forms import tissue as forms
from donors.views import loads, places
from donors.views.donation_sections import donation_section, market_sections
from donors.views.donor import act_on

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.pages import Blockers
    from donors.domain.findings import Judged
    from donors.models import Donation

BLOCKING = "a result or screening that is corrected, for the record says so"
MISSING = "the donor coordinator, who records it; or determine for the other market, or incomplete"


@act_pages.acting(eligibility.PERMISSION)
def determine(request: HttpRequest, number: str, din: str) -> HttpResponse:
    """Shows all findings of each market, then asks for verdict, statement and signature."""
    actor = acts.of_request(request)
    donor = places.donor_of(actor, number)
    donation = places.donation_of(donor, din)
    case = next(c for c in loads.donor_lines([donor])[0].cases if c.donation.pk == donation.pk)

    def do() -> None:
        row = eligibility.draft(donation, **forms.read_determination(request.POST))
        with acts.signed_act(request, "donor.determined", donor, row, eligibility.MEANING) as (a, pen):
            _same(request, donation)
            eligibility.determine(a, pen, row)

    about = donation_section(actor, case)
    return act_on(
        request,
        donor,
        "Determine eligibility",
        forms.determination_fields(),
        do,
        said="Eligibility determined by your signature.",
        submit="Sign the determination",
        text="Nothing is determined by the software. Read what each market's rules say, then determine and sign.",
        sections=(
            replace(about, acts=()),
            *market_sections(case.judged),
        ),
        blockers=_against(case.judged),
        action_url=f"{request.path}?seen={_digest(case.judged)}",
        signing=act_pages.owner_signing(
            request,
            eligibility.MEANING,
            f"your determination for {donor.number}, donation {din}, with all findings above",
        ),
    )


def _digest(judged: Judged) -> str:
    return sha256(judged.canonical)


def _same(request: HttpRequest, donation: Donation) -> None:
    """What was shown is what is signed over: the donor stands locked from here on."""
    locked(donation.donor)
    if request.GET.get("seen", "") != _digest(judge(donation)):
        text = "What is on record of this donor changed since it was shown to you. Nothing was signed. Read it again."
        raise Stale(text, "stale")


def _against(judged: Judged) -> Blockers | None:
    """What stands against eligible for all markets; the other verdicts may be signed over it."""
    found = [Blocker(f.code, f"{f.scheme}: {f.text}.".lstrip(": "), clears=BLOCKING) for f in judged.all.blocking]
    for market in judged.markets:
        missing = judged.of([market]).missing
        if missing:
            text = f"{market}: {len(missing)} of what the rules ask for is open. Each is named below."
            found.append(Blocker("open", text, clears=MISSING))
    return shown.blockers("What stands against eligible for all markets", found, "Nothing stands against eligible.")
