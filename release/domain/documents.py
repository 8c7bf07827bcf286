"""Issued documents: asked for in an act, made by a worker from one ledger entry, sealed, kept by digest (R102)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max

from batches.models import Batch
from compliance.domain import clock, outbox, plain, store
from compliance.domain.act import act
from compliance.domain.actor import Actor
from compliance.domain.canonical import sha256
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.models import LedgerEntry, OutboxJob, User
from compliance.refusals import Blocker, Invalid, Refused
from compliance.validators import clean_reason
from release.domain import dossier
from release.jobs import MAKE_DOCUMENT
from release.models import IssuedDocument, KeptSection
from release.paper_json import canonical
from release.states import DOCUMENT_TRANSITIONS, DocumentKind, DocumentState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from compliance.domain.act import Act
    from release.paper import Certificate, Dossier

WAITING = (DocumentState.REQUESTED, DocumentState.FAILED)
NUMBERS = {DocumentKind.EBR: "EBR", DocumentKind.COA: "COA"}


def request_document(a: Act, batch: Batch, kind: str, reason: str = "") -> IssuedDocument:
    """Asks for a document of a batch; the worker makes it from the ledger as of this act.

    A second copy needs a reason and becomes an exception (R224). Refuses a person without permission.
    """
    a.actor.need("release.request_document")
    locked(batch)
    last = IssuedDocument.objects.filter(batch=batch, kind=kind).aggregate(n=Max("copy_no"))["n"] or 0
    if last and not reason.strip():
        raise Invalid("Write why another copy is issued.", "reason", "reason_missing")
    a.touch(batch)
    row = IssuedDocument(
        number=f"{NUMBERS[DocumentKind(kind)]}-{batch.number}-{last + 1:02d}",
        batch=batch,
        kind=kind,
        copy_no=last + 1,
        reason=clean_reason(reason) if last else reason.strip(),
        requested_by=a.actor.user,
        requested_at=a.at,
    )
    save_record(a, row)
    outbox.enqueue(a, MAKE_DOCUMENT, document=str(row.uuid))
    return row


def make_document(job: OutboxJob, render: Callable[..., tuple[bytes, bytes, int]]) -> IssuedDocument:
    """Makes the document of a job: dossier as of the asking act, paper, seal, file, then one act (JOB-01).

    `render(dossier, kept) -> (sealed, unsigned, pages)` is given by the task, so that the domain loads no paper
    tools. The act names the person who asked, and that the system did it (AUD-04). A document made already is
    answered as it is.
    """
    row = IssuedDocument.objects.select_related("batch", "requested_by").get(uuid=outbox.arguments(job)["document"])
    if row.state in {DocumentState.MADE, DocumentState.SUPERSEDED}:
        return row
    seq = LedgerEntry.objects.values_list("pk", flat=True).get(act_id=job.act_id)
    built: Dossier | Certificate = (
        dossier.build(row.batch, seq, row) if row.kind == DocumentKind.EBR else dossier.build_coa(row.batch, seq, row)
    )
    sealed, unsigned, pages = render(built)
    digest, data = store.keep(sealed), store.keep(canonical(built))
    with act(worker_for(row.requested_by), "document.issued", row.batch, job.uuid) as a:
        a.touch(row)
        locked(row.batch)
        made = apply_transition(
            a,
            row,
            find(DOCUMENT_TRANSITIONS, "make"),
            ledger_seq=seq,
            sha256=digest,
            unsigned_sha256=sha256(unsigned),
            dossier_sha256=data,
            size=len(sealed),
            pages=pages,
            made_at=a.at,
            error="",
        )
        return _supersede(a, made)


def _supersede(a: Act, made: IssuedDocument) -> IssuedDocument:
    """One copy of a kind is in force, the newest, whichever worker ended first. The batch is locked already."""
    move = find(DOCUMENT_TRANSITIONS, "supersede")
    in_force = IssuedDocument.objects.filter(batch=made.batch_id, kind=made.kind, state=DocumentState.MADE)
    *older, newest = in_force.order_by("copy_no")
    moved = {old.pk: apply_transition(a, old, move) for old in older}
    return moved.get(made.pk, newest)


def fail_document(job: OutboxJob, error: str) -> None:
    """Keeps the true reason on the document; a person may ask again (JOB-06, PDF-09)."""
    row = IssuedDocument.objects.select_related("batch", "requested_by").get(uuid=outbox.arguments(job)["document"])
    if row.state == DocumentState.REQUESTED:
        with act(worker_for(row.requested_by), "document.failed", row.batch) as a:
            a.touch(row)
            apply_transition(a, row, find(DOCUMENT_TRANSITIONS, "fail"), error=error[:2000])


def retry_document(actor: Actor, document: IssuedDocument) -> None:
    """A person asks again for a document that is not made. Two workers at once still make one (JOB-01, JOB-06).

    Where who asked first is no longer active, the person takes the request over, on record. Refuses without
    permission, and a document that is made.
    """
    actor.need("release.request_document")
    if document.state not in WAITING:
        raise Refused([Blocker("made", f"{document.number} is made already.")])
    if not document.requested_by.is_active:
        with act(actor, "document.requested", document.batch) as a:
            row = locked(document)
            a.touch(row)
            row.requested_by, row.requested_at = a.actor.user, a.at
            save_record(a, row, "Taken over: who asked first is no longer active")
    job = job_of(document)
    if job is not None:
        outbox.retry(job)


def job_of(document: IssuedDocument) -> OutboxJob | None:
    """The job that makes a document."""
    return jobs_of([document]).get(str(document.uuid))


def jobs_of(documents: Iterable[IssuedDocument]) -> dict[str, OutboxJob]:
    """The jobs of documents by the document's uuid, in one query."""
    acts = {d.pk: str(d.uuid) for d in documents}
    firsts = IssuedDocument.history.filter(id__in=acts, version=1).values_list("act_id", flat=True)
    rows = OutboxJob.objects.filter(name=MAKE_DOCUMENT, act_id__in=list(firsts))
    found = {str(outbox.arguments(job)["document"]): job for job in rows}
    return {uuid: job for uuid, job in found.items() if uuid in acts.values()}  # one act may ask for several


def worker_for(user: User) -> Actor:
    """The person who asked, at the station of the worker: it shows that the system did it for her (AUD-04)."""
    return Actor(user=user, station="worker")


def kept_section(key: str) -> bytes | None:
    """A section rendered before under this key, if its file is still whole."""
    row = KeptSection.objects.filter(key=key).first()
    if row is None or store.missing([row.sha256]):
        return None
    return store.read(row.sha256)


def keep_section(key: str, data: bytes) -> None:
    """Keeps a rendered section for the next issue."""
    if not KeptSection.objects.filter(key=key).exists():
        plain.insert(KeptSection(key=key, sha256=store.keep(data), made_at=clock.true_now()))


def seal_folder() -> Path:
    """Where the site's seal key and certificates lie."""
    return Path(settings.KEYS) / "seal"
