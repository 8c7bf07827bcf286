"""The blind second count: the second person counts, writes and signs at this tablet without seeing the first count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from batches.domain import execution
from batches.domain.parsing import Given
from batches.forms.words import clean_text
from batches.models import Entry
from batches.validators import with_unit
from batches.views import phase_data, places
from batches.views.panel_record import blind_form
from batches.views.phase import panel, recorded
from batches.views.phase_data import SECOND
from compliance.domain import clock, signing
from compliance.forms.acting import SIGNATURE_CODES
from compliance.numbers import display
from compliance.refusals import Invalid, Refusal, Refused
from compliance.views import acts

if TYPE_CHECKING:
    from django.http import HttpRequest

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.models import PhaseRecord

# Stands in the record where an earlier second count is replaced; the first one is no correction and has no reason.
COUNTED_AGAIN = "Counted again by the second person: the first count was corrected after the second."


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.read")
def blind(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Takes the second person's own count of every sealed value, each as her own signed entry (R202)."""
    row = places.phase_of(number, seq)
    data = phase_data.load(acts.of_request(request), row)
    wanted = [p for p in data.place.phase.parameters if p.id in data.sealed]
    if request.method == "POST" and not wanted:
        return recorded(request, row, "")  # a second send: what the first one stored is shown
    if request.method == "POST":
        errors, refused = _store(request, row, wanted)
        if not errors and refused is None:
            return recorded(request, row, "The second count is stored.")
        data = phase_data.load(acts.of_request(request), places.phase_of(number, seq))
    else:
        errors, refused = {}, None
    if not data.sealed:
        raise Http404("No count waits for a second person.")
    of_signature = refused is not None and refused.code in SIGNATURE_CODES
    text = _said(refused) if refused else ""
    form = blind_form(data, acts.new_token(request), request.POST or None, errors, text if of_signature else "")
    if text and not of_signature:
        form = replace(form, form=replace(form.form, error=text))
    status = refused.status if refused else 422 if errors else 200
    return panel(request, data, wanted[0].id, status, blind=form)


def _said(refused: Refusal) -> str:
    """The refusal in words that give nothing of the first count away."""
    if isinstance(refused, Refused) and any(b.code == "stale" for b in refused.blockers):
        return "The second count was stored meanwhile. Nothing was stored twice."
    return refused.text


def _store(
    request: HttpRequest, row: PhaseRecord, wanted: list[ParameterSpec]
) -> tuple[dict[str, str], Refusal | None]:
    """First every number is judged as a number; then each is recorded by an act of its own (R211)."""
    typed = {p.id: request.POST.get(f"value-{p.id}", "") for p in wanted}
    errors = _errors(row, wanted, typed)
    if errors:
        return errors, None
    try:
        for parameter in wanted:
            _record(request, row, parameter, typed[parameter.id])
    except Refusal as refusal:
        if isinstance(refusal, Invalid) and refusal.field in typed:
            return {refusal.field: refusal.text}, None
        return {}, refusal
    return {}, None


def _errors(row: PhaseRecord, wanted: list[ParameterSpec], typed: dict[str, str]) -> dict[str, str]:
    found = {}
    for parameter in wanted:
        try:
            clean_text(typed[parameter.id], parameter.id)
            execution.check_value(row.batch, row, parameter.id, typed[parameter.id], clock.now())
        except Invalid as refusal:
            found[parameter.id] = refusal.text
    return found


def _record(request: HttpRequest, row: PhaseRecord, parameter: ParameterSpec, typed: str) -> None:
    opened = acts.signed_act(
        request, "batch.entry_recorded", row.batch, row, "verified", cosign=True, part=parameter.id
    )
    with acts.once(), opened as (a, pen):
        given = Given(typed=typed)
        entry: Entry = execution.record_entry(a, row, parameter.id, given, slot=SECOND, reason=COUNTED_AGAIN)
        counted = display(entry.value) if entry.value is not None else entry.reported
        title = f"{row.batch.number}, {row.title}, second count of {parameter.label}: {with_unit(counted, entry.unit)}"
        signing.sign(a, pen, entry, "verified", title=title, permission="batches.verify_phase", challenged=row)
