"""Phases from start to close: signatures, corrections that void them, what runs next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches import gates
from batches.domain import calculating, filling, genealogy, holds, materials, repeats
from batches.domain.locking import lock_batch
from batches.domain.masterfile.values import Reference
from batches.domain.masters import plan_for, said
from batches.domain.values import Values
from batches.guards import DONE, blockers_for_complete_phase
from batches.models import Batch, PhaseRecord
from batches.states import BATCH_TRANSITIONS, PHASE_TRANSITIONS, BatchState, PhaseState
from compliance.domain import signing
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.guards import signers_of
from compliance.refusals import Blocker, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from batches.domain.masters import Plan
    from compliance.domain.act import Act


def _title(phase: PhaseRecord) -> str:
    return f"{phase.batch.number}, {phase.run.title}, {phase.title}"


def start_phase(a: Act, phase: PhaseRecord, version: int | None = None) -> PhaseRecord:
    """Starts a phase (R106). Refuses out of order, without training, before a gate, in a batch not open.

    Writes the phase, the batch's begin at the first phase, hold-time breaches, and first calculations.
    """
    batch = lock_batch(phase)
    a.touch(batch)
    move = find(PHASE_TRANSITIONS, "start")
    row = apply_transition(a, phase, move, version=version, started_by=a.actor.user, started_at=a.at)
    if batch.state == BatchState.ISSUED:
        batch = apply_transition(a, batch, find(BATCH_TRANSITIONS, "begin"), started_at=a.at)
    plan = plan_for(batch)
    if takes_tissue(plan, row.path):
        genealogy.take_tissue(a, batch)
    values = Values(batch, plan)
    holds.check_event(a, batch, row, values, f"{row.path}.started_at", a.at)
    calculating.compute_phase(a, batch, plan, values, row)
    return row


def takes_tissue(plan: Plan, path: str) -> bool:
    """Whether the tissue is taken into use when this phase starts: at its disposition gate, or its donor's."""
    kinds = {p: {gate.kind for gate in place.phase.gate} for p, place in plan.index.phases.items()}
    wanted = "tissue_disposition" if any("tissue_disposition" in k for k in kinds.values()) else "donor_eligibility"
    return wanted in kinds[path]


def complete_phase(a: Act, token: UUID, phase: PhaseRecord, version: int | None = None) -> PhaseRecord:
    """Signs a phase as performed. Refuses while anything the master asks for is missing (R306).

    A phase whose performed signature a correction voided is signed again here without a change of state, when
    everything is there again: a second count that the correction outdated too.
    Closes the phase where no second signature is asked.
    """
    batch = lock_batch(phase)
    a.touch(batch)
    again = phase.state == PhaseState.PERFORMED and not signers_of(phase.uuid, "performed")
    if again:
        a.actor.need("batches.execute_phase")
        row = locked(phase, version)
        if found := blockers_for_complete_phase(a.actor, row, a.at):
            raise Refused(found)
        row.performed_by, row.performed_at = a.actor.user, a.at
        save_record(a, row)
    else:
        move = find(PHASE_TRANSITIONS, "complete")
        row = apply_transition(a, phase, move, version=version, performed_by=a.actor.user, performed_at=a.at)
    signing.sign(a, token, row, "performed", title=_title(row), permission="batches.execute_phase")
    sign = plan_for(batch).phase(row).sign
    return row if sign.verified or sign.qa else close_phase(a, batch, row)


def verify_phase(a: Act, token: UUID, phase: PhaseRecord, version: int | None = None) -> PhaseRecord:
    """A second person verifies a performed phase and signs (R202, SIG-02). Closes it where QA does not sign."""
    batch = lock_batch(phase)
    a.touch(batch)
    move = find(PHASE_TRANSITIONS, "verify")
    row = apply_transition(a, phase, move, version=version, verified_by=a.actor.user, verified_at=a.at)
    signing.sign(a, token, row, "verified", title=_title(row), permission="batches.verify_phase")
    return row if plan_for(batch).phase(row).sign.qa else close_phase(a, batch, row)


def approve_phase(a: Act, token: UUID, phase: PhaseRecord, version: int | None = None) -> PhaseRecord:
    """QA signs a gate of the process, which closes the phase (R310)."""
    batch = lock_batch(phase)
    a.touch(batch)
    move = find(PHASE_TRANSITIONS, "approve")
    row = apply_transition(a, phase, move, version=version, closed_at=a.at)
    signing.sign(a, token, row, "approved", title=_title(row), permission="batches.approve_phase")
    _after_close(a, batch, row)
    return row


def close_phase(a: Act, batch: Batch, phase: PhaseRecord) -> PhaseRecord:
    """Closes a phase whose signatures are complete; what runs next follows."""
    row = apply_transition(a, phase, find(PHASE_TRANSITIONS, "close"), closed_at=a.at)
    _after_close(a, batch, row)
    return row


def _after_close(a: Act, batch: Batch, phase: PhaseRecord) -> None:
    genealogy.node_for_phase(a, batch, phase)
    filling.name_containers(a, batch, phase)
    skip_by_rule(a, batch)
    repeats.after_close(a, batch, phase)
    materials.free_equipment(a, batch)
    finish_if_done(a, batch)


def skip_by_rule(a: Act, batch: Batch) -> None:
    """Phases whose `when` is answered and not met become not applicable (equality only, no expressions)."""
    plan = plan_for(batch)
    conditional = [path for path, place in plan.index.phases.items() if place.phase.when is not None]
    if not conditional:
        return
    values = Values(batch, plan)
    waiting = PhaseRecord.objects.filter(batch=batch, path__in=conditional, state=PhaseState.PENDING)
    for row in waiting.select_related("batch", "run"):
        when = plan.place(row.path).phase.when
        read = values.read(Reference(when.parameter), row.path, row.occurrence) if when else []
        if when and read and read[-1][0] is not None and str(read[-1][0]) not in when.in_:
            move = find(PHASE_TRANSITIONS, "skip")
            apply_transition(a, row, move, closed_at=a.at)


def when_blockers(phase: PhaseRecord) -> list[Blocker]:
    """A conditional phase waits until its question is answered."""
    plan = plan_for(phase.batch)
    when = plan.phase(phase).when
    if when is None:
        return []
    read = Values(phase.batch, plan).read(Reference(when.parameter), phase.path, phase.occurrence)
    if not read or read[-1][0] is None:
        name = said(plan.spec, when.parameter, phase.path)
        return [Blocker("when", f"It depends on {name}, which is not recorded yet.")]
    return []


def finish_if_done(a: Act, batch: Batch) -> None:
    """The last phase closed ends the execution; the reviewers take over."""
    row = Batch.objects.get(pk=batch.pk)
    if row.state != BatchState.IN_PROGRESS or PhaseRecord.objects.filter(batch=batch).exclude(state__in=DONE).exists():
        return
    done = apply_transition(a, row, find(BATCH_TRANSITIONS, "finish"), executed_at=a.at)
    gates.executed(a, done)


def abort_phase(a: Act, token: UUID, phase: PhaseRecord, reason: str, version: int | None = None) -> PhaseRecord:
    """QA ends a phase that cannot be completed; what was recorded stays. Needs a reason and a signature.

    What no phase to come asks for is free; the last phase that ends, aborted or not, ends the execution.
    """
    batch = lock_batch(phase)
    a.touch(batch)
    move = find(PHASE_TRANSITIONS, "abort")
    row = apply_transition(a, phase, move, version=version, reason=reason, closed_at=a.at)
    signing.sign(a, token, row, "responsible", title=_title(row), permission="batches.hold_batch")
    materials.free_equipment(a, batch)
    finish_if_done(a, batch)
    return row
