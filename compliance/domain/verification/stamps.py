"""Time stamps: each token is over its seal's digest, signed by its authority, made while that one's word counted."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from compliance.domain import clock, stamp_token, stamping
from compliance.domain.verification import reading
from compliance.domain.verification.findings import Finding, Kind
from compliance.models import LedgerEntry, TimeStamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asn1crypto import x509

    from compliance.domain.stamp_token import Token
    from compliance.domain.verification.scope import Scope

LABEL = "compliance.timestamp"


def check(scope: Scope) -> Iterator[Finding]:
    """Every time stamp of the site chain (R101, R112). One whose certificate ended since stays good, and is told."""
    if not scope.covers("site") or not TimeStamp.objects.exists():
        return
    roots = stamping.roots()
    if not roots:
        text = "EVIDENCE_TSA_ROOTS is not set: signatures of time stamps are checked, not whose certificate made them"
        yield Finding(Kind.UNPROVEN, LABEL, "", text, notice=True)
    for rows in reading.chunks(TimeStamp.objects.all(), []):
        query = LedgerEntry.objects.filter(pk__in=[row.sealed_entry for row in rows]).defer("payload")
        seals = {entry.pk: entry for entry in reading.rows(query, [])}
        for row in rows:
            yield from _one(row, seals.get(row.sealed_entry), roots)


def _one(row: TimeStamp, seal: LedgerEntry | None, roots: list[x509.Certificate]) -> Iterator[Finding]:
    if seal is None or seal.event != "site.sealed":
        yield _of(row, Kind.REMOVED, f"entry {row.sealed_entry}, the seal it stamps, is gone", "sealed_entry")
        return
    if row.digest != seal.digest:
        yield _of(row, Kind.CHANGED, f"it names digest {row.digest}, its seal has {seal.digest}", "digest")
    try:
        token = stamp_token.read(base64.b64decode(row.token, validate=True))
    except (ValueError, stamp_token.Unreadable) as error:
        yield _of(row, Kind.CHANGED, f"the token cannot be read: {error}", "token")
        return
    for words in stamp_token.faults(token, seal.digest, seal.true_at, clock.SKEW, roots):
        yield _of(row, Kind.CHANGED, words, "token")
    if row.stamped_at != token.at:
        yield _of(row, Kind.RE_DATED, f"it says {row.stamped_at}, its token {token.at}", "stamped_at")
    yield from _ended(token)


def _ended(token: Token) -> Iterator[Finding]:
    if token.ends < clock.true_now():
        text = f"the certificate of {token.authority} ended on {token.ends}; what it stamped before stays good"
        yield Finding(Kind.UNPROVEN, LABEL, "", text, notice=True)


def _of(row: Any, kind: Kind, text: str, field: str) -> Finding:
    return Finding(kind, LABEL, str(row.uuid), f"time stamp of entry {row.sealed_entry}: {text}", "", "", field)
