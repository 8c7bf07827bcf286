"""Rules on what joins phases: conditions, gates, hold times, yields, genealogy, needs of a phase."""

from collections.abc import Iterator

from batches.domain.masterfile.findings import Finding, Subject, bad_path, error, warning
from batches.domain.masterfile.order import all_before
from batches.domain.masterfile.paths import PathError, PhasePlace, Target, resolve, resolve_sample
from batches.domain.masterfile.spec import Gate, HoldTime, When, YieldSpec
from batches.domain.masterfile.units import UNITS, minutes
from batches.domain.masterfile.values import Quantity, Share
from batches.validators import Verdict

START_NODES = frozenset({"donation", "tissue", "bank"})


def links(subject: Subject) -> Iterator[Finding]:
    """All rules of this module."""
    for hold in subject.spec.hold_times:
        yield from _hold(subject, hold)
    for item in subject.spec.theoretical_yields:
        yield from _yield(subject, item)
    for place in subject.phases:
        if place.phase.when is not None:
            yield from _when(subject, place, place.phase.when)
        for gate in place.phase.gate:
            yield from _gate(subject, place, gate)
        yield from _needs(subject, place)
        yield from _genealogy(subject, place)


def comes_before(subject: Subject, earlier: Target, later: PhasePlace) -> bool:
    """Whether what `earlier` points to is recorded before the phase `later` starts."""
    return earlier.phase.path in all_before(subject.spec).get(later.path, frozenset())


def _hold(subject: Subject, hold: HoldTime) -> Iterator[Finding]:
    path = f"hold_times.{hold.id}"
    ends: list[Target] = []
    for key, reference in (("from", hold.from_), ("to", hold.to)):
        try:
            target = resolve(subject.spec, reference.parameter)
        except PathError as reason:
            yield bad_path(path, key, reason)
            continue
        ends.append(target)
        if not _is_instant(target):
            yield error("hold_not_an_instant", path, f"{key}: {target.path} is no point in time.")
    if len(ends) == 2 and _is_reversed(subject, *ends):
        yield error("hold_reversed", path, f"{ends[0].path} does not come before {ends[1].path}.")
    yield from _hold_bounds(hold, path)


def _is_instant(target: Target) -> bool:
    if target.aspect in {"started_at", "completed_at"}:
        return True
    return target.aspect == "value" and target.parameter is not None and target.parameter.kind == "instant"


def _is_reversed(subject: Subject, start: Target, end: Target) -> bool:
    if start.phase.path == end.phase.path:
        return _position(start) >= _position(end)
    return not comes_before(subject, start, end.phase)


def _position(target: Target) -> int:
    if target.aspect == "started_at":
        return -1
    ids = [parameter.id for parameter in target.phase.phase.parameters]
    return len(ids) if target.parameter is None else ids.index(target.parameter.id)


def _hold_bounds(hold: HoldTime, path: str) -> Iterator[Finding]:
    if hold.max is None and hold.min is None:
        yield error("hold_without_bound", path, "Give the longest or the shortest time.")
    known = {
        key: minutes(quantity.value, quantity.unit)
        for key, quantity in (("min", hold.min), ("warn_at", hold.warn_at), ("max", hold.max))
        if quantity is not None
    }
    for key, value in known.items():
        if value is None or value <= 0:
            yield error("hold_bounds", path, f"{key} must be a time in s, min, h or d above nothing.")
            return
    if sorted(known.values(), key=lambda value: value or 0) != list(known.values()):
        yield error("hold_bounds", path, "The times contradict: min, then warn_at, then max.")


def _yield(subject: Subject, item: YieldSpec) -> Iterator[Finding]:
    path = f"theoretical_yields.{item.id}"
    for reference in (item.actual, item.theoretical):
        if reference is None:
            continue
        target = subject.find(reference.parameter)
        if target is None or target.parameter is None or not target.parameter.is_numeric:
            yield error("bad_path", path, f"{reference.parameter!r} is no number of this master, or not plain.")
        elif reference is item.actual and not target.phase.phase.sign.verified:
            yield error("yield_not_verified", path, f"The yield of {target.phase.path} is not verified (R308).")
    if item.min_percent is not None and item.max_percent is not None and item.min_percent > item.max_percent:
        yield error("yield_bounds", path, "The lowest share is above the highest.")


def _when(subject: Subject, place: PhasePlace, when: When) -> Iterator[Finding]:
    try:
        target = resolve(subject.spec, when.parameter, place.path)
    except PathError as reason:
        yield bad_path(place.path, "when", reason)
        return
    parameter = target.parameter
    is_verdict = target.aspect == "verdict" and parameter is not None and parameter.is_judged
    is_choice = target.aspect == "value" and parameter is not None and parameter.kind == "choice"
    if parameter is None or not (is_verdict or is_choice):
        yield error("when_not_a_choice", place.path, f"when: {target.path} is no choice and no verdict.")
        return
    options = {verdict.value for verdict in Verdict} if is_verdict else set(parameter.options)
    wrong = sorted(set(when.in_) - options)
    if wrong or not when.in_:
        yield error("when_unknown_option", place.path, f"when: {target.path} is never {', '.join(wrong)}.")
    if not comes_before(subject, target, place):
        yield error("when_not_before", place.path, f"when: {target.path} is not known before this phase.")


def _gate(subject: Subject, place: PhasePlace, gate: Gate) -> Iterator[Finding]:
    if gate.kind == "bank_disposition" and subject.spec.bank is None:
        yield error("bad_gate", place.path, "gate: the master names no bank.")
    if gate.kind == "ipc_result":
        yield from _result_gate(subject, place, gate)
    if gate.at_risk is not None:
        yield from _at_risk(subject, place, gate.at_risk)


def _result_gate(subject: Subject, place: PhasePlace, gate: Gate) -> Iterator[Finding]:
    if gate.sample is None or gate.test is None:
        yield error("bad_gate", place.path, "gate: a result needs its sample and its test.")
        return
    try:
        path = resolve_sample(subject.spec, gate.sample, place.path)
    except PathError as reason:
        yield bad_path(place.path, "gate", reason)
        return
    phase_path, _, sample_id = path.rpartition(".")
    owner = next(found for found in subject.phases if found.path == phase_path)
    tests = next(sample.tests for sample in owner.phase.samples if sample.id == sample_id)
    if gate.test not in tests:
        yield error("bad_gate", place.path, f"gate: {path} is not tested for {gate.test}.")
    if phase_path not in all_before(subject.spec).get(place.path, frozenset()):
        yield error("bad_gate", place.path, f"gate: {path} is not taken before this phase.")


def _at_risk(subject: Subject, place: PhasePlace, path: str) -> Iterator[Finding]:
    target = subject.find(path, place.path)
    if target is None or target.parameter is None or target.parameter.kind != "choice":
        yield error("bad_path", place.path, f"gate: the decision {path!r} is no choice of this master.")
    elif not target.parameter.passing:
        yield error("bad_gate", place.path, f"gate: which option of {target.path} lets the phase start?")
    elif not target.phase.phase.sign.qa or not comes_before(subject, target, place):
        yield error("bad_gate", place.path, f"gate: {target.path} is not signed by QA before this phase.")


def _needs(subject: Subject, place: PhasePlace) -> Iterator[Finding]:
    for need in place.phase.requires.materials:
        if need.quantity is None:
            yield error("missing_quantity", place.path, f"How much {need.item} is charged in is missing.")
        elif isinstance(need.quantity, Share):
            yield from _share(subject, place, need.item, need.quantity)
        else:
            yield from _quantity(place, need.item, need.quantity)
    for sample in place.phase.samples:
        if sample.volume is not None:
            yield from _quantity(place, sample.id, sample.volume)
        if sample.containers < 1:
            yield error("bad_quantity", place.path, f"{sample.id}: a sample needs a container.")


def _share(subject: Subject, place: PhasePlace, item: str, share: Share) -> Iterator[Finding]:
    target = subject.find(share.of, place.path)
    if target is None or target.parameter is None or not target.parameter.is_numeric:
        yield error("bound_not_a_number", place.path, f"{item}: {share.of!r} is no number of this master.")
    elif target.phase.path != place.path and not comes_before(subject, target, place):
        yield error("reference_to_later_phase", place.path, f"{item}: {target.path} is not known by then.")
    if share.percent <= 0:
        yield error("bad_quantity", place.path, f"{item}: a share is above nothing.")


def _quantity(place: PhasePlace, name: str, quantity: Quantity) -> Iterator[Finding]:
    if quantity.unit not in UNITS:
        yield error("unknown_unit", place.path, f"{name}: there is no unit {quantity.unit!r}.")
    if quantity.value <= 0:
        yield error("bad_quantity", place.path, f"{name}: the quantity must be above nothing.")


def _genealogy(subject: Subject, place: PhasePlace) -> Iterator[Finding]:
    genealogy = place.phase.genealogy
    if genealogy is None:
        return
    before = all_before(subject.spec).get(place.path, frozenset())
    made = {
        found.phase.genealogy.produces
        for found in subject.phases
        if found.phase.genealogy is not None and (found.path in before or found.unit_path == place.unit_path)
    }
    for source in genealogy.from_:
        if source.node not in made | START_NODES:
            yield error("unknown_source", place.path, f"No phase before this one makes a {source.node}.")
    references = (genealogy.amount, *(source.amount for source in genealogy.from_))
    for reference in references:
        target = None if reference is None else subject.find(reference.parameter, place.path)
        if reference is not None and (target is None or target.parameter is None or not target.parameter.is_numeric):
            yield error("bad_path", place.path, f"genealogy: {reference.parameter!r} is no number, or not plain.")
    if not genealogy.from_:
        yield warning("no_source", place.path, f"A {genealogy.produces} that comes from nothing.")
