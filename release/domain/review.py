"""Review by exception: each one answered by a named reviewer, then the review signed (R213, R334)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.models import Batch
from batches.states import BatchState
from compliance.domain import signing
from compliance.domain.canonical import canonical_json
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.guards import blockers_for_other_person
from compliance.refusals import Blocker, Invalid, Refused
from compliance.validators import clean_reason
from release.guards import performers_of
from release.models import Disposition, ExceptionAnswer
from release.queries.completeness import completeness
from release.queries.exceptions import exceptions_of, standing_answers
from release.states import REVIEW_TRANSITIONS, RULE_SET

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.act import Act

CLOSED = (BatchState.RELEASED, BatchState.REJECTED)
SIGNED = (BatchState.REVIEWED, BatchState.CERTIFIED)


def answer_exception(a: Act, batch: Batch, key: str, text: str) -> ExceptionAnswer:
    """Answers one exception. Refuses an unknown one, one who performed, and an answer that says nothing.

    Refuses a batch that was released or rejected: its record is closed (WF-01); and one whose review is signed:
    what was signed stays as it was, until the review is opened again.
    The answer keeps the words of the exception as the reviewer saw it: when the record changes after, the
    exception is open again.
    """
    a.actor.need("release.review_batch")
    batch = locked(batch)
    if batch.state in CLOSED:
        text = f"{batch.number} is {batch.get_state_display()}; nothing can be added to its record."
        raise Refused([Blocker("batch_closed", text)])
    if batch.state in SIGNED:
        text = f"The review of {batch.number} is signed; its answers stand. QA opens the review again first."
        raise Refused([Blocker("review_signed", text)])
    found = blockers_for_other_person(a.actor.user, performers_of(batch), "review this batch")
    if found:
        raise Refused(found)
    one = next((e for e in exceptions_of(batch) if e.key == key), None)
    if one is None:
        raise Invalid("This exception is not there any more. Load the review again.", "key", "unknown")
    a.touch(batch)
    earlier = standing_answers(batch).get(key)
    return save_record(
        a,
        ExceptionAnswer(
            batch=batch,
            key=key,
            rule_set=RULE_SET,
            content=one.detail,
            text=clean_reason(text),
            supersedes=earlier,
            answered_by=a.actor.user,
            answered_at=a.at,
        ),
    )


def sign_review(a: Act, token: UUID, batch: Batch, statement: str, version: int | None = None) -> Batch:
    """Signs the review of a batch, audit trail included. Refuses by `blockers_for_review` (R213, R333, R334)."""
    row = apply_transition(a, batch, find(REVIEW_TRANSITIONS, "review"), version=version)
    decide(a, row, "reviewed", statement)
    signing.sign(a, token, row, "reviewed", title=f"Review of {row.number}", permission="release.review_batch")
    return row


def reopen_review(a: Act, token: UUID, batch: Batch, reason: str, version: int | None = None) -> Batch:
    """Takes a reviewed or certified batch back to its review, because its record changed or must (R213, R214).

    Voids the review's signature and the certificate's, visibly; answers, results and decisions stay readable.
    """
    row = apply_transition(a, batch, find(REVIEW_TRANSITIONS, "reopen_review"), version=version, reason=reason)
    signing.void_signatures(a, row, reason, "reviewed", "certified")
    title = f"Review of {row.number} opened again"
    signing.sign(a, token, row, "responsible", title=title, permission="release.review_batch")
    return row


def basis_of(batch: Batch) -> str:
    """What a decision rested on, as canonical text: rule set, exceptions, completeness."""
    every = exceptions_of(batch)
    return canonical_json(
        {
            "rule_set": RULE_SET,
            "exceptions": len(every),
            "answered": sum(bool(e.answer) for e in every),
            "complete": sum(p.complete for p in completeness(batch)),
        }
    )


def decide(a: Act, batch: Batch, decision: str, statement: str, units: int = 0) -> Disposition:
    """Writes the decision row that the signature stands beside. Refuses a statement that says nothing."""
    return save_record(
        a,
        Disposition(
            batch=batch,
            decision=decision,
            statement=clean_reason(statement),
            basis=basis_of(batch),
            units=units,
            decided_by=a.actor.user,
            decided_at=a.at,
        ),
    )
