"""Times, signatures, blockers and ways to a trail as the record pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from compliance.domain import clock
from compliance.models import Signature as SignatureRow
from compliance.page_frame import Link
from compliance.pages import Act, BlockerRow, Blockers, Signature
from compliance.registry import trail_of
from compliance.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from compliance.domain.actor import Actor
    from compliance.models import AppendOnly, Record
    from compliance.refusals import Blocker


def moment(at: datetime | None) -> str:
    """Day and minute in the site's zone, with the offset; blank where there is none."""
    if at is None:
        return ""
    text = clock.stamp(at)
    return f"{text[:16]} {text[-6:]}"


def signatures_on(uuids: Iterable[UUID]) -> tuple[Signature, ...]:
    """Every signature on these records, oldest first, the void ones too. One query."""
    rows = SignatureRow.objects.filter(record_uuid__in=list(uuids)).select_related("void").order_by("id")
    return tuple(_signature(row) for row in rows)


def _signature(row: SignatureRow) -> Signature:
    void = getattr(row, "void", None)
    when = f"{clock.stamp(row.signed_at)}, {row.title}"
    return Signature(
        meaning=str(row.meaning),
        state="void" if void else "signed",
        name=row.printed_name,
        role=str(dict(Role.choices).get(row.role, row.role)),
        when=f"{when}. Void: {void.reason}" if void else when,
        covers=f"{row.digest[:4]} {row.digest[4:8]}",
        url=reverse("compliance:signature", args=(row.uuid,)),
    )


def blockers(title: str, found: Iterable[Blocker], cleared: str = "") -> Blockers | None:
    """What stops an act and who clears it; the quiet line `cleared` where nothing does."""
    rows = tuple(
        BlockerRow(b.text, f"Cleared by {b.clears}." if b.clears else "", Link("Go there", b.link) if b.link else None)
        for b in found
    )
    if rows:
        return Blockers(title, rows)
    return Blockers("", cleared=(cleared,)) if cleared else None


def trail_link(actor: Actor, record: Record | AppendOnly) -> tuple[Link, ...]:
    """The way to a record's trail, for those who may read it."""
    label = record._meta.label_lower
    kind = trail_of(label)
    if kind is None or not actor.may(kind.permission):
        return ()
    return (Link("Audit trail", reverse("compliance:audit-trail", args=(label, record.uuid))),)


def signature_place(row: SignatureRow) -> tuple[Link, ...]:
    """The way back to a signature."""
    return (Link(str(row), reverse("compliance:signature", args=(row.uuid,))),)


def offer(
    actor: Actor, permission: str, label: str, url: str, *, when: bool = True, blocked: bool = False, pen: bool = False
) -> tuple[Act, ...]:
    """A button for those who have the permission, while the record stands so that the act makes sense.

    `blocked`: shown, but not to be pressed; only beside the list of what stands against it.
    """
    return (Act(label, url, blocked=blocked, pen=pen),) if when and actor.may(permission) else ()
