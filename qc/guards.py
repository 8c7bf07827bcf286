"""Four eyes in the laboratory, and what a batch may wait for. Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain.masterfile.units import minutes
from batches.models import Entry
from batches.states import BatchState
from batches.validators import Verdict, hours_between
from compliance.guards import blockers_for_other_person, signers_of
from compliance.refusals import Blocker
from qc.models import OosInvestigation, Sample
from qc.queries import PASSING, items_for
from qc.states import LIVE, OosState, ResultState

if TYPE_CHECKING:
    from datetime import datetime

    from batches.domain.masterfile.spec import Gate
    from batches.domain.masterfile.values import Quantity
    from batches.models import Batch, PhaseRecord
    from compliance.domain.actor import Actor
    from qc.models import Result, Specification

REVIEW_STANDS = (BatchState.REVIEWED, BatchState.CERTIFIED)


def blockers_for_approve_specification(actor: Actor, row: Specification, at: datetime) -> list[Blocker]:
    """QA approves what another drafted."""
    del at
    return blockers_for_other_person(actor.user, [row.drafted_by_id], "approve this specification")


def blockers_for_review_result(actor: Actor, row: Result, at: datetime) -> list[Blocker]:
    """The second person reviews the originals (R335): not the analyst."""
    del at
    return blockers_for_other_person(actor.user, [row.analyst_id], "review this result")


def blockers_for_retract_result(actor: Actor, row: Result, at: datetime) -> list[Blocker]:
    """A result beyond specification is not taken back by the laboratory alone (R502)."""
    del actor, at
    if row.verdict == Verdict.SPECIFICATION:
        text = "A result beyond specification stands until its investigation found a laboratory cause."
        return [Blocker("oos", text, clears="the investigation")]
    return []


def blockers_for_retract_reviewed_result(actor: Actor, row: Result, at: datetime) -> list[Blocker]:
    """What two people signed is not taken back by the one who entered it (R335).

    While a review of the batch stands, nobody takes back a result that it rests on (R213).
    """
    found = blockers_for_retract_result(actor, row, at)
    found += blockers_for_other_person(actor.user, [row.analyst_id], "retract this reviewed result")
    state = row.sample.batch.state
    if state in REVIEW_STANDS:
        text = f"The batch is {BatchState(state).label}: QA opens the review again first."
        found.append(Blocker("batch_reviewed", text, clears="QA"))
    return found


def blockers_for_invalidate_result(actor: Actor, row: Result, at: datetime) -> list[Blocker]:
    """Only a confirmed laboratory cause, investigated and approved, takes a result out of judgement (R222, R502)."""
    del actor, at
    oos = OosInvestigation.objects.filter(result=row, state=OosState.APPROVED).first()
    if oos is None or not oos.confirmed_laboratory_cause:
        text = "It needs an approved investigation with a confirmed laboratory cause. The result stands."
        return [Blocker("no_cause", text, clears="an approved investigation")]
    return []


def blockers_for_conclude_oos(actor: Actor, row: OosInvestigation, at: datetime) -> list[Blocker]:
    """Who entered the result that failed does not conclude why it failed (R502)."""
    del at
    return blockers_for_other_person(actor.user, [row.result.analyst_id], "conclude this investigation")


def blockers_for_approve_oos(actor: Actor, row: OosInvestigation, at: datetime) -> list[Blocker]:
    """QA approves what the laboratory concluded, in words."""
    del at
    found = [] if row.conclusion else [Blocker("conclusion", "The conclusion is not written.")]
    return found + blockers_for_other_person(actor.user, signers_of(row.uuid, "responsible"), "approve it")


def blockers_for_ipc(gate: Gate, batch: Batch, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """Whether the samples a phase waits for have reviewed, passing results (R310).

    Each sample of the point needs every item of the test. `within` asks for results no older than that when the
    phase starts (not for tests begun so soon after their sampling); `at_risk` lets QA's recorded decision stand in
    for a result that is pending, never for one that failed.
    """
    point = (gate.sample or "").rpartition(".")[2]
    samples = list(Sample.objects.filter(batch=batch, point=point).order_by("id"))
    if not samples:
        return [Blocker("no_sample", f"Sample {point} was not taken.", clears="taking the sample")]
    found = []
    for sample in samples:
        found += _judged(gate, sample, at)
    pending = all(b.code == "ipc_pending" for b in found)
    return [] if found and pending and _at_risk(gate, batch, phase) else found


def _judged(gate: Gate, sample: Sample, at: datetime) -> list[Blocker]:
    test = (gate.test or "").replace("_", " ")
    wanted = {i.pk for i in items_for(sample) if i.test == gate.test}
    live = list(sample.results.filter(item__in=wanted, state__in=LIVE))
    if any(r.verdict not in PASSING for r in live):
        return [Blocker("ipc_failed", f"{sample.number}: {test} did not pass.", clears="QA")]
    reviewed = [r for r in live if r.state == ResultState.REVIEWED]
    if not wanted or {r.item_id for r in reviewed} != wanted:
        text = f"{sample.number}: {test} is not reviewed yet."
        return [Blocker("ipc_pending", text, clears="the laboratory, or a decision at risk by QA")]
    if gate.within is not None and _older(gate.within, min(r.entered_at for r in reviewed), at):
        text = f"{sample.number}: the result of {test} is older than {gate.within} when this step starts."
        return [Blocker("ipc_old", text, clears="a new test")]
    return []


def _older(within: Quantity, entered_at: datetime, at: datetime) -> bool:
    """Whether a result is older than the gate allows; a unit that is no time allows nothing."""
    allowed = minutes(within.value, within.unit)
    if at <= entered_at:
        return False
    return allowed is None or hours_between(entered_at, at) > allowed / 60


def _at_risk(gate: Gate, batch: Batch, phase: PhaseRecord) -> bool:
    """QA decided to go on before the result: the decision is a value of the record, signed with its phase."""
    del phase
    if not gate.at_risk:
        return False
    decision = Entry.objects.filter(
        batch=batch, path__endswith=f".{gate.at_risk}", superseded_by__isnull=True, verdict=Verdict.WITHIN
    ).select_related("phase")
    return any(signers_of(e.phase.uuid, "approved") for e in decision)
