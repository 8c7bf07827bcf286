"""What a phase takes from the house: lots charged in and checked by a second person, equipment, samples."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from batches import queries
from batches.domain import materials, taking_back
from batches.domain.masters import plan_for
from batches.forms.values import Typed, typed_in
from batches.forms.words import clean_text
from batches.views import phase_data, places, steps
from batches.views.panel_record import reverse_form, take_back_form
from batches.views.panel_sign import charge_panel
from batches.views.phase import panel, recorded, show_phase
from batches.views.phase_page import Shown
from compliance.domain import clock
from compliance.domain.act import act
from compliance.page_frame import Link
from compliance.refusals import Invalid, Refusal
from compliance.views import acts
from resources import queries as stocks

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from batches.domain.masterfile.spec import MaterialNeed, PhaseSpec
    from batches.models import PhaseRecord
    from batches.pages import Ask
    from compliance.domain.act import Act
    from resources.models import Equipment, MaterialLot

_CODE = re.compile(r"(?:material|equipment|sample)-(.{1,40})")


def _spec(row: PhaseRecord) -> PhaseSpec:
    return plan_for(row.batch).phase(row)


def _named(code: str) -> str:
    found = _CODE.fullmatch(code)
    if found is None:
        raise Http404("This step has no such field.")
    return found[1]


def need_of(row: PhaseRecord, code: str) -> MaterialNeed:
    """The material that a field stands for; 404 where the phase asks for none."""
    needs, at = _spec(row).requires.materials, _named(code)
    if not at.isdecimal() or not 1 <= int(at) <= len(needs):
        raise Http404("This step asks for no such material.")
    return needs[int(at) - 1]


def lot_for(row: PhaseRecord, typed: Typed) -> MaterialLot:
    """The one lot that a scan names. A material's code or one that fits several lots is never picked (MAT-15)."""
    found = stocks.find_scanned(typed.value[:200], clock.now())
    if found.lot is None:
        raise NoSuchLot(
            found.message or f"{found.text[:60]} is no lot but a unit of equipment.",
            choices_of(row, typed.code, found.choices),
        )
    return found.lot


class NoSuchLot(Invalid):
    """The code names no lot, or more than one: the page offers what it could mean."""

    def __init__(self, text: str, choices: tuple[Link, ...]) -> None:
        super().__init__(f"{text} Nothing was recorded.", "value", "no_such_lot")
        self.choices = choices


class NoSuchUnit(Invalid):
    """The code names no unit; it is not said whole, it may have been meant for another box."""

    def __init__(self, code: str) -> None:
        said = f"{stocks.masked(code.strip())} is no unit of equipment." if code.strip() else "Nothing was scanned."
        super().__init__(f"{said} Scan the code on the unit. Nothing was recorded.", "value", "unknown")


def choices_of(row: PhaseRecord, code: str, lots: tuple[MaterialLot, ...]) -> tuple[Link, ...]:
    """Each lot as a link that puts it into the field; nothing is recorded by it."""
    url = places.phase_url(row)
    return tuple(
        Link(f"{lot.number} ({lot.item.code}, {lot.get_state_display()})", f"{url}?field={code}&lot={lot.number}")
        for lot in lots
    )


@require_POST
@acts.needs("batches.read")
def charge(request: HttpRequest, number: str, seq: int, code: str) -> HttpResponse:
    """Charges a scanned lot into the phase; stock falls in the same act (R307, MAT-04, CON-04)."""
    row = places.phase_of(number, seq)
    need = need_of(row, code)
    typed, choices = Typed(code), ()
    try:
        acts.of_request(request).need(steps.EXECUTE)
        typed = typed_in(code, request.POST)
        lot = lot_for(row, typed)
        with acts.once(), acts.plain_act(request, "batch.material_charged", row.batch) as a:
            materials.charge_in(a, row, need.item, lot, typed.quantity, typed.reason or None)
    except Refusal as refusal:
        choices = getattr(refusal, "choices", ())
        return show_phase(request, number, seq, Shown(typed=typed, refusal=refusal, choices=choices), refusal.status)
    return recorded(request, row, f"{need.item}, lot {lot.number}, is charged in.")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.read")
def verify_charge(request: HttpRequest, number: str, seq: int, uuid: UUID) -> HttpResponse:
    """A second person checks one charge-in at this tablet and signs (R307)."""
    row = places.phase_of(number, seq)
    found = places.charge_of(row, uuid)
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            version = acts.read_version(request)
            opened = acts.signed_act(request, "batch.charge_verified", row.batch, found, "verified", cosign=True)
            with acts.once(), opened as (a, pen):
                materials.verify_charge(a, pen, found, version)
            return recorded(request, row, f"The charge-in of {found.item_code} is verified.")
        except Refusal as refusal:
            refused = refusal
    data = phase_data.load(acts.of_request(request), row)
    form = charge_panel(data, places.charge_of(row, uuid), acts.new_token(request))
    if refused is not None:
        form = replace(form, form=acts.kept(form.form, request.POST, refused))
    open_code = _field_of(data, uuid)
    return panel(request, data, open_code, refused.status if refused else 200, cosign=form)


def _field_of(data: phase_data.PhaseData, uuid: UUID) -> str:
    """The code of the field that shows a charge-in, so that the panel opens under it."""
    for n, need in enumerate(data.place.phase.requires.materials, 1):
        charges = [c for c in data.charges if c.item_code == need.item]
        for at, one in enumerate(charges, 1):
            if one.uuid == uuid:
                return f"material-{n}-{at}"
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.read")
def reverse_charge(request: HttpRequest, number: str, seq: int, uuid: UUID) -> HttpResponse:
    """Takes back a charge-in that nobody has verified; both movements stay on record (R324)."""
    row = places.phase_of(number, seq)
    found = places.charge_of(row, uuid)
    way = TakingBack(
        "batch.charge_reversed",
        f"The charge-in of {found.item_code} is taken back.",
        lambda a, reason: materials.reverse_charge(a, found, reason),
        lambda data, *words: reverse_form(data, found, *words),
        lambda data: _field_of(data, uuid),
    )
    return _take_back(request, row, way)


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What is taken back with a reason: how it is done and said, its form, and the field under which that opens."""

    event: str
    said: str
    do: Callable[[Act, str], object]
    form: Callable[..., Ask]
    field: Callable[[phase_data.PhaseData], str]


def _take_back(request: HttpRequest, row: PhaseRecord, way: TakingBack) -> HttpResponse:
    """Asks for the reason and takes back; what was typed stays when it is refused."""
    acts.of_request(request).need(steps.EXECUTE)
    text, refused = request.POST.get("reason", ""), None
    if request.method == "POST":
        try:
            with acts.once(), acts.plain_act(request, way.event, row.batch) as a:
                way.do(a, clean_text(text, "reason"))
            return recorded(request, row, way.said)
        except Refusal as refusal:
            refused = refusal
    data = phase_data.load(acts.of_request(request), row)
    form = way.form(data, acts.new_token(request), text, refused.text if refused else "")
    return panel(request, data, way.field(data), refused.status if refused else 200, ask=form)


@require_POST
@acts.needs("batches.read")
def equipment(request: HttpRequest, number: str, seq: int, code: str) -> HttpResponse:
    """Scans a unit into the phase by its own code (R108, R309, R323)."""
    row = places.phase_of(number, seq)
    if not _named(code).isdecimal():
        raise Http404("This step has no such field.")
    typed = Typed(code)
    try:
        acts.of_request(request).need(steps.EXECUTE)
        acts.read_token(request)
        typed = typed_in(code, request.POST)
        unit = stocks.find_scanned(typed.value[:200], clock.now()).equipment
        if unit is None:
            raise NoSuchUnit(typed.value)
        scan_in(request, row, unit)
    except Refusal as refusal:
        return show_phase(request, number, seq, Shown(typed=typed, refusal=refusal), refusal.status)
    return recorded(request, row, f"{unit.code} is scanned.")


def scan_in(request: HttpRequest, row: PhaseRecord, unit: Equipment) -> None:
    """One unit is scanned into one phase once, however often the scanner beeps: the act's id follows from both.

    A unit whose scan was taken back may be scanned again: what was taken back counts into the id.
    """
    before = f":{count}" if (count := len(queries.taken_back(row))) else ""
    once = uuid5(NAMESPACE_OID, f"scan:{row.uuid}:{unit.uuid}{before}")
    with acts.once(), act(acts.of_request(request), "batch.equipment_scanned", row.batch, once) as a:
        materials.scan_equipment(a, row, unit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.read")
def take_back_scan(request: HttpRequest, number: str, seq: int, uuid: UUID) -> HttpResponse:
    """Takes back the scan of a unit that was not used; scan and reason stay on record (R209, R309)."""
    row = places.phase_of(number, seq)
    found = places.scan_of(row, uuid)
    way = TakingBack(
        "batch.equipment_taken_back",
        f"The scan of {found.code} is taken back.",
        lambda a, reason: taking_back.take_back_scan(a, found, reason),
        lambda data, *words: take_back_form(data, found, *words),
        lambda data: _row_of(data, found.equipment_class),
    )
    return _take_back(request, row, way)


def _row_of(data: phase_data.PhaseData, equipment_class: str) -> str:
    """The code of the row that asks for a class of equipment."""
    asked = (n for n, need in enumerate(data.place.phase.requires.equipment, 1) if need.class_ == equipment_class)
    return f"equipment-{next(asked, '')}"


@require_POST
@acts.needs("batches.read")
def sample(request: HttpRequest, number: str, seq: int, code: str) -> HttpResponse:
    """Takes a sample under the code of its container (R333)."""
    row = places.phase_of(number, seq)
    name = _named(code)
    if name not in {s.id for s in _spec(row).samples}:
        raise Http404("This step takes no such sample.")
    typed = Typed(code)
    try:
        acts.of_request(request).need(steps.EXECUTE)
        typed = typed_in(code, request.POST)
        if len(typed.value) > 60:
            raise Invalid("A container's code has at most 60 characters. Scan it again.", "value", "long")
        with acts.once(), acts.plain_act(request, "batch.sample_taken", row.batch) as a:
            materials.take_sample(a, row, name, typed.value)
    except Refusal as refusal:
        return show_phase(request, number, seq, Shown(typed=typed, refusal=refusal), refusal.status)
    return recorded(request, row, f"Sample {name} is taken.")
