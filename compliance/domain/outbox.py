"""Jobs leave on commit by the outbox; the broker may be down, the promise stays (JOB-03, JOB-05, JOB-06)."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from celery import current_app
from django.conf import settings
from django.db import models, transaction
from kombu.exceptions import OperationalError

from compliance.domain import clock, plain
from compliance.domain.canonical import canonical_json
from compliance.models import OutboxJob
from compliance.states import JobState

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.act import Act

log = logging.getLogger(__name__)
_given_up: dict[str, UUID] = {}  # the last act whose broker was down


def enqueue(a: Act, name: str, **arguments: Any) -> OutboxJob:
    """Writes a job into the outbox in the open act; it is sent when the act commits."""
    job = plain.insert(
        OutboxJob(
            name=name,
            arguments=canonical_json(arguments),
            act_id=a.id,
            requested_by=a.actor.user,
            asked_at=clock.true_now(),
        )
    )
    transaction.on_commit(lambda: _send_of(a.id, job.uuid, name))
    return job


def _send_of(act_id: UUID, job: UUID, name: str) -> None:
    """An act of several jobs waits for a broker that is down once, not once a job (JOB-05)."""
    if _given_up.get("act") != act_id and not send(job, name):
        _given_up["act"] = act_id


def send(job: UUID, name: str) -> bool:
    """Hands a job's id to the broker. A broker that is down costs two seconds; the sweep sends it later."""
    try:
        current_app.send_task(name, args=[str(job)], retry=False)
    except (OSError, OperationalError) as error:
        log.warning("broker not reached, job %s (%s) waits for the sweep: %s", job, name, error)
        return False
    return True


def claim(job: UUID) -> OutboxJob | None:
    """Takes the lease of a job for this worker; None when it is done, failed or running elsewhere (JOB-01)."""
    now = clock.true_now()
    free = OutboxJob.objects.filter(uuid=job).filter(
        models.Q(state=JobState.QUEUED) | models.Q(state=JobState.RUNNING, lease_until__lt=now)
    )
    until = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    taken = plain.claim(free, state=JobState.RUNNING, lease_until=until, attempts=models.F("attempts") + 1)
    return OutboxJob.objects.get(uuid=job) if taken else None


def arguments(job: OutboxJob) -> dict[str, Any]:
    """The job's arguments."""
    return dict(json.loads(job.arguments))


def finish(job: OutboxJob) -> None:
    """Marks a job done."""
    plain.change(job, state=JobState.DONE, done_at=clock.true_now(), error="")


def fail(job: OutboxJob, error: str, *, final: bool = False) -> None:
    """Keeps the true reason; the job is tried again until its attempts are used up, then it is failed."""
    over = final or job.attempts >= settings.OUTBOX_ATTEMPTS
    plain.change(job, state=JobState.FAILED if over else JobState.QUEUED, error=error[:4000], lease_until=None)


def retry(job: OutboxJob) -> None:
    """A person asks for a failed job again."""
    plain.change(job, state=JobState.QUEUED, attempts=0, error="", lease_until=None)
    send(job.uuid, job.name)


def sweep() -> int:
    """Sends what is queued for more than ten seconds or whose lease ran out; answers how many."""
    now = clock.true_now()
    due = OutboxJob.objects.filter(
        models.Q(state=JobState.QUEUED, asked_at__lt=now - timedelta(seconds=10))
        | models.Q(state=JobState.RUNNING, lease_until__lt=now)
    )
    sent = 0
    for job in due[:200]:
        if job.attempts >= settings.OUTBOX_ATTEMPTS:
            fail(job, job.error or "The worker was lost each time.", final=True)
        elif send(job.uuid, job.name):
            sent += 1
        else:
            break
    return sent
