"""One sample: looked at, received, handed to the reviewer, reviewed, disposed of."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid5

from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from compliance.forms.reading import read_reason
from compliance.refusals import Refusal, Stale
from compliance.states import SignatureMeaning
from compliance.views import act_pages, acts
from qc import queries
from qc.domain import sampling, testing
from qc.states import ResultState
from qc.views import places, sample_data
from qc.views.sample_page import counted, review_form, sample_page, second_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm
    from qc.models import Result, Sample
    from qc.pages import SamplePage
    from qc.views.sample_fields import Kept

READ = "qc.read"


@require_safe
@never_cache
@acts.needs(READ)
def sample(request: HttpRequest, number: str) -> HttpResponse:
    """One sample with its results."""
    return show(request, places.sample_of(number))


def show(
    request: HttpRequest, row: Sample, *, kept: Kept | None = None, form: ActForm | None = None, status: int = 200
) -> HttpResponse:
    """The page, or for htmx its results alone, with what was refused kept in place."""
    page = page_of(request, row, kept=kept, form=form)
    return acts.page_or_fragment(request, "qc/sample.html", "qc/_results.html", {"page": page}, status)


def page_of(request: HttpRequest, row: Sample, *, kept: Kept | None = None, form: ActForm | None = None) -> SamplePage:
    """The page value for the person who asks."""
    data = sample_data.load(acts.of_request(request), row)
    return sample_page(data, lambda: acts.new_token(request), kept=kept, form=form)


def _acted(request: HttpRequest, row: Sample, name: str, do: Callable[[], str]) -> HttpResponse:
    """Does what a form of the page asks for; a refusal shows the page with the form as it was filled in."""
    try:
        said = do()
    except Refusal as refusal:
        if not request.user.is_authenticated:  # her account was locked, and with it her session
            raise
        page = page_of(request, places.sample_of(row.number))
        form = next((f for f in (*page.forms, *page.closing) if f.name == name), None)
        if form is None:
            raise
        kept = acts.kept(form, request.POST, refusal)
        return show(request, places.sample_of(row.number), form=kept, status=refusal.status)
    return acts.done(request, places.sample_url(row), said)


@require_POST
@acts.needs(READ)
def receive(request: HttpRequest, number: str) -> HttpResponse:
    """The laboratory receives a sample (R335)."""
    row = places.sample_of(number)

    def do() -> str:
        with acts.once(), acts.plain_act(request, "sample.received", row) as a:
            sampling.receive_sample(a, row, acts.read_version(request))
        return f"{row.number} is received."

    return _acted(request, row, "receive", do)


@require_POST
@acts.needs(READ)
def dispose(request: HttpRequest, number: str) -> HttpResponse:
    """What is left of a tested sample is disposed of."""
    row = places.sample_of(number)

    def do() -> str:
        with acts.once(), acts.plain_act(request, "sample.disposed", row) as a:
            sampling.dispose_sample(a, row, read_reason(request.POST), acts.read_version(request))
        return f"What was left of {row.number} is disposed of."

    return _acted(request, row, "dispose", do)


@require_POST
@acts.needs(READ)
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """The analyst hands every entered result to the reviewer, in one act."""
    row = places.sample_of(number)

    def do() -> str:
        found = []
        with acts.once(), acts.plain_act(request, "result.submitted", row) as a:
            found = _seen(request, row, ResultState.ENTERED)
            for result in found:
                testing.submit_result(a, result, result.version)
        return f"{counted(len(found))} handed over for review." if found else "Handed over for review."

    return _acted(request, row, "submit", do)


def _seen(request: HttpRequest, row: Sample, state: ResultState) -> list[Result]:
    """The results in this state. Refuses when they are not those that the person saw (CON-01)."""
    found = sample_data.load(acts.of_request(request), row).in_state(state)
    if not found or acts.read_version(request) != sample_data.seen(found):
        raise Stale(
            "The results have changed since you opened the page. Nothing was done. Look at them again.", "stale"
        )
    return found


@sensitive_post_parameters("password")
@require_POST
@acts.needs(READ)
def review(request: HttpRequest, number: str) -> HttpResponse:
    """The reviewer signs in her own session (R335)."""
    row = places.sample_of(number)

    def do() -> str:
        _sign_each(request, row, cosign=False)
        return f"{row.number}: reviewed and signed."

    return _acted(request, row, "review", do)


@act_pages.acting(READ)
def review_second(request: HttpRequest, number: str) -> HttpResponse:
    """The reviewer signs as second person at the desk of another."""
    row = places.sample_of(number)
    data = sample_data.load(acts.of_request(request), row)
    form = review_form(data, acts.new_token(request), own=False)

    def page(shown: ActForm) -> SamplePage:
        return second_page(sample_data.load(acts.of_request(request), row), shown)

    def do() -> None:
        _sign_each(request, row, cosign=True)

    said = f"{row.number}: reviewed and signed."
    to = places.sample_url(row)
    return act_pages.answer(request, form, page, do, to=to, said=said, template="qc/sample.html")


def _sign_each(request: HttpRequest, row: Sample, *, cosign: bool) -> None:
    """Each result by its own act with its own signature, so that one that is stopped stops no other."""
    if _sent_before(request, row):
        return
    for result in _seen(request, row, ResultState.SUBMITTED):
        opened = acts.signed_act(
            request,
            "result.reviewed",
            row,
            result,
            SignatureMeaning.REVIEWED,
            cosign=cosign,
            part=str(result.uuid),
        )
        with acts.once(), opened as (a, pen):
            testing.review_result(a, pen, result, result.version)


def _sent_before(request: HttpRequest, row: Sample) -> bool:
    """Whether this very form was sent before and did its work: a second send is answered like the first (CON-05)."""
    form_id = acts.read_token(request)
    data = sample_data.load(acts.of_request(request), row)
    done = queries.any_act_of(uuid5(form_id, str(r.uuid)) for r in data.results)
    return done and not data.in_state(ResultState.SUBMITTED)
