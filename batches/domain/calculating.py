"""Calculations by name: computed when their inputs are there, computed anew when one changes (RES-11, R302)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batches.domain import deviation, readings
from batches.domain.calculations import NotCalculable, calculate
from batches.domain.corrections import reopen_for_correction
from batches.domain.judging import judge_value, resolved_limits
from batches.domain.masterfile.values import Reference
from batches.domain.masters import read_path, references
from batches.domain.parsing import Parsed
from batches.models import Entry, PhaseRecord
from batches.states import PhaseState
from batches.validators import Rounding, Verdict
from compliance.domain.records import save_record
from compliance.numbers import canonical, display, round_half_up

if TYPE_CHECKING:
    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.domain.masters import Plan
    from batches.domain.values import Values
    from batches.models import Batch
    from compliance.domain.act import Act


@dataclass(slots=True)
class Inputs:
    """The arguments of one calculation, with where each came from; `missing` stops it without an answer."""

    arguments: dict[str, Any] = field(default_factory=dict)
    origins: list[dict[str, Any]] = field(default_factory=list)
    missing: bool = False


def compute_phase(a: Act, batch: Batch, plan: Plan, values: Values, phase: PhaseRecord) -> None:
    """Computes what a phase can compute when it starts; later values follow by `follow`."""
    for path in plan.calculations_of(phase.path):
        _compute(a, batch, plan, values, phase, path)


def follow(a: Act, batch: Batch, plan: Plan, values: Values, changed: list[tuple[str, int]]) -> None:
    """Computes every calculation that reads a changed value, and what reads those, in the order of the master."""
    waiting = {reader for path, _ in changed for reader in plan.readers.get(path, ())}
    done: set[str] = set()
    while waiting:
        path = min(waiting, key=plan.order.__getitem__)
        waiting.discard(path)
        done.add(path)
        if _compute_everywhere(a, batch, plan, values, path):
            waiting |= set(plan.readers.get(path, ())) - done


def _compute_everywhere(a: Act, batch: Batch, plan: Plan, values: Values, path: str) -> bool:
    """Every occurrence of a calculation that is open or was computed before; whether one changed."""
    phase_path = path.rpartition(".")[0]
    changed = False
    for phase in PhaseRecord.objects.filter(batch=batch, path=phase_path).select_related("run"):
        is_open = phase.state == PhaseState.IN_PROGRESS
        if is_open or values.entry(path, phase.occurrence) is not None:
            changed |= _compute(a, batch, plan, values, phase, path)
    return changed


def _compute(a: Act, batch: Batch, plan: Plan, values: Values, phase: PhaseRecord, path: str) -> bool:
    parameter = plan.parameter(path)
    found = gather(parameter, values, phase)
    earlier = values.entry(path, phase.occurrence)
    if found.missing and earlier is None:
        return False
    entry = _entry(a, batch, phase, parameter, found, values)
    if earlier is not None and (earlier.value, earlier.inputs) == (entry.value, entry.inputs):
        return False
    if earlier is not None:
        entry.supersedes = earlier
        entry.reason = "Computed anew: a value it is computed from was recorded or corrected."
        if earlier.value != entry.value:
            reopen_for_correction(a, phase, entry.reason)
    save_record(a, entry)
    values.put(entry, phase.occurrence)
    readings.apply(a, batch, phase.run, parameter, entry)
    deviation.open_for_breach(a, batch, phase, parameter, entry)
    return True


def gather(parameter: ParameterSpec, values: Values, phase: PhaseRecord) -> Inputs:
    """Reads a calculation's arguments from the live values of the batch, or says that one is missing."""
    found = Inputs()
    _preload(parameter, values, phase)
    for argument in parameter.arguments:
        found.arguments[argument.name] = _argument(argument.name, argument.value, values, phase, found)
    return found


def _preload(parameter: ParameterSpec, values: Values, phase: PhaseRecord) -> None:
    """One query for everything the calculation may read."""
    names = [r.parameter for r in references(parameter) if not r.is_bank]
    values.load(source for name in names if (source := read_path(values.plan.spec, name, phase.path)))


def _argument(name: str, value: Any, values: Values, phase: PhaseRecord, found: Inputs) -> Any:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, Reference):
        many = _read(name, value, values, phase, found)
        return tuple(many) if value.occurrence == "all" else (many[-1] if many else None)
    items: list[Any] = []
    for item in value:
        if isinstance(item, tuple):
            items += _pairs([_argument(name, part, values, phase, found) for part in item])
        elif isinstance(item, Reference):
            items += _read(name, item, values, phase, found)
        else:
            items.append(item)
    return tuple(items)


def _pairs(columns: list[Any]) -> list[tuple[Any, ...]]:
    """One pair of single values, or a pair for each occurrence where both read every one."""
    if all(isinstance(column, tuple) for column in columns) and len({len(column) for column in columns}) == 1:
        return list(zip(*columns, strict=True))
    return [tuple(columns)]


def _read(name: str, reference: Reference, values: Values, phase: PhaseRecord, found: Inputs) -> list[Any]:
    read = values.read(reference, phase.path, phase.occurrence)
    if not read or any(value is None for value, _ in read):
        found.missing = True
    for value, entry in read:
        found.origins.append({"argument": name, "entry": str(entry.uuid) if entry else "", "value": _plain(value)})
    return [value for value, _ in read]


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return canonical(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "")


def _entry(a: Act, batch: Batch, phase: PhaseRecord, parameter: ParameterSpec, found: Inputs, values: Values) -> Entry:
    entry = Entry(
        batch=batch,
        phase=phase,
        path=f"{phase.path}.{parameter.id}",
        kind=parameter.kind,
        label=parameter.label,
        unit=parameter.unit or "",
        is_critical=parameter.critical or parameter.cpp,
        function=parameter.function or "",
        inputs=json.dumps(found.origins, sort_keys=True),
        source="computed",
        station=a.actor.station,
        recorded_by=a.actor.user,
        recorded_at=a.at,
    )
    if found.missing:
        entry.verdict, entry.message = Verdict.UNDECIDABLE, "A value it is computed from is not recorded."
        return entry
    try:
        result = calculate(parameter.function or "", found.arguments)
    except NotCalculable as refused:
        # Never 0 and never 100 %: the record says that there is no number and why (RES-14).
        entry.verdict, entry.message, entry.reported = Verdict.UNDECIDABLE, refused.message, "not calculable"
        return entry
    parsed = Parsed(value=result.value, reported=reported(parameter, result.value))
    judged = judge_value(parameter, parsed, resolved_limits(parameter, values, phase.path, phase.occurrence))
    entry.value, entry.reported, entry.formula = result.value, parsed.reported, result.formula
    entry.unit = parameter.unit or result.unit
    entry.verdict, entry.level, entry.message = judged.verdict, judged.level, judged.message
    entry.judged, entry.limits, entry.limit_words = judged.judged, judged.limits, judged.limit_words
    return entry


def reported(parameter: ParameterSpec, value: Decimal) -> str:
    """The value as it is printed: rounded once as the master reports it; the full value is kept beside it."""
    how = parameter.report or _rounding_of(parameter)
    if how is None or how.mode == "exact":
        return display(value)
    if how.mode == "significant":
        return display(round_half_up(value, significant=how.digits), significant=how.digits)
    return display(round_half_up(value, decimals=how.digits), decimals=how.digits)


def _rounding_of(parameter: ParameterSpec) -> Rounding | None:
    if parameter.significant is not None:
        return Rounding("significant", parameter.significant)
    return Rounding("decimals", parameter.decimals) if parameter.decimals is not None else None
