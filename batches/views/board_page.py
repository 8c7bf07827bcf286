"""The floor board as a page value: one row a batch, shortest clock first, one next action each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from batches.guards import DONE
from batches.page_board import BoardPage, BoardRow, BoardStep, Progress
from batches.states import BatchState, PhaseState
from batches.views import floor, places, steps, words
from compliance.page_frame import Head, Link
from compliance.pages import Fact, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from batches.models import Batch, PhaseRecord
    from batches.views.floor import OnFloor
    from compliance.domain.actor import Actor

RUNNING = frozenset({BatchState.IN_PROGRESS, BatchState.ON_HOLD})
MOST_STEPS = 5  # of one batch at one time


def board_page(actor: Actor, batches: Iterable[Batch], now: datetime) -> BoardPage:
    """The board for one person at one time."""
    found = floor.on_floor(batches, now)
    found.sort(key=lambda one: (not one.clocks, one.clocks[0].due_at if one.clocks else now, -one.batch.pk))
    kinds = [clock.state(now) for one in found for clock in one.clocks]
    running = sum(one.batch.state in RUNNING for one in found)
    tally = [Fact("batch running" if running == 1 else "batches running", str(running))]
    tally += [Fact(name, str(kinds.count(kind)), kind=kind) for name, kind in _COUNTED if kind in kinds]  # type: ignore[arg-type]
    return BoardPage(
        head=Head(title="Floor board", density="floor", section="board", wide=True),
        text=f"Shortest clock first. {words.moment(now)}",
        tally=tuple(tally),
        links=_links(actor) if found else (),
        rows=tuple(_row(actor, one, now) for one in found),
        state=None if found else _empty(actor),
        refresh_url=reverse("batches:board"),
    )


_COUNTED = (("overdue", "over"), ("due soon", "soon"))


def _links(actor: Actor) -> tuple[Link, ...]:
    return (Link("Issue a batch", reverse("batches:issue")),) if actor.may("batches.issue_batch") else ()


def _empty(actor: Actor) -> State:
    text = "A batch appears here when it is issued from an effective master."
    return State(
        "empty", "No batch on the floor", text, acts=(*_links(actor), Link("All records", reverse("batches:records")))
    )


def _row(actor: Actor, one: OnFloor, now: datetime) -> BoardRow:
    found = steps.open_steps(actor, one)
    found.sort(key=lambda step: not step.mine)  # what she may do is never among what is not named
    phase = found[0].phase if found else None
    unit = one.plan.place(phase.path).unit_procedure if phase else None
    hidden = len(found) - MOST_STEPS
    return BoardRow(
        room=unit.rooms[0] if unit and unit.rooms else "",
        grade=phase.run.title if phase else "",
        batch=one.batch.number,
        batch_url=places.batch_url(one.batch.number),
        product=one.batch.product_version.product.name,
        progress=progress_of(one),
        steps=tuple(_step(one, step) for step in found[:MOST_STEPS]),
        state="" if found else steps.waits_for(one),
        more=f"and {hidden} more" if hidden > 0 else "",
        note=_note(one),
        clock=floor.shown_clock(one.clocks[0], now) if one.clocks else None,
        blocked=bool(one.deviations),
    )


def _step(one: OnFloor, todo: steps.Next) -> BoardStep:
    phase = todo.phase
    if phase is None:
        return BoardStep(todo.label, places.batch_url(one.batch.number), todo.note)
    action = f"{todo.label} step {one.plan.number_of(phase)}"
    note = ", ".join(text for text in (str(phase.get_state_display()), todo.note) if text)
    return BoardStep(steps.step_name(one.plan, phase), places.phase_url(phase), note, action, todo.mine)


def _note(one: OnFloor) -> str:
    many = len(one.deviations)
    return f"{many} deviation{'s' if many > 1 else ''} open" if many else ""


def progress_of(one: OnFloor) -> Progress:
    """One box a unit procedure run: done, now, with an open deviation, ahead."""
    runs: dict[int, list[PhaseRecord]] = {}
    for phase in one.phases:
        runs.setdefault(phase.run_id, []).append(phase)
    bad = {row.phase.run_id for row in one.deviations if row.phase is not None}
    parts = tuple(_part(phases, run in bad) for run, phases in runs.items())
    done = sum(part == "done" for part in parts)
    return Progress(f"{done} of {len(parts)} unit procedures done", parts)  # type: ignore[arg-type]


def _part(phases: list[PhaseRecord], bad: bool) -> str:
    if bad:
        return "bad"
    if all(p.state in DONE for p in phases):
        return "done"
    return "" if all(p.state == PhaseState.PENDING for p in phases) else "now"
