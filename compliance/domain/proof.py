"""The site chain: seals the heads of all chains, hourly and at each release, so that none can be cut short."""

from __future__ import annotations

from typing import Any

from compliance.domain import ledger, publishing, stamping
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.canonical import digest
from compliance.models import ChainHead, ChainLink, LedgerEntry

SITE_CHAIN = ledger.SITE_CHAIN
# Acts that were open when the seal before was written may have committed after it with an older entry number.
OVERLAP = 1000


def heads_digest() -> str:
    """One digest over every chain's head but the site's own."""
    heads = ChainHead.objects.exclude(chain=SITE_CHAIN).order_by("chain").values_list("chain", "seq", "digest")
    return digest([list(head) for head in heads])


def seal_site() -> str:
    """Writes one act on the site chain with the digest of all heads and each head that moved; answers the digest.

    The moved heads make the seal checkable for ever: each must stay a link of its chain (`verify_integrity`).
    Jobs then take the seal outside: to the addresses it is published to, and to the time-stamp authority (R101, R112).
    """
    with act(system(), "site.sealed", SITE_CHAIN) as a:
        sealed = heads_digest()
        a.fact(heads=sealed, chains=ChainHead.objects.exclude(chain=SITE_CHAIN).count(), sealed=_moved())
        publishing.ask(a)
        stamping.ask(a)
    return sealed


def _moved() -> list[list[Any]]:
    """Chain, link number and digest of every head that moved since the seal before."""
    before = LedgerEntry.objects.filter(event="site.sealed").order_by("-pk").values_list("pk", flat=True).first() or 0
    chains = ChainLink.objects.filter(entry__pk__gt=before - OVERLAP).values("chain")
    heads = ChainHead.objects.filter(chain__in=chains).exclude(chain=SITE_CHAIN).order_by("chain")
    return [list(head) for head in heads.values_list("chain", "seq", "digest")]
