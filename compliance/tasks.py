"""Thin jobs of compliance."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from celery import shared_task
from django.db import close_old_connections

from compliance import jobs
from compliance.domain import outbox, proof, publishing, stamping
from compliance.refusals import AlreadyDone, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.models import OutboxJob

log = logging.getLogger(__name__)


@shared_task(name=jobs.SWEEP_OUTBOX)
def task_sweep_outbox() -> int:
    """Sends what is stuck in the outbox."""
    close_old_connections()
    return outbox.sweep()


@shared_task(name=jobs.SEAL_SITE)
def task_seal_site(job_id: str | None = None) -> str:
    """Seals every chain head into the site chain: each hour by the schedule, and after each release by its job.

    A refusal (the clock stands before the last seal, guards are missing) is told to people and tried again: a job
    by the sweep, the schedule within the hour.
    """
    close_old_connections()
    if job_id is not None:
        return run(job_id, lambda _job: proof.seal_site())
    try:
        return proof.seal_site()
    except Refusal as refusal:
        log.warning("the site was not sealed: %s", refusal)
        outbox.raise_by_system("seal_site", f"The hourly seal was refused: {refusal} It is tried again each hour.")
        return "refused"


@shared_task(name=jobs.PUBLISH_HEADS)
def task_publish_heads(job_id: str) -> str:
    """Sends one seal to one address outside the database."""
    close_old_connections()
    return run(job_id, publishing.publish)


@shared_task(name=jobs.STAMP_SEAL)
def task_stamp_seal(job_id: str) -> str:
    """Has one seal time-stamped by the authority."""
    close_old_connections()
    return run(job_id, stamping.stamp)


def run(job_id: str, work: Callable[[OutboxJob], str]) -> str:
    """Claims a job, works, and says how it ended; whatever stops it is kept, told and tried again (JOB-01, JOB-06)."""
    job = outbox.claim(UUID(job_id))
    if job is None:
        return "done elsewhere"
    try:
        done = work(job)
    except AlreadyDone:
        done = "done before"
    except Exception as error:  # whatever stops it: the promise stays
        log.warning("job %s (%s) failed", job_id, job.name, exc_info=True)
        outbox.fail(job, str(error) or type(error).__name__)
        return "failed"
    outbox.finish(job)
    return done
