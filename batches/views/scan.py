"""One scan box for everything: a code goes to where it belongs, or words say why not (MAT-15, MAT-16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from batches.forms.values import Typed
from batches.models import PhaseRecord
from batches.states import PhaseState
from batches.views import phase_data, places, records, steps, words
from batches.views.codes import other_page, own_page
from batches.views.materials import choices_of, scan_in
from batches.views.phase import TRIGGER, show_phase
from batches.views.phase_needs import material_fields
from batches.views.phase_page import Shown
from compliance.domain import clock
from compliance.page_frame import Scanned
from compliance.refusals import Refusal, Refused
from compliance.views import acts
from resources import queries as stocks
from resources.guards import blockers_for_lot

if TYPE_CHECKING:
    from django.http import HttpRequest

    from batches.views.phase_data import PhaseData
    from compliance.page_frame import NoticeKind
    from compliance.refusals import Blocker
    from resources.models import Equipment, MaterialLot

EMPTY = "The scan was empty: the scanner sent no code. Nothing was recorded. Scan again."
_NOW = {
    PhaseState.PENDING: "Start it, then scan again.",
    PhaseState.IN_PROGRESS: "Your role does not record in steps.",
}


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a scan of the phase page went: what the page shows, and with which status."""

    show: Shown
    status: int = 200


@sensitive_post_parameters("code")
@require_POST
@acts.needs("batches.read")
def scan(request: HttpRequest) -> HttpResponse:
    """Takes every scan. On a phase page a unit is recorded, a lot put into its field; elsewhere its page opens."""
    code = request.POST.get("code", "").replace("\x00", "").strip()[: records.LONGEST]
    url = own_page(code)
    if url:
        return _go(request, url)
    row = _context(request.POST.get("context", ""))
    if row is None:
        return _elsewhere(request, code)
    landing = _land(request, row, code)
    if not acts.is_fragment(request) and landing.status == 200:
        return _plain(request, row, landing.show)
    response = show_phase(request, row.batch.number, row.seq, landing.show, landing.status)
    response["HX-Trigger"] = TRIGGER
    return response


def _plain(request: HttpRequest, row: PhaseRecord, show: Shown) -> HttpResponse:
    """Without htmx the browser goes back to the phase; a lot goes along in the address."""
    typed, scanned = show.typed, show.scanned
    more = f"?field={typed.code}&lot={typed.value}" if typed else ""
    said = f"{scanned.code} {scanned.text} → {scanned.went_to}" if scanned else ""
    return acts.done(request, f"{places.phase_url(row)}{more}", said)


def _elsewhere(request: HttpRequest, code: str) -> HttpResponse:
    """Outside a step a code opens its page, else what the records know of it; one they do not know is not kept."""
    if not code:
        return records.nothing_found(request, "Nothing was scanned", EMPTY)
    found = stocks.find_scanned(code, clock.now())
    url = other_page(acts.of_request(request), code, found) or records.search_url(code)
    return _go(request, url) if url else records.unknown(request, code, found.message)


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
    if not code:
        return _refused("", EMPTY, 422)
    found = stocks.find_scanned(code, clock.now())
    shown = code[:40] if found.found or found.choices else stocks.masked(code)
    data = phase_data.load(acts.of_request(request), row)
    if row.state != PhaseState.IN_PROGRESS or not data.actor.may(steps.EXECUTE):
        more = _NOW.get(PhaseState(row.state), "Nothing more is scanned into it.")
        return _refused(shown, f"was not recorded. {row.title} is {row.get_state_display()}. {more}", 409)
    if found.equipment is not None:
        return _equipment(request, data, found.equipment)
    if found.lot is not None:
        return _lot(data, found.lot)
    return _unclear(data, shown, found)


def _refused(shown: str, text: str, status: int) -> Landing:
    return Landing(Shown(scanned=_scanned(shown, text, "breach")), status)


def _scanned(shown: str, text: str, kind: NoticeKind, went_to: str = "", field: str = "") -> Scanned:
    url = f"#row-{field}" if field else ""
    return Scanned(clock.stamp(clock.now())[11:16], shown, text, went_to, kind, url)


def _stops(found: list[Blocker]) -> str:
    """What stops it, and who can clear each."""
    return " ".join(f"{b.text}{f' Can be cleared by {b.clears}.' if b.clears else ''}" for b in found)


def _equipment(request: HttpRequest, data: PhaseData, unit: Equipment) -> Landing:
    try:
        scan_in(request, data.phase, unit)
    except Refusal as refusal:
        why = _stops(refusal.blockers) if isinstance(refusal, Refused) else refusal.text
        return _refused(unit.code, f"was not recorded. {why} Scan the unit that this step asks for.", refusal.status)
    asked = [need.class_ for need in data.place.phase.requires.equipment]
    field = f"equipment-{asked.index(unit.equipment_class) + 1}"
    to = f"{words.titled(unit.equipment_class)}: recorded"
    return Landing(Shown(scanned=_scanned(unit.code, f"{unit.name}, fit for use", "within", to, field)))


def _lot(data: PhaseData, lot: MaterialLot) -> Landing:
    """A lot goes into the field that asks for its material; one that may not be used says so at once (MAT-04)."""
    item = lot.item
    asked = {need.item for need in data.place.phase.requires.materials}
    if item.code not in asked:
        wants = f"it takes {', '.join(sorted(asked))}" if asked else "it takes no material"
        text = f"is {item.name} ({item.code}); this step does not take it, {wants}. Nothing was recorded."
        return _refused(lot.number, text, 409)
    stops = blockers_for_lot(lot, clock.now(), None, item.code)
    if stops:
        return _refused(lot.number, f"was not recorded. {_stops(stops)} Scan another lot of {item.code}.", 409)
    field = _open_field(data, {item.code})
    if not field:
        text = f"was not recorded. All {item.code} that this step asks for is charged in."
        return _refused(lot.number, text, 409)
    to = f"{item.code}: type the amount and record it; it is not recorded yet"
    scanned = _scanned(lot.number, f"{item.name}, {lot.get_state_display()}", "info", to, field)
    return Landing(Shown(typed=Typed(field, value=lot.number), scanned=scanned))


def _open_field(data: PhaseData, items: set[str]) -> str:
    """The field of the page that still waits for one of these materials."""
    open_codes = {f.code for f in material_fields(data, str) if f.open}
    needs = data.place.phase.requires.materials
    codes = (f"material-{n}" for n, need in enumerate(needs, 1) if need.item in items)
    return next((code for code in codes if code in open_codes), "")


def _unclear(data: PhaseData, shown: str, found: stocks.Scanned) -> Landing:
    """The code names no one thing: what it could mean is offered, nothing is picked (MAT-15)."""
    field = _open_field(data, {lot.item.code for lot in found.choices})
    hint = "" if found.choices else _sample_hint(data)
    text = f"{found.message}{hint} Nothing was recorded."
    show = Shown(
        typed=Typed(field) if field else None,
        choices=choices_of(data.phase, field, found.choices) if field else (),
        scanned=_scanned(shown if found.choices else "", text, "alert"),
    )
    return Landing(show, 422)


def _sample_hint(data: PhaseData) -> str:
    """A container's code is not known before its sample is taken: it is scanned in the box of the sample."""
    waiting = [s.id for s in data.place.phase.samples if (s.id, "") not in data.live]
    return f" Scan the container of sample {' or '.join(waiting)} in the box of that sample." if waiting else ""
