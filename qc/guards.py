"""Four eyes in the laboratory, and what a batch may wait for. Read-only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from batches.models import Entry
from batches.validators import Verdict, hours_between
from compliance.guards import blockers_for_other_person, signers_of
from compliance.refusals import Blocker
from qc.models import OosInvestigation, Result, Sample
from qc.states import OosState, ResultState

if TYPE_CHECKING:
    from datetime import datetime

    from batches.domain.masterfile.spec import Gate
    from batches.models import Batch, PhaseRecord
    from compliance.domain.actor import Actor
    from qc.models import Specification


def blockers_for_approve_specification(actor: Actor, row: Specification, at: datetime) -> list[Blocker]:
    """QA approves what another drafted."""
    del at
    return blockers_for_other_person(actor.user, [row.drafted_by_id], "approve this specification")


def blockers_for_review_result(actor: Actor, row: Result, at: datetime) -> list[Blocker]:
    """The second person reviews the originals (R335): not the analyst."""
    del at
    return blockers_for_other_person(actor.user, [row.analyst_id], "review this result")


def blockers_for_invalidate_result(actor: Actor, row: Result, at: datetime) -> list[Blocker]:
    """Only a confirmed laboratory cause, investigated and approved, takes a result out of judgement (R222, R502)."""
    del actor, at
    oos = OosInvestigation.objects.filter(result=row, state=OosState.APPROVED).first()
    if oos is None or not oos.confirmed_laboratory_cause:
        text = "It needs an approved investigation with a confirmed laboratory cause. The result stands."
        return [Blocker("no_cause", text, clears="an approved investigation")]
    return []


def blockers_for_approve_oos(actor: Actor, row: OosInvestigation, at: datetime) -> list[Blocker]:
    """QA approves what the laboratory concluded, in words."""
    del at
    found = [] if row.conclusion else [Blocker("conclusion", "The conclusion is not written.")]
    return found + blockers_for_other_person(actor.user, signers_of(row.uuid, "responsible"), "approve it")


def blockers_for_ipc(gate: Gate, batch: Batch, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """Whether the samples a phase waits for have reviewed, passing results (R310).

    `within` asks for the newest result to be no older; `at_risk` lets QA's recorded decision stand in for a
    result that is pending, never for one that failed.
    """
    point = (gate.sample or "").rpartition(".")[2]
    samples = list(Sample.objects.filter(batch=batch, point=point))
    if not samples:
        return [Blocker("no_sample", f"Sample {point} was not taken.", clears="taking the sample")]
    found = []
    for sample in samples:
        results = list(sample.results.filter(item__test=gate.test or "", state=ResultState.REVIEWED))
        found += _judged(gate, sample, results, at)
    pending = all(b.code == "ipc_pending" for b in found)
    return [] if found and pending and _at_risk(gate, batch, phase) else found


def _judged(gate: Gate, sample: Sample, results: list[Result], at: datetime) -> list[Blocker]:
    test = (gate.test or "").replace("_", " ")
    if any(r.verdict not in {Verdict.WITHIN, Verdict.NO_LIMIT} for r in results):
        return [Blocker("ipc_failed", f"{sample.number}: {test} did not pass.", clears="QA")]
    if not results:
        text = f"{sample.number}: {test} is not reviewed yet."
        return [Blocker("ipc_pending", text, clears="the laboratory, or a decision at risk by QA")]
    if gate.within is not None:
        newest = max(r.entered_at for r in results)
        limit = {"h": 1, "d": 24, "min": None}[gate.within.unit]
        allowed = gate.within.value * limit if limit else gate.within.value / 60
        if at - newest > timedelta(0) and hours_between(newest, at) > allowed:
            return [Blocker("ipc_old", f"{sample.number}: {test} is older than {gate.within}.", clears="a new test")]
    return []


def _at_risk(gate: Gate, batch: Batch, phase: PhaseRecord) -> bool:
    """QA decided to go on before the result: the decision is a value of the record, signed with its phase."""
    del phase
    if not gate.at_risk:
        return False
    decision = Entry.objects.filter(
        batch=batch, path__endswith=gate.at_risk, superseded_by__isnull=True, verdict=Verdict.WITHIN
    ).select_related("phase")
    return any(signers_of(e.phase.uuid, "approved") for e in decision)
