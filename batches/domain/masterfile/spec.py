"""A master batch record as frozen values: master > unit procedure > operation > phase (R331)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal

from batches.domain.masterfile.codec import Stored
from batches.domain.masterfile.parameter import ParameterSpec
from batches.domain.masterfile.values import Amount, Quantity, Reference

GateKind = Literal["ipc_result", "bank_disposition", "tissue_disposition", "donor_eligibility"]
NodeKind = Literal[
    "donation",
    "tissue",
    "bank",
    "passage",
    "vessel",
    "culture",
    "harvest",
    "clarified",
    "pool",
    "retentate",
    "bulk",
    "container",
]


@dataclass(frozen=True)
class Change(Stored):
    """The change control this version comes from (R505)."""

    id: str
    reason: str


@dataclass(frozen=True)
class ActiveAmount(Stored):
    """How much of the active substance is in one unit of the product (211.186(b)(2))."""

    name: str
    amount: Quantity | None = None
    per: str | None = None


@dataclass(frozen=True)
class ProductSpec(Stored):
    """What the batch makes: product version, name, strength, form, active amount and total per unit."""

    code: str
    version: int
    name: str | None = None
    form: str | None = None
    strength: Quantity | None = None
    active: tuple[ActiveAmount, ...] = ()
    unit_total: Quantity | None = None


@dataclass(frozen=True)
class BillItem(Stored):
    """One component: its code, its amount for a batch and the excess over it in percent (0 for none)."""

    item: str
    title: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    excess: Decimal | None = None


@dataclass(frozen=True)
class ContainerSpec(Stored):
    """A container or closure of the product, as an item of the bill of materials."""

    item: str
    description: str | None = None


@dataclass(frozen=True)
class LabelSpec(Stored):
    """A label, its template and the specimen that the signatures of the master cover."""

    id: str
    item: str
    template: str | None = None
    specimen: str | None = None


@dataclass(frozen=True)
class YieldSpec(Stored):
    """A theoretical yield: the actual value as a share of the theoretical one, and when to investigate.

    `actual` and `theoretical` are paths, or `amount` is the theoretical amount itself.
    """

    noun: ClassVar[str] = "theoretical yield"

    id: str
    title: str
    actual: Reference
    theoretical: Reference | None = None
    amount: Quantity | None = None
    min_percent: Decimal | None = None
    max_percent: Decimal | None = None


@dataclass(frozen=True)
class HoldTime(Stored):
    """The time from one event to another and how long it may (`max`) or must (`min`) be (R311).

    An event is an instant, or `started_at` or `completed_at` of a phase.
    """

    noun: ClassVar[str] = "hold time"

    id: str
    from_: Reference
    to: Reference
    max: Quantity | None = None
    min: Quantity | None = None
    warn_at: Quantity | None = None
    storage: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class Until(Stored):
    """When a repeat ends early: a number reached, or an option chosen."""

    parameter: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    in_: tuple[str, ...] = ()


@dataclass(frozen=True)
class RepeatSpec(Stored):
    """How often a unit procedure runs. `each` ties it to another: once for each occurrence of that one."""

    min: int | None = None
    max: int | None = None
    until: Until | None = None
    each: str | None = None


@dataclass(frozen=True)
class SignSpec(Stored):
    """Who signs a phase: the performer, a second person who verifies, QA."""

    performed: bool = False
    verified: bool = False
    qa: bool = False


@dataclass(frozen=True)
class When(Stored):
    """A phase that runs only where another parameter, or its verdict, is one of these."""

    parameter: str
    in_: tuple[str, ...]


@dataclass(frozen=True)
class EquipmentNeed(Stored):
    """Equipment of a class; `scan` asks for the very piece by its code (R309)."""

    class_: str
    scan: bool = True


@dataclass(frozen=True)
class MaterialNeed(Stored):
    """Material charged in: the item, how much, and whether a second person verifies it (R307).

    The quantity is an amount with its unit, or a share of another parameter.
    """

    item: str
    quantity: Amount | None = None
    second_person: bool = False


@dataclass(frozen=True)
class Requires(Stored):
    """What must be there before a phase starts."""

    equipment: tuple[EquipmentNeed, ...] = ()
    materials: tuple[MaterialNeed, ...] = ()
    training: tuple[str, ...] = ()
    room: str | None = None


@dataclass(frozen=True)
class SampleSpec(Stored):
    """A sample taken in a phase: from what, how much, for which tests."""

    id: str
    from_: str
    volume: Quantity | None = None
    tests: tuple[str, ...] = ()
    containers: int = 1


@dataclass(frozen=True)
class Gate(Stored):
    """What must be decided before a phase starts: a result of a sample, or a disposition (R310).

    `at_risk` lets a signed decision of QA, the parameter of that path, stand in for it.
    """

    kind: GateKind
    sample: str | None = None
    test: str | None = None
    within: Quantity | None = None
    at_risk: str | None = None


@dataclass(frozen=True)
class Source(Stored):
    """One parent of a genealogy node: what kind, which occurrences, and how much of it went in."""

    node: NodeKind
    amount: Reference | None = None
    occurrence: Literal["same", "all", "first", "previous"] = "same"


@dataclass(frozen=True)
class GenealogySpec(Stored):
    """The node a phase makes, how much it holds, and the nodes it comes from (R402)."""

    produces: NodeKind
    from_: tuple[Source, ...]
    amount: Reference | None = None


@dataclass(frozen=True)
class PhaseSpec(Stored):
    """The smallest step that is started, performed and signed.

    `after` names the phases that must be closed first: left out it is the phase before, empty it is
    none but those of the operations before. `verify_before` says when a charge-in or blind count must
    be verified: before this phase is completed, or before the next one starts. `step` is the number that
    people know the phase by.
    """

    noun: ClassVar[str] = "phase"

    id: str
    title: str
    step: str | None = None
    instruction: str | None = None
    caution: str | None = None
    documents: tuple[str, ...] = ()
    sign: SignSpec = SignSpec()
    verify_before: Literal["completion", "next_phase"] = "completion"
    blind_second_count: bool = False
    when: When | None = None
    requires: Requires = Requires()
    samples: tuple[SampleSpec, ...] = ()
    gate: tuple[Gate, ...] = ()
    after: tuple[str, ...] | None = None
    genealogy: GenealogySpec | None = None
    parameters: tuple[ParameterSpec, ...] = ()

    @property
    def blind_parameters(self) -> tuple[ParameterSpec, ...]:
        """The numbers the second person counts herself, where the phase asks for a blind count."""
        return tuple(item for item in self.parameters if self.blind_second_count and item.kind == "number")


@dataclass(frozen=True, kw_only=True)
class OperationSpec(Stored):
    """Phases that belong together; `parallel` lets them run in any order."""

    noun: ClassVar[str] = "operation"

    id: str
    title: str
    parallel: bool = False
    phases: tuple[PhaseSpec, ...]


@dataclass(frozen=True, kw_only=True)
class UnitProcedureSpec(Stored):
    """A step of the process of one kind. `after` names the unit procedures before it, else the one above.

    `clearance` is the phase whose signature clears the line (R315).
    """

    noun: ClassVar[str] = "unit procedure"

    id: str
    title: str
    kind: str
    repeat: RepeatSpec | None = None
    rooms: tuple[str, ...] = ()
    clearance: str | None = None
    after: tuple[str, ...] | None = None
    operations: tuple[OperationSpec, ...]

    @property
    def phases(self) -> Iterator[PhaseSpec]:
        """All phases in order."""
        return (phase for operation in self.operations for phase in operation.phases)


@dataclass(frozen=True, kw_only=True)
class MasterSpec(Stored):
    """A master batch record, whole (R331).

    `bank` is the master whose batch gives the cells: paths that begin with `bank:` point there.
    """

    noun: ClassVar[str] = "master"

    code: str = field(metadata={"key": "master"})
    title: str
    product: ProductSpec
    source: str
    scheme: Literal["allogeneic", "autologous"]
    change: Change | None = None
    bank: str | None = None
    specifications: tuple[str, ...] = ()
    precautions: tuple[str, ...] = ()
    theoretical_yields: tuple[YieldSpec, ...] = ()
    bill_of_materials: tuple[BillItem, ...] = ()
    containers: tuple[ContainerSpec, ...] = ()
    labels: tuple[LabelSpec, ...] = ()
    hold_times: tuple[HoldTime, ...] = ()
    unit_procedures: tuple[UnitProcedureSpec, ...]
