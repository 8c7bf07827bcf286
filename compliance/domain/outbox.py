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

from compliance.domain import alerts, clock, plain
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.canonical import canonical_json
from compliance.models import Alert, OutboxJob
from compliance.refusals import Refusal
from compliance.states import AlertState, JobState

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.act import Act

log = logging.getLogger(__name__)
FIRST, LONGEST = timedelta(seconds=10), timedelta(hours=1)  # waits between tries: doubled from the first to the longest
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


def fail(job: OutboxJob, error: str, *, final: bool = False, tell: bool = False) -> None:
    """Keeps the true reason; the job is tried again after a wait that grows, and is never given up by itself.

    From the fifth failure on, or at once where `tell` says so, an alert stands for QA and security. `final` gives
    up: for what no later try can mend.
    """
    wait = min(LONGEST, FIRST * 2 ** max(0, min(job.attempts, 20) - 1))
    state = JobState.FAILED if final else JobState.QUEUED
    # Of a waiting job `lease_until` is the hour before which the sweep leaves it alone.
    plain.change(job, state=state, error=error[:4000], lease_until=None if final else clock.true_now() + wait)
    if tell or is_late(job):
        words = f"{job.name}, asked for at {clock.stamp(job.asked_at)}, failed: {error[:1000]}"
        raise_by_system(f"job_{job.name.rpartition('.')[2]}", f"{words}. It is tried again, at least once an hour.")


def is_late(job: OutboxJob) -> bool:
    """Whether a job failed so often that people are told."""
    return job.state == JobState.QUEUED and job.attempts >= settings.OUTBOX_ATTEMPTS


def raise_by_system(kind: str, text: str) -> None:
    """Raises an alert in an act of its own. Where that act is refused too (the clock, the guards), the log says so."""
    if Alert.objects.filter(kind=kind[:24], about=None, state=AlertState.RAISED).exists():
        return
    try:
        with act(system("worker"), "job.delayed", "jobs") as a:
            alerts.raise_alert(a, kind[:24], None, text)
    except Refusal as refusal:
        log.error("no alert could be raised (%s): %s", refusal, text)


def retry(job: OutboxJob) -> None:
    """A person asks for a failed job again."""
    plain.change(job, state=JobState.QUEUED, attempts=0, error="", lease_until=None)
    send(job.uuid, job.name)


def sweep() -> int:
    """Sends what is queued for more than ten seconds or whose lease ran out; answers how many."""
    now = clock.true_now()
    over = models.Q(lease_until__isnull=True) | models.Q(lease_until__lt=now)
    due = OutboxJob.objects.filter(
        models.Q(state=JobState.QUEUED, asked_at__lt=now - FIRST) & over
        | models.Q(state=JobState.RUNNING, lease_until__lt=now)
    )
    sent = 0
    for job in due[:200]:
        if job.state == JobState.RUNNING and job.attempts >= settings.OUTBOX_ATTEMPTS:
            fail(job, job.error or "The worker was lost each time.")
        elif send(job.uuid, job.name):
            sent += 1
        else:
            break
    return sent
