"""Rules on calculations: known function, right arguments and units, nothing later, nothing in a circle."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from batches.domain.calculations import ArgumentKind, describe, names
from batches.domain.calculations.registry import Calculation
from batches.domain.masterfile.findings import Finding, ParameterPlace, Subject, bad_path, error
from batches.domain.masterfile.order import all_before
from batches.domain.masterfile.parameter import Argument, Derived
from batches.domain.masterfile.paths import PathError, Target, resolve
from batches.domain.masterfile.values import ArgumentValue, Reference, references_of
from batches.kinds import certificate_field

FITTING: dict[ArgumentKind, tuple[str, ...]] = {
    ArgumentKind.NUMBER: ("number", "calculation", "duration"),
    ArgumentKind.NUMBERS: ("number", "calculation", "duration"),
    ArgumentKind.PAIRS: ("number", "calculation", "duration"),
    ArgumentKind.INSTANT: ("instant",),
    ArgumentKind.TEXT: ("text", "choice"),
    ArgumentKind.FLAG: ("confirm",),
}


@dataclass(frozen=True)
class _Seen:
    """What one reference stands for: kind and unit, from this batch or from the bank's certificate."""

    words: str
    kind: str
    unit: str | None


def calculations(subject: Subject) -> Iterator[Finding]:
    """All rules of this module."""
    for place in subject.parameters:
        if place.parameter.kind == "calculation" and place.parameter.function is not None:
            yield from _calculation(subject, place)
        yield from _derived(subject, place)
    yield from _loops(subject)


def _known(place: ParameterPlace, function: str) -> tuple[Calculation | None, list[Finding]]:
    if function in names():
        return describe(function), []
    near = difflib.get_close_matches(function, names(), n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]}?" if near else ""
    return None, [error("unknown_function", place.path, f"There is no calculation {function!r}.{hint}")]


def _calculation(subject: Subject, place: ParameterPlace) -> Iterator[Finding]:
    known, findings = _known(place, place.parameter.function or "")
    yield from findings
    for argument in place.parameter.arguments:
        for reference in references_of(argument.value):
            yield from _reference(subject, place, reference, argument, known)
    if known is None:
        return
    yield from _names(place, place.parameter.arguments, known)
    for argument in place.parameter.arguments:
        if argument.name in known.arguments:
            yield from _kind(subject, place, argument, known)
    yield from _alike(subject, place, known)
    if place.parameter.unit is not None and not _fits(known.unit, place.parameter.unit):
        yield error("unit_of_result", place.path, f"{known.name} gives {known.unit}, not {place.parameter.unit}.")


def _names(place: ParameterPlace, arguments: tuple[Argument, ...], known: Calculation) -> Iterator[Finding]:
    given = {argument.name for argument in arguments}
    for name in sorted(given - known.arguments.keys()):
        yield error("unknown_argument", place.path, f"{known.name} takes {', '.join(known.arguments)}, not {name!r}.")
    for name in known.arguments:
        if name not in given and name not in known.optional:
            yield error("missing_argument", place.path, f"{known.name} needs {name!r}.")


def _reference(
    subject: Subject,
    place: ParameterPlace,
    reference: Reference,
    argument: Argument,
    known: Calculation | None,
) -> Iterator[Finding]:
    """The value must be there when it is needed."""
    if reference.is_bank:
        yield from _bank(subject, place, reference)
        return
    if reference.initially is not None:
        yield from _reference(subject, place, Reference(reference.initially), argument, known)
    try:
        target = resolve(subject.spec, reference.parameter, place.phase.path)
    except PathError as reason:
        yield bad_path(place.path, argument.name, reason)
        return
    if not _is_known(subject, place, target, reference):
        yield error("reference_to_later_phase", place.path, f"{argument.name}: {target.path} is not known by then.")
    optional = place.parameter.optional or (known is not None and argument.name in known.optional)
    if not optional and _may_be_missing(place, target):
        yield error("reference_to_excluded_phase", place.path, f"{argument.name}: {target.path} may not be recorded.")


def _bank(subject: Subject, place: ParameterPlace, reference: Reference) -> Iterator[Finding]:
    if subject.spec.bank is None:
        yield error("no_bank", place.path, f"{reference.parameter}: the master names no bank.")
    if certificate_field(reference.bank_path) is None:
        yield error("bad_path", place.path, f"{reference.parameter!r} is not on the certificate of a bank.")


def _is_known(subject: Subject, place: ParameterPlace, target: Target, reference: Reference) -> bool:
    same_unit = target.phase.unit_path == place.phase.unit_path
    if reference.occurrence == "previous" and same_unit and place.phase.unit_procedure.repeat is not None:
        return True
    if target.phase.path == place.phase.path:
        return target.aspect in {"value", "started_at"}
    return target.phase.path in all_before(subject.spec)[place.phase.path]


def _may_be_missing(place: ParameterPlace, target: Target) -> bool:
    if target.phase.path == place.phase.path:
        return target.parameter is not None and target.parameter.optional
    conditional = target.phase.phase.when is not None and target.phase.phase.when != place.phase.phase.when
    return conditional or (target.parameter is not None and target.parameter.optional)


def _kind(subject: Subject, place: ParameterPlace, argument: Argument, known: Calculation) -> Iterator[Finding]:
    kind = known.arguments[argument.name]
    if not _has_shape(kind, argument.value):
        yield error("argument_kind", place.path, f"{argument.name} must be given as {kind.value}.")
        return
    for reference, wanted in _wanted(argument.value, known.takes.get(argument.name, "*")):
        seen = _seen(subject, place, reference)
        if seen is None:
            continue
        if seen.kind not in FITTING[kind]:
            yield error("argument_kind", place.path, f"{argument.name}: {seen.words} is a {seen.kind}.")
        elif not _fits(wanted, seen.unit):
            yield error("unit_mismatch", place.path, f"{argument.name} is in {wanted}, {seen.words} in {seen.unit}.")


def _wanted(value: ArgumentValue, takes: str) -> Iterator[tuple[Reference, str]]:
    """Each reference with the unit it must have; pairs may have two, as in `particles/mL x mL`."""
    first, _, second = takes.partition(" x ")
    for item in value if isinstance(value, tuple) else (value,):
        halves = zip(item, (first, second or first), strict=True) if isinstance(item, tuple) else ((item, takes),)
        yield from ((half, unit) for half, unit in halves if isinstance(half, Reference))


def _alike(subject: Subject, place: ParameterPlace, known: Calculation) -> Iterator[Finding]:
    """Where a calculation takes any unit, all these arguments must have the same."""
    seen = (
        _seen(subject, place, reference)
        for argument in place.parameter.arguments
        if known.takes.get(argument.name) == "*"
        for reference in references_of(argument.value)
    )
    units = {one.unit for one in seen if one is not None and one.unit is not None}
    if len(units) > 1:
        yield error("unit_mismatch", place.path, f"{known.name} compares {' with '.join(sorted(units))}.")


def _has_shape(kind: ArgumentKind, value: ArgumentValue) -> bool:
    if kind is ArgumentKind.PAIRS:
        return isinstance(value, tuple) and all(isinstance(item, tuple) for item in value)
    if kind is ArgumentKind.NUMBERS:
        if isinstance(value, tuple):
            return not any(isinstance(item, tuple) for item in value)
        return isinstance(value, Reference) and value.occurrence == "all"
    if isinstance(value, Decimal):
        return kind is ArgumentKind.NUMBER
    return isinstance(value, Reference) and value.occurrence != "all"


def _seen(subject: Subject, place: ParameterPlace, reference: Reference) -> _Seen | None:
    if reference.is_bank:
        field = certificate_field(reference.bank_path)
        return None if field is None else _Seen(reference.parameter, field.type, field.unit)
    target = subject.find(reference.parameter, place.phase.path)
    if target is None:
        return None
    if target.parameter is None:
        return _Seen(target.path, "instant", None)
    kind = "text" if target.aspect == "verdict" else target.parameter.kind
    return _Seen(target.path, kind, target.parameter.unit)


def _fits(wanted: str, unit: str | None) -> bool:
    return wanted in {"*", ""} or wanted == unit


def _derived(subject: Subject, place: ParameterPlace) -> Iterator[Finding]:
    """The derived columns of a series read columns, and parameters known before the series is."""
    parameter = place.parameter
    columns = {column.name: column.unit for column in parameter.columns}
    derived: dict[str, str] = {}
    for item in parameter.derive:
        known, findings = _known(place, item.function)
        yield from findings
        if known is not None:
            yield from _derived_arguments(subject, place, item, known, columns)
            derived[item.name] = known.unit
    for column in parameter.column_limits:
        if column.column not in columns | derived:
            yield error("unknown_column", place.path, f"{parameter.label}: there is no column {column.column!r}.")


def _derived_arguments(
    subject: Subject, place: ParameterPlace, item: Derived, known: Calculation, columns: dict[str, str]
) -> Iterator[Finding]:
    yield from _names(place, item.arguments, known)
    for argument in item.arguments:
        for reference in references_of(argument.value):
            wanted = known.takes.get(argument.name, "*")
            if reference.parameter in columns:
                if not _fits(wanted, columns[reference.parameter]):
                    yield error("unit_mismatch", place.path, f"{item.name}: {argument.name} is in {wanted}.")
            else:
                yield from _reference(subject, place, reference, argument, known)
                seen = _seen(subject, place, reference)
                if seen is not None and not _fits(wanted, seen.unit):
                    yield error("unit_mismatch", place.path, f"{item.name}: {argument.name} is in {wanted}.")


def _loops(subject: Subject) -> Iterator[Finding]:
    """A value that needs itself, over any number of steps, is never calculated."""
    needs = {place.path: _needed(subject, place) for place in subject.parameters}
    reported: set[frozenset[str]] = set()
    for path in needs:
        loop = _loop_from(path, needs)
        if loop and frozenset(loop) not in reported:
            reported.add(frozenset(loop))
            yield error("calculation_loop", path, f"The values need each other: {' needs '.join(loop)}.")


def _needed(subject: Subject, place: ParameterPlace) -> list[str]:
    paths = [
        reference.parameter
        for argument in place.parameter.arguments
        for reference in references_of(argument.value)
        if reference.occurrence != "previous" and not reference.is_bank
    ]
    targets = (subject.find(path, place.phase.path) for path in paths)
    return [target.path for target in targets if target is not None and target.aspect == "value"]


def _loop_from(start: str, needs: dict[str, list[str]]) -> list[str]:
    """The way from a value back to itself, or nothing."""
    seen: set[str] = set()
    ways = [[start, need] for need in needs[start]]
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, need] for need in needs.get(way[-1], [])]
    return []
