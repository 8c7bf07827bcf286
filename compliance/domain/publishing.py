"""Takes each seal of the site chain to places that nobody of this database can reach: a mail box, a web address (R101).

One line of JSON says it all: the seal's link binds the digest of every chain's head. It has the form of a line of the
heads file, so that `verify_integrity --heads` checks a file of such lines.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail

from compliance import jobs
from compliance.domain import outbox
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.canonical import plain_value
from compliance.domain.ledger import SITE_CHAIN
from compliance.models import ChainLink, LedgerEntry

if TYPE_CHECKING:
    from compliance.domain.act import Act
    from compliance.models import OutboxJob

SECONDS = 2
MAIL, URL = "mail", "url"


class NotPublished(Exception):
    """A seal did not get out; the message says where to and why."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would arrive as an empty GET: it counts as refused."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Follow none."""


def ask(a: Act) -> None:
    """Asks, in the open act of a seal, for one job to each place that is set: one that is down holds up no other."""
    for place in (MAIL, URL):
        if _address(place):
            outbox.enqueue(a, jobs.PUBLISH_HEADS, to=place)


def publish(job: OutboxJob) -> str:
    """Sends the seal of a job to its place, then says so on record: act `site.heads_published` (R101).

    Refuses when it did not get there (NotPublished): the job waits and tries again. A send whose act is then refused
    is sent again; twice is harmless, never is not.
    """
    place = str(outbox.arguments(job)["to"])
    if LedgerEntry.objects.filter(act_id=job.uuid).exists():
        return "done before"
    line = line_of(job)
    address = _address(place)
    if not address:
        text = f"Seal {line['seq']} of the site chain was not sent by {place}: the address was taken away."
        outbox.raise_by_system(f"unpublished_{place}", text)
        return "no address"
    (_send_mail if place == MAIL else _post)(address, line)
    with act(system("worker"), "site.heads_published", SITE_CHAIN, job.uuid) as a:
        a.fact(by=place, to=_shown(address), seal=job.act_id, link=line["seq"], digest=line["digest"])
    return "published"


def line_of(job: OutboxJob) -> dict[str, Any]:
    """The seal that asked for a job, as a line of the heads file, with the digest of all heads and the site's name."""
    link = ChainLink.objects.select_related("entry").get(chain=SITE_CHAIN, entry__act_id=job.act_id)
    facts = json.loads(link.entry.payload)["facts"]
    return {
        "at": plain_value(link.entry.recorded_at),
        "chain": link.chain,
        "chains": facts["chains"],
        "digest": link.digest,
        "entry": link.entry.pk,
        "heads": facts["heads"],
        "seq": link.seq,
        "site": settings.SITE_NAME,
    }


def _address(place: str) -> str:
    return ", ".join(settings.HEADS_MAIL) if place == MAIL else str(settings.HEADS_URL)


def _shown(address: str) -> str:
    """An address without what may be a secret in it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else address


def _send_mail(address: str, line: dict[str, Any]) -> None:
    site = " ".join(settings.SITE_NAME.split())
    words = (
        f"{site} sealed its record at {line['at']}. Keep this mail: the line below proves later that nothing up to "
        "then was changed, taken out or set back.\n\n"
    )
    subject = f"{site}: seal {line['seq']}"
    try:
        send_mail(subject, words + json.dumps(line, sort_keys=True) + "\n", None, list(settings.HEADS_MAIL))
    except OSError as error:  # smtplib's errors are of this kind
        raise NotPublished(f"No mail to {address} by {settings.EMAIL_HOST}: {error}") from error


def _post(address: str, line: dict[str, Any]) -> None:
    if not address.startswith(("http://", "https://")):
        raise NotPublished("EVIDENCE_HEADS_URL is not an http address.")
    data = json.dumps(line, sort_keys=True).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})  # noqa: S310 - checked above
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        with error:
            raise NotPublished(f"{_shown(address)} answered HTTP {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise NotPublished(f"{_shown(address)} is not reached: {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise NotPublished(f"{_shown(address)} is not reached: {error}") from error
