"""Whether the part of a record's trail that a page shows agrees with itself: history, ledger and chain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compliance.domain.ledger import entry_digest, link_digest, row_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from compliance.domain.act import Act
    from compliance.models import ChainLink, LedgerEntry


def note_export(a: Act, form: str, asked: Mapping[str, str], count: int, content: str) -> None:
    """Puts on record that a part of the trail left the system: in which form, chosen by what, how many acts (R212).

    `content` is the digest over these acts, oldest first.
    """
    a.fact(form=form, count=count, acts_sha256=content, **{f"filter_{name}": text for name, text in asked.items()})


def noted_rows(entry: LedgerEntry) -> list[dict[str, Any]]:
    """What an act noted of each row it wrote, in the order of writing."""
    rows: list[dict[str, Any]] = json.loads(entry.payload)["rows"]
    return rows


def stands(act_id: UUID, noted: dict[str, Any], row: Any | None) -> bool:
    """Whether a row is there and still is what its act noted of it (R105)."""
    return row is not None and row.act_id == act_id and row_digest(row, noted["manifest"]) == noted["digest"]


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
    noted = _noted(entries.values(), label, record)
    for row in versions:
        wrote = noted.pop((row.act_id, row.version), None)
        if wrote is None:
            found.append(f"version {row.version} stands in no act")
        elif not stands(row.act_id, wrote, row):
            found.append(f"version {row.version} was changed")
    return found + [f"version {number} is gone" for _, number in noted]


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


def _noted(entries: Iterable[LedgerEntry], label: str, record: UUID) -> dict[tuple[UUID, int], dict[str, Any]]:
    """What the acts noted of this record, by act and version: one act may write a record more than once."""
    return {
        (entry.act_id, row["version"]): row
        for entry in entries
        for row in noted_rows(entry)
        if row["label"] == label and row["uuid"] == str(record)
    }
