"""The parameters of a phase: what is recorded, in which unit, and against which limits it is judged."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal

from batches.domain.masterfile.codec import Stored
from batches.domain.masterfile.values import ArgumentValue, Quantity
from batches.validators import LimitSet, Rounding

ParameterKind = Literal[
    "number",
    "choice",
    "text",
    "instant",
    "duration",
    "confirm",
    "material",
    "equipment",
    "sample",
    "attachment",
    "series",
    "calculation",
]
OnBreach = Literal["deviation", "stop", "refuse", "explain"]


@dataclass(frozen=True)
class Argument(Stored):
    """One argument of a calculation: its name and the number, parameter or parameters it takes."""

    name: str
    value: ArgumentValue


@dataclass(frozen=True)
class Column(Stored):
    """One column of a series and its unit."""

    name: str
    unit: str


@dataclass(frozen=True)
class Derived(Stored):
    """A column computed for each point; its arguments name columns, parameters or numbers."""

    name: str
    function: str
    arguments: tuple[Argument, ...] = field(default=(), metadata={"named": True})


@dataclass(frozen=True)
class ColumnLimits(Stored):
    """The limits of one column of a series, its target among them."""

    column: str
    limits: LimitSet


@dataclass(frozen=True)
class ParameterSpec(Stored):
    """One parameter (R331): a value somebody records, scans or lets the system calculate.

    `target` is what is aimed at; `limits` are judged. `blind` asks for a second count that does not see
    the first. `on_breach` says what an action or specification breach does: open a deviation, stop the
    phase, refuse the value, or ask for a written explanation. With `cause` the step is not signed as performed
    before the cause that was seen is written beside a value that opened a deviation.
    """

    noun: ClassVar[str] = "parameter"

    id: str
    label: str
    kind: ParameterKind
    unit: str | None = None
    decimals: int | None = None
    significant: int | None = None
    cpp: bool = False
    ipc: bool = False
    critical: bool = False
    target: Decimal | None = None
    limits: LimitSet | None = None
    options: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()
    function: str | None = None
    arguments: tuple[Argument, ...] = field(default=(), metadata={"named": True})
    report: Rounding | None = None
    on_breach: OnBreach = "deviation"
    cause: bool = False
    binds: str | None = None
    columns: tuple[Column, ...] = field(default=(), metadata={"named": True})
    derive: tuple[Derived, ...] = field(default=(), metadata={"named": True})
    column_limits: tuple[ColumnLimits, ...] = field(default=(), metadata={"named": True})
    every: Quantity | None = None
    window: Quantity | None = None
    item: str | None = None
    equipment_class: str | None = None
    sample: str | None = None
    optional: bool = False
    help: str | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether the value is one number."""
        return self.kind in {"number", "calculation", "duration"}

    @property
    def is_judged(self) -> bool:
        """Whether the value gets a verdict: it has limits or passing options."""
        return bool(self.limits or self.passing or self.column_limits)
