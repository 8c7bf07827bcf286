"""Disposition: one page that says whether it may be, and why; the decision is signed there (R216, R301)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render

from batches.states import BatchState
from compliance.domain import clock, transitions
from compliance.page_frame import Link
from compliance.pages import Check
from compliance.roles import roles_for
from compliance.views import act_pages, acts
from compliance.views.shown import signatures_on
from release.forms import deciding
from release.pages import DispositionPage
from release.views import places

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from batches.models import Batch
    from compliance.domain.actor import Actor
    from compliance.page_forms import ActForm
    from compliance.states import Transition

DECIDED = {
    "review": "The review is signed.",
    "certify": "The batch is certified.",
    "release": "The batch is released. Its record and certificate are being made.",
    "reject": "The batch is rejected. Its record is being made.",
    "reopen_review": "The review is open again; its signatures and the certificate's are void.",
}

OTHERS = {
    "certify": "Certify instead",
    "release": "Release instead",
    "reject": "Reject instead",
    "reopen_review": "Open the review again",
}


DECIDED_STATES = frozenset({BatchState.RELEASED, BatchState.REJECTED})


@act_pages.acting(places.READ)
def disposition(request: HttpRequest, number: str) -> HttpResponse:
    """The decision that comes next for this batch."""
    batch = places.batch_of(number)
    # A form that was sent twice still gets the answer of its first sending.
    if batch.state in DECIDED_STATES and request.method != "POST":
        return render(request, "release/disposition.html", {"page": _decided(batch)})
    return _answer(request, batch, deciding.next_step(batch) or "review")


@act_pages.acting(places.READ)
def decision(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """A decision by its name."""
    if deciding.move_of(name) is None:
        raise Http404("There is no such decision.")
    return _answer(request, places.batch_of(number), name)


def _answer(request: HttpRequest, batch: Batch, name: str) -> HttpResponse:
    actor = acts.of_request(request)
    move = deciding.move_of(name)
    if move is None or move.meaning is None:
        raise Http404("There is no such decision.")
    meaning = move.meaning
    found = _open(actor, batch, move)
    form = act_pages.form_of(
        request,
        name,
        "Decision",
        move.title,
        deciding.fields_of(move),
        version=batch.version,
        signing=act_pages.owner_signing(request, meaning, f"batch {batch.number} as it stands"),
        blocked=bool(found),
    )

    def page(shown: ActForm) -> DispositionPage:
        return _page(batch, move, found, shown)

    def do() -> None:
        with acts.signed_act(request, move.event, batch, batch, meaning) as (a, pen):
            form_ = {**request.POST.dict(), "version": str(acts.read_version(request))}
            deciding.perform(a, pen, batch, name, form_)

    place = {"release": "documents", "reject": "documents", "reopen_review": "review"}.get(name, "disposition")
    to = places.url(place, batch)
    return act_pages.answer(request, form, page, do, to=to, said=DECIDED[name], template="release/disposition.html")


def _open(actor: Actor, batch: Batch, move: Transition) -> tuple[Check, ...]:
    found = [
        Check("open", b.text, f"Can be cleared by {b.clears}." if b.clears else "", deciding.link_of(batch, b.link))
        for b in transitions.blockers(actor, batch, move, clock.now())
    ]
    if not actor.may(move.permission):
        allowed = ", ".join(sorted(role.label for role in roles_for(move.permission)))
        found.insert(0, Check("open", "You may not decide this.", f"It is for: {allowed}."))
    return tuple(found)


def _page(batch: Batch, move: Transition, found: tuple[Check, ...], form: ActForm) -> DispositionPage:
    one = len(found) == 1
    no = f"No, because {len(found)} {'thing is' if one else 'things are'} open"
    others = [t for t in OTHERS if t != move.name and _starts(batch, t)]
    return DispositionPage(
        head=places.head_of(batch, f"Disposition of {batch.number}", Link("Disposition")),
        title=f"Disposition of batch {batch.number}",
        question=deciding.QUESTIONS[move.name],
        answer=no if found else "Yes, nothing stands open",
        may=not found,
        open=found,
        holds_title="What holds already",
        holds=deciding.holds_of(batch),
        about_title="What would be signed",
        about=deciding.about_of(batch),
        table=deciding.results_of_batch(batch),
        signatures=signatures_on([batch.uuid]),
        form=form,
        links=(
            *places.links_of(batch, "disposition"),
            *(Link(OTHERS[t], places.url("decision", batch, t)) for t in others),
        ),
    )


def _decided(batch: Batch) -> DispositionPage:
    """A batch about which nothing is left to decide: what was decided, by whom, on what grounds."""
    last = batch.decisions.order_by("-id").select_related("decided_by").first()
    said = f"{last.statement} {last.decided_by.printed_name}, {clock.stamp(last.decided_at)}." if last else ""
    return DispositionPage(
        head=places.head_of(batch, f"Disposition of {batch.number}", Link("Disposition")),
        title=f"Disposition of batch {batch.number}",
        question=f"This batch is {batch.get_state_display()}; nothing is left to decide.",
        answer=said,
        may=batch.state == BatchState.RELEASED,
        holds_title="What held",
        holds=deciding.holds_of(batch),
        about_title="What was signed",
        about=deciding.about_of(batch),
        table=deciding.results_of_batch(batch),
        signatures=signatures_on([batch.uuid]),
        links=places.links_of(batch, "disposition"),
    )


def _starts(batch: Batch, name: str) -> bool:
    move = deciding.move_of(name)
    return move is not None and batch.state in move.source
