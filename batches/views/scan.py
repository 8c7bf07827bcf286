"""One scan box for everything: a code goes to where it belongs, or words say why not (MAT-15, MAT-16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from batches.domain.masters import plan_for
from batches.forms.values import Typed
from batches.models import Batch, Container, Deviation, PhaseRecord
from batches.states import PhaseState
from batches.views import places, steps, words
from batches.views.materials import choices_of, scan_in
from batches.views.phase import TRIGGER, show_phase
from batches.views.phase_page import Shown
from compliance.domain import clock
from compliance.page_frame import Scanned
from compliance.refusals import Refusal
from compliance.views import acts
from resources import queries as stocks
from resources.guards import blockers_for_lot

if TYPE_CHECKING:
    from django.http import HttpRequest

    from resources.models import MaterialLot

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a scan of the phase page went: what the page shows, and with which status."""

    show: Shown
    status: int = 200


@require_POST
@acts.needs("batches.read")
def scan(request: HttpRequest) -> HttpResponse:
    """Takes every scan. On a phase page a unit is recorded, a lot put into its field; elsewhere its page opens."""
    code = request.POST.get("code", "").replace("\x00", "").strip()[:LONGEST]
    url = page_of_code(code)
    if url:
        return _go(request, url)
    row = _context(request.POST.get("context", ""))
    if row is None:
        return _go(request, f"{reverse('batches:records')}?{urlencode({'q': code})}")
    landing = _land(request, row, code)
    if not acts.is_fragment(request) and landing.status == 200:
        return _plain(request, row, landing.show)
    response = show_phase(request, row.batch.number, row.seq, landing.show, landing.status)
    response["HX-Trigger"] = TRIGGER
    return response


def _plain(request: HttpRequest, row: PhaseRecord, show: Shown) -> HttpResponse:
    """Without htmx the browser goes back to the phase; a lot goes along in the address."""
    typed = show.typed
    more = f"?{urlencode({'field': typed.code, 'lot': typed.value})}" if typed else ""
    return acts.done(request, f"{places.phase_url(row)}{more}", show.scanned.text if show.scanned else "")


def page_of_code(code: str) -> str:
    """The page of a batch, a vial or a deviation by its number; "" for any other code."""
    folded = code.upper()
    if Batch.objects.filter(number=folded).exists():
        return places.batch_url(folded)
    if Container.objects.filter(number=folded).exists():
        return reverse("batches:container", args=(folded,))
    if Deviation.objects.filter(number=folded).exists():
        return places.deviation_url(folded)
    return ""


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if acts.is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def _context(text: str) -> PhaseRecord | None:
    """The phase that the scanning page showed, if it was one."""
    number, _, seq = text.partition("/")
    if not (seq.isascii() and seq.isdecimal()) or len(seq) > 6:
        return None
    try:
        return places.phase_of(number, int(seq))
    except Http404:
        return None


def _land(request: HttpRequest, row: PhaseRecord, code: str) -> Landing:
    found = stocks.find_scanned(code, clock.now())
    if row.state != PhaseState.IN_PROGRESS or not acts.of_request(request).may(steps.EXECUTE):
        said = f"{row.title} is {row.get_state_display()}; nothing is scanned into it."
        return Landing(Shown(scanned=_scanned(code, said)), 409)
    if found.equipment is not None:
        return _equipment(request, row, code)
    if found.lot is not None:
        return _lot(row, code, found.lot)
    field = _material_field(row, {lot.item.code for lot in found.choices})
    typed = Typed(field) if field and found.choices else None
    shown = Shown(
        typed=typed,
        refusal=None,
        choices=choices_of(row, field, found.choices) if typed else (),
        scanned=_scanned(code, found.message),
    )
    return Landing(shown, 422)


def _scanned(code: str, text: str, went_to: str = "") -> Scanned:
    return Scanned(clock.stamp(clock.now())[11:16], code[:40], text, went_to)


def _equipment(request: HttpRequest, row: PhaseRecord, code: str) -> Landing:
    unit = stocks.find_scanned(code, clock.now()).equipment
    if unit is None:
        return Landing(Shown(scanned=_scanned(code, "No such unit.")), 422)
    try:
        scan_in(request, row, unit)
    except Refusal as refusal:
        return Landing(Shown(refusal=refusal, scanned=_scanned(code, refusal.text)), refusal.status)
    return Landing(Shown(scanned=_scanned(code, f"{unit.name}.", words.titled(unit.equipment_class))))


def _lot(row: PhaseRecord, code: str, lot: MaterialLot) -> Landing:
    """A lot goes into the field that asks for its material; one that may not be used says so at once (MAT-04)."""
    field = _material_field(row, {lot.item.code})
    if not field:
        said = f"Lot {lot.number} is {lot.item.code}; this step does not take it."
        return Landing(Shown(scanned=_scanned(code, said)), 409)
    stops = blockers_for_lot(lot, clock.now(), None, lot.item.code)
    if stops:
        said = " ".join(b.text for b in stops)
        return Landing(Shown(scanned=_scanned(code, said)), 409)
    return Landing(
        Shown(typed=Typed(field, value=lot.number), scanned=_scanned(code, f"{lot.item.name}.", lot.item.code))
    )


def _material_field(row: PhaseRecord, items: set[str]) -> str:
    needs = plan_for(row.batch).phase(row).requires.materials
    return next((f"material-{n}" for n, need in enumerate(needs, 1) if need.item in items), "")
