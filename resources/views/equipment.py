"""The list of equipment, and a new unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from compliance.domain import clock
from compliance.page_forms import RecordPage
from compliance.page_frame import Head, Link
from compliance.pages import Cell, Column, Fact, Row, Table, Verdict
from compliance.views import act_pages, acts, shown
from resources.domain import equipment as domain
from resources.forms import equipment as forms
from resources.models import Equipment, Room
from resources.pages import EquipmentListPage
from resources.states import UnitState
from resources.views import loads, places, words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm
    from resources.views.loads import UnitLine

FILTERS = (("", "All but retired"), *UnitState.choices)
COLUMNS = ("Unit", "Name", "Class", "Room", "Service", "Calibration", "Cleaning")


@act_pages.reading(places.READ)
def equipment(request: HttpRequest) -> HttpResponse:
    """Units with calibration and clean status, judged as a batch would judge them now (R108, R309, R323)."""
    state = request.GET.get("state", "")
    state = state if state in dict(FILTERS) else ""
    lines = loads.unit_lines(loads.units(state).order_by("code"), clock.now())
    actor = acts.of_request(request)
    page = EquipmentListPage(
        head=Head(title="Equipment", section="equipment"),
        title="Equipment",
        text="Instruments, vessels and hoods. A batch takes a unit only while it is in service, calibrated and clean.",
        tally=(Fact("units", str(len(lines))),),
        acts=(
            *shown.offer(actor, places.READ, "Rooms", reverse("resources:rooms")),
            *shown.offer(actor, "resources.register", "Register a unit", reverse("resources:unit-register")),
        ),
        filters=tuple(
            Link(label, f"{request.path}?state={value}" if value else request.path, current=value == state)
            for value, label in FILTERS
        ),
        table=Table("Equipment", tuple(Column(c) for c in COLUMNS), tuple(_row(line) for line in lines)),
    )
    return render(request, "resources/equipment.html", {"page": page})


def _row(line: UnitLine) -> Row:
    unit = line.unit
    return Row(
        (
            Cell(unit.code, url=places.unit_url(unit), kind="code"),
            Cell(unit.name, note=unit.serial),
            Cell(unit.equipment_class.replace("_", " ")),
            Cell(unit.room.code if unit.room else ""),
            Cell(verdict=words.unit_verdict(unit.state)),
            _calibration(line),
            _cleaning(line),
        )
    )


def _calibration(line: UnitLine) -> Cell:
    if not line.unit.needs_calibration:
        return Cell("not needed", kind="muted")
    return words.judged_cell(line.calibration, f"until {words.day(line.due_on)}")


def _cleaning(line: UnitLine) -> Cell:
    if line.used_by:
        return Cell(verdict=Verdict("wait", "in use", line.used_by))
    if not line.unit.needs_cleaning:
        return Cell("not needed", kind="muted")
    return words.judged_cell(line.cleaning, "clean")


@act_pages.acting("resources.register")
def register(request: HttpRequest) -> HttpResponse:
    """Puts a unit on record, out of service until QA puts it in service (R108)."""
    classes = list(Equipment.objects.order_by("equipment_class").values_list("equipment_class", flat=True).distinct())
    fields = forms.unit_fields(list(Room.objects.all()), classes)
    form = act_pages.form_of(request, "register", "What it is", "Register the unit", fields)

    def do() -> None:
        values = forms.read_unit(request.POST)
        with acts.plain_act(request, "equipment.registered", "equipment") as a:
            domain.register_equipment(a, **values)

    def to() -> str:
        return places.unit_url(Equipment.objects.get(uuid=act_pages.made(request, "resources.equipment")))

    def page(asked: ActForm) -> RecordPage:
        title = "Register a unit"
        return RecordPage(head=places.head(title, places.EQUIPMENT), title=title, forms=(asked,))

    said = "Registered, out of service. QA puts it in service once it is qualified."
    return act_pages.answer(request, form, page, do, to=to, said=said, template=places.ACT)
