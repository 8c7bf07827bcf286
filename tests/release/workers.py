"""A real Celery worker over a real Redis and this test's own database, in processes of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from kombu import Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def redis_url() -> str:
    """A real Redis, or the reason why there is none."""
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        pytest.skip("TEST_REDIS_URL is not set: no real Redis to send to")
    return url


def database_url() -> str:
    """The database of this test, for another process."""
    part = connection.settings_dict
    word = f":{part['PASSWORD']}" if part["PASSWORD"] else ""
    return f"postgresql://{part['USER']}{word}@{part['HOST']}:{part['PORT']}/{part['NAME']}"


class Queue:
    """A queue of this test's own, so that two runs on one Redis never meet."""

    def __init__(self, url: str) -> None:
        self.url, self.name = url, f"evidence-test-{uuid.uuid4()}"
        self.app = Celery("sender", broker=url, set_as_current=False)
        self.app.conf.task_default_queue = self.name

    def close(self) -> None:
        """Leaves nothing behind."""
        with Connection(self.url) as broker, broker.SimpleQueue(self.name) as left:
            left.queue.delete()
        self.app.close()


@contextmanager
def running(queue: Queue, folder: Path, application: str, tasks_at_once: int = 2) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that has started; at the end it is stopped, whatever became of it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "EVIDENCE_", "PYTEST_", "COV_"))}
    environment = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": queue.url,
        "EVIDENCE_VAR": str(folder / "site"),
        "EVIDENCE_FILES": str(settings.FILES),
        "EVIDENCE_SITE_KIND": "test",
        "EVIDENCE_SECRET_KEY": "a secret of the test run alone, never of a site " + "x" * 20,
    }
    (folder / "site").mkdir(exist_ok=True)
    log = folder / "worker.log"
    command = [
        sys.executable, "-m", "celery", "--app", application, "worker", "--queues", queue.name, "--loglevel", "INFO",
        "--concurrency", str(tasks_at_once), "--hostname", f"{uuid.uuid4()}@test", "--pidfile", "", "--without-gossip",
        "--without-mingle",
    ]  # fmt: skip
    with log.open("ab") as output:
        seen = log.stat().st_size
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(lambda: b" ready." in log.read_bytes()[seen:], START_SECONDS, log)
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Asks the worker to end; one that does not is killed with its children."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9, the children too: the machine lost its power."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(happened: Callable[[], Any], seconds: float, log: Path | None = None) -> None:
    """Waits until it happened; says what the worker wrote when it did not."""
    end = time.monotonic() + seconds
    while not happened():
        written = log.read_text()[-3000:] if log is not None and log.exists() else ""
        assert time.monotonic() < end, f"it did not happen within {seconds} s\n{written}"
        time.sleep(0.1)
