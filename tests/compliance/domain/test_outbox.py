"""Jobs: promised in the act, sent on commit, sent again when the broker was away (JOB-01, JOB-03, JOB-05, JOB-06)."""

from __future__ import annotations

import os
import socket
import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from kombu import Connection

from compliance import jobs, tasks
from compliance.domain import clock, outbox
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.models import Alert, ChainHead, LedgerEntry, OutboxJob
from compliance.states import JobState

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

NAME = "compliance.sweep_outbox"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What reached the broker, without one."""
    seen: list[str] = []

    def send_task(_name: str, args: list[str], **_options: Any) -> None:
        seen.append(args[0])

    monkeypatch.setattr(Celery, "send_task", lambda _app, name, **options: send_task(name, **options))
    return seen


def ask(**arguments: Any) -> OutboxJob:
    """An act that asks for a job."""
    with act(system(), "clock.set", "jobs") as a:
        return outbox.enqueue(a, NAME, **arguments)


def older(job: OutboxJob) -> None:
    """The job was asked for a while ago."""
    OutboxJob.objects.filter(pk=job.pk).update(asked_at=clock.true_now() - timedelta(seconds=30))


@pytest.fixture
def dead_broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Redis that is not there: nothing listens on its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = Celery("dead", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
    app.conf.broker_connection_timeout = 2
    app.conf.broker_transport_options = {"socket_connect_timeout": 2}
    monkeypatch.setattr(outbox, "current_app", app)


@pytest.mark.case("JOB-03")
def test_job_leaves_when_the_act_commits_not_before(
    sent: list[str], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        job = ask(batch=7)
        assert sent == []
    for callback in callbacks:
        callback()
    assert sent == [str(job.uuid)]
    assert outbox.arguments(job) == {"batch": 7}
    assert job.act_id == LedgerEntry.objects.latest("pk").act_id
    assert str(job) == f"{NAME} queued"


@pytest.mark.case("JOB-03")
@pytest.mark.django_db(transaction=True)
def test_worker_finds_the_row_of_every_job_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker as quick as can be: it looks in the moment of sending."""
    found: list[bool] = []

    def send_task(_app: Any, _name: str, args: list[str], **_options: Any) -> None:
        found.append(outbox.claim(uuid.UUID(args[0])) is not None)

    monkeypatch.setattr(Celery, "send_task", send_task)
    for number in range(20):
        ask(number=number)
    assert found == [True] * 20


def test_refused_act_promises_nothing(sent: list[str]) -> None:
    def refused_late() -> None:
        with act(system(), "clock.set", "jobs") as a:
            outbox.enqueue(a, NAME)
            raise RuntimeError("refused late")

    with pytest.raises(RuntimeError):
        refused_late()
    assert (sent, OutboxJob.objects.count()) == ([], 0)


@pytest.mark.case("JOB-05")
@pytest.mark.django_db(transaction=True)
def test_act_commits_within_seconds_while_the_broker_is_down(
    dead_broker: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begin = time.monotonic()
    job = ask()
    assert time.monotonic() - begin < 5
    assert OutboxJob.objects.get().state == JobState.QUEUED
    assert ChainHead.objects.get(chain="jobs").seq == 1
    assert "waits for the sweep" in caplog.text
    older(job)
    assert outbox.sweep() == 0
    back: list[str] = []
    monkeypatch.undo()
    monkeypatch.setattr(Celery, "send_task", lambda _app, _name, args, **_options: back.append(args[0]))
    assert (outbox.sweep(), back) == (1, [str(job.uuid)])


@pytest.mark.redis
@pytest.mark.case("JOB-05")
def test_sweep_sends_over_a_real_redis(dead_broker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        pytest.skip("TEST_REDIS_URL is not set: no real Redis to send to")
    job = ask()
    older(job)
    assert outbox.sweep() == 0
    queue = f"evidence-test-{uuid.uuid4()}"
    app = Celery("alive", broker=url, set_as_current=False)
    app.conf.task_default_queue = queue
    monkeypatch.setattr(outbox, "current_app", app)
    assert outbox.sweep() == 1
    with Connection(url) as connection, connection.SimpleQueue(queue) as waiting:
        message = waiting.get(timeout=5)
        message.ack()
        waiting.queue.delete()
    app.close()
    assert (message.headers["task"], message.payload[0]) == (NAME, [str(job.uuid)])


@pytest.mark.case("JOB-01")
def test_job_sent_twice_runs_once() -> None:
    job = ask()
    taken = outbox.claim(job.uuid)
    assert taken is not None
    assert (taken.state, taken.attempts) == (JobState.RUNNING, 1)
    assert outbox.claim(job.uuid) is None
    outbox.finish(taken)
    assert outbox.claim(job.uuid) is None
    assert OutboxJob.objects.get().done_at is not None


@pytest.mark.case("JOB-06")
def test_job_of_a_killed_worker_is_sent_and_taken_again(sent: list[str]) -> None:
    job = ask()
    outbox.claim(job.uuid)
    assert outbox.sweep() == 0
    OutboxJob.objects.update(lease_until=clock.true_now() - timedelta(seconds=1))
    assert (outbox.sweep(), sent) == (1, [str(job.uuid)])
    again = outbox.claim(job.uuid)
    assert again is not None
    assert again.attempts == 2


@pytest.mark.case("JOB-06")
def test_job_whose_worker_is_lost_each_time_waits_is_told_and_can_be_asked_again(sent: list[str]) -> None:
    job = ask()
    past = clock.true_now() - timedelta(seconds=30)
    OutboxJob.objects.update(state=JobState.RUNNING, attempts=5, lease_until=past, asked_at=past)
    assert outbox.sweep() == 0
    late = OutboxJob.objects.get()
    assert (late.state, late.error, outbox.is_late(late)) == (JobState.QUEUED, "The worker was lost each time.", True)
    assert "The worker was lost each time." in Alert.objects.get().text
    assert (outbox.sweep(), sent) == (0, [])
    outbox.retry(late)
    assert sent == [str(job.uuid)]
    assert outbox.claim(job.uuid) is not None


@pytest.mark.case("JOB-06")
def test_failing_job_waits_ever_longer_to_an_hour_and_is_never_given_up() -> None:
    job = ask()
    waits = []
    for attempt in range(1, 13):
        taken = outbox.claim(job.uuid)
        assert taken is not None
        outbox.fail(taken, "no route to host" + "x" * 5000)
        kept = OutboxJob.objects.get()
        assert kept.lease_until is not None
        waits.append(round((kept.lease_until - clock.true_now()).total_seconds()))
        assert (kept.state, kept.error[:16], len(kept.error)) == (JobState.QUEUED, "no route to host", 4000)
        assert Alert.objects.count() == (attempt >= 5)
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]
    entry = LedgerEntry.objects.get(event="job.delayed")
    assert (entry.home, entry.actor_name) == ("jobs", "system")
    assert "no route to host" in Alert.objects.get().text


def test_failed_job_is_sent_again_only_after_its_wait(sent: list[str]) -> None:
    job = ask()
    older(job)
    taken = outbox.claim(job.uuid)
    assert taken is not None
    outbox.fail(taken, "no route to host")
    assert (outbox.sweep(), sent) == (0, [])
    OutboxJob.objects.update(lease_until=clock.true_now() - timedelta(seconds=1))
    assert (outbox.sweep(), sent) == (1, [str(job.uuid)])


def test_late_job_is_kept_when_even_the_alert_is_refused(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job = ask()
    OutboxJob.objects.update(attempts=7)
    taken = outbox.claim(job.uuid)
    assert taken is not None
    monkeypatch.setattr(clock, "now", lambda: clock.true_now() - timedelta(days=2))
    outbox.fail(taken, "no route to host")
    assert OutboxJob.objects.get().error == "no route to host"
    assert Alert.objects.count() == 0
    assert "no alert could be raised" in caplog.text


def test_error_that_no_second_try_mends_fails_at_once() -> None:
    taken = outbox.claim(ask().uuid)
    assert taken is not None
    outbox.fail(taken, "no such batch", final=True)
    assert OutboxJob.objects.get().state == JobState.FAILED


def test_sweep_leaves_a_job_that_was_asked_just_now(sent: list[str]) -> None:
    ask()
    assert (outbox.sweep(), sent) == (0, [])


def test_sweep_task_sweeps(sent: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    older(ask())
    assert (tasks.task_sweep_outbox(), len(sent)) == (1, 1)
    assert tasks.task_sweep_outbox.name == jobs.SWEEP_OUTBOX
