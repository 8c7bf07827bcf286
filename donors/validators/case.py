"""The values a screening panel is judged on and gives back (R410-R414)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from donors.rules import SourceType
from donors.rules.schema import Subject, Use

Outcome = Literal["non_reactive", "reactive", "indeterminate", "invalid"]
Dilution = Literal["none", "acceptable", "unacceptable", "not_assessed"]


class MarkerState(StrEnum):
    """How one demand of a panel stands."""

    MET = "met"
    MISSING = "missing"
    OUT_OF_WINDOW = "out_of_window"
    REACTIVE = "reactive"


@dataclass(frozen=True, slots=True)
class MarkerResult:
    """One reported result: whose sample, of which day, by which licensed kit, in which laboratory (R411)."""

    marker: str
    outcome: Outcome
    sampled_on: date
    subject: Subject
    laboratory: str
    kit: str
    dilution: Dilution


@dataclass(frozen=True, slots=True)
class PanelCase:
    """What is known of a donation when its panel is judged.

    `histories`: persons whose screening is on file; `risks`: those of them in whom it found a risk of a
    communicable disease. `leukocyte_rich`: the decision of quality assurance, none where not yet taken.
    `htlv_risk`: the answer of the history, none where not asked.
    """

    source: SourceType
    use: Use
    donated_on: date
    results: tuple[MarkerResult, ...] = ()
    histories: frozenset[str] = frozenset()
    risks: frozenset[str] = frozenset()
    born_on: date | None = None
    leukocyte_rich: bool | None = None
    htlv_risk: bool | None = None
    kept_long: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the responsible person must read."""

    scheme: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What stands against a determination (blocking), what is open (missing), what else to know (notes)."""

    blocking: tuple[Finding, ...] = ()
    missing: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(
            self.blocking + other.blocking, self.missing + other.missing, self.notes + other.notes
        )


@dataclass(frozen=True, slots=True)
class MarkerStatus:
    """How one demand stands, with the reason in words."""

    demand: str
    label: str
    state: MarkerState
    reason: str


@dataclass(frozen=True, slots=True)
class SchemeSummary:
    """One scheme's reading of a case: edition and digest of the rules, each demand, the findings."""

    scheme: str
    edition: str
    rules_digest: str
    statuses: tuple[MarkerStatus, ...]
    findings: Findings

    @property
    def words(self) -> str:
        """The summary in one line."""
        met = sum(status.state is MarkerState.MET for status in self.statuses)
        return (
            f"{self.scheme} ({self.edition or 'no rules'}): {met} of {len(self.statuses)} tests met, "
            f"{len(self.findings.blocking)} blocking, {len(self.findings.missing)} missing"
        )
