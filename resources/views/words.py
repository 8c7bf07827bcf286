"""States and days of resources as shapes and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.pages import Cell, Verdict
from resources.states import DocumentState, LotState, UnitState

if TYPE_CHECKING:
    from datetime import date

    from compliance.pages import VerdictKind
    from resources.models import MaterialLot
    from resources.validators.problem import Problem

_LOT: dict[str, VerdictKind] = {
    LotState.QUARANTINE: "wait",
    LotState.RELEASED: "within",
    LotState.ON_HOLD: "alert",
    LotState.REJECTED: "refused",
    LotState.DISCARDED: "void",
}
_UNIT: dict[str, VerdictKind] = {
    UnitState.IN_SERVICE: "within",
    UnitState.OUT_OF_SERVICE: "refused",
    UnitState.RETIRED: "void",
}
_DOCUMENT: dict[str, VerdictKind] = {
    DocumentState.DRAFT: "wait",
    DocumentState.EFFECTIVE: "within",
    DocumentState.SUPERSEDED: "void",
}


def lot_verdict(state: str) -> Verdict:
    """The state of a lot as shape and word."""
    return Verdict(_LOT[state], str(LotState(state).label))


def unit_verdict(state: str) -> Verdict:
    """The state of equipment or of a room as shape and word."""
    return Verdict(_UNIT[state], str(UnitState(state).label))


def document_verdict(state: str) -> Verdict:
    """The state of a document version as shape and word."""
    return Verdict(_DOCUMENT[state], str(DocumentState(state).label))


def day(value: date | None, otherwise: str = "none") -> str:
    """A day as written, or the word for none."""
    return value.isoformat() if value else otherwise


def last_day_cell(lot: MaterialLot, problems: tuple[Problem, ...], *, soon: bool) -> Cell:
    """The last day of use; over or near it as shape and word."""
    text = day(lot.expires_on) if lot.expires_on else f"retest {day(lot.retest_on)}"
    if problems:
        return Cell(verdict=Verdict("breach", text, problems[0].text))
    return Cell(verdict=Verdict("alert", text, "ends within 60 days")) if soon else Cell(text)


def judged_cell(problems: tuple[Problem, ...], good: str) -> Cell:
    """What a rule says of a unit: the good word, or the first thing that stands against it."""
    if problems:
        return Cell(verdict=Verdict("breach", problems[0].text.rstrip(".")))
    return Cell(verdict=Verdict("within", good))
