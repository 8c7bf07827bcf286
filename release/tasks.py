"""Thin jobs of release: id in, fetch, call the domain. The only place where domain and paper meet."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db import close_old_connections, connections

from compliance.domain import outbox, store
from compliance.refusals import AlreadyDone, Refusal
from release.domain import documents
from release.jobs import MAKE_DOCUMENT
from release.paper import Certificate, Dossier
from release.pdf.errors import PaperError, SealError
from release.pdf.render import render_coa, render_record, render_section, section_key
from release.pdf.seal import seal
from release.pdf.sections import body_sections
from release.pdf.site_key import keep_certificates, site_key

if TYPE_CHECKING:
    from compliance.models import OutboxJob
    from release.pdf.render import UnsignedPdf

log = logging.getLogger(__name__)


@shared_task(name=MAKE_DOCUMENT)
def task_make_document(job_id: str) -> str:
    """Makes one issued document. Run twice it makes one; what fails is kept with its reason (JOB-01, JOB-06)."""
    close_old_connections()
    try:
        return run_document_job(UUID(job_id))
    finally:
        connections.close_all()


def run_document_job(job_id: UUID) -> str:
    """Claims the job, makes the document, and says how it ended.

    A document that a fault or the seal (an expired certificate, no time stamp) stopped is tried again by the sweep
    with growing waits; one that its own content stops is not. The true reason is kept, and told: of a seal at once,
    of a fault after the fifth try (JOB-06, PDS-05).
    """
    job = outbox.claim(job_id)
    if job is None:
        return "done elsewhere"
    try:
        documents.make_document(job, render)
    except AlreadyDone:
        log.info("document of job %s was made already", job_id)
    except Exception as error:  # whatever stops it: nobody may wait for ever
        log.warning("document of job %s failed", job_id, exc_info=True)
        by_seal = isinstance(error, SealError)
        final = isinstance(error, PaperError) and not by_seal
        outbox.fail(job, str(error) or type(error).__name__, final=final, tell=by_seal)
        if final or by_seal or outbox.is_late(job):
            _note_failure(job)
        return "failed"
    outbox.finish(job)
    return "made"


def _note_failure(job: OutboxJob) -> None:
    """The document says why. Where who asked may no longer act, the job alone keeps the reason; pages show it."""
    try:
        documents.fail_document(job, job.error)
    except Refusal:
        log.warning("the failure of job %s stands in the outbox alone", job.uuid, exc_info=True)


def render(built: Dossier | Certificate) -> tuple[bytes, bytes, int]:
    """Paper from facts, validated as PDF/A-3b, then sealed. Answers sealed and unsigned bytes, and pages."""
    unsigned = _coa(built) if isinstance(built, Certificate) else _record(built)
    folder, given = documents.seal_folder(), settings.SEAL_PKCS12
    key = site_key(built.site_kind, folder, settings.SITE_NAME, given, settings.SEAL_PASSPHRASE)
    keep_certificates(folder, key)
    sealed = seal(unsigned.bytes, key, "Issued document", location=settings.SITE_NAME, tsa_url=settings.TSA_URL or None)
    return sealed, unsigned.bytes, unsigned.pages


def _coa(built: Certificate) -> UnsignedPdf:
    return render_coa(built)


def _record(built: Dossier) -> UnsignedPdf:
    """Sections come from the store where their digest is known; new ones are kept for the next issue."""
    kept: dict[str, bytes] = {}
    for section in body_sections(built):
        key = section_key(section)
        data = documents.kept_section(key)
        if data is None:
            data = render_section(section, store.read)
            documents.keep_section(key, data)
        kept[key] = data
    return render_record(built, kept, files=store.read)
