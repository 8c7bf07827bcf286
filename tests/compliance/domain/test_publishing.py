"""Seals go outside by jobs: by mail and to a web address; what fails is told, waits, and is sent later (R101)."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail

from compliance import tasks
from compliance.domain import outbox, proof, publishing
from compliance.models import Alert, ChainHead, ChainLink, LedgerEntry, OutboxJob
from compliance.states import JobState
from tests.compliance.domain import web_double
from tests.compliance.domain.tampering import findings

if TYPE_CHECKING:
    from compliance.domain.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.req("R101")]


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction the connection must stay."""
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)


def sealed() -> list[OutboxJob]:
    """Seals the site; the jobs this asked for."""
    before = set(OutboxJob.objects.values_list("pk", flat=True))
    proof.seal_site()
    return list(OutboxJob.objects.exclude(pk__in=before))


def published() -> list[dict[str, Any]]:
    """What stands on record of publications."""
    entries = LedgerEntry.objects.filter(event="site.heads_published").order_by("pk")
    return [json.loads(entry.payload)["facts"] for entry in entries]


def test_seal_without_addresses_asks_for_nothing(admin: Actor) -> None:
    assert sealed() == []


def test_seal_is_posted_to_the_web_address_and_that_is_on_record(admin: Actor, settings: Any) -> None:
    with web_double.serving() as server:
        settings.HEADS_URL = f"{server.url}?key=secret"
        (job,) = sealed()
        heads = proof.heads_digest()
        assert server.seen == []  # by the job, never in the act
        assert tasks.task_publish_heads(str(job.uuid)) == "published"
        assert tasks.task_publish_heads(str(job.uuid)) == "done elsewhere"
    (line,) = [json.loads(body) for body in server.seen]
    seal = ChainLink.objects.get(chain="site", seq=1)
    assert (line["digest"], line["heads"], line["site"]) == (seal.digest, heads, settings.SITE_NAME)
    (fact,) = published()
    assert (fact["to"], fact["digest"]) == (server.url, seal.digest)  # without the key in the address
    assert ChainHead.objects.get(chain="site").seq == 2
    assert [f for f in findings() if f.label != "heads file"] == []  # its acts never commit in this test


def test_seal_is_mailed_with_the_same_line(admin: Actor, settings: Any) -> None:
    settings.HEADS_MAIL = ["qa@house.example", "notary@elsewhere.example"]
    settings.SITE_NAME = "Unit 1\nBcc: all@house.example"
    (job,) = sealed()
    assert tasks.task_publish_heads(str(job.uuid)) == "published"
    (sent,) = mail.outbox
    assert sent.to == settings.HEADS_MAIL
    assert sent.subject == "Unit 1 Bcc: all@house.example: seal 1"
    line = json.loads(str(sent.body).strip().splitlines()[-1])
    assert line["digest"] == ChainLink.objects.get(chain="site", seq=1).digest
    assert published()[0]["by"] == "mail"


def test_one_place_that_is_down_holds_up_no_other(admin: Actor, settings: Any) -> None:
    settings.HEADS_MAIL, settings.HEADS_URL = ["qa@house.example"], "http://127.0.0.1:9/seals"
    answers = {outbox.arguments(job)["to"]: tasks.task_publish_heads(str(job.uuid)) for job in sealed()}
    assert answers == {"mail": "published", "url": "failed"}
    assert [fact["by"] for fact in published()] == ["mail"]


@pytest.mark.parametrize(("status", "words"), [(500, "HTTP 500"), (404, "HTTP 404"), (302, "HTTP 302")])
def test_refused_post_waits_with_its_reason_and_goes_out_later(
    admin: Actor, settings: Any, status: int, words: str
) -> None:
    with web_double.serving(lambda _body: (status, "text/plain", b"no")) as server:
        settings.HEADS_URL = server.url
        (job,) = sealed()
        assert [tasks.task_publish_heads(str(job.uuid)) for _ in range(5)] == ["failed"] * 5
    job.refresh_from_db()
    assert (job.state, words in job.error) == (JobState.QUEUED, True)
    assert words in Alert.objects.get().text
    assert published() == []
    with web_double.serving() as server:
        settings.HEADS_URL = server.url
        assert tasks.task_publish_heads(str(job.uuid)) == "published"
    assert json.loads(server.seen[0])["seq"] == 1


def test_web_address_that_never_answers_costs_two_seconds(admin: Actor, settings: Any) -> None:
    def sleep(_body: bytes) -> web_double.Answer:
        time.sleep(4)
        return web_double.accept(b"")

    with web_double.serving(sleep) as server:
        settings.HEADS_URL = server.url
        (job,) = sealed()
        begin = time.monotonic()
        assert tasks.task_publish_heads(str(job.uuid)) == "failed"
        assert time.monotonic() - begin < 3.5
    job.refresh_from_db()
    assert "timed out" in job.error


def test_mail_server_that_is_down_is_named(admin: Actor, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.HEADS_MAIL = "127.0.0.1", 9, ["qa@house.example"]
    (job,) = sealed()
    assert tasks.task_publish_heads(str(job.uuid)) == "failed"
    job.refresh_from_db()
    assert job.error.startswith("No mail to qa@house.example by 127.0.0.1")


def test_address_that_is_none_is_refused(admin: Actor, settings: Any) -> None:
    settings.HEADS_URL = "file:///etc/passwd"
    (job,) = sealed()
    with pytest.raises(publishing.NotPublished, match="not an http address"):
        publishing.publish(job)


def test_address_taken_away_is_told(admin: Actor, settings: Any) -> None:
    settings.HEADS_URL = "http://127.0.0.1:9/"
    (job,) = sealed()
    settings.HEADS_URL = ""
    assert tasks.task_publish_heads(str(job.uuid)) == "no address"
    assert "the address was taken away" in Alert.objects.get().text


def test_send_that_was_recorded_is_not_sent_again_when_its_worker_died(admin: Actor, settings: Any) -> None:
    with web_double.serving() as server:
        settings.HEADS_URL = server.url
        (job,) = sealed()
        publishing.publish(job)  # and the worker dies before it says so to the outbox
        assert tasks.task_publish_heads(str(job.uuid)) == "done before"
        assert len(server.seen) == 1
    assert len(published()) == 1
