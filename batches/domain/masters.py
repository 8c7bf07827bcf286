"""Reads a master version's tree, once per process and digest, and what follows from it for execution."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from batches.domain.masterfile.dump import digest
from batches.domain.masterfile.load import load
from batches.domain.masterfile.paths import Index, PathError, PhasePlace, index, resolve
from batches.domain.masterfile.values import references_of
from batches.validators import RelativeBound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.domain.masterfile.spec import HoldTime, MasterSpec, PhaseSpec
    from batches.domain.masterfile.values import Reference
    from batches.models import Batch, MasterVersion, PhaseRecord


@dataclass(frozen=True)
class Plan:
    """A master version made ready for execution: places, order, and who reads whom."""

    spec: MasterSpec
    index: Index
    readers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)

    def place(self, path: str) -> PhasePlace:
        """The phase at a full path."""
        return self.index.phases[path]

    def phase(self, record: PhaseRecord) -> PhaseSpec:
        """The phase that a record executes."""
        return self.index.phases[record.path].phase

    def number_of(self, record: PhaseRecord) -> str:
        """The number that people know a phase by, on screen and paper; a repeated one says which."""
        place = self.place(record.path)
        number = place.phase.step or str(record.seq)
        return f"{number}.{record.occurrence}" if place.unit_procedure.repeat is not None else number

    def parameter(self, path: str) -> ParameterSpec:
        """The parameter at a full path."""
        found = self.index.parameters[path].parameter
        if found is None:
            raise LookupError(path)
        return found

    def calculations_of(self, phase_path: str) -> list[str]:
        """Full paths of a phase's calculations, in the order of the master."""
        specs = self.index.phases[phase_path].phase.parameters
        return [f"{phase_path}.{p.id}" for p in specs if p.kind == "calculation"]

    def holds_to(self, event: str) -> list[HoldTime]:
        """The hold times that end with this event (a full path of an instant, or `phase.started_at`)."""
        return [h for h in self.spec.hold_times if resolve(self.spec, h.to.parameter).path == event]


def plan_of(version: MasterVersion) -> Plan:
    """The plan of a version, kept by digest."""
    return _plan(version.digest, version.source)


def plan_for(batch: Batch) -> Plan:
    """The plan a batch was issued on."""
    return plan_of(batch.master_version)


@lru_cache(maxsize=32)
def _plan(wanted: str, source: str) -> Plan:
    spec = load(source)
    if digest(spec) != wanted:
        raise ValueError("The text of the master version does not have its digest.")
    places = index(spec)
    order = {path: n for n, path in enumerate(places.parameters)}
    return Plan(spec, places, _readers(spec, places), order)


def references(parameter: ParameterSpec) -> Iterator[Reference]:
    """Every parameter that a calculation reads."""
    for argument in parameter.arguments:
        yield from references_of(argument.value)


def shares(parameter: ParameterSpec) -> Iterator[str]:
    """The parameters whose share is a limit of this one."""
    pairs = (
        []
        if parameter.limits is None
        else [
            parameter.limits.plausible,
            parameter.limits.alert,
            parameter.limits.action,
            parameter.limits.specification,
        ]
    )
    for pair in pairs:
        for bound in pair.bounds if pair is not None else ():
            if isinstance(bound, RelativeBound):
                yield bound.of


def _readers(spec: MasterSpec, places: Index) -> dict[str, tuple[str, ...]]:
    """Parameter path to the calculations that read it, directly."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, target in places.parameters.items():
        if target.parameter is None or target.parameter.kind != "calculation":
            continue
        for reference in references(target.parameter):
            for name in (reference.parameter, reference.initially):
                source = read_path(spec, name, target.phase.path)
                if source and path not in found[source]:
                    found[source].append(path)
    return {source: tuple(readers) for source, readers in found.items()}


def read_path(spec: MasterSpec, name: str | None, scope: str) -> str | None:
    """The parameter a name stands for, seen from a phase; None for a bank's value, an event or a verdict."""
    if not name or name.startswith("bank:"):
        return None
    try:
        target = resolve(spec, name, scope)
    except PathError:
        return None
    return target.path if target.aspect == "value" else None


def said(spec: MasterSpec, name: str, scope: str) -> str:
    """What a name of the master stands for, in the words of its pages: the field's title and its step's."""
    try:
        target = resolve(spec, name, scope)
    except PathError:  # a bank's value: it stands in no step of this master
        return name.replace(":", " ").replace("_", " ")
    phase = target.phase.phase
    what = {"started_at": "the start", "completed_at": "the end"}.get(target.aspect, "")
    if target.parameter is not None:
        what = f"“{target.parameter.label}”"
    if target.aspect == "verdict":
        what = f"the verdict on {what}"
    if target.phase.path == scope:
        return what
    step = f"step {phase.step}, " if phase.step else "the step "
    return f"{what} of {step}{phase.title}"
