"""Out-of-specification investigations: the list, one of them, and its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from compliance.domain import clock
from compliance.forms.reading import read_reason, read_text, read_yes
from compliance.forms.trail import key_of
from compliance.page_frame import Head, Link
from compliance.pages import Cell, Column, Row, Table
from compliance.queries import slice_of
from compliance.refusals import Refusal
from compliance.views import act_pages, acts
from compliance.views.listing import pagination_of
from compliance.views.shown import moment
from qc import queries
from qc.domain import investigating, testing
from qc.pages import InvestigationListPage
from qc.states import OosState
from qc.views import places, words
from qc.views.oos_page import investigation_page
from qc.views.sample import READ

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm
    from qc.models import OosInvestigation

HEADS = ("Investigation", "Result", "Sample", "Batch", "Opened", "State")
COLUMNS = tuple(Column(name) for name in HEADS)


@act_pages.reading(READ)
def investigations(request: HttpRequest) -> HttpResponse:
    """Investigations, open ones unless all are asked for."""
    every = request.GET.get("show") == "all"
    rows = queries.investigations()
    rows = rows if every else rows.exclude(state=OosState.APPROVED)
    part = slice_of(rows, key_of(request.GET))
    url = reverse("qc:investigations")
    page = InvestigationListPage(
        head=Head(title="Out of specification", section="samples", crumbs=_crumbs()),
        title="Out of specification",
        text="A result beyond its specification stands, unless its investigation proves a laboratory cause.",
        filters=(Link("Open", url, current=not every), Link("All", f"{url}?show=all", current=every)),
        table=Table("Investigations", COLUMNS, tuple(_row(o) for o in part.rows), empty="No investigation is open."),
        pagination=pagination_of(part, request.path, "show=all" if every else ""),
    )
    return render(request, "qc/investigations.html", {"page": page})


def _crumbs(*more: Link) -> tuple[Link, ...]:
    url = reverse("qc:investigations") if more else ""
    return (Link("Samples", reverse("qc:samples")), Link("Out of specification", url), *more)


def _row(oos: OosInvestigation) -> Row:
    result = oos.result
    return Row(
        (
            Cell(oos.number, url=places.oos_url(oos)),
            Cell(f"{result.item.title} {words.with_unit(result)}"),
            Cell(result.sample.number, url=places.sample_url(result.sample)),
            Cell(result.sample.batch.number),
            Cell(moment(oos.opened_at), note=oos.opened_by.printed_name),
            Cell(oos.get_state_display()),
        ),
        mark="" if oos.state == OosState.APPROVED else "breach",
    )


@act_pages.reading(READ)
def investigation(request: HttpRequest, number: str) -> HttpResponse:
    """One investigation."""
    return _shown(request, places.oos_of(number))


def _shown(request: HttpRequest, oos: OosInvestigation, form: ActForm | None = None, status: int = 200) -> HttpResponse:
    crumbs = _crumbs(Link(oos.number))
    actor = acts.of_request(request)
    page = investigation_page(actor, oos, lambda: acts.new_token(request), clock.now(), crumbs, form)
    return render(request, "qc/investigation.html", {"page": page}, status=status)


def _move(do: Callable[[HttpRequest, OosInvestigation], None], doc: str, said: str) -> Callable[..., HttpResponse]:
    """A view that takes an investigation one step on; a refusal shows it with what was typed."""

    @sensitive_post_parameters("password")
    @require_POST
    @acts.needs(READ)
    def view(request: HttpRequest, number: str) -> HttpResponse:
        oos = places.oos_of(number)
        try:
            with acts.once():
                do(request, oos)
        except Refusal as refusal:
            if not request.user.is_authenticated:  # her account was locked, and with it her session
                raise
            fresh = places.oos_of(number)
            form = _fresh_form(request, fresh)
            return _shown(request, fresh, acts.kept(form, request.POST, refusal) if form else None, refusal.status)
        return acts.done(request, places.oos_url(oos), said.format(oos.number))

    view.__doc__ = doc
    return view


def _fresh_form(request: HttpRequest, oos: OosInvestigation) -> ActForm | None:
    actor = acts.of_request(request)
    page = investigation_page(actor, oos, lambda: acts.new_token(request), clock.now(), ())
    path = request.path
    return next((f for f in page.forms if f.action_url == path), None)


def _begin(request: HttpRequest, oos: OosInvestigation) -> None:
    with acts.plain_act(request, "oos.phase_1", oos) as a:
        investigating.begin_oos(a, oos, acts.read_version(request))


def _extend(request: HttpRequest, oos: OosInvestigation) -> None:
    with acts.plain_act(request, "oos.phase_2", oos) as a:
        investigating.extend_oos(a, oos, read_reason(request.POST), acts.read_version(request))


def _conclude(request: HttpRequest, oos: OosInvestigation) -> None:
    values: dict[str, Any] = {
        "cause": read_text(request.POST, "cause", "What was looked at", most=4000),
        "confirmed": read_yes(request.POST, "confirmed", "Laboratory cause"),
        "evidence": read_text(request.POST, "evidence", "The evidence", most=2000, need=False),
        "conclusion": read_text(request.POST, "conclusion", "The conclusion", most=4000),
        "version": acts.read_version(request),
    }
    with acts.signed_act(request, "oos.concluded", oos, oos, "responsible") as (a, pen):
        investigating.conclude_oos(a, pen, oos, **values)


def _approve(request: HttpRequest, oos: OosInvestigation) -> None:
    version = acts.read_version(request)
    with acts.signed_act(request, "oos.approved", oos, oos, "approved") as (a, pen):
        investigating.approve_oos(a, pen, oos, version)


def _invalidate(request: HttpRequest, oos: OosInvestigation) -> None:
    with acts.plain_act(request, "result.invalidated", oos.result.sample) as a:
        testing.invalidate_result(a, oos.result, read_reason(request.POST), acts.read_version(request))


begin = _move(_begin, "Begins phase I.", "Phase I of {} is open.")
extend = _move(_extend, "Begins phase II by its plan.", "Phase II of {} is open.")
conclude = _move(_conclude, "Concludes the investigation, signed.", "{} is concluded and signed.")
approve = _move(_approve, "QA approves the conclusion, signed.", "{} is approved and signed.")
invalidate = _move(_invalidate, "QA invalidates the result; it stays visible.", "The result of {} is invalidated.")
