"""Two people decide about one batch at the same moment: one decision, one signature, its own documents (WF-06)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from compliance.domain import signing
from compliance.domain.act import act
from compliance.models import OutboxJob, Signature
from compliance.refusals import Refusal
from release import tasks
from release.domain import disposition, documents
from release.models import Disposition
from tests import helpers
from tests.release import steps as release

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Each job on its own connection; all begin together. A refusal is an answer."""
    start, answers = threading.Barrier(len(jobs)), [object()] * len(jobs)

    def run(index: int, job: Callable[[], object]) -> None:
        try:
            start.wait(10)
            answers[index] = job()
        except Refusal as refusal:
            answers[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, job)) for n, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.mark.case("WF-06")
@pytest.mark.parametrize("version_seen", [True, False])
def test_release_and_rejection_at_once_leave_one_decision(version_seen: bool) -> None:
    batch = release.executed()
    release.tested(batch)
    batch = release.certified(release.reviewed(batch))
    rita, pia = release.other_qa(), release.qp()
    rejecting = signing.challenge(rita, "rita", helpers.SECRET, signing.subject_of(batch, "rejected"))
    releasing = signing.challenge(pia, "pia", helpers.SECRET, signing.subject_of(batch, "released"))
    version = batch.version if version_seen else None

    def reject() -> str:
        with act(rejecting[0], "batch.rejected", batch) as a:
            return str(disposition.reject(a, rejecting[1], batch, "Pressure out of range", version).state)

    def let_go() -> str:
        with act(releasing[0], "batch.released", batch) as a:
            return str(disposition.release_batch(a, releasing[1], batch, "Released for use", version).state)

    answers = at_once(reject, let_go)
    won = [a for a in answers if isinstance(a, str)]
    (lost,) = [a for a in answers if isinstance(a, Refusal)]
    assert len(won) == 1
    assert "changed by somebody else" in lost.text or "needs" in lost.text
    final = release.fresh(batch)
    assert final.state == won[0]
    assert Disposition.objects.filter(batch=batch, decision__in=["released", "rejected"]).count() == 1
    meanings = Signature.objects.filter(record_uuid=batch.uuid).values_list("meaning", flat=True)
    assert sorted(m for m in meanings if m in {"released", "rejected"}) == [final.state]
    records = documents.jobs_of(batch.documents.filter(kind="ebr"))
    assert len(records) == 1


@pytest.mark.case("JOB-01")
def test_one_job_at_two_workers_makes_one_version(plain_paper: None, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = release.issued()
    release.requested(batch)
    job = OutboxJob.objects.get(name="release.make_document")
    answers = at_once(*[lambda: tasks.run_document_job(job.uuid)] * 2)
    assert sorted(map(str, answers)) == ["done elsewhere", "made"]
    assert release.document(batch).state == "made"
    assert release.document(batch).version == 2


def test_copies_asked_for_at_once_get_different_numbers(plain_paper: None) -> None:
    batch = release.issued()
    who = release.qa()
    release.requested(batch)
    answers = at_once(*[lambda: release.requested(batch, reason="Asked for at once", by=who).copy_no] * 4)
    assert sorted(map(str, answers)) == ["2", "3", "4", "5"]
