"""What a donor rule is: markers, panels with their sample windows, source types. Frozen plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Subject = Literal["donor", "birth_mother"]
Use = Literal["allogeneic", "autologous"]
When = Literal["all", "leukocyte_rich", "htlv_risk"]
OnReactive = Literal["ineligible", "assess", "note"]
LeukocyteRich = Literal["yes", "no", "undecided"]
FieldKind = Literal["number", "text", "choice", "confirm", "instant"]


@dataclass(frozen=True, slots=True)
class Marker:
    """A test as a laboratory reports it; `agent` is the name on a warning label (R415)."""

    code: str
    label: str
    agent: str
    method: str
    alone_excludes: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Days from donation to sample, both ends allowed; negative is before the donation (R412, R413)."""

    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing a panel asks for, the tests that satisfy it, and what a reactive result means (R411)."""

    id: str
    any_of: tuple[str, ...]
    when: When
    reactive: OnReactive
    cleared_by: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A second sample where allogeneic tissue is kept long, and the tests that make it needless (R413)."""

    after_days: int
    window: str
    waived_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """The panel and windows of one scheme between two days, with where they come from (R411)."""

    scheme: str
    id: str
    effective_from: date
    effective_to: date | None
    source: str
    note: str
    windows: Mapping[str, Window]
    demands: tuple[Demand, ...]
    autologous_testing: Literal["required", "not_required"]
    autologous_reactive: OnReactive
    repeat: Repeat | None

    def holds_on(self, on: date) -> bool:
        """Whether this edition is in force on that day, its first and last day included."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True, slots=True)
class RequiredField:
    """One thing the receipt of a source type must record."""

    id: str
    label: str
    kind: FieldKind
    unit: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceType:
    """A kind of starting tissue or cell line: whose blood is tested, in which window, how soon it is used."""

    code: str
    label: str
    cells: str
    quantity_unit: str
    subject: Subject
    history_of: tuple[str, ...]
    window: str
    leukocyte_rich: LeukocyteRich
    default_use: Use
    collection_limit_h: Decimal | None
    transport_c: tuple[tuple[Decimal, Decimal], ...]
    required: tuple[RequiredField, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """All donor rules with the digest of the files they were read from, which a determination names."""

    markers: Mapping[str, Marker]
    editions: tuple[Edition, ...]
    source_types: Mapping[str, SourceType]
    digest: str

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes there are rules for, sorted."""
        return tuple(sorted({edition.scheme for edition in self.editions}))

    def edition(self, scheme: str, on: date) -> Edition | None:
        """The edition of a scheme in force on the day of the donation; none where no edition holds."""
        return next((e for e in self.editions if e.scheme == scheme and e.holds_on(on)), None)
