"""Times that a person or an instrument states: none to come, none before the batch, late ones with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from batches.domain.calculations.timing import START_AND_END
from batches.domain.masterfile.values import Reference
from batches.domain.masters import read_path
from batches.kinds import kind_for
from compliance.domain import clock
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.domain.masters import Plan
    from batches.domain.parsing import Given, Parsed
    from batches.domain.values import Values
    from batches.models import PhaseRecord


def check_stated(
    parameter: ParameterSpec, parsed: Parsed, given: Given, values: Values, phase: PhaseRecord, now: datetime
) -> datetime | None:
    """The earliest time that a value states: of an instant, of the readings of a series, of a late entry (R203).

    Refuses one that has not come yet, one before the batch was issued, and an end before its start. What the master
    binds to a field of what happened before the batch (the donation) may lie before it.
    """
    stated = _stated(parsed, given)
    if not stated:
        return None
    if max(stated) > now:
        raise _refused(parameter, f"{_shown(max(stated))} has not come yet.", "future")
    issued = values.batch.issued_at
    if not happens_before(parameter, phase) and issued is not None and min(stated) < _minute(issued):
        text = f"{_of(parameter)}{_shown(min(stated))} is before the batch was issued, {_shown(issued)}."
        raise _refused(parameter, text, "before_batch")
    if parsed.instant is not None:
        _check_order(parameter, parsed.instant, values, phase)
    return min(stated)


def late_since(
    parameter: ParameterSpec, earliest: datetime | None, given: Given, phase: PhaseRecord, reason: str
) -> datetime | None:
    """When it was really done, where that is before this step was started: such an entry is late (R211, R219).

    Refuses a late entry without words; in a correction its reason is these words.
    """
    if given.performed_at is None:
        started = phase.started_at
        if earliest is None or started is None or happens_before(parameter, phase) or earliest >= _minute(started):
            return None
        text = f"{_of(parameter)}{_shown(earliest)} is before this step was started, {_shown(started)}."
    else:
        text = f"It was done at {_shown(given.performed_at)}, earlier than it is recorded."
    if not (given.comment.strip() or reason):
        raise Invalid(f"{text} Write why it is entered late, then record it again.", parameter.id, "late")
    return given.performed_at or earliest


def happens_before(parameter: ParameterSpec, phase: PhaseRecord) -> bool:
    """Whether the master binds the parameter to a typed field of what happened before there was a batch."""
    name = (parameter.binds or "").rpartition(".")[2]
    field = kind_for(phase.run.kind).field(name) if name else None
    return field is not None and field.before_batch


def _stated(parsed: Parsed, given: Given) -> list[datetime]:
    one = parsed.instant or given.performed_at
    return [*([one] if one else []), *(point["at"] for point in given.points)]


def _check_order(parameter: ParameterSpec, instant: datetime, values: Values, phase: PhaseRecord) -> None:
    for label, first in _earlier_ones(parameter, values, phase):
        if instant < first:
            text = f"{parameter.label}, {_shown(instant)}, is before {_quoted(label)}, {_shown(first)}."
            raise _refused(parameter, text, "backwards")
    for label, last in _later_ones(parameter, values, phase):
        if instant > last:
            text = f"{parameter.label}, {_shown(instant)}, is after {_quoted(label)}, {_shown(last)}."
            raise _refused(parameter, text, "backwards")


def _earlier_ones(parameter: ParameterSpec, values: Values, phase: PhaseRecord) -> Iterator[tuple[str, datetime]]:
    """What must lie before: instants of this step above it in the master, and starts of what it ends."""
    above, _ = _beside(parameter, values, phase)
    yield from above
    path = f"{phase.path}.{parameter.id}"
    for start, scope in (*_starts_of_calculations(values.plan, path), *_starts_of_holds(values.plan, path)):
        for value, entry in values.read(start, scope, phase.occurrence):
            if isinstance(value, datetime) and entry is not None:
                yield entry.label, value


def _starts_of_calculations(plan: Plan, path: str) -> Iterator[tuple[Reference, str]]:
    """What a calculation takes as the start of the time that ends here, with the step it is seen from."""
    for reader in plan.readers.get(path, ()):
        spec, scope = plan.parameter(reader), reader.rpartition(".")[0]
        named = {argument.name: argument.value for argument in spec.arguments}
        start, end = named.get("start"), named.get("end")
        if spec.function not in START_AND_END or not (isinstance(start, Reference) and isinstance(end, Reference)):
            continue
        if read_path(plan.spec, end.parameter, scope) == path:
            yield start, scope


def _starts_of_holds(plan: Plan, path: str) -> Iterator[tuple[Reference, str]]:
    """What a hold time that ends here counts from, with the step it is seen from."""
    for hold in plan.holds_to(path):
        yield Reference(hold.from_.parameter, hold.from_.occurrence), path.rpartition(".")[0]


def _later_ones(parameter: ParameterSpec, values: Values, phase: PhaseRecord) -> Iterator[tuple[str, datetime]]:
    """What must lie after: instants of this step below it in the master."""
    _, below = _beside(parameter, values, phase)
    yield from below


def _beside(
    parameter: ParameterSpec, values: Values, phase: PhaseRecord
) -> tuple[list[tuple[str, datetime]], list[tuple[str, datetime]]]:
    """The recorded instants of the step: those above a parameter and those below it, in the order of the master."""
    above: list[tuple[str, datetime]] = []
    below: list[tuple[str, datetime]] = []
    into = above
    for spec in values.plan.phase(phase).parameters:
        if spec.id == parameter.id:
            into = below
        elif spec.kind == "instant":
            entry = values.entry(f"{phase.path}.{spec.id}", phase.occurrence)
            if entry is not None and entry.instant is not None:
                into.append((entry.label, entry.instant))
    return above, below


def _minute(at: datetime) -> datetime:
    """People write minutes: what happened within the minute of a start is not before it."""
    return at.replace(second=0, microsecond=0)


def _of(parameter: ParameterSpec) -> str:
    return "The first reading, " if parameter.kind == "series" else ""


def _quoted(label: str) -> str:
    return f"“{label}”"


def _shown(at: datetime) -> str:
    text = clock.stamp(at)
    return f"{text[:16]} {text[-6:]}"


def _refused(parameter: ParameterSpec, text: str, code: str) -> Invalid:
    return Invalid(f"{text} Nothing was recorded.", parameter.id, code)
