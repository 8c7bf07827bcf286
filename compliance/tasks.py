"""Thin jobs of compliance."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.db import close_old_connections

from compliance import jobs
from compliance.domain import outbox, proof


@shared_task(name=jobs.SWEEP_OUTBOX)
def task_sweep_outbox() -> int:
    """Sends what is stuck in the outbox."""
    close_old_connections()
    return outbox.sweep()


@shared_task(name=jobs.SEAL_SITE)
def task_seal_site(job_id: str | None = None) -> str:
    """Seals every chain head into the site chain: each hour by the schedule, and after each release by its job."""
    close_old_connections()
    if job_id is None:
        return proof.seal_site()
    job = outbox.claim(UUID(job_id))
    if job is None:
        return "done elsewhere"
    sealed = proof.seal_site()
    outbox.finish(job)
    return sealed
