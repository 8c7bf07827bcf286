"""One value at a time: checked while it is typed, recorded by its own act, corrected with a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from batches.domain import execution
from batches.domain.masters import plan_for
from batches.forms.values import Typed, given_for, typed_in, uuid_of
from batches.models import Entry
from batches.pages import Field
from batches.validators import Verdict as Judged
from batches.views import phase_data, places, steps, words
from batches.views.panel_record import correct_form
from batches.views.phase import panel, recorded, show_phase
from batches.views.phase_page import Shown
from compliance.domain import clock
from compliance.pages import Verdict
from compliance.refusals import Blocker, Invalid, Refusal, Refused
from compliance.views import acts

if TYPE_CHECKING:
    from django.http import HttpRequest

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.models import PhaseRecord

_WOULD_BE = {
    Judged.WITHIN: "would be within limit",
    Judged.ALERT: "would be beyond the alert limit",
    Judged.ACTION: "would be out of limit",
    Judged.SPECIFICATION: "would be out of limit",
}


def _parameter(row: PhaseRecord, name: str) -> ParameterSpec:
    found = next((p for p in plan_for(row.batch).phase(row).parameters if p.id == name), None)
    if found is None or found.kind == "calculation":
        raise Http404("This step has no such field.")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.read")
def check(request: HttpRequest, number: str, seq: int, name: str) -> HttpResponse:
    """What the verdict on the typed value would be. Writes nothing and is never trusted later."""
    row = places.phase_of(number, seq)
    parameter = _parameter(row, name)
    typed = request.POST.get("value", request.GET.get("value", ""))
    field = Field(code=parameter.id, label=parameter.label, kind=parameter.kind, verdict=words.BLANK)
    if typed.strip():
        field = _checked(field, row, typed)
    return render(request, "batches/_verdict.html", {"field": field})


def _checked(field: Field, row: PhaseRecord, typed: str) -> Field:
    try:
        parsed, judged = execution.check_value(row.batch, row, field.code, typed, clock.now())
    except Refusal as refusal:
        return replace(field, verdict=Verdict("refused", "not possible"), reads=words.pretty(refusal.text))
    # Whatever it would be, it looks unrecorded: only what the server has recorded wears a verdict's colour.
    shown = Verdict("typed", "not recorded yet", _WOULD_BE.get(Judged(judged.verdict), ""))
    reads = words.pretty(parsed.reported)
    more = words.pretty(judged.message) if judged.breaches else ""
    text = f"read as {reads}" if reads != typed.strip() else ""
    return replace(field, verdict=shown, reads=" · ".join(part for part in (text, more) if part))


@require_POST
@acts.needs("batches.read")
def record(request: HttpRequest, number: str, seq: int, name: str) -> HttpResponse:
    """Records one value: one act, one entry, the server's time (R211). A refusal keeps what was typed."""
    row = places.phase_of(number, seq)
    parameter = _parameter(row, name)
    typed = Typed(name)
    try:
        acts.of_request(request).need(steps.EXECUTE)
        typed = typed_in(name, request.POST)
        given = given_for(request, parameter, typed, clock.now())
        texts = (given.typed, given.file_sha256, given.comment)
        with acts.once(*texts), acts.plain_act(request, "batch.entry_recorded", row.batch) as a:
            execution.record_entry(a, row, name, given)
    except Refusal as refusal:
        refused = _faster(row, name, refusal) or refusal
        return show_phase(request, number, seq, Shown(typed=typed, refusal=refused), refused.status)
    return recorded(request, row, f"{parameter.label} is recorded.")


def _faster(row: PhaseRecord, name: str, refusal: Refusal) -> Refusal | None:
    """Somebody recorded this value since the page was loaded: said with who and when, nothing is replaced (CON-01)."""
    if not (isinstance(refusal, Invalid) and refusal.field == "reason"):
        return None
    path = f"{row.path}.{name}"
    earlier = Entry.objects.filter(phase=row, path=path, slot="", superseded_by__isnull=True).first()
    if earlier is None:
        return None
    who = f"{earlier.recorded_by.printed_name} at {words.moment(earlier.recorded_at)}"
    text = f"{earlier.label} was recorded meanwhile by {who}. Yours was not stored. Look at it, then correct it."
    return Refused([Blocker("stale", text)])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.read")
def correct(request: HttpRequest, number: str, seq: int, name: str) -> HttpResponse:
    """Shows what a correction undoes, then records it with its reason; the old value stays (R209, SIG-09)."""
    row = places.phase_of(number, seq)
    parameter = _parameter(row, name)
    actor = acts.of_request(request)
    actor.need(steps.EXECUTE)
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            _correct(request, row, parameter)
            return recorded(request, row, f"{parameter.label} is corrected.")
        except Refusal as refusal:
            refused = refusal
    data = phase_data.load(actor, row)
    if (name, "") not in data.live:
        raise Http404("Nothing is recorded here that could be corrected.")
    if name in data.sealed and isinstance(refused, Refused):
        refused = _without_digits(refused)
    posted = request.POST if refused else None
    form = correct_form(data, parameter, acts.new_token(request), posted, refused)
    return panel(request, data, name, refused.status if refused else 200, correct=form)


def _without_digits(refusal: Refused) -> Refused:
    """A sealed count stays sealed in the words of a refusal too."""
    text = "This count was corrected meanwhile. Yours was not stored. Load the page again."
    return Refused([Blocker("stale", text) if b.code == "stale" else b for b in refusal.blockers])


def _correct(request: HttpRequest, row: PhaseRecord, parameter: ParameterSpec) -> None:
    typed = typed_in(parameter.id, request.POST)
    seen = uuid_of(request.GET.get("seen", ""), "seen")
    if seen is None:
        raise Invalid("The form does not say which value it corrects. Load the page again.", "seen", "seen")
    given = given_for(request, parameter, typed, clock.now())
    texts = (given.typed, given.file_sha256, given.comment, typed.reason)
    with acts.once(*texts), acts.plain_act(request, "batch.entry_corrected", row.batch) as a:
        execution.record_entry(a, row, parameter.id, given, reason=typed.reason, seen=seen)
