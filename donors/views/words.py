"""States, donation numbers and findings of donors as shapes and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.pages import Cell, Check, Verdict
from donors.rules import rules
from donors.states import DonorState, TissueState
from donors.validators.case import MarkerState
from donors.validators.din import check_character

if TYPE_CHECKING:
    from compliance.pages import VerdictKind
    from donors.domain.findings import Judged
    from donors.models import Donation, Donor
    from donors.validators.case import Finding, MarkerStatus, SchemeSummary

_DONOR: dict[str, VerdictKind] = {
    DonorState.REGISTERED: "wait",
    DonorState.ELIGIBLE: "within",
    DonorState.NOT_REQUIRED: "within",
    DonorState.INCOMPLETE: "alert",
    DonorState.INELIGIBLE: "refused",
}
_TISSUE: dict[str, VerdictKind] = {
    TissueState.QUARANTINE: "wait",
    TissueState.RELEASED: "within",
    TissueState.ON_HOLD: "alert",
    TissueState.REJECTED: "refused",
    TissueState.DISCARDED: "void",
}
_MARKER: dict[MarkerState, tuple[VerdictKind, str]] = {
    MarkerState.MET: ("within", "met"),
    MarkerState.MISSING: ("blank", "missing"),
    MarkerState.OUT_OF_WINDOW: ("alert", "out of window"),
    MarkerState.REACTIVE: ("breach", "reactive"),
}
NAMED = 3


def donor_verdict(state: str) -> Verdict:
    """The eligibility of a donor as shape and word."""
    return Verdict(_DONOR[state], str(DonorState(state).label))


def tissue_verdict(state: str) -> Verdict:
    """The state of a tissue lot as shape and word."""
    return Verdict(_TISSUE[state], str(TissueState(state).label))


def marker_verdict(status: MarkerStatus) -> Verdict:
    """How one demand stands as shape and word."""
    kind, word = _MARKER[status.state]
    return Verdict(kind, word)


def source_of(donor: Donor) -> str:
    """What the donor gives, in words."""
    return rules().source_types[donor.source_type].label


def din(donation: Donation) -> str:
    """The number in its groups, with the check character beside it, as on the label."""
    number = donation.din
    return f"{number[:5]} {number[5:7]} {number[7:]} [{check_character(number)}]"


def market_cell(summary: SchemeSummary) -> Cell:
    """What one market's rules say, at a glance: what blocks, what is missing or out of its window, or all met."""
    met = sum(status.state is MarkerState.MET for status in summary.statuses)
    tests = f"{met} of {len(summary.statuses)} tests met"
    found = summary.findings
    if found.blocking:
        return Cell(verdict=Verdict("breach", f"{len(found.blocking)} blocking", _named(found.blocking)))
    if found.missing:
        return Cell(verdict=Verdict("alert", f"{len(found.missing)} open", f"{tests}. {_open(summary)}"))
    return Cell(verdict=Verdict("within", "nothing open", tests))


def _open(summary: SchemeSummary) -> str:
    late = [s.label for s in summary.statuses if s.state is MarkerState.OUT_OF_WINDOW]
    gone = [s.label for s in summary.statuses if s.state is MarkerState.MISSING]
    parts = (f"Out of window: {_few(late)}." if late else "", f"Missing: {len(gone)}." if gone else "")
    return " ".join(part for part in parts if part)


def _named(found: tuple[Finding, ...]) -> str:
    return _few([finding.text for finding in found])


def _few(texts: list[str]) -> str:
    more = f" and {len(texts) - NAMED} more" if len(texts) > NAMED else ""
    return ", ".join(texts[:NAMED]) + more


def finding_checks(summary: SchemeSummary, judged: Judged) -> tuple[Check, ...]:
    """The findings of a market in a sentence each: what blocks, what is open, what else to know; the risks with them.

    A test that is missing or out of its window is left to the table of the tests, which says why.
    """
    found = summary.findings + judged.risks
    tests = {f"{status.state.value}_{status.demand}" for status in summary.statuses}
    lines = (
        *(Check("open", _sentence(f), "stands against eligible") for f in found.blocking),
        *(Check("wait", _sentence(f), "open") for f in found.missing if f.code not in tests),
        *(Check("soon", _sentence(f), "to know") for f in found.notes),
    )
    if lines or found.missing:
        return lines
    return (Check("ok", "Nothing stands against the donor by these rules."),)


def _sentence(finding: Finding) -> str:
    return f"{finding.text[:1].upper()}{finding.text[1:]}."
