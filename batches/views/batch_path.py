"""The path of a batch: unit procedures in order, each with its phases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.guards import DONE
from batches.pages import PathStep, PhaseLine
from batches.states import PhaseState
from batches.views import places, steps, words

if TYPE_CHECKING:
    from datetime import datetime

    from batches.models import PhaseRecord
    from batches.views.floor import OnFloor

Counts = dict[int, tuple[int, int]]


def path_steps(one: OnFloor, counts: Counts, now: datetime) -> tuple[PathStep, ...]:
    """One step a run of a unit procedure."""
    runs: dict[int, list[PhaseRecord]] = {}
    for phase in one.phases:
        runs.setdefault(phase.run_id, []).append(phase)
    return tuple(_step(one, n, phases, counts, now) for n, phases in enumerate(runs.values(), 1))


def _step(one: OnFloor, number: int, phases: list[PhaseRecord], counts: Counts, now: datetime) -> PathStep:
    run = phases[0].run
    values = sum(counts.get(p.pk, (0, 0))[0] for p in phases)
    corrected = sum(counts.get(p.pk, (0, 0))[1] for p in phases)
    open_ = sum(1 for row in one.deviations if row.phase is not None and row.phase.run_id == run.pk)
    done = all(p.state in DONE for p in phases)
    untouched = all(p.state == PhaseState.PENDING for p in phases)
    state = "ahead" if untouched else "now" if not done else "except" if corrected or open_ else "done"
    return PathStep(
        f"{number} {run.title}",
        "",
        _numbers(one, phases),
        state,  # type: ignore[arg-type]
        _word(phases, done=done, untouched=untouched, corrected=corrected),
        f"{values} value{'s' if values != 1 else ''}" if values else "",
        _when(phases, now),
        f"{open_} deviation{'s' if open_ > 1 else ''} open" if open_ else "",
        tuple(PhaseLine(steps.step_name(one.plan, p), places.phase_url(p), str(p.get_state_display())) for p in phases),
    )


def _numbers(one: OnFloor, phases: list[PhaseRecord]) -> str:
    return steps.span_of([one.plan.number_of(p) for p in phases])


def _word(phases: list[PhaseRecord], *, done: bool, untouched: bool, corrected: int) -> str:
    if untouched:
        return "Not started"
    words_of = f", {corrected} correction{'s' if corrected > 1 else ''}" if corrected else ""
    if done:
        return f"Complete{words_of}"
    closed = sum(p.state in DONE for p in phases)
    return f"Running, {closed} of {len(phases)} closed{words_of}"


def _when(phases: list[PhaseRecord], now: datetime) -> str:
    started = [p.started_at for p in phases if p.started_at is not None]
    closed = [p.closed_at for p in phases if p.closed_at is not None]
    if not started:
        return ""
    if all(p.state in DONE for p in phases) and closed:
        return f"{words.hour(min(started), now)} to {words.hour(max(closed), now)}"
    return f"since {words.hour(min(started), now)}"
