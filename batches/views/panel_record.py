"""Correcting a value, the blind second count, a comment, a reversal: small forms that open in the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.models import Entry
from batches.pages import Ask, BlindCount, BlindInput, CorrectForm
from batches.views import places, words
from batches.views.phase_data import SECOND
from compliance.models import Signature
from compliance.page_forms import ActForm, FormField, Impact, ImpactGroup, Signing
from compliance.pages import Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.models import EquipmentScan, MaterialCharge
    from batches.views.phase_data import PhaseData
    from compliance.refusals import Refusal

MOST_LISTED = 12


def correct_form(
    data: PhaseData,
    parameter: ParameterSpec,
    token: str,
    posted: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
) -> CorrectForm:
    """The form of a correction: the old value, what it undoes, the new value and why (R209)."""
    entry = data.live[(parameter.id, "")]
    typed = posted or {}
    field = getattr(refusal, "field", "")
    words_of = words.pretty(refusal.text) if refusal else ""
    sealed = parameter.id in data.sealed
    return CorrectForm(
        code=parameter.id,
        label=parameter.label,
        kind=parameter.kind,
        old="sealed count" if sealed else words.value_of(entry),
        unit=words.unit_of(entry.unit),
        action_url=f"{places.phase_url(data.phase, 'phase-correct', parameter.id)}?seen={entry.uuid}",
        cancel_url=places.phase_url(data.phase),
        token=token,
        version=data.phase.version,
        value=typed.get("value", "")[:2000],
        reason=typed.get("reason", "")[:2000],
        options=tuple(Option(o, o) for o in parameter.options),
        error="" if field == "reason" else words_of,
        reason_error=words_of if field == "reason" else "",
        impact=impact_of(data, entry),
    )


def impact_of(data: PhaseData, entry: Entry) -> Impact | None:
    """What a correction of this value undoes: signatures that become void, calculations that follow."""
    void = [
        f"{s.meaning.capitalize()}, {s.printed_name}, {words.moment(s.signed_at)}"
        for s in data.standing(data.phase.uuid)
    ]
    computed, others = _followers(data, entry)
    groups = [
        ImpactGroup("Becomes void", tuple(void)),
        ImpactGroup("Is computed anew", tuple(computed)),
        ImpactGroup("Becomes void when its result changes", tuple(others)),
        ImpactGroup("Is counted again by a second person, blind", _counted_again(data, entry)),
        ImpactGroup("Stays open whatever the new value is; QA closes it", _deviations(data, entry)),
    ]
    shown = tuple(g for g in groups if g.items)
    if not shown:
        return None
    count = len(void)
    title = (
        f"This correction voids {count} signature{'s' if count != 1 else ''}"
        if void
        else "This correction has consequences"
    )
    return Impact(title, shown)


def _counted_again(data: PhaseData, entry: Entry) -> tuple[str, ...]:
    name = entry.path.rpartition(".")[2]
    return (entry.label,) if (name, SECOND) in data.live and name not in data.sealed else ()


def _deviations(data: PhaseData, entry: Entry) -> tuple[str, ...]:
    rows = (d for d in data.deviations if d.entry is not None and d.entry.path == entry.path)
    return tuple(f"{d.number}: {d.title}" for d in rows)


def _followers(data: PhaseData, entry: Entry) -> tuple[list[str], list[str]]:
    """Calculations that read the value, directly or not, with the signed steps they stand in."""
    waiting, found = {entry.path}, set[str]()
    while waiting:
        readers = {r for path in waiting for r in data.plan.readers.get(path, ())}
        waiting = readers - found
        found |= readers
    rows = list(
        Entry.objects.filter(batch=data.batch, path__in=found, superseded_by__isnull=True).select_related("phase__run")
    )
    names = [f"{row.label}, step {data.plan.number_of(row.phase)}" for row in rows]
    if len(names) > MOST_LISTED:
        names = [*names[:MOST_LISTED], f"and {len(names) - MOST_LISTED} more"]
    phases = {row.phase.uuid: row.phase for row in rows if row.phase_id != data.phase.pk}
    signed = Signature.objects.filter(record_uuid__in=phases, void__isnull=True).order_by("id")
    return names, [f"{phases[s.record_uuid].title}: {s.meaning}, {s.printed_name}" for s in signed]


def blind_form(
    data: PhaseData,
    token: str,
    posted: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    signing_error: str = "",
) -> BlindCount:
    """The second person's own count. The first one's digits are not in this value (R202)."""
    typed, wrong = posted or {}, errors or {}
    wanted = [p for p in data.place.phase.parameters if p.id in data.sealed]
    first = data.live[(wanted[0].id, "")]
    return BlindCount(
        title="Second person: own count, blind",
        aside="She counts her own sample and writes what she finds",
        first_by=f"{first.recorded_by.printed_name}, {words.hour(first.recorded_at, data.now)}",
        form=ActForm(
            "blind",
            "",
            places.phase_url(data.phase, "phase-blind"),
            token,
            data.phase.version,
            "Store my count and open the first",
            signing=Signing("verified", owner=False, username=typed.get("username", "")[:60], error=signing_error),
        ),
        inputs=tuple(_blind_input(p, typed, wrong) for p in wanted),
        cancel_url=places.phase_url(data.phase),
    )


def _blind_input(parameter: ParameterSpec, typed: Mapping[str, str], wrong: Mapping[str, str]) -> BlindInput:
    limits = words.limits_of(parameter.limits, "")
    return BlindInput(
        code=parameter.id,
        label=parameter.label,
        unit=words.unit_of(parameter.unit or ""),
        limit="; ".join(f"{limit.level} {limit.text}" for limit in limits),
        value=typed.get(f"value-{parameter.id}", "")[:200],
        error=words.pretty(wrong.get(parameter.id, "")),
    )


def comment_form(data: PhaseData, token: str, text: str = "", error: str = "") -> Ask:
    """A comment on the step."""
    fields = (FormField("text", "Comment", "area", text[:20_000], help="Every reviewer reads it.", error=error),)
    url = places.phase_url(data.phase, "phase-comment")
    form = ActForm("comment", "Comment on this step", url, token, data.phase.version, "Add the comment", fields)
    return Ask(form=form, cancel_url=places.phase_url(data.phase))


def cause_form(data: PhaseData, parameter: ParameterSpec, token: str, text: str = "", error: str = "") -> Ask:
    """The cause that was seen of a value out of its limit, beside the value."""
    help_ = "What you saw, in your own words. QA investigates in the deviation."
    fields = (FormField("text", "Cause", "area", text[:20_000], help=help_, error=error),)
    url = f"{places.phase_url(data.phase, 'phase-comment')}?field={parameter.id}"
    form = ActForm("cause", f"Cause of {parameter.label}", url, token, data.phase.version, "Record the cause", fields)
    return Ask(form=form, cancel_url=places.phase_url(data.phase))


def reverse_form(data: PhaseData, charge: MaterialCharge, token: str, text: str = "", error: str = "") -> Ask:
    """Taking back a charge-in that nobody has verified."""
    fields = (FormField("reason", "Reason", "area", text[:2000], help="It is printed in the record.", error=error),)
    url = places.phase_url(data.phase, "charge-reverse", charge.uuid)
    title = f"Take back {charge.item_code}, lot {charge.lot_number}"
    form = ActForm(f"reverse-{charge.pk}", title, url, token, charge.version, "Take it back", fields)
    return Ask(
        form=form, cancel_url=places.phase_url(data.phase), text="The stock goes back. Both movements stay on record."
    )


def take_back_form(data: PhaseData, scan: EquipmentScan, token: str, text: str = "", error: str = "") -> Ask:
    """Taking back the scan of a unit that was not used, before the step is signed."""
    fields = (FormField("reason", "Reason", "area", text[:2000], help="It is printed in the record.", error=error),)
    url = places.phase_url(data.phase, "scan-take-back", scan.uuid)
    title = f"Take back the scan of {scan.code}, {scan.equipment.name}"
    form = ActForm(f"take-back-{scan.pk}", title, url, token, data.phase.version, "Take it back", fields)
    said = "The scan stays readable with your reason. Then scan the right unit. "
    said += f"{scan.code} is cleaned before its next use." if scan.equipment.needs_cleaning else ""
    return Ask(form=form, cancel_url=places.phase_url(data.phase), text=said)
