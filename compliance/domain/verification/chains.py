"""Chains: no gap, each link names the one before and its entry, and ends where its head says."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from compliance.domain.ledger import ZERO, link_digest
from compliance.domain.verification import reading
from compliance.domain.verification.findings import Finding, Kind, of_chain
from compliance.models import ChainHead, ChainLink, LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from compliance.domain.verification.published import Published
    from compliance.domain.verification.run import Report
    from compliance.domain.verification.scope import Scope

SMALL = 100  # chains up to this length are read together


def check(scope: Scope, report: Report, published: Published) -> Iterator[Finding]:
    """Every chain in scope, from its first link to its head; then links that no head leads to."""
    heads = ChainHead.objects.all() if scope.chains is None else ChainHead.objects.filter(chain__in=scope.chains)
    bad: list[tuple[Any, str]] = []
    for chunk in reading.chunks(heads, bad):
        for head, parts in _walks(chunk, bad):
            yield from _Walk(head, report, published).along(parts)
    for key, why in bad:
        yield Finding(Kind.CHANGED, "chain", f"row {key}", f"a cell of a link or head cannot be read: {why}")
    yield from _headless(scope)


class _Walk:
    """One chain, read from its first link on."""

    def __init__(self, head: ChainHead, report: Report, published: Published) -> None:
        self.head, self.report, self.published = head, report, published
        self.expected, self.prev, self.last = 1, ZERO, 0
        self.newest: datetime | None = None

    def along(self, parts: Iterable[list[ChainLink]]) -> Iterator[Finding]:
        """Names each break, and at the end what the head says otherwise."""
        for part in parts:
            entries = reading.entries(link.entry_id for link in part)
            self.report.count("links", len(part))
            for link in part:
                entry = entries.get(link.entry_id)
                yield from _link(link, entry, self.expected, self.prev, self.last)
                if not self.published.holds(link.chain, link.seq):
                    text = f"link {link.seq} was never published to the heads file"
                    yield of_chain(Kind.UNPUBLISHED, link.chain, text, notice=True)
                self._step(link, entry)
        yield from self._end(self.expected - 1, self.prev, self.newest)

    def _step(self, link: ChainLink, entry: LedgerEntry | None) -> None:
        if entry is not None:
            self.last = max(self.last, entry.pk)
            hours = [hour for hour in (self.newest, entry.recorded_at) if hour is not None]
            self.newest = max(hours, default=None)
        self.expected = link.seq + 1 if isinstance(link.seq, int) else self.expected + 1
        self.prev = link.digest

    def _end(self, seq: int, digest: str, newest: Any) -> Iterator[Finding]:
        head = self.head
        if (head.seq, head.digest) != (seq, digest):
            kind = Kind.REMOVED if isinstance(head.seq, int) and head.seq > seq else Kind.CHANGED
            text = f"the head says link {head.seq}, the chain ends at link {seq}"
            yield of_chain(kind, head.chain, text, field="head")
        elif newest is not None and head.recorded_at != newest:
            text = f"the head says {head.recorded_at}, its newest entry {newest}"
            yield of_chain(Kind.RE_DATED, head.chain, text, field="recorded_at")


def _link(link: ChainLink, entry: LedgerEntry | None, expected: int, prev: str, last: int) -> Iterator[Finding]:
    if link.seq != expected:
        yield of_chain(Kind.REMOVED, link.chain, f"link {expected} is missing, link {link.seq} follows", field="seq")
    if entry is None:
        text = f"the entry of link {link.seq}, act {link.entry_id}, is gone"
        yield of_chain(Kind.REMOVED, link.chain, text, field="entry")
        return
    wrong = []
    if link.seq == expected and link.prev != prev:
        wrong.append("prev")
    if link_digest(link.chain, link.seq, link.prev, entry.digest) != link.digest:
        wrong.append("digest")
    if entry.pk <= last:
        text = f"link {link.seq}, act {link.entry_id} ({entry.event}), stands after a later act"
        yield of_chain(Kind.REORDERED, link.chain, text, field=", ".join(wrong))
    elif wrong:
        text = f"link {link.seq}, act {link.entry_id} ({entry.event}), does not fit"
        yield of_chain(Kind.CHANGED, link.chain, text, field=", ".join(wrong))


def _walks(heads: list[ChainHead], bad: list[tuple[Any, str]]) -> Iterator[tuple[ChainHead, Iterable[list[ChainLink]]]]:
    """Short chains together, in few queries; long ones each for itself, part by part."""
    short: list[ChainHead] = []
    long: list[ChainHead] = []
    for head in heads:
        (short if isinstance(head.seq, int) and head.seq <= SMALL else long).append(head)
    for start in range(0, len(short), 20):
        group = short[start : start + 20]
        query = ChainLink.objects.filter(chain__in=[head.chain for head in group]).order_by("chain", "seq")
        links = {c: list(part) for c, part in groupby(reading.rows(query, bad), key=lambda link: link.chain)}
        for head in group:
            yield head, [links.get(head.chain, [])]
    for head in long:
        yield head, _long(head.chain, bad)


def _long(chain: str, bad: list[tuple[Any, str]]) -> Iterator[list[ChainLink]]:
    last: Any = -1
    while True:
        query = ChainLink.objects.filter(chain=chain, seq__gt=last).order_by("seq")[: reading.CHUNK]
        part = reading.rows(query, bad)
        if not part:
            return
        yield part
        last = part[-1].seq


def _headless(scope: Scope) -> Iterator[Finding]:
    """Links whose chain has no head: the head was taken away, or the link put into a chain that never was."""
    heads = ChainHead.objects.filter(chain=OuterRef("chain"))
    query = ChainLink.objects.filter(~Exists(heads))
    if scope.chains is not None:
        query = query.filter(chain__in=scope.chains)
    for chunk in reading.chunks(query, []):
        for link in chunk:
            text = f"link {link.seq}, act {link.entry_id}, stands in a chain that has no head"
            yield of_chain(Kind.INSERTED, link.chain, text, field="head")
