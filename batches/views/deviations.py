"""Deviations: the list, one of them with its signed steps, and a report by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from batches import queries
from batches.domain import deviation
from batches.domain.masters import plan_for
from batches.forms.deviation import ASSESS, INVESTIGATE, texts_of
from batches.forms.words import clean_text
from batches.models import Deviation
from batches.pages import DeviationListPage
from batches.states import DEVIATION_TRANSITIONS
from batches.views import places
from batches.views.batch_tables import deviation_table
from batches.views.deviation_page import deviation_page, move_form
from compliance.domain import clock
from compliance.domain.transitions import find
from compliance.page_forms import ActForm, FormField, RecordPage
from compliance.page_frame import Head, Link
from compliance.pages import Fact, State
from compliance.queries import slice_of
from compliance.refusals import Refusal
from compliance.views import acts
from compliance.views.listing import pagination_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from batches.models import PhaseRecord

OPEN, ALL = "open", "all"


@require_safe
@never_cache
@acts.needs("batches.read")
def listed(request: HttpRequest) -> HttpResponse:
    """Deviations, the newest first; those that are open unless all are asked for."""
    shown = ALL if request.GET.get("show") == ALL else OPEN
    rows = queries.deviations(open_only=shown == OPEN)
    part = slice_of(rows, key_of(request.GET.get("after", "")))
    path = reverse("batches:deviations")
    page = DeviationListPage(
        head=Head(title="Deviations", section="deviations"),
        title="Deviations",
        tally=(Fact("open" if shown == OPEN else "in all", str(part.total)),),
        filters=(Link("Open", path, shown == OPEN), Link("All", f"{path}?show=all", shown == ALL)),
        table=deviation_table(part.rows),
        state=None if part.rows else State("empty", "No deviation is open", "A breach of a limit opens one by itself."),
        pagination=pagination_of(part, path, "show=all" if shown == ALL else ""),
    )
    return render(request, "batches/deviations.html", {"page": page})


def key_of(text: str) -> int:
    """The row a page follows; 0 for the first page and for anything that is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else 0


@require_safe
@never_cache
@acts.needs("batches.read")
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One deviation."""
    return _shown(request, places.deviation_of(number))


def _shown(request: HttpRequest, row: Deviation, kept: ActForm | None = None, status: int = 200) -> HttpResponse:
    page = deviation_page(acts.of_request(request), row, lambda: acts.new_token(request), clock.now(), kept)
    return render(request, "batches/deviation.html", {"page": page}, status=status)


def _move(name: str, do: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., HttpResponse]:
    move = find(DEVIATION_TRANSITIONS, name)

    @sensitive_post_parameters("password")
    @require_http_methods(["POST"])
    @acts.needs("batches.read")
    def view(request: HttpRequest, number: str) -> HttpResponse:
        row, actor = places.deviation_of(number), acts.of_request(request)
        try:
            actor.need(move.permission)
            texts, version = texts_of(request.POST, names), acts.read_version(request)
            opened = acts.signed_act(request, move.event, row, row, str(move.meaning))
            with acts.once(*texts.values()), opened as (a, pen):
                do(a, pen, row, version=version, **texts)
        except Refusal as refusal:
            form = acts.kept(move_form(actor, row, move, acts.new_token(request)), request.POST, refusal)
            return _shown(request, places.deviation_of(number), form, refusal.status)
        return acts.done(request, places.deviation_url(row.number), f"{row.number}: {move.title.lower()}, signed.")

    return view


assess = _move("assess", deviation.assess, ASSESS)
assess.__doc__ = "QA classifies a deviation and signs."
investigate = _move("investigate", deviation.investigate, INVESTIGATE)
investigate.__doc__ = "Concludes the investigation and signs (R334)."
close = _move("close", deviation.close, ())
close.__doc__ = "QA closes an investigated deviation and signs (R504)."


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.open_deviation")
def report(request: HttpRequest, number: str) -> HttpResponse:
    """A person reports a deviation that no limit saw."""
    batch = places.batch_of(number)
    phase = _phase(number, request.GET.get("step", ""))
    form, status = _report_form(request, number, phase), 200
    if request.method == "POST":
        try:
            title = clean_text(request.POST.get("title", ""), "title")
            text = clean_text(request.POST.get("reason", ""), "reason")
            with acts.once(title[:240], text), acts.plain_act(request, "deviation.opened", batch) as a:
                deviation.report(a, batch, title, text, phase)
            url = places.phase_url(phase) if phase else places.batch_url(batch.number)
            return acts.done(request, url, "The deviation is open. QA assesses it.")
        except Refusal as refusal:
            form, status = acts.kept(form, request.POST, refusal), refusal.status
    step = f"step {plan_for(batch).number_of(phase)} {phase.title}" if phase else "the whole batch"
    page = RecordPage(
        head=Head(
            title="Report a deviation",
            section="deviations",
            subject=batch.number,
            crumbs=(
                Link("Board", places.board_url()),
                Link(batch.number, places.batch_url(batch.number)),
                Link("Report"),
            ),
        ),
        title="Report a deviation",
        text=f"{batch.number}, {step}",
        forms=(form,),
    )
    return render(request, "components/record_page.html", {"page": page}, status=status)


def _phase(number: str, seq: str) -> PhaseRecord | None:
    if not seq:
        return None
    if not (seq.isascii() and seq.isdecimal()) or len(seq) > 6:
        raise Http404("There is no such step.")
    return places.phase_of(number, int(seq))


def _report_form(request: HttpRequest, number: str, phase: PhaseRecord | None) -> ActForm:
    more = f"?step={phase.seq}" if phase else ""
    return ActForm(
        "report",
        "What departed from the master",
        f"{reverse('batches:deviation-report', args=(number,))}{more}",
        acts.new_token(request),
        1,
        "Open the deviation",
        (
            FormField("title", "In a few words"),
            FormField("reason", "What happened, when, what was done", "area", help="At least eight letters."),
        ),
        cancel_url=places.phase_url(phase) if phase else places.batch_url(number),
    )
