"""Screening and test results of a donor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from compliance.forms import reading
from compliance.page_forms import Section
from compliance.pages import Fact
from compliance.views import act_pages, acts, shown
from donors.domain import screening
from donors.domain.entry import source_of
from donors.forms import screening as forms
from donors.models import TestResult
from donors.pages import MarkerRow, ResultsPage
from donors.rules import rules
from donors.states import Subject
from donors.views import loads, places
from donors.views.donor import act_on

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm
    from donors.models import Donor

RECORD = "donors.record_screening"
SAID = "Recorded, and the donor judged anew."


@act_pages.acting(RECORD)
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Records that history, examination and records of a person were screened, and any risk found (R410)."""
    donor = places.donor_of(acts.of_request(request), number)
    persons = tuple(dict.fromkeys((*source_of(donor).history_of, donor.subject)))

    def do() -> None:
        values = forms.read_history(request.POST)
        with acts.plain_act(request, "donor.history_recorded", donor) as a:
            screening.record_history(a, donor, **values)

    text = "A risk found voids a standing determination and puts released tissue on hold."
    return act_on(request, donor, "Record a screening", forms.history_fields(persons), do, said=SAID, text=text)


@act_pages.acting(RECORD)
def results(request: HttpRequest, number: str) -> HttpResponse:
    """Records the reported tests of one sample in one act (R411, R412)."""
    donor = places.donor_of(acts.of_request(request), number)
    fields = [*forms.sample_fields(donor)]
    for marker in rules().markers.values():
        fields += forms.marker_fields(marker.code, marker.label)
    form = act_pages.form_of(request, "results", "One sample", "Record the results", fields)

    def do() -> None:
        sample, outcomes = forms.read_sample(request.POST), forms.read_outcomes(request.POST)
        with acts.plain_act(request, "donor.result_recorded", donor) as a:
            for outcome in outcomes:
                screening.record_result(a, donor, **(sample | outcome))

    def page(asked: ActForm) -> ResultsPage:
        return _results_page(donor, asked)

    to = places.donor_url(donor)
    return act_pages.answer(request, form, page, do, to=to, said=SAID, template="donors/results.html")


def _results_page(donor: Donor, form: ActForm) -> ResultsPage:
    stands = _stands(donor)
    by_name = {field.name: field for field in form.fields}
    rows = tuple(
        MarkerRow(
            marker.label,
            stands.get(marker.code, "not asked for"),
            by_name[f"{forms.OUTCOME}{marker.code}"],
            by_name[f"{forms.KIT}{marker.code}"],
        )
        for marker in sorted(rules().markers.values(), key=lambda m: m.code not in stands)
    )
    sample = tuple(f for f in form.fields if not f.name.startswith((forms.OUTCOME, forms.KIT)))
    return ResultsPage(
        head=places.donor_head("Enter test results", donor),
        title=f"Enter test results · {donor.number}",
        step=donor.get_state_display(),
        text="One sample, as its report says. Leave a test without outcome where it was not done.",
        form=form,
        sample=sample,
        rows=rows,
    )


def _stands(donor: Donor) -> dict[str, str]:
    """How each test that the markets ask for stands for the newest donation; none where there is no donation."""
    cases = loads.donor_lines([donor])[0].cases
    if not cases:
        return {}
    found: dict[str, list[str]] = {}
    for summary in cases[0].judged.summaries:
        edition = rules().edition(summary.scheme, cases[0].donation.donated_on)
        asked = {demand.id: demand.any_of for demand in edition.demands} if edition else {}
        for status in summary.statuses:
            for code in asked[status.demand]:
                found.setdefault(code, []).append(f"{summary.scheme}: {status.state.value.replace('_', ' ')}")
    return {code: ", ".join(dict.fromkeys(texts)) for code, texts in found.items()}


@act_pages.acting(RECORD)
def correct_result(request: HttpRequest, number: str, uuid: UUID) -> HttpResponse:
    """Corrects a result by a new one that names the old; the old one stays readable (R410)."""
    donor = places.donor_of(acts.of_request(request), number)
    old = get_object_or_404(TestResult.objects.select_related("donor", "recorded_by"), donor=donor, uuid=uuid)

    def do() -> None:
        values, why = forms.read_correction(request.POST), reading.read_reason(request.POST)
        with acts.plain_act(request, "donor.result_corrected", donor) as a:
            screening.correct_result(a, old, why, **values)

    facts = (
        Fact("Test", rules().markers[old.marker].label),
        Fact("Outcome", str(old.get_outcome_display())),
        Fact("Sample of", old.sampled_on.isoformat(), f"of the {Subject(old.subject).label}"),
        Fact("Recorded", shown.moment(old.recorded_at), old.recorded_by.printed_name),
    )
    section = Section(title="As recorded", facts=facts)
    return act_on(request, donor, "Correct a result", forms.correction_fields(old), do, said=SAID, sections=(section,))
