"""The trail of one record, and of the whole site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from compliance import queries
from compliance.domain import clock
from compliance.forms.trail import TrailFilter, key_of
from compliance.page_forms import TrailPage
from compliance.page_frame import Head, Link, Notice
from compliance.page_trail import TrailListPage
from compliance.pages import Act, Cell, Column, Fact, Option, Row, Table
from compliance.refusals import Invalid
from compliance.registry import parts_of, trail_of
from compliance.roles import all_events, event_title
from compliance.views import acts
from compliance.views.listing import csv_response, pagination_of
from compliance.views.trail_events import RecordTrail
from compliance.views.trail_words import home_names, kind_words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from compliance.domain.actor import Actor
    from compliance.models import LedgerEntry
    from compliance.registry import Trail

READ = "compliance.read_trail"
HEAD = ("act", "recorded at (UTC)", "recorded at (site)", "who", "event", "what happened", "record", "reason", "digest")


@require_safe
def record(request: HttpRequest, label: str, uuid: UUID) -> HttpResponse:
    """Everything that ever happened to one record, newest first, or oldest first when asked (R209, AUD-16)."""
    kind = trail_of(label)
    if kind is None:
        raise Http404
    actor = acts.of_request(request)
    actor.need(kind.permission)
    order = "oldest" if request.GET.get("order") == "oldest" else ""
    entries = queries.entries_about(label, uuid, parts_of(label, uuid)).select_related("actor")
    part = queries.slice_of(entries, key_of(request.GET), newest_first=not order)
    if not part.total:
        raise Http404
    trail = RecordTrail.read(label, uuid, part.rows, actor)
    page = TrailPage(
        head=Head(title=f"Trail of {trail.name}", section="records", crumbs=_crumbs(kind, trail)),
        title=trail.name,
        step=f"Audit trail · {kind_words(label)}",
        heading=f"What happened, {order or 'newest'} first",
        order=Link("Newest first", request.path) if order else Link("Oldest first", f"{request.path}?order=oldest"),
        tally=(Fact("acts", str(part.total)),),
        chain=_agreement(trail),
        agree=f"{len(part.rows)} of {part.total} acts",
        events=trail.events(),
        foot=f"Times in {clock.zone()}, stored in UTC.",
        pagination=pagination_of(part, request.path, f"order={order}" if order else ""),
    )
    return render(request, "compliance/audit_trail.html", {"page": page})


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
    asked, error = TrailFilter.of(request.GET), ""
    try:
        wanted = asked.entries()
    except Invalid as refusal:
        error, wanted = refusal.text, queries.EntryFilter()
    part = queries.slice_of(wanted.rows().select_related("actor"), key_of(request.GET))
    path = reverse("compliance:trail")
    page = TrailListPage(
        head=Head(title="Audit trail", section="trail"),
        title="Audit trail",
        text="Every act on this site, newest first.",
        tally=(Fact("acts", str(part.total)),),
        acts=(Act("Download as CSV", f"{reverse('compliance:trail-export')}?{asked.query()}"),),
        table=_table(part.rows, acts.of_request(request)),
        pagination=pagination_of(part, path, asked.query()),
        action_url=path,
        who=asked.who,
        why=asked.why,
        since=asked.since,
        until=asked.until,
        error=error,
        events=tuple(Option(k, v, chosen=k == asked.what) for k, v in sorted(all_events().items(), key=lambda e: e[1])),
    )
    return render(request, "compliance/trail_list.html", {"page": page}, status=422 if error else 200)


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
            Cell(event_title(entry.event) or entry.event),
            Cell(name or words, url=url, note=words if name else uuid[:8]),
            Cell("; ".join(queries.reasons_of(entry))),
            Cell(f"{entry.id}", note=f"{entry.digest[:4]} {entry.digest[4:8]}"),
        ),
        anchor=f"act-{entry.id}",
    )


@require_safe
@acts.needs(READ)
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered trail as a file, streamed; as many rows as the filter has acts (R212, SEC-01)."""
    entries = queries.in_order(TrailFilter.of(request.GET).entries().rows())
    return csv_response("audit_trail.csv", HEAD, (_line(e) for e in entries))


def _line(entry: LedgerEntry) -> list[Any]:
    return [
        entry.id,
        entry.recorded_at.isoformat(),
        clock.stamp(entry.recorded_at),
        entry.actor_name,
        entry.event,
        event_title(entry.event) or entry.event,
        entry.home,
        "; ".join(queries.reasons_of(entry)),
        entry.digest,
    ]
