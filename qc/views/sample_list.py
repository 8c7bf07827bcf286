"""The list of samples, by what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse

from compliance.forms.trail import key_of
from compliance.page_frame import Head, Link
from compliance.pages import Act, Cell, Column, Fact, Row, Table, Verdict
from compliance.queries import slice_of
from compliance.views import act_pages
from compliance.views.listing import pagination_of
from compliance.views.shown import moment
from qc import queries
from qc.pages import SampleListPage
from qc.states import SampleState as S
from qc.views import places

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from qc.models import Sample

OPEN, REVIEW, ALL = "open", "review", "all"
STATES: dict[str, tuple[str, tuple[str, ...]]] = {
    OPEN: ("Open", (S.PLANNED, S.TAKEN, S.RECEIVED, S.IN_TEST)),
    "taken": ("To receive", (S.TAKEN,)),
    "test": ("In test", (S.RECEIVED, S.IN_TEST)),
    REVIEW: ("To review", (S.IN_TEST,)),
    "done": ("Done", (S.COMPLETED, S.DISPOSED)),
    ALL: ("All", tuple(S.values)),
}
EMPTY = "No sample is here. A sample appears when a step of a batch takes it."


@act_pages.reading("qc.read")
def samples(request: HttpRequest) -> HttpResponse:
    """Samples by what they wait for, newest first."""
    show = request.GET.get("show", OPEN)
    show = show if show in STATES else OPEN
    rows = queries.samples_for_list().filter(state__in=STATES[show][1])
    rows = queries.with_submitted_results(rows) if show == REVIEW else rows
    part = slice_of(rows, key_of(request.GET))
    page = SampleListPage(
        head=Head(title="Samples", section="samples"),
        title="Samples",
        text="What the steps of the batches took, and what it waits for.",
        tally=_tally(queries.samples()),
        filters=tuple(_filter(name, label, show) for name, (label, _) in STATES.items()),
        acts=(Act("Out of specification", reverse("qc:investigations")),),
        table=Table("Samples", COLUMNS, tuple(_row(s) for s in part.rows), empty=EMPTY),
        pagination=pagination_of(part, request.path, "" if show == OPEN else f"show={show}"),
    )
    return render(request, "qc/samples.html", {"page": page})


COLUMNS = (Column("Sample"), Column("Batch"), Column("From"), Column("Taken"), Column("State"), Column("Waits for"))


def _filter(name: str, label: str, show: str) -> Link:
    url = reverse("qc:samples")
    return Link(label, url if name == OPEN else f"{url}?show={name}", current=name == show)


def _tally(rows: QuerySet[Sample]) -> tuple[Fact, ...]:
    return (
        Fact("to receive", str(rows.filter(state=S.TAKEN).count())),
        Fact("in test", str(rows.filter(state__in=(S.RECEIVED, S.IN_TEST)).count())),
        Fact("to review", str(queries.with_submitted_results(rows).count())),
    )


def _row(sample: Any) -> Row:
    return Row(
        (
            Cell(sample.number, url=places.sample_url(sample)),
            Cell(sample.batch.number),
            Cell(f"{sample.point} {sample.taken_from}", note=sample.phase.title),
            Cell(moment(sample.taken_at), note=sample.taken_by.printed_name),
            Cell(sample.get_state_display()),
            _waits(sample),
        ),
        mark="breach" if sample.failing else "",
    )


def _waits(sample: Any) -> Cell:
    """What the sample waits for; a review comes first, whatever its results say."""
    failing = f"{sample.failing} not passing" if sample.failing else ""
    if sample.submitted:
        return Cell(verdict=Verdict("wait", f"{sample.submitted} to review", failing))
    if failing:
        return Cell(verdict=Verdict("breach", failing))
    words = {S.TAKEN: "reception", S.RECEIVED: "tests", S.IN_TEST: f"tests, {sample.live} entered"}
    return Cell(words.get(sample.state, ""), kind="muted")
