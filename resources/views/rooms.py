"""Rooms: list, one room, in and out of service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from compliance.forms import reading
from compliance.page_forms import ListPage, RecordPage, Section
from compliance.page_frame import Link
from compliance.pages import Cell, Column, Fact, Row, Table
from compliance.views import act_pages, acts, shown
from resources.domain import rooms as domain
from resources.forms import equipment as forms
from resources.models import Equipment, Room
from resources.states import UnitState
from resources.views import places, words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from compliance.domain.actor import Actor
    from compliance.page_forms import ActForm
    from compliance.pages import Act

MOVES = {
    "put-in-service": (domain.put_room_in_service, "room.put_in_service", "Put in service", "Names its qualification."),
    "tag-out": (domain.tag_out_room, "room.tagged_out", "Take out of service", "What is wrong with it."),
    "retire": (domain.retire_room, "room.retired", "Retire", "For good; its code is never given again."),
}


@act_pages.reading(places.READ)
def rooms(request: HttpRequest) -> HttpResponse:
    """Rooms and their grade."""
    rows = tuple(_row(room) for room in Room.objects.all())
    page = ListPage(
        head=places.head("Rooms", places.EQUIPMENT),
        title="Rooms",
        text="A batch works in a room only while it is in service and clean enough for the step.",
        tally=(Fact("rooms", str(len(rows))),),
        acts=shown.offer(
            acts.of_request(request), "resources.register", "Register a room", reverse("resources:room-register")
        ),
        table=Table("Rooms", tuple(Column(c) for c in ("Room", "Name", "Grade", "Service")), rows),
    )
    return render(request, "resources/rooms.html", {"page": page})


def _row(room: Room) -> Row:
    return Row(
        (
            Cell(room.code, url=places.room_url(room), kind="code"),
            Cell(room.name),
            Cell(str(room.get_grade_display())),
            Cell(verdict=words.unit_verdict(room.state)),
        )
    )


@act_pages.reading(places.READ)
def room(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One room and what stands in it."""
    found, actor = places.row_of(Room, uuid), acts.of_request(request)
    units = tuple(
        Row(
            (Cell(u.code, url=places.unit_url(u), kind="code"), Cell(u.name), Cell(verdict=words.unit_verdict(u.state)))
        )
        for u in Equipment.objects.filter(room=found)
    )
    page = RecordPage(
        head=places.head(found.code, places.ROOMS),
        title=f"{found.code} · {found.name}",
        step=str(UnitState(found.state).label),
        sections=(
            Section(title="The room", facts=(Fact("Grade", found.get_grade_display()),), acts=_acts(actor, found)),
            Section(
                title="Equipment in it",
                table=Table("Equipment", (Column("Unit"), Column("Name"), Column("Service")), units),
            ),
        ),
        links=shown.trail_link(actor, found),
    )
    return render(request, "resources/room.html", {"page": page})


def _acts(actor: Actor, found: Room) -> tuple[Act, ...]:
    def url(move: str) -> str:
        return reverse("resources:room-move", args=(found.uuid, move))

    put, tag = "resources.put_in_service", "resources.tag_out"
    out = found.state == UnitState.OUT_OF_SERVICE
    return (
        *shown.offer(actor, put, "Put in service", url("put-in-service"), when=out),
        *shown.offer(actor, tag, "Take out of service", url("tag-out"), when=found.state == UnitState.IN_SERVICE),
        *shown.offer(actor, put, "Retire", url("retire"), when=found.state != UnitState.RETIRED),
    )


@act_pages.acting("resources.register")
def register(request: HttpRequest) -> HttpResponse:
    """Puts a room on record, not in service yet."""
    form = act_pages.form_of(request, "register", "What it is", "Register the room", forms.room_fields())

    def do() -> None:
        values = forms.read_room(request.POST)
        with acts.plain_act(request, "room.registered", "rooms") as a:
            domain.register_room(a, **values)

    def to() -> str:
        return reverse("resources:room", args=(act_pages.made(request, "resources.room"),))

    def page(asked: ActForm) -> RecordPage:
        return RecordPage(head=places.head("Register a room", places.ROOMS), title="Register a room", forms=(asked,))

    said = "Registered, out of service. QA puts it in service once it is qualified."
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)


def move(request: HttpRequest, uuid: UUID, move: str) -> HttpResponse:
    """Puts a room in service, takes it out, retires it; each with its own permission."""
    if move not in MOVES:
        raise Http404("There is no such move.")
    permission = "resources.tag_out" if move == "tag-out" else "resources.put_in_service"
    answer: HttpResponse = act_pages.acting(permission)(_move)(request, uuid, move)
    return answer


def _move(request: HttpRequest, uuid: UUID, move: str) -> HttpResponse:
    found = places.row_of(Room, uuid)
    write, event, title, help_ = MOVES[move]
    fields = (reading.reason_field(help=help_),)
    form = act_pages.form_of(request, "act", title, title, fields, version=found.version)

    def do() -> None:
        with acts.plain_act(request, event, found) as a:
            write(a, found, reading.read_reason(request.POST), version=acts.read_version(request))

    def page(asked: ActForm) -> RecordPage:
        return RecordPage(
            head=places.head(title, places.ROOMS, Link(found.code, places.room_url(found))),
            title=f"{title} · {found.code}",
            step=found.get_state_display(),
            text=found.name,
            forms=(asked,),
        )

    to, said = places.room_url(found), f"{title}: recorded."
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)
