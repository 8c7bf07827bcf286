"""QA stops a batch: put on hold, resumed, aborted, ended without outgrowth; each with a reason and a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain import materials, phases
from batches.models import Batch
from batches.states import BATCH_TRANSITIONS
from compliance.domain import signing
from compliance.domain.transitions import apply_transition, find

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.act import Act


def hold_batch(a: Act, token: UUID, batch: Batch, reason: str, version: int | None = None) -> Batch:
    """Puts a batch on hold: nothing is recorded before QA resumes it. Refuses when not running or released."""
    return _moved(a, token, batch, "hold", reason, version)


def resume_batch(a: Act, token: UUID, batch: Batch, reason: str, version: int | None = None) -> Batch:
    """Lets a held batch go on. Refuses a batch that was executed already: its hold ends by a disposition.

    A batch whose last open step was aborted during the hold has nothing left to do: its execution ends here.
    """
    row = _moved(a, token, batch, "resume", reason, version)
    phases.finish_if_done(a, row)
    return row


def abort_batch(a: Act, token: UUID, batch: Batch, reason: str, version: int | None = None) -> Batch:
    """Ends a batch for good; what was recorded stays and is reviewed. Its equipment is free, and used (R309)."""
    row = _moved(a, token, batch, "abort", reason, version)
    materials.end_uses(a, row)
    return row


def end_without_outgrowth(a: Act, token: UUID, batch: Batch, reason: str, version: int | None = None) -> Batch:
    """Ends a batch whose tissue gave no cells. Its equipment is free, and used (R309)."""
    row = _moved(a, token, batch, "end_without_outgrowth", reason, version)
    materials.end_uses(a, row)
    return row


def _moved(a: Act, token: UUID, batch: Batch, name: str, reason: str, version: int | None) -> Batch:
    move = find(BATCH_TRANSITIONS, name)
    row = apply_transition(a, batch, move, version=version, reason=reason)
    title = f"Batch {row.number}: {move.title.lower()}"
    signing.sign(a, token, row, str(move.meaning), title=title, permission=move.permission)
    return row
