"""What the linter says about a master, and what a site knows that a master may name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from batches.domain.masterfile.parameter import ParameterSpec
from batches.domain.masterfile.paths import AmbiguousPathError, PathError, PhasePlace, Target, index, resolve
from batches.domain.masterfile.spec import MasterSpec

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: an error is never approved, a warning is read and answered."""

    code: str
    severity: Severity
    path: str
    message: str


@dataclass(frozen=True)
class Catalogue:
    """What a site has. A set that is None is not known and not compared."""

    items: frozenset[str] | None = None
    equipment_classes: frozenset[str] | None = None
    documents: frozenset[str] | None = None
    products: frozenset[tuple[str, int]] | None = None
    tests: frozenset[str] | None = None
    specifications: frozenset[str] | None = None
    masters: frozenset[str] | None = None
    rooms: frozenset[str] | None = None


@dataclass(frozen=True)
class ParameterPlace:
    """A parameter with its phase and full path."""

    path: str
    parameter: ParameterSpec
    phase: PhasePlace


@dataclass(frozen=True)
class Subject:
    """What the rules look at."""

    spec: MasterSpec
    catalogue: Catalogue = field(default_factory=Catalogue)

    @property
    def phases(self) -> Iterator[PhasePlace]:
        """All phases in order."""
        return iter(index(self.spec).phases.values())

    @property
    def parameters(self) -> Iterator[ParameterPlace]:
        """All parameters in order, each of those that share a name too."""
        for place in self.phases:
            for parameter in place.phase.parameters:
                yield ParameterPlace(f"{place.path}.{parameter.id}", parameter, place)

    def find(self, path: str, scope: str = "") -> Target | None:
        """What a path points to, or None."""
        try:
            return resolve(self.spec, path, scope)
        except PathError:
            return None


def error(code: str, path: str, message: str) -> Finding:
    """Something that a batch could not run with, or that the law asks for."""
    return Finding(code, "error", path, message)


def warning(code: str, path: str, message: str) -> Finding:
    """Something that is probably a slip."""
    return Finding(code, "warning", path, message)


def bad_path(path: str, words: str, reason: PathError) -> Finding:
    """A path that leads nowhere, or to several places."""
    code = "ambiguous_path" if isinstance(reason, AmbiguousPathError) else "bad_path"
    return error(code, path, f"{words}: {reason}")
