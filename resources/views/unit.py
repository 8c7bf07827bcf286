"""One unit of equipment: shown, calibrated, cleaned, checked, put in and out of service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render

from compliance.domain import clock
from compliance.forms import reading
from compliance.page_forms import RecordPage, Section
from compliance.page_frame import Link
from compliance.pages import Fact
from compliance.views import act_pages, acts, shown
from resources.domain import equipment as domain
from resources.forms import equipment as forms
from resources.models import CleaningRecord, Equipment, EquipmentUse
from resources.views import places
from resources.views.unit_page import unit_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from compliance.domain.act import Act
    from compliance.page_forms import ActForm

MOVES = {
    "put-in-service": (domain.put_in_service, "equipment.put_in_service", "Put in service", "Names its qualification."),
    "tag-out": (domain.tag_out, "equipment.tagged_out", "Take out of service", "What is wrong with it."),
    "retire": (domain.retire, "equipment.retired", "Retire", "For good; its code is never given again."),
}


@act_pages.reading(places.READ)
def unit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """State, calibrations, cleanings, use log of a unit, and what stops its use now (R108, R309, R323)."""
    found = places.row_of(Equipment, uuid, "room")
    page = unit_page(acts.of_request(request), found, clock.now())
    return render(request, "resources/unit.html", {"page": page})


@act_pages.acting("resources.calibrate")
def calibrate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Records a calibration (R108)."""
    found = places.row_of(Equipment, uuid)

    def write(a: Act) -> object:
        return domain.calibrate(a, found, **forms.read_calibration(request.POST))

    return _doing(request, found, "Record a calibration", "equipment.calibrated", forms.calibration_fields(), write)


@act_pages.acting("resources.clean")
def clean(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Records that the unit was cleaned now (R323)."""
    found = places.row_of(Equipment, uuid)

    def write(a: Act) -> object:
        return domain.clean(a, found, **forms.read_cleaning(request.POST))

    return _doing(request, found, "Record a cleaning", "equipment.cleaned", forms.cleaning_fields(), write)


@act_pages.acting("resources.check_cleaning")
def check_cleaning(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A second person finds a cleaning good or not (R323)."""
    row = places.row_of(CleaningRecord, uuid, "equipment", "cleaned_by")  # type: ignore[type-var]

    def write(a: Act) -> object:
        return domain.check_cleaning(a, row, **forms.read_check(request.POST))

    cleaned = Section(
        title="The cleaning",
        facts=(
            Fact("Cleaned at", shown.moment(row.cleaned_at)),
            Fact("By", row.cleaned_by.printed_name),
            Fact("Procedure", row.procedure, row.agent),
        ),
    )
    return _doing(
        request, row.equipment, "Check a cleaning", "equipment.cleaning_checked", forms.check_fields(), write, cleaned
    )


@act_pages.acting("resources.use_equipment")
def end_use(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ends a use that a batch left open: from then on the unit is dirty where it must be clean (R309)."""
    row = places.row_of(EquipmentUse, uuid, "equipment")

    def write(a: Act) -> object:
        return domain.use_end(a, row)

    used = Section(title="The use", facts=(Fact("Batch", row.batch_ref), Fact("From", shown.moment(row.started_at))))
    return _doing(request, row.equipment, "End this use", "equipment.use_ended", (), write, used)


def move(request: HttpRequest, uuid: UUID, move: str) -> HttpResponse:
    """Puts a unit in service, takes it out, retires it; each with its own permission (R108)."""
    if move not in MOVES:
        raise Http404("There is no such move.")
    permission = "resources.tag_out" if move == "tag-out" else "resources.put_in_service"
    answer: HttpResponse = act_pages.acting(permission)(_move)(request, uuid, move)
    return answer


def _move(request: HttpRequest, uuid: UUID, move: str) -> HttpResponse:
    found = places.row_of(Equipment, uuid)
    write_it, event, title, help_ = MOVES[move]

    def write(a: Act) -> object:
        return write_it(a, found, reading.read_reason(request.POST), version=acts.read_version(request))

    return _doing(request, found, title, event, (reading.reason_field(help=help_),), write)


def _doing(
    request: HttpRequest,
    found: Equipment,
    title: str,
    event: str,
    fields: Any,
    write: Callable[[Act], object],
    *more: Section,
) -> HttpResponse:
    form = act_pages.form_of(request, "act", title, title, fields, version=found.version)

    def do() -> None:
        with acts.plain_act(request, event, found) as a:
            write(a)

    def page(asked: ActForm) -> RecordPage:
        return RecordPage(
            head=places.head(title, places.EQUIPMENT, Link(found.code, places.unit_url(found))),
            title=f"{title} · {found.code}",
            step=found.get_state_display(),
            text=found.name,
            sections=more,
            forms=(asked,),
        )

    said = f"{title}: recorded."
    return act_pages.answer(request, form, page, do, to=places.unit_url(found), said=said, template=places.ACT)
