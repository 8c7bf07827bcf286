"""QA stops a batch, a step or reopens a deviation: one page an act, with its reason, and its signature where asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse

from batches.domain import deviation, phases, stopping
from batches.domain.masters import plan_for
from batches.forms.words import clean_text
from batches.states import BATCH_TRANSITIONS, DEVIATION_TRANSITIONS, PHASE_TRANSITIONS
from batches.views import places
from batches.views.stopping_page import stop_page
from compliance.domain import clock, transitions
from compliance.page_forms import FormField
from compliance.page_frame import Link
from compliance.views import act_pages, acts

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from batches.models import Batch
    from batches.views.stopping_page import Subject
    from compliance.models import Record
    from compliance.page_forms import ActForm, RecordPage, Signing
    from compliance.states import Transition

HOLD, CLOSE = "batches.hold_batch", "batches.close_deviation"
REASON = FormField("reason", "Reason", "area", help="At least eight letters. It is printed in the record.")


@dataclass(frozen=True, slots=True)
class Stop:
    """One way to stop: the words of its page and button, what follows from it, how it is done."""

    title: str
    submit: str
    text: str
    said: str
    do: Callable[..., Any]


OF_BATCH = {
    "hold": Stop(
        "Put the batch on hold",
        "Sign and put on hold",
        "Nothing is recorded, started or signed in it before QA resumes it. Its clocks run on.",
        "is on hold.",
        stopping.hold_batch,
    ),
    "resume": Stop(
        "Resume the batch",
        "Sign and resume",
        "Work goes on where it stood.",
        "goes on.",
        stopping.resume_batch,
    ),
    "abort": Stop(
        "Abort the batch",
        "Sign and abort for good",
        "This cannot be undone. What was recorded stays, is reviewed, then the batch is rejected.",
        "is aborted.",
        stopping.abort_batch,
    ),
    "end_without_outgrowth": Stop(
        "End the batch: no outgrowth",
        "Sign and end for good",
        "This cannot be undone. The tissue gave no cells; what was recorded stays and is reviewed.",
        "ended without outgrowth.",
        stopping.end_without_outgrowth,
    ),
}
PHASE = Stop(
    "Abort this step",
    "Sign and abort the step",
    "This cannot be undone. What was recorded in it stays; the steps after it may start.",
    "is aborted.",
    phases.abort_phase,
)
REOPEN = Stop(
    "Reopen the deviation",
    "Reopen",
    "Its signatures become void, visibly. It is assessed, investigated and closed anew.",
    "is open again.",
    deviation.reopen,
)


@act_pages.acting(HOLD)
def batch(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Puts a batch on hold, resumes it, aborts it or ends it without outgrowth, signed by QA (R106, WF-01)."""
    row = places.batch_of(number)
    if name not in OF_BATCH:
        raise Http404("There is no such act on a batch.")
    crumbs = (Link("Board", places.board_url()), Link(number, places.batch_url(number)))
    move = transitions.find(BATCH_TRANSITIONS, name)
    return _answer(request, row, row, number, move, OF_BATCH[name], crumbs)


@act_pages.acting(HOLD)
def phase(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Aborts a step that cannot be completed, signed by QA; what was recorded stays (R106)."""
    row = places.phase_of(number, seq)
    name = f"Step {plan_for(row.batch).number_of(row)}"
    crumbs = (
        Link("Board", places.board_url()),
        Link(number, places.batch_url(number)),
        Link(name, places.phase_url(row)),
    )
    move = transitions.find(PHASE_TRANSITIONS, "abort")
    return _answer(request, row, row.batch, f"{name} {row.title}", move, PHASE, crumbs)


@act_pages.acting(CLOSE)
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Opens a closed deviation again, with a reason; its signatures become void (R215, R504)."""
    row = places.deviation_of(number)
    crumbs = (Link("Deviations", reverse("batches:deviations")), Link(number, places.deviation_url(number)))
    move = transitions.find(DEVIATION_TRANSITIONS, "reopen")
    return _answer(request, row, row, number, move, REOPEN, crumbs)


def _answer(
    request: HttpRequest,
    row: Subject,
    home: Record,
    name: str,
    move: Transition,
    what: Stop,
    crumbs: tuple[Link, ...],
) -> HttpResponse:
    actor, back = acts.of_request(request), crumbs[-1].url
    found = transitions.blockers(actor, row, move, clock.now())
    form = act_pages.form_of(
        request,
        move.name.replace("_", "-"),
        what.title,
        what.submit,
        (REASON,),
        version=row.version,
        help=what.text,
        blocked=bool(found),
        signing=_signing(request, move, name),
        cancel_url=back,
    )

    def page(shown: ActForm) -> RecordPage:
        return stop_page(row, f"{what.title} · {name}", crumbs, found, shown)

    def do() -> None:
        _do(request, row, home, move, what)

    said = f"{name} {what.said}"
    return act_pages.answer(request, form, page, do, to=back, said=said, template="components/record_page.html")


def _signing(request: HttpRequest, move: Transition, name: str) -> Signing | None:
    return act_pages.owner_signing(request, str(move.meaning), f"{name} as it stands") if move.meaning else None


def _do(request: HttpRequest, row: Subject, home: Record, move: Transition, what: Stop) -> None:
    reason, version = clean_text(request.POST.get("reason", ""), "reason"), acts.read_version(request)
    if move.meaning is None:
        with acts.plain_act(request, move.event, home) as a:
            what.do(a, row, reason, version=version)
        return
    with acts.signed_act(request, move.event, home, row, str(move.meaning)) as (a, pen):
        what.do(a, pen, row, reason, version=version)


def offers(batch: Batch) -> tuple[Link, ...]:
    """The ways to stop or resume a batch that its state allows, for those who may."""
    names = [name for name in OF_BATCH if batch.state in transitions.find(BATCH_TRANSITIONS, name).source]
    if batch.executed_at is not None:  # its hold ends by a disposition, and it can no longer be aborted
        names = [name for name in names if name == "hold"]
    return tuple(Link(OF_BATCH[name].title, reverse("batches:stop", args=(batch.number, name))) for name in names)
