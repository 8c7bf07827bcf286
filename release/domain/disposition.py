"""Certification, release, rejection: each one act with its signature (R216, R301, R319, R403)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.models import Batch, Container, Fill
from batches.states import CONTAINER_TRANSITIONS, ContainerState
from compliance.domain import clock, outbox, signing
from compliance.domain.transitions import apply_transition, find
from compliance.jobs import SEAL_SITE
from release.domain.documents import request_document
from release.domain.review import decide
from release.states import REVIEW_TRANSITIONS, DocumentKind

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from compliance.domain.act import Act


def certify(a: Act, token: UUID, batch: Batch, statement: str, version: int | None = None) -> Batch:
    """The QP certifies a reviewed batch (R216, R403). Refuses while a test is pending or a deviation open."""
    row = apply_transition(a, batch, find(REVIEW_TRANSITIONS, "certify"), version=version)
    decide(a, row, "certified", statement)
    signing.sign(a, token, row, "certified", title=f"Batch {row.number}", permission="release.certify_batch")
    return row


def release_batch(a: Act, token: UUID, batch: Batch, statement: str, version: int | None = None) -> Batch:
    """Releases a batch: expiry from the product version, its stored containers released, documents asked for.

    Refuses by `blockers_for_release`: review, certification, tests, deviations (R301, R319).
    """
    made = manufactured_at(batch)
    row = apply_transition(
        a,
        batch,
        find(REVIEW_TRANSITIONS, "release"),
        version=version,
        manufactured_at=made,
        expires_on=batch.expires_on or expiry(made, batch.product_version.shelf_life_months),
    )
    units = _release_containers(a, row)
    decide(a, row, "released", statement, units)
    signing.sign(a, token, row, "released", title=f"Batch {row.number}", permission="release.release_batch")
    for kind in (DocumentKind.EBR, DocumentKind.COA):
        request_document(a, row, kind, "The batch is released")
    outbox.enqueue(a, SEAL_SITE)
    return row


def _release_containers(a: Act, batch: Batch) -> int:
    rows = list(Container.objects.filter(batch=batch, state=ContainerState.STORED))
    for row in rows:
        apply_transition(a, row, find(CONTAINER_TRANSITIONS, "release"))
    return len(rows)


def reject(a: Act, token: UUID, batch: Batch, reason: str, version: int | None = None) -> Batch:
    """Rejects a batch for good, with a reason (R301)."""
    row = apply_transition(a, batch, find(REVIEW_TRANSITIONS, "reject"), version=version, reason=reason)
    decide(a, row, "rejected", reason)
    signing.sign(a, token, row, "rejected", title=f"Batch {row.number}", permission="release.reject_batch")
    request_document(a, row, DocumentKind.EBR, "The batch is rejected")
    return row


def manufactured_at(batch: Batch) -> datetime | None:
    """The end of the fill; for a bank or an unfilled batch the end of its execution (R316). Set once, it stands."""
    if batch.manufactured_at is not None:
        return batch.manufactured_at
    fill = Fill.objects.filter(batch=batch, ended_at__isnull=False).order_by("id").last()
    return fill.ended_at if fill is not None else batch.executed_at


def expiry(made: datetime | None, months: int) -> date | None:
    """The day of manufacture at the site plus whole months; a day that month has not is its last day (R316)."""
    if made is None:
        return None
    day = made.astimezone(clock.zone()).date()
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = _last_day(year, month)
    return day.replace(year=year, month=month, day=min(day.day, last))


def _last_day(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
