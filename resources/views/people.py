"""People and what they are qualified in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse

from compliance.domain import clock
from compliance.forms import reading
from compliance.forms.trail import key_of
from compliance.models import User
from compliance.page_forms import RecordPage, Section
from compliance.page_frame import Head, Link
from compliance.pages import Cell, Column, Fact, Row, Table, Verdict
from compliance.queries import slice_of
from compliance.views import act_pages, acts, shown
from compliance.views.listing import pagination_of
from resources.domain import qualification as domain
from resources.forms import people as forms
from resources.models import Document, Qualification
from resources.pages import PeopleListPage
from resources.states import DocumentState, QualificationState
from resources.views import places, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from compliance.domain.actor import Actor
    from compliance.page_forms import ActForm

QUALIFY = "resources.qualify_people"
COLUMNS = ("Person", "Document", "Trained on", "Holds until", "Now", "Assessed by")


@act_pages.reading(places.READ)
def people(request: HttpRequest) -> HttpResponse:
    """Who is qualified in what, until when; of one person where she is chosen (R109)."""
    actor = acts.of_request(request)
    who = request.GET.get("person", "").replace("\x00", "")[:60]
    rows: Any = Qualification.objects.select_related("person", "assessor", "document")
    part = slice_of(rows.filter(person__username=who) if who else rows, key_of(request.GET))
    page = PeopleListPage(
        head=Head(title="People", section="people"),
        title=f"Qualification of {who}" if who else "People and their qualification",
        text="A step can be done only by a person trained in the effective version of its procedure.",
        tally=(Fact("qualifications", str(part.total)),),
        acts=(
            *shown.offer(actor, places.READ, "Documents", reverse("resources:documents")),
            *shown.offer(actor, QUALIFY, "Qualify a person", reverse("resources:qualify")),
        ),
        filters=(Link("All", request.path, current=not who), *((Link(who, current=True),) if who else ())),
        table=table(actor, part.rows),
        pagination=pagination_of(part, request.path, f"person={who}" if who else ""),
    )
    return render(request, "resources/people.html", {"page": page})


def table(actor: Actor, rows: Iterable[Qualification]) -> Table:
    """Qualifications with what each is worth today."""
    may, today = actor.may(QUALIFY), clock.today()
    labels = (*COLUMNS, "Change") if may else COLUMNS
    shown_rows = tuple(_row(row, today, may=may) for row in rows)
    return Table("Qualifications", tuple(Column(c) for c in labels), shown_rows, empty="Nobody is qualified yet.")


def _row(row: Qualification, today: date, *, may: bool) -> Row:
    held = row.state == QualificationState.HELD
    withdraw = Cell("Withdraw", url=reverse("resources:qualification-withdraw", args=(row.uuid,))) if held else Cell()
    person = row.person
    return Row(
        (
            Cell(
                person.printed_name, url=f"{reverse('resources:people')}?person={person.username}", note=person.username
            ),
            Cell(str(row.document), url=places.document_url(row.document), kind="code"),
            Cell(row.trained_on.isoformat(), note=row.evidence),
            Cell(words.day(row.expires_on, "a new version")),
            Cell(verdict=_now(row, today)),
            Cell(row.assessor.printed_name),
            *((withdraw,) if may else ()),
        )
    )


def _now(row: Qualification, today: date) -> Verdict:
    if row.state == QualificationState.WITHDRAWN:
        return Verdict("void", "withdrawn")
    if row.expires_on is not None and row.expires_on < today:
        return Verdict("breach", "run out")
    if row.document.state == DocumentState.SUPERSEDED:
        return Verdict("void", "older version")
    if row.document.state == DocumentState.DRAFT:
        return Verdict("wait", "ahead", "counts once the version is effective")
    return Verdict("within", "qualified")


@act_pages.acting(QUALIFY)
def qualify(request: HttpRequest) -> HttpResponse:
    """Another person records that somebody is trained in a document version (R109)."""
    persons = [u for u in User.objects.filter(is_active=True) if not u.is_system]
    versions = list(Document.objects.exclude(state=DocumentState.SUPERSEDED))
    fields = forms.qualifying_fields(persons, versions, request.GET.get("document", ""))
    form = act_pages.form_of(request, "qualify", "The training", "Record the training", fields)

    def do() -> None:
        values = forms.read_qualifying(request.POST)
        with acts.plain_act(request, "qualification.recorded", values["document"]) as a:
            domain.qualify(a, values.pop("person"), values.pop("document"), **values)

    def page(asked: ActForm) -> RecordPage:
        title = "Qualify a person"
        text = "You assess the training of another person. It counts from now, in this version alone."
        return RecordPage(head=places.head(title, places.PEOPLE), title=title, text=text, forms=(asked,))

    to = reverse("resources:people")
    return act_pages.answer(request, form, page, do, to=to, said="Training recorded.", template=places.ACT)


@act_pages.acting(QUALIFY)
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraws what a person holds in a document version (R109)."""
    row = places.row_of(Qualification, uuid, "person", "document")
    title = "Withdraw a qualification"
    form = act_pages.form_of(request, "withdraw", title, "Withdraw", (reading.reason_field(),), version=row.version)

    def do() -> None:
        with acts.plain_act(request, "qualification.withdrawn", row.document) as a:
            domain.withdraw(a, row, reading.read_reason(request.POST))

    def page(asked: ActForm) -> RecordPage:
        facts = (
            Fact("Person", row.person.printed_name, row.person.username),
            Fact("Document", f"{row.document} {row.document.title}"),
            Fact("Trained on", row.trained_on.isoformat(), row.evidence),
        )
        section = Section(title="What is withdrawn", facts=facts)
        return RecordPage(head=places.head(title, places.PEOPLE), title=title, sections=(section,), forms=(asked,))

    to = reverse("resources:people")
    return act_pages.answer(request, form, page, do, to=to, said="Qualification withdrawn.", template=places.ACT)
