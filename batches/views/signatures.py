"""The signatures of a phase: by its performer, and by another in her own session or at this tablet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from batches.domain import phases
from batches.domain.locking import lock_batch
from batches.views import phase_data, places
from batches.views.panel_sign import cosign_panel, digest_of, owner_dialog
from batches.views.phase import answer, page_of, panel, recorded
from batches.views.phase_acts import awaited, not_awaited
from batches.views.phase_page import Shown
from compliance.page_forms import CoSign, SignDialog
from compliance.page_frame import Notice
from compliance.refusals import Invalid, Refusal, Stale
from compliance.views import acts

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from batches.models import PhaseRecord
    from batches.views.phase_data import PhaseData

Panel = TypeVar("Panel", SignDialog, CoSign)
SIGN = {"performed": phases.complete_phase, "verified": phases.verify_phase, "approved": phases.approve_phase}
EVENTS = {
    "performed": "batch.phase_completed",
    "verified": "batch.phase_verified",
    "approved": "batch.phase_approved",
}
SAID = {"performed": "signed as performed", "verified": "verified", "approved": "approved"}


def _owner_view(meaning: str) -> Callable[..., HttpResponse]:
    @sensitive_post_parameters("password")
    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @acts.needs("batches.read")
    def view(request: HttpRequest, number: str, seq: int) -> HttpResponse:
        row = places.phase_of(number, seq)
        refused = _signed(request, row, meaning, cosign=False) if request.method == "POST" else None
        if request.method == "POST" and refused is None:
            return recorded(request, row, f"The step is {SAID[meaning]}.")
        idle = _idle(request, row, meaning) if refused is None else None
        return idle or _dialog(request, row, meaning, refused)

    return view


complete = _owner_view("performed")
complete.__doc__ = "The owner signs a phase as performed, in her own dialog (R117)."
verify = _owner_view("verified")
verify.__doc__ = "A second person verifies in her own session (R202, SIG-02)."
approve = _owner_view("approved")
approve.__doc__ = "QA signs a gate of the process in its own session (R310)."


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.read")
def cosign(request: HttpRequest, number: str, seq: int, meaning: str) -> HttpResponse:
    """A second person signs at this tablet for this one act; the owner's session and place stay."""
    if meaning not in {"verified", "approved"}:
        raise Http404("There is no such signature.")
    row = places.phase_of(number, seq)
    refused = _signed(request, row, meaning, cosign=True) if request.method == "POST" else None
    if request.method == "POST" and refused is None:
        return recorded(request, row, f"The step is {SAID[meaning]}.")
    idle = _idle(request, row, meaning) if refused is None else None
    if idle is not None:
        return idle
    data = phase_data.load(acts.of_request(request), places.phase_of(number, seq))
    form = cosign_panel(data, meaning, acts.new_token(request))
    if refused is not None:
        form = _with(form, request, refused)
    return panel(request, data, "", refused.status if refused else 200, cosign=form)


def _idle(request: HttpRequest, row: PhaseRecord, meaning: str) -> HttpResponse | None:
    """The page that says why no such signature is made now; None where the step waits for it."""
    data = phase_data.load(acts.of_request(request), row)
    if awaited(data) == meaning:
        return None
    page = page_of(request, data)
    said = Notice("info", not_awaited(data, meaning), "Nothing is to be signed here.")
    response = answer(request, replace(page, notices=(said, *page.notices)))
    response["HX-Retarget"], response["HX-Reswap"] = "#phase", "outerHTML"
    return response


def _signed(request: HttpRequest, row: PhaseRecord, meaning: str, *, cosign: bool) -> Refusal | None:
    """Signs, or says what stood against it. What was shown must be what is signed: its digest comes back."""
    try:
        version, seen = acts.read_version(request), request.GET.get("seen", "")
        with acts.once(), acts.signed_act(request, EVENTS[meaning], row.batch, row, meaning, cosign=cosign) as (a, pen):
            lock_batch(row)
            _same(row, meaning, version, seen)
            SIGN[meaning](a, pen, row, version)
    except Refusal as refusal:
        return refusal
    return None


def _same(row: PhaseRecord, meaning: str, version: int, seen: str) -> None:
    if not seen:
        raise Invalid("The form does not say what was shown to be signed. Load the page again.", "seen", "seen")
    if row.version == version and digest_of(row, meaning) != seen:
        raise Stale("A value changed since this was shown to you. Nothing was signed. Look again, then sign.", "stale")


def _dialog(request: HttpRequest, row: PhaseRecord, meaning: str, refused: Refusal | None) -> HttpResponse:
    data = phase_data.load(acts.of_request(request), places.phase_of(row.batch.number, row.seq))
    dialog = owner_dialog(data, meaning, acts.new_token(request))
    if refused is not None:
        dialog = _with(dialog, request, refused)
    if acts.is_fragment(request):
        status = refused.status if refused else 200
        return render(request, "batches/_sign.html", {"dialog": dialog}, status=status)
    return _whole(request, data, dialog, refused)


def _whole(request: HttpRequest, data: PhaseData, dialog: SignDialog, refused: Refusal | None) -> HttpResponse:
    page = page_of(request, data, Shown(panel={"dialog": dialog}))
    return answer(request, page, refused.status if refused else 200)


def _with(shown: Panel, request: HttpRequest, refused: Refusal) -> Panel:
    """The dialog or panel again, with what was wrong and the name that was typed."""
    return replace(shown, form=acts.kept(shown.form, request.POST, refused))
