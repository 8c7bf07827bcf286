"""Procedures and masters: list, one version, effective and superseded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from compliance.forms import reading
from compliance.forms.trail import key_of
from compliance.page_forms import ListPage, RecordPage, Section
from compliance.page_frame import Link
from compliance.pages import Cell, Column, Fact, Row, Table
from compliance.queries import slice_of
from compliance.views import act_pages, acts, shown
from compliance.views.listing import pagination_of
from resources.domain import documents as domain
from resources.forms import people as forms
from resources.models import Document
from resources.states import DocumentState, QualificationState
from resources.views import people, places, words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from compliance.domain.actor import Actor
    from compliance.page_forms import ActForm
    from compliance.pages import Act

APPROVE = "resources.approve_documents"
FILTERS = (("", "All"), *DocumentState.choices)
MOVES = {
    "make-effective": ("document.made_effective", "Make effective"),
    "supersede": ("document.superseded", "Take out of use"),
}
SAID = {
    "make-effective": "From now on only training in this version counts. The version before is superseded.",
    "supersede": "Work that asks for it stops until another version is effective.",
}


@act_pages.reading(places.READ)
def documents(request: HttpRequest) -> HttpResponse:
    """Document versions, and how many people are trained in each (R109)."""
    state = request.GET.get("state", "")
    state = state if state in dict(FILTERS) else ""
    rows: Any = Document.objects.filter(state=state) if state else Document.objects.all()
    held = Count("qualifications", filter=Q(qualifications__state=QualificationState.HELD))
    part = slice_of(rows.annotate(trained=held), key_of(request.GET))
    actor = acts.of_request(request)
    page = ListPage(
        head=places.head("Documents", places.PEOPLE),
        title="Documents",
        text="Procedures, methods and masters that people are trained in. One version at a time is effective.",
        tally=(Fact("versions", str(part.total)),),
        acts=shown.offer(
            actor, "resources.draft_documents", "Register a version", reverse("resources:document-register")
        ),
        filters=tuple(
            Link(label, f"{request.path}?state={value}" if value else request.path, current=value == state)
            for value, label in FILTERS
        ),
        table=_table(part.rows),
        pagination=pagination_of(part, request.path, f"state={state}" if state else ""),
    )
    return render(request, "resources/documents.html", {"page": page})


def _table(rows: list[Any]) -> Table:
    names = ("Document", "Title", "Kind", "State", "In force")
    columns = (*(Column(name) for name in names), Column("Trained", numeric=True))
    return Table("Documents", columns, tuple(_row(row) for row in rows), empty="No document here.")


def _row(row: Any) -> Row:
    return Row(
        (
            Cell(str(row), url=places.document_url(row), kind="code"),
            Cell(row.title),
            Cell(row.get_kind_display()),
            Cell(verdict=words.document_verdict(row.state)),
            Cell(_force(row)),
            Cell(str(row.trained)),
        )
    )


def _force(row: Document) -> str:
    """From when until when a version was in force (R111)."""
    since = shown.moment(row.effective_from) if row.effective_from else ""
    until = shown.moment(row.superseded_at) if row.superseded_at else ""
    if since:
        return f"{since} to {until}" if until else f"since {since}"
    return "never" if until else ""


@act_pages.reading(places.READ)
def document(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One version, and who is trained in it (R109)."""
    found, actor = places.row_of(Document, uuid), acts.of_request(request)
    page = RecordPage(
        head=places.head(str(found), places.DOCUMENTS),
        title=f"{found} · {found.title}",
        step=str(DocumentState(found.state).label),
        sections=(
            Section(title="The version", facts=_facts(found), acts=_acts(actor, found)),
            Section(
                title="Who is trained in it",
                table=people.table(actor, found.qualifications.select_related("person", "assessor", "document")),
                acts=shown.offer(
                    actor,
                    "resources.qualify_people",
                    "Record a training",
                    f"{reverse('resources:qualify')}?document={found.uuid}",
                    when=found.state != DocumentState.SUPERSEDED,
                ),
            ),
        ),
        links=shown.trail_link(actor, found),
    )
    return render(request, "resources/document.html", {"page": page})


def _facts(found: Document) -> tuple[Fact, ...]:
    return (
        Fact("Code", found.code, code=True),
        Fact("Version", found.document_version),
        Fact("Kind", str(found.get_kind_display())),
        Fact("Effective from", shown.moment(found.effective_from) or "not effective yet"),
        Fact("Superseded", shown.moment(found.superseded_at) or "no"),
    )


def _acts(actor: Actor, found: Document) -> tuple[Act, ...]:
    def url(move: str) -> str:
        return reverse("resources:document-move", args=(found.uuid, move))

    effective = found.state == DocumentState.EFFECTIVE
    return (
        *shown.offer(actor, APPROVE, "Make effective", url("make-effective"), when=found.state == DocumentState.DRAFT),
        *shown.offer(actor, APPROVE, "Take out of use", url("supersede"), when=effective),
    )


@act_pages.acting("resources.draft_documents")
def register(request: HttpRequest) -> HttpResponse:
    """Registers a version as draft, so that people can be trained before it is effective (R109)."""
    form = act_pages.form_of(request, "register", "What it is", "Register the version", forms.document_fields())

    def do() -> None:
        values = forms.read_document(request.POST)
        with acts.plain_act(request, "document.registered", "documents") as a:
            domain.register_document(a, **values)

    def to() -> str:
        return reverse("resources:document", args=(act_pages.made(request, "resources.document"),))

    def page(asked: ActForm) -> RecordPage:
        title = "Register a version"
        return RecordPage(head=places.head(title, places.DOCUMENTS), title=title, forms=(asked,))

    said = "Registered as draft. Train people, then QA makes it effective."
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)


@act_pages.acting(APPROVE)
def move(request: HttpRequest, uuid: UUID, move: str) -> HttpResponse:
    """QA makes a version effective, or takes it out of use (R109)."""
    if move not in MOVES:
        raise Http404("There is no such move.")
    found = places.row_of(Document, uuid)
    event, title = MOVES[move]
    fields = (reading.reason_field(),) if move == "supersede" else ()
    form = act_pages.form_of(request, "act", title, title, fields, version=found.version, help=SAID[move])

    def do() -> None:
        version = acts.read_version(request)
        with acts.plain_act(request, event, found) as a:
            if move == "supersede":
                domain.supersede(a, found, reading.read_reason(request.POST), version=version)
            else:
                domain.make_effective(a, found, version=version)

    def page(asked: ActForm) -> RecordPage:
        head = places.head(title, places.DOCUMENTS, Link(str(found), places.document_url(found)))
        return RecordPage(head=head, title=f"{title} · {found}", text=found.title, forms=(asked,))

    to, said = places.document_url(found), f"{title}: recorded."
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)
