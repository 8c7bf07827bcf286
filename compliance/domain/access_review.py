"""The recurrent access review: all accounts and roles as they stood on one day, looked at and signed (R205)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from compliance.domain import clock, roster
from compliance.domain.canonical import canonical_json
from compliance.domain.numbering import next_number
from compliance.domain.records import save_record
from compliance.domain.signing import sign
from compliance.domain.transitions import apply_transition, find
from compliance.models import AccessReview, LedgerEntry
from compliance.refusals import Blocker, Invalid, Refused
from compliance.states import ACCESS_REVIEW_TRANSITIONS, ReviewState, SignatureMeaning

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from compliance.domain.act import Act

SERIES = "ACR"
REVIEW = "compliance.review_access"
CONCLUSION_MIN, CONCLUSION_MAX = 20, 4000


def open_review(a: Act) -> AccessReview:
    """Opens a review: what all accounts are worth now is frozen as its content, which the signature covers.

    Refuses who may not review access, and a second review while one is open.
    """
    a.actor.need(REVIEW)
    standing = AccessReview.objects.filter(state=ReviewState.OPEN).first()
    if standing is not None:
        raise Refused([Blocker("review_open", f"{standing.number} is still open. Sign it first.", clears="QA")])
    content = canonical_json(content_now(clock.true_now()))
    review = AccessReview(number=next_number(a, SERIES), opened_at=a.at, content=content)
    return save_record(a, review)


def sign_review(a: Act, pen: UUID, review: AccessReview, conclusion: str, version: int | None = None) -> AccessReview:
    """Closes a review by the signature of who looked; the conclusion says what was found and what is done.

    Refuses a conclusion too short to say that, a review signed before, and one changed since it was seen.
    """
    said = conclusion.strip()
    if not CONCLUSION_MIN <= len(said) <= CONCLUSION_MAX:
        text = f"Say what was found and what is done about it, in {CONCLUSION_MIN} to {CONCLUSION_MAX} characters."
        raise Invalid(text, "conclusion")
    move = find(ACCESS_REVIEW_TRANSITIONS, "sign")
    row = apply_transition(a, review, move, version=version, conclusion=said)
    sign(a, pen, row, SignatureMeaning.REVIEWED, title=f"Access review {row.number}", permission=REVIEW)
    return row


def content_now(at: datetime) -> dict[str, Any]:
    """Every account with its roles as plain values; what looks wrong stands first."""
    accounts = roster.with_odd(roster.accounts_of(roster.people().order_by("username"), at))
    accounts.sort(key=lambda a: (-len(a.odd), a.user.username))
    return {"at": at, "unused_days": roster.UNUSED_DAYS, "accounts": [_plain(a) for a in accounts]}


def _plain(a: roster.Account) -> dict[str, Any]:
    return {
        "user": a.user.uuid,
        "username": a.user.username,
        "printed_name": a.user.printed_name,
        "standing": str(a.standing),
        "valid_until": a.user.valid_until,
        "roles": a.roles,
        "identity": a.identity,
        "acknowledged": a.acknowledged,
        "factors": a.factors,
        "last_sign_in": a.user.last_login,
        "unused": a.unused,
        "odd": a.odd,
    }


def due_on() -> datetime:
    """When the next review is due: so many days after the last signed one was opened, or after the site began."""
    last = AccessReview.objects.filter(state=ReviewState.SIGNED).order_by("-id").first()
    if last is not None:
        since = last.opened_at
    else:
        first = LedgerEntry.objects.order_by("id").first()
        since = first.recorded_at if first else clock.now()
    return since + timedelta(days=settings.ACCESS_REVIEW_DAYS)


def overdue() -> datetime | None:
    """Since when the review is overdue; None while it is not."""
    due = due_on()
    return due if due <= clock.now() else None
