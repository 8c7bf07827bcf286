"""Exceptions that the executed record yields: values, steps, yields, materials, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.models import Container, Entry, MaterialCharge, PhaseComment, PhaseRecord
from batches.states import ChargeState, ContainerState, PhaseState
from batches.validators import Verdict, with_unit
from compliance.domain import clock
from release.queries.found import Found
from release.queries.yields import yields_of
from resources.models import StockMovement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batches.models import Batch
    from release.queries.asof import View

    Phases = dict[int, PhaseRecord]

SEVERITY: dict[str, str] = {
    Verdict.ALERT: "alert",
    Verdict.ACTION: "breach",
    Verdict.SPECIFICATION: "breach",
    Verdict.UNDECIDABLE: "breach",
}


def of_entries(rows: list[Entry], phases: Phases) -> Iterator[Found]:
    """Classes 1, 2, 3 and 18: breaches that stand, late entries, corrections, remarks on a value."""
    by_id = {e.pk: e for e in rows}
    superseded = {e.supersedes_id for e in rows}
    for e in rows:
        late = e.performed_at is not None and e.performed_at < e.recorded_at
        stands = e.pk not in superseded
        breach = stands and e.verdict in SEVERITY
        shown = f"{e.label}: {shown_value(e)}"
        if breach:
            remark = f" Comment: {e.comment}" if e.comment else ""
            yield _entry(e, phases, 1, e.label, f"{shown}. {e.message}{remark}", SEVERITY[e.verdict])
        if e.supersedes_id is not None and e.source != "computed":
            detail = f"{e.label}: {shown_value(by_id[e.supersedes_id])} became {shown_value(e)}. Reason: {e.reason}"
            yield _entry(e, phases, 3, f"{e.label} corrected", detail, "corrected")
        if late and e.performed_at is not None:
            done, recorded = clock.stamp(e.performed_at), clock.stamp(e.recorded_at)
            why = f" Comment: {e.comment}" if e.comment else ""
            detail = f"{shown}. Done at {done}, recorded at {recorded}.{why}"
            yield _entry(e, phases, 2, f"{e.label} entered late", detail, "alert")
        if e.comment and not late and not breach:
            yield _entry(e, phases, 18, f"{e.label}: comment", f"{shown}. Comment: {e.comment}", "alert")


def shown_value(e: Entry) -> str:
    """A value with its unit as it is reported; one without a number says so."""
    return with_unit(e.reported or e.text or "no number", e.unit)


def _entry(e: Entry, phases: Phases, klass: int, title: str, detail: str, severity: str) -> Found:
    phase = phases[e.phase_id]
    key, words = f"{klass}:{e.uuid}", f"{phase.title}: {title}"
    return Found(key, klass, words, detail, e.recorded_at, e.recorded_by_id, phase, e, severity=severity)


def of_phases(batch: Batch, phases: Phases) -> Iterator[Found]:
    """Class 5: aborted phases. Phases that a rule of the master switched off went as written."""
    aborted = [p for p in phases.values() if p.state == PhaseState.ABORTED]
    if not aborted:
        return
    history = PhaseRecord.history.filter(batch_id=batch.pk, state=PhaseState.ABORTED)
    moves = {row.id: row for row in history.order_by("-version")}
    for row in aborted:
        move = moves[row.pk]
        detail = f"{row.title} was aborted. Reason: {move.history_change_reason}"
        title = f"{row.title} aborted"
        yield Found(f"5:{row.uuid}", 5, title, detail, move.history_date, move.history_user_id, row, severity="breach")


def of_balances(batch: Batch, view: View, entries: list[Entry]) -> Iterator[Found]:
    """Class 8: a yield outside the master's range, containers of which nobody knows what became (R308, R314)."""
    for one in yields_of(batch, entries):
        if not one.inside:
            detail = f"{one.title}: {one.percent} % of the theoretical yield, allowed {one.limits}."
            title = f"Yield outside its range: {one.title}"
            yield Found(
                f"8:{one.id}", 8, title, detail, one.actual.recorded_at, one.actual.recorded_by_id,
                entry=one.actual, severity="breach",
            )  # fmt: skip
    if batch.executed_at is None:
        return
    rows = view.records(Container, batch_id=batch.pk)
    lost = [c.number for c in rows if c.state == ContainerState.FILLED]
    if lost:
        detail = f"{len(lost)} of {len(rows)} containers have no fate, first: {lost[0]}."
        yield Found("8:containers", 8, "Containers without a fate", detail, batch.executed_at, severity="breach")


def of_materials(batch: Batch, view: View, phases: Phases) -> Iterator[Found]:
    """Class 9: another lot than the one that ends first, with the reason; charge-ins taken back (R304, R307)."""
    charges = {c.uuid: c for c in view.records(MaterialCharge, batch_id=batch.pk)}
    for row in view.rows(StockMovement, batch_ref=batch.number, kind="charge"):
        charge = charges.get(row.reference) if row.reference else None
        if charge is None or not row.reason:
            continue
        detail = f"{charge.item_code}: lot {charge.lot_number} was taken before one that ends earlier. {row.reason}"
        title = f"{phases[charge.phase_id].title}: {charge.item_code} out of turn"
        yield Found(f"9:{row.uuid}", 9, title, detail, row.moved_at, row.moved_by_id, phases[charge.phase_id])
    for charge in charges.values():
        if charge.state == ChargeState.REVERSED:
            detail = f"{charge.item_code}, lot {charge.lot_number}: the charge-in was taken back."
            title = f"{phases[charge.phase_id].title}: charge-in of {charge.item_code} taken back"
            at, by, phase = charge.charged_at, charge.charged_by_id, phases[charge.phase_id]
            yield Found(f"9:{charge.uuid}", 9, title, detail, at, by, phase, severity="void")


def of_comments(batch: Batch, view: View, phases: Phases) -> Iterator[Found]:
    """Class 18: every comment of an operator on a step."""
    for c in view.rows(PhaseComment, phase__batch=batch):
        phase = phases[c.phase_id]
        yield Found(f"18:{c.uuid}", 18, f"{phase.title}: comment", c.text, c.written_at, c.written_by_id, phase)
