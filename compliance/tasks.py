"""Thin jobs of compliance."""

from __future__ import annotations

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
def task_seal_site() -> str:
    """Seals every chain head into the site chain."""
    close_old_connections()
    return proof.seal_site()
