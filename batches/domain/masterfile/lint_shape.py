"""Rules on the shape of a master: names, kinds, repeats, order, signatures, line clearance."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from batches.domain.masterfile.findings import Finding, Subject, bad_path, error
from batches.domain.masterfile.order import all_before, phases_before
from batches.domain.masterfile.paths import RESERVED, PathError, PhasePlace, resolve_phase
from batches.domain.masterfile.spec import RepeatSpec, UnitProcedureSpec, Until
from batches.kinds import find_kind, kind_names

_ID = re.compile(r"[a-z][a-z0-9_]*")
_SAMPLE_ID = re.compile(r"[A-Z][A-Z0-9]*")


def shape(subject: Subject) -> Iterator[Finding]:
    """All rules of this module."""
    yield from _ids(subject)
    yield from _units(subject)
    yield from _order(subject)
    for place in subject.phases:
        yield from _signatures(place)


def _ids(subject: Subject) -> Iterator[Finding]:
    spec = subject.spec
    yield from _unique("", [unit.id for unit in spec.unit_procedures], "unit procedure")
    yield from _unique("hold_times", [hold.id for hold in spec.hold_times], "hold time")
    yield from _unique("theoretical_yields", [item.id for item in spec.theoretical_yields], "yield")
    yield from _unique("labels", [label.id for label in spec.labels], "label")
    yield from _repeated("bill_of_materials", [item.item for item in spec.bill_of_materials], "item")
    for unit in spec.unit_procedures:
        yield from _unique(unit.id, [operation.id for operation in unit.operations], "operation")
        for operation in unit.operations:
            path = f"{unit.id}.{operation.id}"
            yield from _unique(path, [phase.id for phase in operation.phases], "phase")
            for phase in operation.phases:
                yield from _ids_in_phase(PhasePlace(f"{path}.{phase.id}", unit, operation, phase))


def _ids_in_phase(place: PhasePlace) -> Iterator[Finding]:
    ids = [parameter.id for parameter in place.phase.parameters]
    samples = [sample.id for sample in place.phase.samples]
    yield from _unique(place.path, ids, "parameter")
    yield from _repeated(place.path, samples, "sample")
    for name in samples:
        if not _SAMPLE_ID.fullmatch(name):
            yield error("bad_id", f"{place.path}.{name}", f"A sample is named in capitals, such as MYC, not {name!r}.")
    if not ids and not samples and not place.phase.requires.materials:
        yield error("empty_phase", place.path, f"{place.phase.title}: nothing is recorded here.")


def _unique(path: str, ids: list[str], noun: str) -> Iterator[Finding]:
    yield from _repeated(path, ids, noun)
    for name in ids:
        here = f"{path}.{name}".lstrip(".")
        if not _ID.fullmatch(name):
            yield error("bad_id", here, f"The {noun} {name!r} needs a name of small letters, digits and _.")
        elif name in RESERVED:
            yield error("reserved_id", here, f"The name {name!r} is kept for events and verdicts.")


def _repeated(path: str, ids: Iterable[str], noun: str) -> Iterator[Finding]:
    for name, count in Counter(ids).items():
        if count > 1:
            yield error("duplicate_id", f"{path}.{name}".lstrip("."), f"The {noun} {name!r} stands {count} times.")


def _units(subject: Subject) -> Iterator[Finding]:
    if not subject.spec.unit_procedures:
        yield error("empty_master", "", "The master has no unit procedure.")
    for unit in subject.spec.unit_procedures:
        kind = find_kind(unit.kind)
        if kind is None:
            yield error(
                "unknown_kind",
                unit.id,
                f"There is no kind {unit.kind!r}; kinds are {', '.join(kind_names())}.",
            )
        elif kind.clearance:
            yield from _clearance(subject, unit)
        if not unit.operations or not all(operation.phases for operation in unit.operations):
            yield error("empty_unit_procedure", unit.id, f"{unit.title}: an operation without a phase.")
        if unit.repeat is not None:
            yield from _repeat(subject, unit, unit.repeat)


def _clearance(subject: Subject, unit: UnitProcedureSpec) -> Iterator[Finding]:
    """A line is cleared, and the clearance verified, before it is filled, labelled or dried (R315)."""
    if unit.clearance is None:
        yield error("missing_clearance", unit.id, f"{unit.title}: name the line clearance before it.")
        return
    try:
        place = resolve_phase(subject.spec, unit.clearance)
    except PathError as reason:
        yield bad_path(unit.id, "clearance", reason)
        return
    starts = [f"{unit.id}.{operation.id}.{operation.phases[0].id}" for operation in unit.operations[:1]]
    before = all_before(subject.spec)
    ordered = all(place.path in before.get(start, frozenset()) for start in starts)
    if place.unit_procedure.kind != "line_clearance" or not place.phase.sign.verified or not ordered:
        yield error("bad_clearance", unit.id, f"{unit.title}: {place.path} is no verified line clearance before it.")


def _repeat(subject: Subject, unit: UnitProcedureSpec, repeat: RepeatSpec) -> Iterator[Finding]:
    least = 1 if repeat.min is None else repeat.min
    if repeat.max is None:
        yield error("repeat_without_bound", unit.id, f"{unit.title}: how often at most?")
    elif not 1 <= least <= repeat.max:
        yield error("repeat_bounds", unit.id, f"{unit.title}: repeats from {least} to {repeat.max} times.")
    if repeat.each is not None:
        yield from _each(subject, unit, repeat)
    if repeat.until is not None:
        yield from _until(subject, unit, repeat.until)


def _each(subject: Subject, unit: UnitProcedureSpec, repeat: RepeatSpec) -> Iterator[Finding]:
    others = {other.id: other.repeat for other in subject.spec.unit_procedures if other.id != unit.id}
    if repeat.each not in others:
        yield error("bad_path", unit.id, f"each: there is no other unit procedure {repeat.each!r}.")
        return
    tied = others[repeat.each]
    if tied is None or (tied.min, tied.max) != (repeat.min, repeat.max):
        yield error("repeat_bounds", unit.id, f"{unit.title}: repeats not as often as {repeat.each}.")


def _until(subject: Subject, unit: UnitProcedureSpec, until: Until) -> Iterator[Finding]:
    target = subject.find(until.parameter, unit.id)
    if target is None or target.parameter is None or target.phase.unit_path != unit.id:
        yield error("bad_path", unit.id, f"until: {until.parameter!r} is no parameter of {unit.title}.")
        return
    parameter = target.parameter
    number = until.at_least is not None or until.at_most is not None
    fits = (number and parameter.is_numeric and not until.in_) or (
        bool(until.in_) and not number and set(until.in_) <= set(parameter.options)
    )
    if not fits:
        yield error("bad_until", unit.id, "until: give at_least or at_most for a number, or options of a choice.")


def _order(subject: Subject) -> Iterator[Finding]:
    unit_ids = {unit.id for unit in subject.spec.unit_procedures}
    for unit in subject.spec.unit_procedures:
        for name in unit.after or ():
            if name not in unit_ids:
                yield error("bad_path", unit.id, f"after: there is no unit procedure {name!r}.")
    for place in subject.phases:
        try:
            phases_before(subject.spec, place.path)
        except PathError as reason:
            yield bad_path(place.path, "after", reason)
    for path, before in all_before(subject.spec).items():
        if path in before:
            yield error("order_loop", path, "This phase waits for itself.")


def _signatures(place: PhasePlace) -> Iterator[Finding]:
    phase, sign = place.phase, place.phase.sign
    if not (sign.performed or sign.verified or sign.qa):
        yield error("unsigned_phase", place.path, f"{phase.title}: nobody signs.")
    if sign.verified and not sign.performed:
        yield error("verified_not_performed", place.path, f"{phase.title}: verified, but nobody performs.")
    if sign.verified:
        return
    critical = [item.id for item in phase.parameters if item.critical or item.cpp]
    if critical:
        yield error(
            "critical_not_verified",
            place.path,
            f"{phase.title}: {', '.join(critical)} needs a second person.",
        )
    if phase.blind_second_count:
        yield error("blind_not_verified", place.path, f"{phase.title}: a blind count needs a second person.")
