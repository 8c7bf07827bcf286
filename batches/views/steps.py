"""What comes next in a batch, for everybody and for the person who asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batches.domain.masterfile.order import phases_before
from batches.guards import DONE
from batches.states import BatchState, PhaseState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batches.domain.masters import Plan
    from batches.models import PhaseRecord
    from batches.views.floor import OnFloor
    from compliance.domain.actor import Actor

EXECUTE, VERIFY, APPROVE = "batches.execute_phase", "batches.verify_phase", "batches.approve_phase"
WAITS = {
    BatchState.ON_HOLD: "on hold",
    BatchState.EXECUTED: "executed, waits for review",
    BatchState.REVIEWED: "reviewed, waits for disposition",
}


_WHOLE = re.compile(r"[0-9]+(\.[0-9]+)*(-[0-9]+(\.[0-9]+)*)?")


@dataclass(frozen=True, slots=True)
class Next:
    """One thing to do; `mine` when the person may do it now. Without a phase the batch waits for others."""

    label: str
    note: str = ""
    phase: PhaseRecord | None = None
    mine: bool = False


def step_name(plan: Plan, phase: PhaseRecord) -> str:
    """The number that people know a phase by, and its title; a repeated one says which."""
    return f"{plan.number_of(phase)} {phase.title}"


def span_of(numbers: list[str]) -> str:
    """`steps 90 to 93` from the least to the greatest number, whatever order the master runs them in."""
    whole = [n for n in numbers if _WHOLE.fullmatch(n)]
    if len(whole) < len(numbers):  # a master that numbers by letters: as it stands there
        first, last = numbers[0], numbers[-1]
    else:
        first = min((n.partition("-")[0] for n in numbers), key=_value)
        last = max((n.rpartition("-")[2] for n in numbers), key=_value)
    return f"step {first}" if first == last else f"steps {first} to {last}"


def _value(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


def next_of(actor: Actor, one: OnFloor) -> Next:
    """The next thing to do in a batch: what this person may do comes before what others must."""
    found = open_steps(actor, one)
    if not found:
        return Next("Open", waits_for(one))
    return next((step for step in found if step.mine), found[0])


def waits_for(one: OnFloor) -> str:
    """What a batch without anything to do waits for."""
    return WAITS.get(BatchState(one.batch.state), "nothing to do now")


def open_steps(actor: Actor, one: OnFloor) -> list[Next]:
    """Everything that waits, runs or may start in a batch, parallel steps too; nothing while QA holds or reviews it."""
    return [] if one.batch.state in WAITS else list(_open(actor, one))


def _open(actor: Actor, one: OnFloor) -> Iterator[Next]:
    """Everything that may be done, in order: signatures that wait, then what runs, then what may start."""
    for phase in one.phases:
        if phase.state in {PhaseState.PERFORMED, PhaseState.VERIFIED}:
            yield _signature(actor, one.plan, phase)
    execute = actor.may(EXECUTE)
    for phase in one.phases:
        if phase.state == PhaseState.IN_PROGRESS:
            who = phase.started_by.printed_name if phase.started_by else ""
            yield Next("Continue", f"started by {who}", phase, execute)
    startable = first_startable(one)
    if startable is not None:
        yield Next("Start", "", startable, execute)


def _signature(actor: Actor, plan: Plan, phase: PhaseRecord) -> Next:
    sign = plan.phase(phase).sign
    if phase.state == PhaseState.PERFORMED and sign.verified:
        by = phase.performed_by.printed_name if phase.performed_by else "a colleague"
        other = phase.performed_by_id != actor.user.pk
        return Next("Verify", f"performed by {by}; a second person verifies", phase, other and actor.may(VERIFY))
    others = {phase.performed_by_id, phase.verified_by_id}
    return Next("Approve", "QA signs", phase, actor.user.pk not in others and actor.may(APPROVE))


def first_startable(one: OnFloor) -> PhaseRecord | None:
    """The first phase that is not started and whose predecessors are done. No query; guards judge the rest."""
    states: dict[str, dict[int, str]] = {}
    for phase in one.phases:
        states.setdefault(phase.path, {})[phase.occurrence] = phase.state
    for phase in one.phases:
        if phase.state == PhaseState.PENDING and _is_free(one.plan, phase, states):
            return phase
    return None


def _is_free(plan: Plan, phase: PhaseRecord, states: dict[str, dict[int, str]]) -> bool:
    for before in phases_before(plan.spec, phase.path):
        there = states.get(before.path, {})
        asked = there.values() if before.occurrence == "all" else [there.get(phase.occurrence, PhaseState.CLOSED)]
        if any(state not in DONE for state in asked):
            return False
    return True
