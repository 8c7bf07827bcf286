"""Exceptions around the record: laboratory, deviations, signatures, reprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.models import Deviation, PhaseRecord
from batches.states import DeviationState
from batches.validators import Verdict, with_unit
from compliance.domain import clock
from compliance.models import LedgerEntry, SignatureVoid
from qc.models import OosInvestigation, Result, Sample, SpecificationItem
from qc.states import OosState, ResultState
from release.models import IssuedDocument
from release.queries.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batches.models import Batch
    from release.queries.asof import View

    Phases = dict[int, PhaseRecord]


def of_laboratory(batch: Batch, view: View) -> Iterator[Found]:
    """Class 13: results retracted or invalidated, alerts, every investigation of an out-of-specification result."""
    samples = {s.pk: s.number for s in view.records(Sample, batch_id=batch.pk)}
    results = {r.pk: r for r in view.records(Result, sample__batch_id=batch.pk)}
    items = {i.pk: i for i in SpecificationItem.objects.filter(pk__in={r.item_id for r in results.values()})}
    for r in results.values():
        title = items[r.item_id].title
        shown = f"{samples[r.sample_id]}, {title}: {with_unit(r.reported, r.unit)}"
        if r.state in {ResultState.RETRACTED, ResultState.INVALIDATED}:
            words = ResultState(r.state).label
            detail = f"{shown} was {words}. Reason: {r.reason}"
            yield Found(f"13:{r.uuid}", 13, f"{title} {words}", detail, r.entered_at, r.analyst_id, severity="void")
        elif r.verdict == Verdict.ALERT:
            yield Found(f"13:{r.uuid}", 13, f"{title}: alert", f"{shown}. {r.message}", r.entered_at, r.analyst_id)
    for oos in view.records(OosInvestigation, result__sample__batch_id=batch.pk):
        r = results[oos.result_id]
        title = items[r.item_id].title
        detail = f"{title}: {r.message} State: {OosState(oos.state).label}. {oos.conclusion}".strip()
        yield Found(
            f"13:{oos.uuid}", 13, f"{oos.number} {title}", detail, oos.opened_at, oos.opened_by_id, severity="breach"
        )


def of_deviations(batch: Batch, view: View, phases: Phases) -> Iterator[Found]:
    """Class 14: every deviation, closed or open."""
    for d in view.records(Deviation, batch_id=batch.pk):
        state = DeviationState(d.state).label
        detail = f"{d.description} Class: {d.classification or 'not assessed'}. State: {state}."
        yield Found(
            f"14:{d.uuid}", 14, f"{d.number} {d.title}", detail, d.opened_at, d.opened_by_id,
            phases.get(d.phase_id or -1), deviation=d, severity="breach",
        )  # fmt: skip


def of_signatures(batch: Batch, view: View, phases: Phases, names: dict[int, str]) -> Iterator[Found]:
    """Class 15: voided signatures on the batch's phases, refused signing attempts for the batch."""
    uuids = [p.uuid for p in phases.values()]
    for v in view.rows(SignatureVoid, "signature", signature__record_uuid__in=uuids):
        s = v.signature
        detail = f"{s.title}: {s.meaning} by {s.printed_name} voided. Reason: {v.reason}"
        title = f"Signature voided: {s.title}"
        yield Found(f"15:{v.uuid}", 15, title, detail, v.voided_at, v.voided_by_id, severity="void")
    chains = [f"batches.phaserecord:{u}" for u in uuids] + [batch.chain]
    window = LedgerEntry.objects.filter(event="signature.refused", recorded_at__gte=batch.issued_at)
    if view.seq is not None:
        window = window.filter(pk__lte=view.seq)
    for entry in window.order_by("pk"):
        if any(chain in entry.payload for chain in chains):
            at = entry.recorded_at
            detail = f"A signature was refused at {clock.stamp(at)} in the session of {names[entry.actor_id]}."
            yield Found(f"15:{entry.act_id}", 15, "Refused signature", detail, at, entry.actor_id)


def of_reprints(batch: Batch, view: View) -> Iterator[Found]:
    """Class 19: second and later copies of a document, with their reason (R224)."""
    for d in view.records(IssuedDocument, batch_id=batch.pk):
        if d.copy_no > 1:
            detail = f"{d.number}, copy {d.copy_no}. Reason: {d.reason}"
            title, by = f"{d.number} issued again", d.requested_by_id
            yield Found(f"19:{d.uuid}", 19, title, detail, d.requested_at, by, reason=d.reason)
