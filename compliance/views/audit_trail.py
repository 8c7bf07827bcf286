"""The trail of one record, and of the whole site."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from compliance import queries
from compliance.domain import clock
from compliance.forms.trail import TrailFilter, key_of
from compliance.page_frame import Head, Link, Notice
from compliance.page_trail import RecordTrailPage, TrailListPage
from compliance.pages import Act, Cell, Column, Fact, Row, Table
from compliance.registry import parts_of, trail_of
from compliance.roles import event_title
from compliance.views import acts
from compliance.views.listing import pagination_of
from compliance.views.trail_events import RecordTrail
from compliance.views.trail_search import Asked
from compliance.views.trail_words import fact_words, home_names, kind_words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from compliance.domain.actor import Actor
    from compliance.models import LedgerEntry
    from compliance.registry import Trail

READ = "compliance.read_trail"


@require_safe
def record(request: HttpRequest, label: str, uuid: UUID) -> HttpResponse:
    """Everything that ever happened to one record, newest first, or oldest first when asked (R209, AUD-16)."""
    kind = trail_of(label)
    if kind is None:
        raise Http404
    actor = acts.of_request(request)
    actor.need(kind.permission)
    order = "oldest" if request.GET.get("order") == "oldest" else ""
    asked = Asked.of(request, TrailFilter.of(request.GET).about(label, uuid))
    part = queries.slice_of(asked.rows.select_related("actor"), key_of(request.GET), newest_first=not order)
    if not part.total and not queries.entries_about(label, uuid, parts_of(label, uuid)).exists():
        raise Http404
    trail = RecordTrail.read(label, uuid, part.rows, actor)
    query = replace(asked.words, record="").query()
    page = RecordTrailPage(
        head=Head(title=f"Trail of {trail.name}", section="records", crumbs=_crumbs(kind, trail)),
        title=trail.name,
        step=f"Audit trail · {kind_words(label)}",
        heading=f"What happened, {order or 'newest'} first",
        order=_order(request.path, order, query),
        tally=(Fact("acts", str(part.total)),),
        chain=_agreement(trail),
        agree=f"{len(part.rows)} of {part.total} acts",
        events=trail.events(),
        foot=f"Times in {clock.zone()}, stored in UTC.",
        pagination=pagination_of(part, request.path, "&".join(p for p in (query, "order=oldest" * bool(order)) if p)),
        asked=asked.form(request.path, order=order),
        files=asked.files() if part.total else (),
        links=_review_link(f"{label}:{uuid}", actor),
    )
    return render(request, "compliance/audit_trail.html", {"page": page}, status=asked.status)


def _review_link(chain: str, actor: Actor) -> tuple[Link, ...]:
    """The way to a review of this trail, for those who may (R213)."""
    may = actor.may("compliance.review_trail")
    url = f"{reverse('compliance:trail-review-open')}?{urlencode({'on': chain})}"
    return (Link("Review this trail", url),) if may else ()


def _order(path: str, order: str, query: str) -> Link:
    """The same acts the other way round."""
    tail = "&".join(part for part in (query, "" if order else "order=oldest") if part)
    return Link("Newest first" if order else "Oldest first", f"{path}?{tail}" if tail else path)


def _crumbs(kind: Trail, trail: RecordTrail) -> tuple[Link, ...]:
    """The way back to the record; its name alone where it has no page or is gone."""
    there = kind.place(trail.row) if kind.place and trail.row is not None else (Link(trail.name),)
    return (*there, Link("Audit trail"))


def _agreement(trail: RecordTrail) -> Notice:
    found = trail.disagreements()
    if found:
        return Notice("breach", f"{'; '.join(found)}. Tell QA before you go on.", "This trail does not agree:")
    return Notice("within", "History, ledger and chain of the acts shown here agree.", "Computed now.")


@require_safe
@acts.needs(READ)
def site(request: HttpRequest) -> HttpResponse:
    """Every act of the site, newest first, by who, what, when and why (R212)."""
    asked = Asked.of(request)
    part = queries.slice_of(asked.rows.select_related("actor"), key_of(request.GET))
    path = reverse("compliance:trail")
    page = TrailListPage(
        head=Head(title="Audit trail", section="trail"),
        title="Audit trail",
        text="Every act on this site, newest first.",
        tally=(Fact("acts", str(part.total)),),
        acts=(*asked.files(), Act("Reviews", reverse("compliance:trail-reviews"))),
        table=_table(part.rows, asked.actor),
        pagination=pagination_of(part, path, asked.words.query()),
        asked=asked.form(path),
    )
    return render(request, "compliance/trail_list.html", {"page": page}, status=asked.status)


def _table(entries: list[LedgerEntry], actor: Actor) -> Table:
    columns = (Column("Time"), Column("Who"), Column("What"), Column("Record"), Column("Reason"), Column("Act"))
    names = home_names([e.home for e in entries], actor)
    rows = tuple(_row(e, names.get(e.home, "")) for e in entries)
    return Table("Acts", columns, rows, dense=True, empty="No act matches.")


def _row(entry: LedgerEntry, name: str) -> Row:
    label, _, uuid = entry.home.partition(":")
    url = reverse("compliance:audit-trail", args=(label, uuid)) if trail_of(label) and uuid else ""
    words = kind_words(label)
    return Row(
        (
            Cell(clock.stamp(entry.recorded_at)),
            Cell(entry.actor.printed_name, note=entry.actor_name),
            Cell(event_title(entry.event) or entry.event, note=fact_words(entry)),
            Cell(name or words, url=url, note=words if name else uuid[:8]),
            Cell("; ".join(queries.reasons_of(entry))),
            Cell(f"{entry.id}", note=f"{entry.digest[:4]} {entry.digest[4:8]}"),
        ),
        anchor=f"act-{entry.id}",
    )
