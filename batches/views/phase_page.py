"""One phase as a page value: what to do, the fields in the order of the master, what blocks it, its signatures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from batches.pages import Field, PhasePage, Todo
from batches.views import floor, places, words
from batches.views.phase_acts import foot_acts, signature_slots
from batches.views.phase_blockers import blocker_sheet, stopping
from batches.views.phase_fields import computed_fields, entered_fields
from batches.views.phase_needs import equipment_fields, material_fields, sample_fields
from compliance.page_frame import Head, Link, Notice, Scanned
from compliance.pages import Fact, Quote, Verdict
from compliance.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.forms.values import Typed
    from batches.views.floor import OnFloor
    from batches.views.phase_data import PhaseData
    from compliance.refusals import Refusal

# A refusal that a written answer lifts: the name of the input, and what it asks.
ASKED = {
    "explain": ("comment", "Why is it so?"),
    "late": ("comment", "Why is it entered late?"),
    "earlier_lot": ("reason", "Why this lot?"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request adds to the page: a refused field, the last scan, an open panel or dialog."""

    typed: Typed | None = None
    refusal: Refusal | None = None
    scanned: Scanned | None = None
    choices: tuple[Link, ...] = ()
    open_code: str = ""
    panel: dict[str, Any] | None = None


def phase_page(data: PhaseData, one: OnFloor, tokens: Callable[[], str], show: Shown) -> PhasePage:
    """The page of one phase for one person."""
    fields = _fields(data, tokens, show)
    computed = computed_fields(data)
    found = stopping(data)
    phase = data.place.phase
    return PhasePage(
        head=_head(data, show),
        title=data.phase.title,
        step=f"Step {data.plan.number_of(data.phase)} · {data.phase.get_state_display()}",
        url=places.phase_url(data.phase),
        clock=floor.shown_clock(one.clocks[0], data.now, big=True) if one.clocks else None,
        notices=_notices(data, show, {f.code for f in fields if not f.recorded}),
        blockers=blocker_sheet(data, found),
        caution=phase.caution or "",
        todo=tuple(Todo(line.strip()) for line in (phase.instruction or "").splitlines() if line.strip()),
        facts=_facts(data),
        fields=fields,
        computed=computed,
        comments=tuple(
            Quote(c.text, f"{c.written_by.printed_name}, {words.moment(c.written_at)}") for c in data.comments
        ),
        signatures=signature_slots(data),
        foot=_foot(fields, computed),
        open_code=show.open_code,
        **foot_acts(data, one, tokens, blocked=bool(found)),
        **(show.panel or {}),
    )


def _head(data: PhaseData, show: Shown) -> Head:
    batch, phase, unit = data.batch, data.phase, data.place.unit_procedure
    number = data.plan.number_of(phase)
    return Head(
        title=f"{batch.number}, step {number}",
        density="floor",
        section="board",
        place=", ".join(unit.rooms) or phase.run.title,
        subject=batch.number,
        crumbs=(
            Link("Board", places.board_url()),
            Link(batch.number, places.batch_url(batch.number)),
            Link(phase.run.title),
            Link(f"Step {number}"),
        ),
        scan_context=f"{batch.number}/{phase.seq}",
        scanned=show.scanned,
        draft_key=f"{data.actor.name}|{batch.number}|{phase.seq}",
    )


def _fields(data: PhaseData, tokens: Callable[[], str], show: Shown) -> tuple[Field, ...]:
    """What is scanned comes first, then what is entered, then samples."""
    fields = (
        *equipment_fields(data, tokens),
        *material_fields(data, tokens),
        *entered_fields(data, tokens),
        *sample_fields(data, tokens),
    )
    return tuple(_kept(f, show) for f in fields)


def _kept(field: Field, show: Shown) -> Field:
    """The field as the person filled it in, with what was wrong; without a refusal what a scan put there."""
    typed = show.typed
    if typed is None or typed.code != field.code or field.recorded:
        return field
    field = replace(field, value=typed.value, quantity=typed.quantity, choices=show.choices, focus=True)
    if show.refusal is None:
        return field
    ask, label = ASKED.get(show.refusal.code, ("", ""))
    return replace(
        field,
        verdict=Verdict("refused", "refused" if isinstance(show.refusal, Refused) else "not recorded"),
        note=words.pretty(show.refusal.text),
        ask=ask,  # type: ignore[arg-type]
        ask_label=label,
        ask_value=typed.comment or typed.reason,
    )


def _notices(data: PhaseData, show: Shown, codes: set[str]) -> tuple[Notice, ...]:
    """A refusal that belongs to no field, then deviations that are open here."""
    found = []
    placed = show.typed is not None and show.typed.code in codes
    if show.refusal is not None and not placed and not show.panel:
        typed = f" You typed “{show.typed.value[:60]}”." if show.typed and show.typed.value else ""
        found.append(Notice("breach", f"{words.pretty(show.refusal.text)}{typed}", "Nothing was changed."))
    sealed = {f"{data.phase.path}.{name}" for name in data.sealed} | data.hidden
    for row in data.deviations:
        hidden = row.entry is not None and row.entry.path in sealed
        text = "about a sealed count" if hidden else row.title
        found.append(Notice("alert", text, row.number, Link("Open it", places.deviation_url(row.number))))
    return tuple(found)


def _facts(data: PhaseData) -> tuple[Fact, ...]:
    phase, spec = data.phase, data.place.phase
    master = data.batch.master_version
    facts = [Fact("Procedure", ", ".join(spec.documents), code=True)] if spec.documents else []
    named = [words.titled(need.class_) for need in spec.requires.equipment if not need.scan]
    facts += [Fact("Equipment", ", ".join(named))] if named else []
    facts += [Fact("Room", spec.requires.room)] if spec.requires.room else []
    facts.append(Fact("Master", str(master), f"digest {data.batch.master_digest[:4]} {data.batch.master_digest[4:8]}"))
    if phase.started_at is not None and phase.started_by is not None:
        facts.append(Fact("Started", words.moment(phase.started_at), phase.started_by.printed_name))
    facts.append(Fact("Trail", "audit trail of this step", url=places.trail_url(phase)))
    return tuple(facts)


def _foot(fields: tuple[Field, ...], computed: tuple[Field, ...]) -> str:
    recorded = sum(f.recorded for f in fields)
    parts = [f"{recorded} of {len(fields)} recorded"] if fields else []
    if computed:
        parts.append(f"{sum(bool(f.value) for f in computed)} of {len(computed)} computed")
    return " · ".join(parts)
