"""Which phase must be closed before another may start, and what a reference reads in which occurrence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from batches.domain.masterfile.paths import PathError, PhasePlace, Target, index, resolve, resolve_phase
from batches.domain.masterfile.spec import MasterSpec, UnitProcedureSpec
from batches.domain.masterfile.values import Reference

CountOf = Callable[[str], int]


@dataclass(frozen=True)
class Before:
    """A phase that must be closed first: in the same occurrence, or in every one."""

    path: str
    occurrence: Literal["same", "all"]


@dataclass(frozen=True)
class Read:
    """One value a reference reads: the full path and the occurrence of its unit procedure, from 1."""

    path: str
    occurrence: int


def phases_before(spec: MasterSpec, path: str) -> tuple[Before, ...]:
    """The phases that must be closed before this one starts (R106).

    Where the phase names none: the phase above it, or (first of an operation, or parallel) all phases
    of the operation before, or (first of a unit procedure) all of the unit procedures before.
    """
    place = index(spec).phases[path]
    if place.phase.after:
        return tuple(_named(spec, name, place) for name in place.phase.after)
    phases = place.operation.phases
    at = next(at for at, phase in enumerate(phases) if phase.id == place.phase.id)
    if at and place.phase.after is None and not place.operation.parallel:
        return (Before(f"{place.unit_path}.{place.operation.id}.{phases[at - 1].id}", "same"),)
    return _before_operation(spec, place)


def _named(spec: MasterSpec, name: str, place: PhasePlace) -> Before:
    target = resolve_phase(spec, name, place.path)
    return Before(target.path, _tie(target.unit_procedure, place.unit_procedure))


def _tie(earlier: UnitProcedureSpec, later: UnitProcedureSpec) -> Literal["same", "all"]:
    """Occurrence by occurrence within one unit procedure and between two that are tied, else all."""
    if earlier.id == later.id or (later.repeat is not None and later.repeat.each == earlier.id):
        return "same"
    return "all"


def _before_operation(spec: MasterSpec, place: PhasePlace) -> tuple[Before, ...]:
    operations = place.unit_procedure.operations
    at = next(at for at, operation in enumerate(operations) if operation.id == place.operation.id)
    if at:
        earlier = operations[at - 1]
        return tuple(Before(f"{place.unit_path}.{earlier.id}.{phase.id}", "same") for phase in earlier.phases)
    return tuple(
        Before(found.path, _tie(found.unit_procedure, place.unit_procedure))
        for unit_id in units_before(spec, place.unit_procedure)
        for found in index(spec).phases.values()
        if found.unit_path == unit_id
    )


def units_before(spec: MasterSpec, unit: UnitProcedureSpec) -> tuple[str, ...]:
    """The unit procedures that come directly before one."""
    if unit.after is not None:
        return unit.after
    ids = [known.id for known in spec.unit_procedures]
    at = ids.index(unit.id)
    return (ids[at - 1],) if at else ()


def all_before(spec: MasterSpec) -> dict[str, frozenset[str]]:
    """Every phase that is closed before a phase starts, step by step back to the first.

    A phase that waits for itself has its own path in its set.
    """
    kept: dict[str, frozenset[str]] | None = vars(spec).get("_all_before")
    if kept is None:
        kept = vars(spec)["_all_before"] = _all_before(spec)
    return kept


def _all_before(spec: MasterSpec) -> dict[str, frozenset[str]]:
    direct = {path: _direct(spec, path) for path in index(spec).phases}
    result = {path: frozenset(before) for path, before in direct.items()}
    while True:
        wider = {
            path: before.union(*(result.get(one, frozenset()) for one in before)) for path, before in result.items()
        }
        if wider == result:
            return result
        result = wider


def _direct(spec: MasterSpec, path: str) -> set[str]:
    try:
        return {before.path for before in phases_before(spec, path)}
    except PathError:  # the linter names the path; here it only adds no order
        return set()


def reads(spec: MasterSpec, reference: Reference, scope: str, occurrence: int, count_of: CountOf) -> tuple[Read, ...]:
    """Which values a reference reads, seen from an occurrence of the phase `scope`, oldest first.

    `count_of` says how many occurrences of a unit procedure there are so far. `same` in a unit procedure
    that is neither the own nor tied to it is the last occurrence; `previous` in the first occurrence is
    what `initially` names, or nothing. Refuses a bank path: that value stands in another batch.
    """
    if reference.is_bank:
        raise PathError(f"{reference.parameter!r} stands in the batch of the bank.")
    here = index(spec).phases[scope].unit_procedure
    if reference.occurrence == "previous" and occurrence == 1:
        if reference.initially is None:
            return ()
        return reads(spec, Reference(reference.initially), scope, occurrence, count_of)
    target = resolve(spec, reference.parameter, scope)
    return tuple(Read(target.path, at) for at in _occurrences(target, here, reference, occurrence, count_of))


def _occurrences(
    target: Target, here: UnitProcedureSpec, reference: Reference, occurrence: int, count_of: CountOf
) -> tuple[int, ...]:
    there = target.phase.unit_procedure
    count = count_of(there.id)
    if reference.occurrence == "all":
        return tuple(range(1, (occurrence if there.id == here.id else count) + 1))
    if reference.occurrence == "first":
        return (1,)
    tied = _tie(there, here) == "same" or (there.repeat is not None and there.repeat.each == here.id)
    if not tied:
        return (count,)
    return (occurrence - 1,) if reference.occurrence == "previous" else (occurrence,)
