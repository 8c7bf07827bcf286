"""Recording: one value, one act, one entry, at the server's time; a correction supersedes with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain import calculating, deviation, holds, readings, series, times
from batches.domain.corrections import reopen_for_correction
from batches.domain.judging import BREACHES, Judged, judge_value, resolved_limits
from batches.domain.locking import lock_batch
from batches.domain.masters import plan_for
from batches.domain.parsing import Given, Parsed, parse
from batches.domain.values import Values
from batches.guards import blockers_for_record, cause_of, without_cause
from batches.models import Entry, PhaseComment, PhaseRecord
from batches.states import BatchState, PhaseState
from compliance.domain.records import save_record
from compliance.domain.transitions import locked
from compliance.refusals import Blocker, Invalid, Refused
from compliance.validators import clean_reason

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.domain.masters import Plan
    from batches.models import Batch
    from compliance.domain.act import Act

SECOND = "second"
COMMENTED = (BatchState.IN_PROGRESS, BatchState.ON_HOLD, BatchState.EXECUTED)


def record_entry(
    a: Act,
    phase: PhaseRecord,
    parameter_id: str,
    given: Given,
    *,
    slot: str = "",
    reason: str | None = None,
    seen: UUID | None = None,
) -> Entry:
    """Records one value of one parameter (R211), or corrects it when one is recorded already.

    `seen` is the entry the person looked at: another live one means somebody was faster (CON-01).
    Refuses: no permission; phase or batch not open; a value that is no value of its kind; an implausible one;
    a correction without reason (R209); a breach that the master says to refuse; a time to come, before the batch
    or before what it ends; one before the step's start without words (R219); a blind second count by the first
    counter. Writes: the entry, typed reading, deviation on a breach, recomputed calculations, the
    voiding of signatures the correction touches. In one act.
    """
    a.actor.need("batches.execute_phase")
    batch = lock_batch(phase)
    row = locked(phase)
    plan = plan_for(batch)
    parameter = _parameter(plan, row, parameter_id)
    path = f"{row.path}.{parameter.id}"
    earlier = _live(row, path, slot)
    found = blockers_for_record(a.actor, batch, row, earlier, seen, slot)
    if found:
        raise Refused(found)
    why = clean_reason(reason) if earlier is not None else ""
    # The performed signature does not cover second counts: counting again leaves it standing.
    if earlier is not None and not (slot and row.state == PhaseState.PERFORMED):
        row = reopen_for_correction(a, row, why)
    values = Values(batch, plan)
    entry = _make(a, batch, row, parameter, given, slot=slot, values=values, reason=why)
    entry.supersedes = earlier
    save_record(a, entry)
    _after(a, batch, row, plan, values, entry, given)
    return entry


def check_value(
    batch: Batch, phase: PhaseRecord, parameter_id: str, typed: str, now: datetime
) -> tuple[Parsed, Judged]:
    """What the verdict on a value would be. Reads only, writes nothing, is never trusted later."""
    plan = plan_for(batch)
    parameter = _parameter(plan, phase, parameter_id)
    given, values = Given(typed=typed), Values(batch, plan)
    parsed = parse(parameter, given, now)
    times.check_stated(parameter, parsed, given, values, phase, now)
    limits = resolved_limits(parameter, values, phase.path, phase.occurrence)
    return parsed, judge_value(parameter, parsed, limits)


def comment(a: Act, phase: PhaseRecord, text: str) -> PhaseComment:
    """Adds an operator's comment to a phase; it becomes an exception for the reviewer.

    Refuses an empty one, and a batch whose review is signed (WF-01).
    """
    a.actor.need("batches.execute_phase")
    clean = text.strip()
    if not clean:
        raise Invalid("Write the comment.", "text", "blank")
    batch = lock_batch(phase)
    if batch.state not in COMMENTED:
        text = f"{batch.number} is {batch.get_state_display()}; nothing can be added."
        raise Refused([Blocker("batch_closed", text)])
    a.touch(batch)
    return save_record(a, PhaseComment(phase=phase, text=clean, written_by=a.actor.user, written_at=a.at))


def write_cause(a: Act, phase: PhaseRecord, parameter_id: str, text: str) -> PhaseComment:
    """Writes the cause that was seen beside a value out of its limit, as a comment that names it (R203).

    Refuses fewer than eight letters, and a value that stands within its limits or has its cause already.
    """
    live = list(Entry.objects.filter(phase=phase, superseded_by__isnull=True))
    waiting = {e.path.rpartition(".")[2]: e for e in without_cause(phase, live)}
    if parameter_id not in waiting:
        raise Refused([Blocker("no_cause", "No cause is asked for here: the value is in its limits, or it has one.")])
    return comment(a, phase, f"{cause_of(waiting[parameter_id].label)}{clean_reason(text)}")


def _parameter(plan: Plan, phase: PhaseRecord, parameter_id: str) -> ParameterSpec:
    found = next((p for p in plan.phase(phase).parameters if p.id == parameter_id), None)
    if found is None:
        raise Invalid(f"This phase has no field {parameter_id}.", parameter_id, "unknown_parameter")
    return found


def _live(phase: PhaseRecord, path: str, slot: str) -> Entry | None:
    return Entry.objects.filter(phase=phase, path=path, slot=slot, superseded_by__isnull=True).first()


def _make(
    a: Act,
    batch: Batch,
    phase: PhaseRecord,
    parameter: ParameterSpec,
    given: Given,
    *,
    slot: str,
    values: Values,
    reason: str,
) -> Entry:
    parsed = parse(parameter, given, a.at)
    earliest = times.check_stated(parameter, parsed, given, values, phase, a.at)
    late = times.late_since(parameter, earliest, given, phase, reason)
    judged = judge_value(parameter, parsed, resolved_limits(parameter, values, phase.path, phase.occurrence))
    if parameter.kind == "series":
        judged = series.judge(parameter, given.points, values, phase)
    said = given.comment.strip() or (reason if late else "")
    _refuse_by_rule(parameter, judged, said or reason)
    return Entry(
        batch=batch,
        phase=phase,
        path=f"{phase.path}.{parameter.id}",
        slot=slot,
        kind=parameter.kind,
        label=parameter.label,
        typed=given.typed,
        qualifier=parsed.qualifier,
        value=parsed.value,
        unit=parameter.unit or "",
        text=parsed.text,
        instant=parsed.instant,
        reported=parsed.reported,
        is_critical=parameter.critical or parameter.cpp,
        verdict=judged.verdict,
        level=judged.level,
        message=judged.message,
        judged=judged.judged,
        limits=judged.limits,
        limit_words=judged.limit_words,
        summary=series.summary(parameter, given.points, values, phase) if parameter.kind == "series" else "",
        file_sha256=given.file_sha256,
        file_name=given.file_name,
        source=given.source,
        station=a.actor.station,
        comment=said,
        reason=reason,
        recorded_by=a.actor.user,
        recorded_at=a.at,
        performed_at=late,
    )


def _refuse_by_rule(parameter: ParameterSpec, judged: Judged, said: str) -> None:
    if judged.verdict not in BREACHES:
        return
    if parameter.on_breach == "refuse":
        raise Refused(
            [Blocker("breach_refused", f"{parameter.label}: {judged.message} The master refuses this value.")]
        )
    if parameter.on_breach == "explain" and not said:
        raise Invalid(f"{judged.message} Write in the comment why, then record it again.", parameter.id, "explain")


def _after(a: Act, batch: Batch, phase: PhaseRecord, plan: Plan, values: Values, entry: Entry, given: Given) -> None:
    """What follows from a value, in the same act."""
    parameter = plan.parameter(entry.path)
    if parameter.kind == "series":
        series.save_points(a, entry, parameter, given.points, values)
    if entry.slot:
        return
    values.put(entry, phase.occurrence)
    readings.apply(a, batch, phase.run, parameter, entry)
    deviation.open_for_breach(a, batch, phase, parameter, entry)
    if entry.instant is not None:
        holds.check_event(a, batch, phase, values, entry.path, entry.instant, entry)
    calculating.follow(a, batch, plan, values, [(entry.path, phase.occurrence)])
