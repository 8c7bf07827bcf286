"""Issued documents: one version a job, named after who asked, superseded on the page and never in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compliance.domain import accounts, outbox, store
from compliance.domain.act import act
from compliance.domain.canonical import sha256
from compliance.models import Alert, LedgerEntry, OutboxJob
from compliance.refusals import Denied, Invalid, Refused
from release import tasks
from release.domain import documents, dossier
from release.models import IssuedDocument
from release.pdf.errors import SealError
from release.queries.asof import View
from tests import helpers
from tests.release import steps as release

if TYPE_CHECKING:
    from batches.models import Batch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_paper")]


@pytest.fixture
def batch() -> Batch:
    """A batch as issued: a document does not ask for more."""
    return release.issued()


@pytest.mark.case("AUD-04")
def test_document_made_by_the_worker_names_who_asked(batch: Batch) -> None:
    rita = release.other_qa()
    release.requested(batch, by=rita)
    release.made()
    row = release.document(batch)
    history = list(IssuedDocument.history.filter(id=row.pk).order_by("version"))
    assert [h.history_user_id for h in history] == [rita.user.pk, rita.user.pk]
    entry = LedgerEntry.objects.get(event="document.issued")
    assert (entry.actor_name, row.requested_by_id) == ("rita", rita.user.pk)


@pytest.mark.case("JOB-01")
def test_job_run_twice_makes_one_version(batch: Batch) -> None:
    release.requested(batch)
    job = OutboxJob.objects.get(name="release.make_document")
    answers = [tasks.run_document_job(job.uuid) for _ in range(2)]
    assert answers == ["made", "done elsewhere"]
    assert batch.documents.count() == 1
    assert LedgerEntry.objects.filter(event="document.issued").count() == 1


@pytest.mark.case("JOB-01")
def test_job_handed_out_again_after_its_lease_makes_one_version(batch: Batch) -> None:
    """The first worker is slow, its lease runs out, a second one makes the document, then the first one ends."""
    release.requested(batch)
    job = OutboxJob.objects.get(name="release.make_document")
    slow = outbox.claim(job.uuid)
    assert slow is not None
    OutboxJob.objects.filter(pk=job.pk).update(state="queued")
    assert tasks.run_document_job(job.uuid) == "made"
    before = release.document(batch).version
    documents.make_document(slow, tasks.render)
    assert release.document(batch).version == before
    assert LedgerEntry.objects.filter(event="document.issued").count() == 1


@pytest.mark.req("R224")
def test_copies_are_numbered_and_need_a_reason(batch: Batch) -> None:
    release.requested(batch)
    for bad in ("", "  "):
        with pytest.raises(Invalid):
            release.requested(batch, reason=bad)
    assert release.requested(batch, reason="The sponsor asked for it").copy_no == 2
    assert release.requested(batch, kind="coa").number == f"COA-{batch.number}-01"


@pytest.mark.req("R107")
@pytest.mark.parametrize("role", ["operator", "inspector", "qc_reviewer", "system_administrator"])
def test_only_quality_asks(batch: Batch, role: str) -> None:
    who = helpers.person("zoe", role)
    with pytest.raises(Denied):
        release.requested(batch, by=who)
    row = release.requested(batch)
    with pytest.raises(Denied):
        documents.retry_document(who, row)


@pytest.mark.case("PDS-03")
def test_superseded_document_keeps_its_bytes(batch: Batch) -> None:
    release.requested(batch)
    release.made()
    first = release.document(batch)
    before = store.read(first.sha256)
    release.requested(batch, reason="The sponsor asked for it")
    release.made()
    first.refresh_from_db()
    assert first.state == "superseded"
    assert store.read(first.sha256) == before
    assert release.document(batch, copy=2).sha256 != first.sha256


@pytest.mark.case("JOB-06")
def test_fault_is_tried_again_told_after_the_fifth_time_and_made_when_mended(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_disk(_built: object) -> tuple[bytes, bytes, int]:
        raise OSError("No space left on device")

    row = release.requested(batch)
    good = tasks.render
    monkeypatch.setattr(tasks, "render", out_of_disk)
    for attempt in range(1, 7):
        assert release.made() == ["failed"]
        job = OutboxJob.objects.get(name="release.make_document")
        row.refresh_from_db()
        assert (job.attempts, job.error) == (attempt, "No space left on device")
        assert (job.state, row.state) == ("queued", "requested" if attempt < 5 else "failed")
    assert row.error == "No space left on device"
    assert row.sha256 == ""
    assert list(store.path_of("x").parent.iterdir()) == []
    assert "No space left on device" in Alert.objects.get().text
    monkeypatch.setattr(tasks, "render", good)
    assert release.made() == ["made"]


@pytest.mark.case("PDS-05")
@pytest.mark.req("R112")
def test_document_that_the_seal_refuses_says_so_on_record_at_once_and_waits(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(_built: object) -> tuple[bytes, bytes, int]:
        raise SealError("The seal's certificate “Unit 1” ended on 2026-11-01 00:00 UTC.")

    row = release.requested(batch)
    good = tasks.render
    monkeypatch.setattr(tasks, "render", ended)
    assert release.made() == ["failed"]
    row.refresh_from_db()
    job = OutboxJob.objects.get(name="release.make_document")
    assert (row.state, job.state) == ("failed", "queued")
    assert "ended on 2026-11-01" in row.error
    assert "ended on 2026-11-01" in Alert.objects.get().text
    assert LedgerEntry.objects.filter(event="document.failed").count() == 1
    monkeypatch.setattr(tasks, "render", good)
    assert release.made() == ["made"]
    row.refresh_from_db()
    assert (row.state, row.error) == ("made", "")


def test_made_document_is_not_tried_again(batch: Batch) -> None:
    row = release.requested(batch)
    release.made()
    row.refresh_from_db()
    with pytest.raises(Refused):
        documents.retry_document(release.qa(), row)


def test_retry_after_the_worker_was_lost_sends_the_job_again(batch: Batch) -> None:
    row = release.requested(batch)
    job = documents.job_of(row)
    assert job is not None
    outbox.fail(job, "The worker was lost each time.", final=True)
    documents.retry_document(release.qa(), row)
    assert release.made() == ["made"]


def test_request_of_a_person_who_left_is_taken_over(batch: Batch) -> None:
    """The worker acts for nobody who left; another person's retry takes the request over, on record."""
    rita = release.other_qa()
    row = release.requested(batch, by=rita)
    with act(helpers.person("sysadmin", "system_administrator"), "user.deactivated", rita.user) as a:
        accounts.deactivate_user(a, rita.user, "Left the company")
    assert [release.made() for _ in range(5)] == [["failed"]] * 5
    assert "not active" in OutboxJob.objects.get(name="release.make_document").error
    row = release.document(batch)
    documents.retry_document(release.qa(), row)
    assert release.made() == ["made"]
    row = release.document(batch)
    assert (row.state, row.requested_by.username) == ("made", "quinn")
    names = [h.history_user.username for h in IssuedDocument.history.filter(id=row.pk).order_by("version")]
    assert names == ["rita", "quinn", "quinn"]


def test_older_copy_that_is_made_last_does_not_supersede_the_newer_one(batch: Batch) -> None:
    release.requested(batch)
    release.requested(batch, reason="The sponsor asked for it")
    first, second = OutboxJob.objects.filter(name="release.make_document").order_by("pk")
    assert [tasks.run_document_job(job.uuid) for job in (second, first)] == ["made", "made"]
    assert [d.state for d in batch.documents.order_by("copy_no")] == ["superseded", "made"]


@pytest.mark.case("JOB-06")
def test_failure_told_late_does_not_touch_a_document_that_is_made(batch: Batch) -> None:
    release.requested(batch)
    job = OutboxJob.objects.get(name="release.make_document")
    release.made()
    documents.fail_document(job, "The worker was cut off")
    row = release.document(batch)
    assert (row.state, row.error) == ("made", "")
    assert not LedgerEntry.objects.filter(event="document.failed").exists()


@pytest.mark.req("R223")
def test_section_kept_for_the_next_issue_is_the_first_one_and_whole_or_not_used(batch: Batch) -> None:
    documents.keep_section("key", b"first")
    documents.keep_section("key", b"second")
    assert documents.kept_section("key") == b"first"
    path = store.path_of(sha256(b"first"))
    path.chmod(0o640)
    path.write_bytes(b"forged")
    assert documents.kept_section("key") is None
    assert documents.kept_section("unknown") is None


@pytest.mark.req("R319")
def test_batch_not_tested_yet_is_judged_by_the_specification_approved_then(batch: Batch) -> None:
    seq = LedgerEntry.objects.latest("pk").pk
    assert dossier.specification_asof(batch, View(seq)) == release.specification()
    before = LedgerEntry.objects.earliest("pk").pk
    assert dossier.specification_asof(batch, View(before)) is None
