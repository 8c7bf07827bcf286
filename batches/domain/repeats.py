"""Unit procedures that run more than once: passages until a target, harvests 1 to n, once for each of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain.masterfile.values import Reference
from batches.domain.masters import plan_for
from batches.domain.values import Values, number_of
from batches.guards import DONE
from batches.models import Batch, PhaseRecord, UnitRun
from compliance.domain.records import save_record, save_records

if TYPE_CHECKING:
    from batches.domain.masterfile.spec import UnitProcedureSpec, Until
    from batches.domain.masters import Plan
    from compliance.domain.act import Act


def add_run(a: Act, batch: Batch, plan: Plan, unit: UnitProcedureSpec, occurrence: int) -> UnitRun:
    """Writes one more occurrence of a unit procedure with all its phases, not started."""
    ids = [u.id for u in plan.spec.unit_procedures]
    many = unit.repeat is not None
    title = f"{unit.title} {occurrence}" if many else unit.title
    run = UnitRun(
        batch=batch, unit=unit.id, kind=unit.kind, title=title, unit_index=ids.index(unit.id), occurrence=occurrence
    )
    save_record(a, run)
    seq = PhaseRecord.objects.filter(batch=batch).count()
    rows: list[PhaseRecord] = []
    for operation in unit.operations:
        for phase in operation.phases:
            seq += 1
            rows.append(
                PhaseRecord(
                    batch=batch,
                    run=run,
                    path=f"{unit.id}.{operation.id}.{phase.id}",
                    occurrence=occurrence,
                    seq=seq,
                    phase_index=len(rows),
                    title=phase.title,
                )
            )
    save_records(a, rows)
    return run


def first_runs(plan: Plan) -> list[tuple[UnitProcedureSpec, int]]:
    """How often each unit procedure stands in a new batch: its least number, or that of the one it is tied to."""
    least = {u.id: (u.repeat.min or 1) if u.repeat else 1 for u in plan.spec.unit_procedures}
    found = []
    for unit in plan.spec.unit_procedures:
        count = least.get(unit.repeat.each, 1) if unit.repeat and unit.repeat.each else least[unit.id]
        found += [(unit, occurrence) for occurrence in range(1, count + 1)]
    return found


def after_close(a: Act, batch: Batch, phase: PhaseRecord) -> None:
    """When the last run of a repeated unit procedure is done and its target is not met, the next one is added."""
    plan = plan_for(batch)
    unit = plan.place(phase.path).unit_procedure
    repeat = unit.repeat
    if repeat is None or repeat.each or repeat.max is None or repeat.until is None:
        return
    last = UnitRun.objects.filter(batch=batch, unit=unit.id).latest("occurrence")
    open_phases = PhaseRecord.objects.filter(run=last).exclude(state__in=DONE)
    if last.occurrence >= repeat.max or open_phases.exists():
        return
    if last.occurrence >= (repeat.min or 1) and _met(repeat.until, batch, plan, phase, last.occurrence):
        return
    _add_with_tied(a, batch, plan, unit, last.occurrence + 1)


def _met(until: Until, batch: Batch, plan: Plan, phase: PhaseRecord, occurrence: int) -> bool:
    read = Values(batch, plan).read(Reference(until.parameter), phase.path, occurrence)
    value = read[-1][0] if read else None
    number = number_of(value)
    if number is not None:
        return (until.at_least is not None and number >= until.at_least) or (
            until.at_most is not None and number <= until.at_most
        )
    return value is not None and str(value) in until.in_


def _add_with_tied(a: Act, batch: Batch, plan: Plan, unit: UnitProcedureSpec, occurrence: int) -> None:
    add_run(a, batch, plan, unit, occurrence)
    for tied in plan.spec.unit_procedures:
        if tied.repeat is not None and tied.repeat.each == unit.id:
            add_run(a, batch, plan, tied, occurrence)
