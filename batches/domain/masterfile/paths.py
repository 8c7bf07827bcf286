"""Where things stand in a master: full paths, and short paths made full or refused by name.

A full path is `unit_procedure.operation.phase.parameter`. Leading parts may be dropped where it is plain
what is meant: the same phase is looked at first, then the same operation, the same unit procedure, and
then the whole master. A phase has the two events `started_at` and `completed_at`; a judged parameter has
its `verdict`.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

from batches.domain.masterfile.parameter import ParameterSpec
from batches.domain.masterfile.spec import MasterSpec, OperationSpec, PhaseSpec, UnitProcedureSpec

EVENTS = ("started_at", "completed_at")
VERDICT = "verdict"
RESERVED = (*EVENTS, VERDICT)
Aspect = Literal["value", "verdict", "started_at", "completed_at"]


class PathError(ValueError):
    """A path that leads nowhere, or to more than one place."""


class AmbiguousPathError(PathError):
    """A path that leads to more than one place."""


@dataclass(frozen=True)
class PhasePlace:
    """A phase with everything around it."""

    path: str
    unit_procedure: UnitProcedureSpec
    operation: OperationSpec
    phase: PhaseSpec

    @property
    def unit_path(self) -> str:
        """The unit procedure's path."""
        return self.unit_procedure.id


@dataclass(frozen=True)
class Target:
    """What a path points to: a phase, one of its parameters, or an event or verdict of these."""

    path: str
    phase: PhasePlace
    parameter: ParameterSpec | None
    aspect: Aspect = "value"


@dataclass
class Index:
    """All places of a master by full path, and the full paths behind each ending."""

    phases: dict[str, PhasePlace] = field(default_factory=dict)
    parameters: dict[str, Target] = field(default_factory=dict)
    endings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    samples: dict[str, PhasePlace] = field(default_factory=dict)


def index(spec: MasterSpec) -> Index:
    """The index of a master."""
    # Kept on the value itself, not by equality: two masters that differ in 0.1 and 0.10 are equal.
    kept = vars(spec).get("_index")
    if not isinstance(kept, Index):
        kept = vars(spec)["_index"] = _index(spec)
    return kept


def _index(spec: MasterSpec) -> Index:
    result = Index()
    for unit in spec.unit_procedures:
        for operation in unit.operations:
            for phase in operation.phases:
                _add_phase(result, PhasePlace(f"{unit.id}.{operation.id}.{phase.id}", unit, operation, phase))
    return result


def _add_phase(found: Index, place: PhasePlace) -> None:
    found.phases[place.path] = place
    _add_endings(found, place.path)
    for parameter in place.phase.parameters:
        path = f"{place.path}.{parameter.id}"
        if path not in found.parameters:
            _add_endings(found, path)
        found.parameters[path] = Target(path, place, parameter)
    for sample in place.phase.samples:
        path = f"{place.path}.{sample.id}"
        found.samples[path] = place
        _add_endings(found, path)


def _add_endings(found: Index, path: str) -> None:
    parts = path.split(".")
    for start in range(len(parts)):
        ending = ".".join(parts[start:])
        if path not in found.endings[ending]:
            found.endings[ending].append(path)


def resolve(spec: MasterSpec, path: str, scope: str = "") -> Target:
    """What a path of a parameter, a phase event or a verdict points to, seen from the phase `scope`.

    Refuses a path that leads nowhere or to several places, and names them.
    """
    found = index(spec)
    head, _, last = path.rpartition(".")
    if last in EVENTS and head:
        place = resolve_phase(spec, head, scope)
        return Target(f"{place.path}.{last}", place, None, "started_at" if last == EVENTS[0] else "completed_at")
    if last == VERDICT and head:
        target = found.parameters[_one(found, head, scope, found.parameters, "parameter")]
        return Target(f"{target.path}.{VERDICT}", target.phase, target.parameter, "verdict")
    return found.parameters[_one(found, path, scope, found.parameters, "parameter")]


def resolve_phase(spec: MasterSpec, path: str, scope: str = "") -> PhasePlace:
    """The phase a path points to. Refuses a path that leads nowhere or to several phases."""
    found = index(spec)
    return found.phases[_one(found, path, scope, found.phases, "phase")]


def resolve_sample(spec: MasterSpec, path: str, scope: str = "") -> str:
    """The full path of a sample. Refuses a path that leads nowhere or to several samples."""
    found = index(spec)
    return _one(found, path, scope, found.samples, "sample")


def _one(found: Index, path: str, scope: str, kind: dict[str, Target] | dict[str, PhasePlace], noun: str) -> str:
    candidates = [full for full in found.endings.get(path, ()) if full in kind]
    if not candidates:
        raise PathError(f"There is no {noun} {path!r}.")
    exact = [full for full in candidates if full == path]
    if exact:
        return exact[0]
    inside: list[str] = []
    for near in _scopes(scope):
        inside = inside or [full for full in candidates if full.startswith(near)]
    if len(inside) > 1:
        raise AmbiguousPathError(f"{path!r} may be {' or '.join(sorted(inside))}: write more of the path.")
    return inside[0]


def _scopes(scope: str) -> list[str]:
    """From the nearest to the widest: `u.o.p.`, `u.o.`, `u.` and everything."""
    parts = scope.split(".") if scope else []
    return [*(".".join(parts[:end]) + "." for end in range(len(parts), 0, -1)), ""]
