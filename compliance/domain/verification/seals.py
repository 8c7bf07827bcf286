"""Site seals: every chain head that a seal took in is still a link of its chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.domain.verification import reading
from compliance.domain.verification.findings import Finding, Kind, of_chain
from compliance.models import ChainLink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.models import LedgerEntry


def check(entry: LedgerEntry, payload: dict[str, Any]) -> Iterator[Finding]:
    """The sealed heads of one entry of the site chain."""
    if entry.event != "site.sealed":
        return
    heads = payload["facts"].get("sealed", [])
    for start in range(0, len(heads), reading.CHUNK):
        part = heads[start : start + reading.CHUNK]
        query = ChainLink.objects.filter(chain__in=[h[0] for h in part], seq__in={h[1] for h in part})
        links = {(link.chain, link.seq): link.digest for link in reading.rows(query, [])}
        for chain, seq, digest in part:
            if links.get((chain, seq)) != digest:
                kind = Kind.CHANGED if (chain, seq) in links else Kind.REMOVED
                yield of_chain(kind, chain, f"link {seq} is not the one that seal {entry.act_id} took in")
