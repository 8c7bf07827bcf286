"""Out-of-specification investigations: opened by the result itself, two phases, concluded, approved by QA (R502)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compliance.domain import signing
from compliance.domain.numbering import next_number
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find
from compliance.refusals import Invalid
from compliance.validators import clean_reason
from qc.models import OosInvestigation
from qc.states import OOS_TRANSITIONS

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.act import Act
    from qc.models import Result

EVIDENCE = "\nEvidence: "  # between cause and evidence in the one text that is signed
EVIDENCE_MIN = 20
DIFFERENT_MIN = 4  # one letter over and over says nothing


def open_oos(a: Act, result: Result) -> OosInvestigation:
    """Opens the investigation of a result beyond specification, in the result's own act."""
    row = OosInvestigation(number=next_number(a, "OOS"), result=result, opened_by=a.actor.user, opened_at=a.at)
    _touch(a, row)
    return save_record(a, row)


def begin_oos(a: Act, row: OosInvestigation, version: int | None = None) -> OosInvestigation:
    """Begins phase I: analyst and supervisor look for a laboratory cause (R502)."""
    _touch(a, row)
    return apply_transition(a, row, find(OOS_TRANSITIONS, "begin"), version=version)


def extend_oos(a: Act, row: OosInvestigation, plan: str, version: int | None = None) -> OosInvestigation:
    """Begins phase II by its plan: what of production is looked at, how often is retested.

    Refuses a blank plan: the number of retests is fixed before the first one (R502).
    """
    _touch(a, row)
    why = clean_reason(plan)
    return apply_transition(
        a, row, find(OOS_TRANSITIONS, "extend"), version=version, reason=why, retest_plan=plan.strip()
    )


def conclude_oos(
    a: Act,
    token: UUID,
    row: OosInvestigation,
    *,
    cause: str,
    confirmed: bool,
    conclusion: str,
    evidence: str = "",
    version: int | None = None,
) -> OosInvestigation:
    """Concludes the investigation with cause and conclusion, signed (R502).

    Refuses either left blank, a laboratory cause said to be proven without its evidence in at least 20 letters, and
    the analyst of the result that failed. The evidence stands in the record below the cause.
    """
    if not cause.strip() or not conclusion.strip():
        field = "conclusion" if cause.strip() else "cause"
        raise Invalid("Write what was looked at and the conclusion.", field, "blank")
    proof = _clean_evidence(evidence, confirmed=confirmed)
    _touch(a, row)
    moved = apply_transition(
        a,
        row,
        find(OOS_TRANSITIONS, "conclude"),
        version=version,
        laboratory_cause=f"{cause.strip()}{EVIDENCE}{proof}" if proof else cause.strip(),
        confirmed_laboratory_cause=confirmed,
        conclusion=conclusion.strip(),
    )
    signing.sign(a, token, moved, "responsible", title=f"Investigation {moved}", permission="qc.investigate_oos")
    return moved


def _clean_evidence(text: str, *, confirmed: bool) -> str:
    """What was found and where its proof is, on one line. Refuses too little where a cause is said to be proven."""
    evidence = " ".join(text.split())
    letters = re.sub(r"\W", "", evidence)
    if confirmed and (len(letters) < EVIDENCE_MIN or len(set(letters.lower())) < DIFFERENT_MIN):
        said = f"A proven laboratory cause needs its evidence: what was found, and where the proof is, {EVIDENCE_MIN}"
        raise Invalid(f"{said} letters at least.", "evidence", "evidence")
    return evidence


def approve_oos(a: Act, token: UUID, row: OosInvestigation, version: int | None = None) -> OosInvestigation:
    """QA approves the conclusion and signs. Refuses who concluded it."""
    _touch(a, row)
    moved = apply_transition(a, row, find(OOS_TRANSITIONS, "approve"), version=version)
    signing.sign(a, token, moved, "approved", title=f"Investigation {moved}", permission="qc.approve_oos")
    return moved


def _touch(a: Act, row: OosInvestigation) -> None:
    a.touch(row, row.result.sample, row.result.sample.batch)
