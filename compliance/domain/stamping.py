"""Has each seal of the site chain time-stamped by an authority outside (RFC 3161): it existed by then (R101, R112)."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from compliance import jobs
from compliance.domain import authority, clock, outbox, stamp_token
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.ledger import SITE_CHAIN
from compliance.domain.records import save_record
from compliance.models import LedgerEntry, TimeStamp

if TYPE_CHECKING:
    from asn1crypto import x509

    from compliance.domain.act import Act
    from compliance.models import OutboxJob


def ask(a: Act) -> None:
    """Asks, in the open act of a seal, for the job that has it time-stamped; where no authority is set, for none."""
    if settings.TSA_URL:
        outbox.enqueue(a, jobs.STAMP_SEAL)


def stamp(job: OutboxJob) -> str:
    """Keeps what the authority says of the seal of a job, in act `site.time_stamped` (R101, R112).

    The token is over the digest of the seal's entry, which binds every head it took in. Refuses (NoStamp) when the
    authority gives no token, and a token that is not good by the rules of `verify_integrity`: the job waits.
    """
    if LedgerEntry.objects.filter(act_id=job.uuid).exists():
        return "done before"
    seal = LedgerEntry.objects.get(act_id=job.act_id)
    if not settings.TSA_URL:
        text = f"The seal of {clock.stamp(seal.true_at)} was not time-stamped: the authority's address was taken away."
        outbox.raise_by_system("unstamped", text)
        return "no authority"
    data = authority.stamp_of(settings.TSA_URL, seal.digest)
    token = stamp_token.read(data)
    wrong = stamp_token.faults(token, seal.digest, seal.true_at, clock.SKEW, roots())
    if wrong:
        raise authority.NoStamp(f"The token of {token.authority} is refused: {'; '.join(wrong)}")
    with act(system("worker"), "site.time_stamped", SITE_CHAIN, job.uuid) as a:
        a.fact(seal=job.act_id, digest=seal.digest, by=token.authority, at=token.at)
        row = TimeStamp(digest=seal.digest, sealed_entry=seal.pk, authority=token.authority, stamped_at=token.at)
        row.token = base64.b64encode(data).decode()
        save_record(a, row)
    return "stamped"


def roots() -> list[x509.Certificate]:
    """The roots that an authority's certificate must lead to; none where none are set."""
    return stamp_token.load_roots(Path(settings.TSA_ROOTS).read_bytes()) if settings.TSA_ROOTS else []
