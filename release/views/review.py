"""Review by exception: the list with its proof, each exception with its evidence and answer, the signature (R213)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse

from compliance.page_forms import FormField
from compliance.states import SignatureMeaning
from compliance.views import act_pages, acts
from release.domain.review import CLOSED, SIGNED, answer_exception
from release.forms.deciding import fields_of, move_of, perform
from release.views import places, review_page
from release.views.review_data import ReviewData

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from batches.models import Batch
    from compliance.page_forms import ActForm
    from release.pages import ReviewPage

ANSWER_HELP = "What you looked at, and why it does or does not matter. It stands in the record under your name."


@act_pages.acting(places.READ)
def review(request: HttpRequest, number: str) -> HttpResponse:
    """The whole review; its form signs it, and is closed while anything is open."""
    batch = places.batch_of(number)
    actor = acts.of_request(request)
    move = move_of("review")
    if move is None or (request.method == "POST" and batch.state not in move.source):
        raise Http404("There is nothing to review.")
    data = ReviewData(batch)
    form = act_pages.form_of(
        request,
        "finish",
        "Sign the review",
        "Sign as reviewed",
        fields_of(move),
        version=batch.version,
        signing=act_pages.owner_signing(request, SignatureMeaning.REVIEWED, f"the record of {batch.number}"),
        blocked=bool(data.blockers(actor)),
    )

    def page(shown: ActForm) -> ReviewPage:
        return review_page.overview(actor, data, shown)

    def do() -> None:
        with acts.signed_act(request, move.event, batch, batch, SignatureMeaning.REVIEWED) as (a, pen):
            perform(a, pen, batch, "review", {**request.POST.dict(), "version": str(acts.read_version(request))})

    to, said = places.url("disposition", batch), f"The review of {batch.number} is signed."
    return act_pages.answer(request, form, page, do, to=to, said=said, template="release/review.html")


@act_pages.acting(places.READ)
def exception(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """One exception: evidence in place, the answer last; the next one is one key away."""
    batch = places.batch_of(number)
    actor = acts.of_request(request)
    data = ReviewData(batch)
    one = data.by_key(key)
    if one is None:
        raise Http404("There is no such exception.")
    form = act_pages.form_of(
        request,
        "answer",
        "Your answer" if not one.answer else "Answer again",
        "Answer",
        (FormField("text", "Answer", "area", value="", help=ANSWER_HELP),),
        version=batch.version,
    )
    open_ = batch.state not in (*CLOSED, *SIGNED) and actor.may("release.review_batch")

    def page(shown: ActForm) -> ReviewPage:
        return review_page.one_exception(data, one, shown if open_ else None)

    def do() -> None:
        with acts.plain_act(request, "exception.answered", batch) as a:
            answer_exception(a, batch, one.key, request.POST.get("text", ""))

    to = _next_open(batch, data, key)
    return act_pages.answer(request, form, page, do, to=to, said="Answered.", template="release/review.html")


def _next_open(batch: Batch, data: ReviewData, key: str) -> str:
    """The next exception without an answer; the whole review when this was the last."""
    after = [*data.after(key), *data.exceptions]
    open_one = next((e for e in after if not e.answer and e.key != key), None)
    if open_one is None:
        return places.url("review", batch)
    return reverse("release:exception", args=(batch.number, open_one.key))
