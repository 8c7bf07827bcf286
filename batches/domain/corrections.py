"""What a correction of a signed phase does to its signatures and state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.states import PHASE_TRANSITIONS, PhaseState
from compliance.domain import signing
from compliance.domain.transitions import apply_transition, find

if TYPE_CHECKING:
    from batches.models import PhaseRecord
    from compliance.domain.act import Act


def reopen_for_correction(a: Act, phase: PhaseRecord, reason: str) -> PhaseRecord:
    """A correction of a signed phase voids its signatures, visibly, and takes it back to performed (SIG-09)."""
    voided = signing.void_signatures(a, phase, reason)
    if voided:
        a.facts.setdefault("voided", []).extend(str(s.uuid) for s in voided)
    if phase.state in {PhaseState.VERIFIED, PhaseState.CLOSED}:
        return apply_transition(
            a,
            phase,
            find(PHASE_TRANSITIONS, "reopen"),
            reason=reason,
            verified_by=None,
            verified_at=None,
            closed_at=None,
        )
    return phase
