"""The phase page: shown whole or as the part that htmx swaps; its start and its comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from batches.domain import execution, phases
from batches.domain.masters import plan_for
from batches.forms.values import Typed
from batches.forms.words import clean_text
from batches.guards import cause_of
from batches.views import floor, phase_data, places, steps
from batches.views.floor import OnFloor
from batches.views.panel_record import cause_form, comment_form
from batches.views.phase_page import Shown, phase_page
from compliance.refusals import Refusal
from compliance.views import acts

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.models import PhaseRecord
    from batches.pages import PhasePage
    from batches.views.phase_data import PhaseData
    from compliance.domain.act import Act

TRIGGER = "evidence:board"
NOTHING = Shown()


def page_of(request: HttpRequest, data: PhaseData, show: Shown = NOTHING) -> PhasePage:
    """The page value for this request."""
    one: OnFloor = floor.on_floor([data.batch], data.now)[0]
    return phase_page(data, one, lambda: acts.new_token(request), show)


def show_phase(request: HttpRequest, number: str, seq: int, show: Shown = NOTHING, status: int = 200) -> HttpResponse:
    """Reads the phase anew and answers with its page, for htmx with the part that is swapped."""
    data = phase_data.load(acts.of_request(request), places.phase_of(number, seq))
    return answer(request, page_of(request, data, show), status)


def answer(request: HttpRequest, page: PhasePage, status: int = 200) -> HttpResponse:
    """The page, or its part."""
    return acts.page_or_fragment(request, "batches/phase.html", "batches/_phase.html", {"page": page}, status)


def recorded(request: HttpRequest, row: PhaseRecord, text: str) -> HttpResponse:
    """After an act: htmx gets the fresh part and the board hears of it; a plain browser is sent to the page."""
    if not acts.is_fragment(request):
        return acts.done(request, places.phase_url(row), text)
    response = show_phase(request, row.batch.number, row.seq)
    response["HX-Trigger"] = TRIGGER
    # The signing dialog asks for its own overlay; the fresh part goes where the phase is.
    response["HX-Retarget"] = "#phase"
    response["HX-Reswap"] = "outerHTML"
    return response


def panel(request: HttpRequest, data: PhaseData, open_code: str, status: int = 200, **parts: Any) -> HttpResponse:
    """A panel that opens in the page: alone for an htmx GET, else within the whole page."""
    page = page_of(request, data, Shown(open_code=open_code, panel=parts))
    if acts.is_fragment(request) and request.method == "GET":
        return render(request, "batches/_panel.html", {"page": page})
    return answer(request, page, status)


@require_safe
@never_cache
@acts.needs("batches.read")
def phase(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """One phase. Whoever may read batches may look; what may be done follows the person's roles.

    A lot chosen from a list comes as `?field=...&lot=...`: it is put into its field, nothing is recorded.
    """
    field, lot = request.GET.get("field", "")[:60], request.GET.get("lot", "").replace("\x00", "")[:40]
    return show_phase(request, number, seq, Shown(typed=Typed(field, value=lot)) if field and lot else NOTHING)


@require_POST
@acts.needs("batches.read")
def start(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Starts a phase; what stops it is shown on the page."""
    row = places.phase_of(number, seq)
    try:
        with acts.once(), acts.plain_act(request, "batch.phase_started", row.batch) as a:
            phases.start_phase(a, row, acts.read_version(request))
    except Refusal as refusal:
        return show_phase(request, number, seq, Shown(refusal=refusal), refusal.status)
    return recorded(request, row, "The step is started.")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.read")
def comment(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Adds a comment to a phase; with `?field=` it is the cause of that value, and its box opens below the value."""
    row = places.phase_of(number, seq)
    text, refused = request.POST.get("text", ""), None
    about = next((p for p in plan_for(row.batch).phase(row).parameters if p.id == request.GET.get("field")), None)
    if request.method == "POST":
        try:
            said = f"{cause_of(about.label)}{text}" if about and text.strip() else text
            with acts.once(said), acts.plain_act(request, "batch.commented", row.batch) as a:
                _write(a, row, about, clean_text(text, "text"))
            return recorded(request, row, "The cause is recorded." if about else "The comment is recorded.")
        except Refusal as refusal:
            refused = refusal
    acts.of_request(request).need(steps.EXECUTE)
    data = phase_data.load(acts.of_request(request), row)
    token, said = acts.new_token(request), refused.text if refused else ""
    form = cause_form(data, about, token, text, said) if about else comment_form(data, token, text, said)
    return panel(request, data, about.id if about else "", refused.status if refused else 200, ask=form)


def _write(a: Act, row: PhaseRecord, about: ParameterSpec | None, text: str) -> None:
    if about is None:
        execution.comment(a, row, text)
    else:
        execution.write_cause(a, row, about.id, text)
