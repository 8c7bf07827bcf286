"""Batches as QA sees them: what waits for a decision first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from batches.models import Batch
from batches.states import BatchState
from compliance.forms.trail import key_of
from compliance.page_forms import ListPage
from compliance.page_frame import Head, Link
from compliance.pages import Cell, Column, Pagination, Row, Table
from compliance.views import act_pages
from compliance.views.shown import moment
from release.forms.deciding import next_step
from release.views.places import READ, url

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

WAITING = (
    BatchState.EXECUTED,
    BatchState.ABORTED,
    BatchState.NO_OUTGROWTH,
    BatchState.REVIEWED,
    BatchState.CERTIFIED,
    BatchState.ON_HOLD,
)
DECIDED = (BatchState.RELEASED, BatchState.REJECTED)
SHOWN = {"waiting": ("Waiting for a decision", WAITING), "decided": ("Decided", DECIDED), "all": ("All", ())}
WORDS = {"review": "Review", "certify": "Certify", "release": "Release"}
PAGE = 50


@act_pages.reading(READ)
def batches(request: HttpRequest) -> HttpResponse:
    """The list, newest first."""
    chosen = request.GET.get("show", "waiting")
    chosen = chosen if chosen in SHOWN else "waiting"
    states = SHOWN[chosen][1]
    found = Batch.objects.select_related("product_version__product", "master_version__master").order_by("-pk")
    found = found.filter(state__in=states) if states else found
    after = key_of(request.GET)
    rows = list((found.filter(pk__lt=after) if after else found)[: PAGE + 1])
    here = reverse("release:batches")
    page = ListPage(
        head=Head(title="Release", section="release"),
        title="Review and release",
        text="Batches whose execution has ended, and what comes next for each.",
        filters=tuple(Link(words, f"{here}?show={k}", k == chosen) for k, (words, _) in SHOWN.items()),
        table=_table(rows[:PAGE]),
        pagination=_pages(found, rows, after, f"{here}?show={chosen}"),
    )
    return render(request, "components/list_page.html", {"page": page})


def _table(rows: list[Batch]) -> Table:
    columns = (Column("Batch"), Column("Product"), Column("Master"), Column("State"), Column("Next"))
    return Table("Batches", columns, tuple(_row(b) for b in rows), empty="Nothing waits here.")


def _row(batch: Batch) -> Row:
    step = next_step(batch)
    ended = f"executed {moment(batch.executed_at)}" if batch.executed_at else "not executed to its end"
    target = url("review" if step == "review" else "disposition", batch)
    return Row(
        (
            Cell(batch.number, url("review", batch), kind="code"),
            Cell(batch.product_version.product.name, note=str(batch.product_version)),
            Cell(str(batch.master_version)),
            Cell(str(batch.get_state_display()), note=ended),
            Cell(WORDS[step], target) if step else Cell("Documents", url("documents", batch)),
        )
    )


def _pages(found: QuerySet[Batch], rows: list[Batch], after: int, here: str) -> Pagination | None:
    more = len(rows) > PAGE
    if not more and not after:
        return None
    total = found.count()
    before = found.filter(pk__gte=after).count() if after else 0
    on = f"{here}&after={rows[PAGE - 1].pk}" if more else ""
    return Pagination(before + 1, before + min(len(rows), PAGE), total, here if after else "", on)
