"""Jobs of compliance do what their names say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compliance import jobs, tasks
from compliance.domain import outbox, proof
from compliance.models import Alert, ChainHead, LedgerEntry, OutboxJob
from compliance.refusals import Refusal
from compliance.states import JobState

if TYPE_CHECKING:
    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction the connection must stay."""
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)


def test_seal_takes_in_every_head_and_stands_on_the_site_chain(admin: Actor) -> None:
    expected = proof.heads_digest()
    assert tasks.task_seal_site() == expected
    entry = LedgerEntry.objects.get(event="site.sealed")
    assert (entry.home, entry.actor_name) == ("site", "system")
    assert expected in entry.payload
    assert ChainHead.objects.get(chain="site").seq == 1
    assert tasks.task_seal_site() == expected
    assert tasks.task_seal_site.name == jobs.SEAL_SITE


def test_seal_changes_with_any_head(admin: Actor) -> None:
    before = proof.heads_digest()
    with proof.act(admin, "clock.set", "numbers") as a:
        a.fact(note="moved")
    assert proof.heads_digest() != before


def test_seal_asked_for_by_an_act_is_written_once(admin: Actor) -> None:
    with proof.act(admin, "clock.set", "numbers") as a:
        job = outbox.enqueue(a, jobs.SEAL_SITE)
    expected = proof.heads_digest()
    assert [tasks.task_seal_site(str(job.uuid)) for _ in range(2)] == [expected, "done elsewhere"]
    assert OutboxJob.objects.get().state == JobState.DONE
    assert LedgerEntry.objects.filter(event="site.sealed").count() == 1


def _refuse() -> str:
    raise Refusal("The clock stands before the last record of site.", "clock")


def test_hourly_seal_that_is_refused_is_told_once(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "seal_site", _refuse)
    assert [tasks.task_seal_site() for _ in range(2)] == ["refused", "refused"]
    assert "The clock stands before" in Alert.objects.get().text


def test_seal_of_an_act_that_is_refused_waits_and_is_written_later(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proof.act(admin, "clock.set", "numbers") as a:
        job = outbox.enqueue(a, jobs.SEAL_SITE)
    with monkeypatch.context() as patched:
        patched.setattr(proof, "seal_site", _refuse)
        assert tasks.task_seal_site(str(job.uuid)) == "failed"
    waiting = OutboxJob.objects.get()
    assert (waiting.state, waiting.error) == (JobState.QUEUED, "The clock stands before the last record of site.")
    tasks.task_seal_site(str(job.uuid))
    assert OutboxJob.objects.get().state == JobState.DONE
