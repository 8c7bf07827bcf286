"""One deviation as a page value: what happened, what people found, its signatures, what may be done next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.urls import reverse

from batches.domain.execution import COMMENTED
from batches.domain.masters import plan_for
from batches.models import Deviation, Entry
from batches.pages import DeviationPage
from batches.states import DEVIATION_TRANSITIONS, DeviationState, PhaseState
from batches.views import places, steps, words
from batches.views.phase_acts import signature_slot
from compliance.domain.transitions import blockers
from compliance.models import Signature
from compliance.page_forms import ActForm, FormField, Section, Signing
from compliance.page_frame import Head, Link
from compliance.pages import BlockerRow, Blockers, Fact, Option, Quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from batches.models import Batch, PhaseRecord
    from compliance.domain.actor import Actor
    from compliance.states import Transition

FORMS: dict[str, tuple[FormField, ...]] = {
    "assess": (
        FormField("classification", "Class", "radio"),
        FormField("rationale", "Why this class", "area"),
        FormField("immediate_action", "What was done at once", "area", required=False),
    ),
    "investigate": (
        FormField("root_cause", "Root cause", "area"),
        FormField("impact", "Impact on this batch", "area"),
        FormField("other_batches", "Other batches", "area", help="Which were looked at, and what was found."),
        FormField("conclusion", "Conclusion", "area"),
    ),
    "close": (),
}
SUBMIT = {"assess": "Sign the assessment", "investigate": "Sign the investigation", "close": "Sign and close"}
WRITTEN = ("rationale", "immediate_action", "root_cause", "impact", "other_batches", "conclusion")


def next_move(row: Deviation) -> Transition | None:
    """The step of its life that comes next, None when it is closed."""
    if row.state == DeviationState.CLOSED:
        return None
    return next(t for t in DEVIATION_TRANSITIONS if row.state in t.source and t.name in FORMS)


def deviation_page(
    actor: Actor, row: Deviation, tokens: Callable[[], str], now: datetime, kept: ActForm | None = None
) -> DeviationPage:
    """The page of one deviation for one person."""
    move = next_move(row)
    found = blockers(actor, row, move, now) if move else []
    hidden = move is not None and move.name == "close"
    form = kept or (move_form(actor, row, move, tokens()) if move and actor.may(move.permission) else None)
    stops = tuple(BlockerRow(b.text, f"Can be cleared by {b.clears}." if b.clears else "") for b in found)
    signed = Signature.objects.filter(record_uuid=row.uuid).select_related("void").order_by("id")
    return DeviationPage(
        head=Head(
            title=f"Deviation {row.number}",
            section="deviations",
            subject=row.batch.number,
            crumbs=(Link("Deviations", reverse("batches:deviations")), Link(row.number)),
        ),
        title=f"{row.number} {words.pretty(row.title)}",
        step=f"{row.get_state_display()}{' · ' + row.get_classification_display() if row.classification else ''}",
        blockers=Blockers(f"{len(stops)} to clear before it can be moved on", stops) if stops and form else None,
        sections=_sections(row),
        signatures=tuple(signature_slot(s) for s in signed),
        forms=(form,) if form and not (hidden and found) else (),
        links=_links(actor, row),
    )


def _links(actor: Actor, row: Deviation) -> tuple[Link, ...]:
    links = [Link("Batch", places.batch_url(row.batch.number)), Link("Audit trail", places.trail_url(row))]
    if row.phase is not None and _observable(actor, row.batch, row.phase):
        links.append(Link("Add what was observed", places.phase_url(row.phase, "phase-comment")))
    if row.state == DeviationState.CLOSED and actor.may("batches.close_deviation"):
        links.append(Link("Reopen", reverse("batches:deviation-reopen", args=(row.number,))))
    return tuple(links)


def _observable(actor: Actor, batch: Batch, phase: PhaseRecord) -> bool:
    """What the floor observed is a comment on the step: open to who executes, while the batch takes comments."""
    return actor.may(steps.EXECUTE) and batch.state in COMMENTED and phase.state != PhaseState.PENDING


def _sections(row: Deviation) -> tuple[Section, ...]:
    facts = [
        Fact("Batch", row.batch.number, url=places.batch_url(row.batch.number)),
        Fact("Opened", words.moment(row.opened_at), row.opened_by.printed_name),
    ]
    if row.phase is not None:
        row.phase.batch = row.batch
        facts.append(Fact("Step", steps.step_name(plan_for(row.batch), row.phase), url=places.phase_url(row.phase)))
    if row.entry is not None:
        value = f"{words.value_of(row.entry)} {words.unit_of(row.entry.unit)}".strip()
        limit = words.spoken(words.pretty(row.entry.limit_words))
        facts.append(Fact("Value", value, f"limit {limit}" if limit else "", kind="hand"))
        facts += _stands_now(row.entry)
    quotes = [Quote(row.description, f"{row.opened_by.printed_name}, {words.moment(row.opened_at)}")]
    written = tuple(Fact(words.spoken(name).capitalize(), getattr(row, name)) for name in WRITTEN if getattr(row, name))
    found = [Section(title="What happened", facts=tuple(facts), quotes=tuple(quotes))]
    if row.phase is not None and (observed := _observed(row.phase)):
        found.append(Section(title="Observed at the step", quotes=observed))
    if written:
        found.append(Section(title="What was found", facts=written))
    return tuple(found)


def _stands_now(entry: Entry) -> list[Fact]:
    """The value that was recorded in the place of the deviation's own; nothing while that one still stands."""
    if not Entry.objects.filter(supersedes=entry).exists():
        return []
    places_ = Entry.objects.filter(phase=entry.phase_id, path=entry.path, slot=entry.slot)
    live = places_.select_related("recorded_by").get(superseded_by__isnull=True)
    value = f"{words.value_of(live)} {words.unit_of(live.unit)}".strip()
    return [Fact("Corrected to", value, f"{live.recorded_by.printed_name}, {words.moment(live.recorded_at)}")]


def _observed(phase: PhaseRecord) -> tuple[Quote, ...]:
    rows = phase.comments.select_related("written_by").order_by("id")
    return tuple(Quote(c.text, f"{c.written_by.printed_name}, {words.moment(c.written_at)}") for c in rows)


def move_form(actor: Actor, row: Deviation, move: Transition, token: str) -> ActForm:
    """The form of the next step, with its signature."""
    classes = tuple(Option(value, label.capitalize()) for value, label in Deviation.Class.choices)
    fields = tuple(_with_options(f, classes) for f in FORMS[move.name])
    return ActForm(
        move.name,
        move.title,
        reverse(f"batches:deviation-{move.name}", args=(row.number,)),
        token,
        row.version,
        SUBMIT[move.name],
        fields,
        signing=Signing(str(move.meaning), actor.user.printed_name, actor.user.username),
    )


def _with_options(field: FormField, options: Iterable[Option]) -> FormField:
    return replace(field, options=tuple(options)) if field.kind == "radio" else field
