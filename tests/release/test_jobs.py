"""Documents over a real worker and a real Redis: every one is made, once, and a lost worker loses none."""

from __future__ import annotations

import socket
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from celery import Celery
from django.conf import settings

from compliance.domain import clock, outbox, store
from compliance.domain.act import act
from compliance.models import LedgerEntry, OutboxJob
from release.domain import documents
from release.models import IssuedDocument
from release.states import DocumentState
from tests.release import steps as release
from tests.release import workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg, pytest.mark.redis]
COPIES = 100


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[workers.Queue]:
    """A queue of this test's own, to which the outbox sends."""
    made = workers.Queue(workers.redis_url())
    monkeypatch.setattr(outbox, "current_app", made.app)
    yield made
    made.close()


@pytest.mark.case("JOB-03")
def test_hundred_documents_asked_for_while_a_worker_picks_up_are_all_made_once(
    queue: workers.Queue, tmp_path: Path
) -> None:
    batch, who = release.issued(), release.qa()
    with workers.running(queue, tmp_path, "tests.release.fast_worker"):
        for n in range(COPIES):
            with act(who, "document.requested", batch) as a:
                documents.request_document(a, batch, "ebr", f"Copy {n + 1} of the test")
        log = tmp_path / "worker.log"
        done = OutboxJob.objects.filter(name="release.make_document", state="done")
        workers.wait_for(lambda: done.count() == COPIES, 120, log)
        assert "DoesNotExist" not in log.read_text()
    states = list(IssuedDocument.objects.filter(batch=batch).values_list("state", flat=True))
    assert (states.count("made"), states.count("superseded")) == (1, COPIES - 1)
    assert LedgerEntry.objects.filter(event="document.issued").count() == COPIES
    assert store.missing(IssuedDocument.objects.values_list("sha256", flat=True)) == []
    assert set(OutboxJob.objects.values_list("error", flat=True)) == {""}


@pytest.mark.case("JOB-06")
def test_worker_killed_in_mid_document_leaves_no_half_file_and_the_next_one_makes_it(
    queue: workers.Queue, tmp_path: Path
) -> None:
    """The lease says within which time a lost job is taken up again; the sweep then sends it."""
    batch = release.executed()
    job_of = OutboxJob.objects.filter(name="release.make_document")
    with workers.running(queue, tmp_path, "config", 1) as worker:
        release.requested(batch)
        workers.wait_for(lambda: job_of.filter(state="running").exists(), 30, tmp_path / "worker.log")
        time.sleep(0.5)
        workers.kill(worker)
    row, job = release.document(batch), job_of.get()
    assert (row.state, row.sha256, job.state) == ("requested", "", "running")
    assert job.lease_until is not None
    assert job.lease_until - clock.true_now() < timedelta(minutes=17)
    assert outbox.sweep() == 0
    OutboxJob.objects.filter(pk=job.pk).update(lease_until=clock.true_now() - timedelta(seconds=1))
    with workers.running(queue, tmp_path, "config", 1):
        assert outbox.sweep() == 1
        workers.wait_for(lambda: job_of.filter(state="done").exists(), 90, tmp_path / "worker.log")
    row = release.document(batch)
    assert row.state == DocumentState.MADE
    assert store.read(row.sha256).startswith(b"%PDF-")
    assert LedgerEntry.objects.filter(event="document.issued").count() == 1


@pytest.mark.case("JOB-05")
def test_release_with_redis_down_answers_at_once_and_its_documents_follow(
    monkeypatch: pytest.MonkeyPatch, queue: workers.Queue, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    dead = Celery("dead", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
    dead.conf.broker_connection_timeout = settings.CELERY_BROKER_CONNECTION_TIMEOUT
    dead.conf.broker_transport_options = {"socket_connect_timeout": 2}
    batch = release.executed()
    release.tested(batch)
    batch = release.certified(release.reviewed(batch))
    monkeypatch.setattr(outbox, "current_app", dead)
    begin = time.monotonic()
    batch = release.released(batch)
    assert time.monotonic() - begin < 5
    assert batch.state == "released"
    assert {d.state for d in IssuedDocument.objects.filter(batch=batch)} == {"requested"}
    waiting = OutboxJob.objects.filter(state="queued")
    assert waiting.count() == 3
    waiting.update(asked_at=clock.true_now() - timedelta(seconds=30))
    monkeypatch.setattr(outbox, "current_app", queue.app)
    with workers.running(queue, tmp_path, "tests.release.fast_worker"):
        assert outbox.sweep() == 3
        made = IssuedDocument.objects.filter(batch=batch, state="made")
        workers.wait_for(lambda: made.count() == 2, 60, tmp_path / "worker.log")
