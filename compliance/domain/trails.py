"""Whether the part of a record's trail that a page shows agrees with itself: history, ledger and chain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compliance.domain.ledger import entry_digest, link_digest, row_digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from compliance.models import ChainLink, LedgerEntry


def disagreements(
    label: str,
    record: UUID,
    entries: dict[UUID, LedgerEntry],
    links: Iterable[ChainLink],
    versions: Iterable[Any],
) -> list[str]:
    """Names each entry, link and version that was not written as it stands now (R105). Empty when all agree.

    The whole chain from its start is proven by `verify_integrity`; this judges what one page shows.
    """
    found = [f"act {e.id} was changed" for e in entries.values() if entry_digest(e) != e.digest]
    found += _links(entries, links)
    for row in versions:
        noted = _noted(entries.get(row.act_id), label, record)
        if noted is None or noted["version"] != row.version:
            found.append(f"version {row.version} stands in no act")
        elif row_digest(row, noted["manifest"]) != noted["digest"]:
            found.append(f"version {row.version} was changed")
    return found


def _links(entries: dict[UUID, LedgerEntry], links: Iterable[ChainLink]) -> list[str]:
    found: list[str] = []
    before: ChainLink | None = None
    for link in links:
        wanted = link_digest(link.chain, link.seq, link.prev, entries[link.entry_id].digest)
        if wanted != link.digest:
            found.append(f"link {link.seq} was changed")
        if before is not None and before.seq + 1 == link.seq and before.digest != link.prev:
            found.append(f"link {link.seq} does not follow link {before.seq}")
        before = link
    return found


def _noted(entry: LedgerEntry | None, label: str, record: UUID) -> dict[str, Any] | None:
    """What the act noted of this record: its last state, where it was written more than once."""
    rows = json.loads(entry.payload)["rows"] if entry else []
    own = [r for r in rows if r["label"] == label and r["uuid"] == str(record)]
    return own[-1] if own else None
