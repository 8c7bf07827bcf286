"""The site chain: seals the heads of all chains, hourly and at each release, so that none can be cut short."""

from __future__ import annotations

from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.canonical import digest
from compliance.models import ChainHead

SITE_CHAIN = "site"


def heads_digest() -> str:
    """One digest over every chain's head but the site's own."""
    heads = ChainHead.objects.exclude(chain=SITE_CHAIN).order_by("chain").values_list("chain", "seq", "digest")
    return digest([list(head) for head in heads])


def seal_site() -> str:
    """Writes one act on the site chain that holds the digest of all heads; answers the digest."""
    sealed = heads_digest()
    with act(system(), "site.sealed", SITE_CHAIN) as a:
        a.fact(heads=sealed, chains=ChainHead.objects.exclude(chain=SITE_CHAIN).count())
    return sealed
