"""Time stamps of seals: asked for by a job, kept on record, checked by us and by plain openssl (R101, R112)."""

from __future__ import annotations

import base64
import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command

from compliance import tasks
from compliance.domain import proof
from compliance.domain.verification import Kind, Scope, verify
from compliance.models import Alert, LedgerEntry, OutboxJob, TimeStamp
from compliance.states import JobState
from tests.compliance.domain import authority_double, web_double
from tests.compliance.domain.authority_double import DAY, Authority
from tests.compliance.domain.tampering import attacker

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor
    from compliance.domain.verification import Finding

pytestmark = [pytest.mark.django_db, pytest.mark.req("R101"), pytest.mark.req("R112")]
DOCS = Path(__file__).resolve().parents[3] / "docs" / "proof.md"


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction the connection must stay."""
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)


@pytest.fixture(scope="module")
def clock() -> Authority:
    """An authority whose certificate is good."""
    return authority_double.authority()


@pytest.fixture
def trusted(settings: Any, tmp_path: Path) -> Callable[[Authority], None]:
    """Sets the roots of an authority."""

    def trust(one: Authority) -> None:
        path = tmp_path / "roots.pem"
        path.write_bytes(one.root)
        settings.TSA_ROOTS = str(path)

    return trust


def stamped(settings: Any, one: Authority, expected: str = "stamped") -> OutboxJob:
    """Seals the site and has the authority asked."""
    with web_double.serving(one.answer) as server:
        settings.TSA_URL = server.url
        proof.seal_site()
        job = OutboxJob.objects.get(name="compliance.stamp_seal")
        assert tasks.task_stamp_seal(str(job.uuid)) == expected, OutboxJob.objects.get(pk=job.pk).error
    job.refresh_from_db()
    return job


def found(*, notices: bool = False) -> list[Finding]:
    """What verification says of time stamps."""
    return [f for f in verify(Scope()) if f.label == "compliance.timestamp" and f.notice == notices]


def test_seal_without_authority_asks_for_nothing(admin: Actor) -> None:
    proof.seal_site()
    assert not OutboxJob.objects.exists()


def test_seal_is_stamped_by_a_job_and_kept_on_record(
    admin: Actor, settings: Any, clock: Authority, trusted: Callable[[Authority], None]
) -> None:
    trusted(clock)
    job = stamped(settings, clock)
    row, seal = TimeStamp.objects.get(), LedgerEntry.objects.get(event="site.sealed")
    assert (row.digest, row.sealed_entry, row.authority) == (seal.digest, seal.pk, "Clock of the test")
    entry = LedgerEntry.objects.get(event="site.time_stamped")
    assert (entry.home, entry.actor_name, entry.act_id) == ("site", "system", job.uuid)
    assert job.state == JobState.DONE
    assert tasks.task_stamp_seal(str(job.uuid)) == "done elsewhere"
    assert found() == []
    assert found(notices=True) == []


def test_roots_that_are_not_set_are_told_once(admin: Actor, settings: Any, clock: Authority) -> None:
    stamped(settings, clock)
    assert found() == []
    assert ["EVIDENCE_TSA_ROOTS is not set" in f.text for f in found(notices=True)] == [True]


def commands() -> str:
    """The commands that docs/proof.md gives for a time stamp."""
    (block,) = re.findall(r"```sh\n(.*?)```", DOCS.read_text(), re.DOTALL)
    return str(block)


def openssl(folder: Path, seal: int) -> str:
    """What the documented commands say."""
    done = subprocess.run(
        ["bash", "-c", commands()],
        cwd=folder,
        env={**os.environ, "SEAL": str(seal), "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def exported(folder: Path, one: Authority) -> Path:
    """Files as `export_time_stamps` writes them, with the root beside."""
    call_command("export_time_stamps", str(folder), verbosity=0)
    (folder / "roots.pem").write_bytes(one.root)
    return folder


def test_plain_openssl_verifies_by_the_documented_commands(
    admin: Actor, settings: Any, clock: Authority, tmp_path: Path
) -> None:
    stamped(settings, clock)
    folder, seal = exported(tmp_path / "out", clock), TimeStamp.objects.get().sealed_entry
    said = openssl(folder, seal)
    assert "Verification: OK" in said, said
    assert "payload matches" in said


@pytest.mark.parametrize("part", ["json", "tst", "payload.json"])
def test_plain_openssl_finds_a_changed_byte(
    admin: Actor, settings: Any, clock: Authority, tmp_path: Path, part: str
) -> None:
    stamped(settings, clock)
    folder, seal = exported(tmp_path / "out", clock), TimeStamp.objects.get().sealed_entry
    path = folder / f"seal-{seal}.{part}"
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(bytes(data))
    said = openssl(folder, seal)
    assert not ("Verification: OK" in said and "payload matches" in said), said


def test_stamp_of_a_certificate_that_ended_since_stays_good_and_is_told(
    admin: Actor, settings: Any, tmp_path: Path, trusted: Callable[[Authority], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    old = authority_double.authority(now - 40 * DAY, now - 10 * DAY)
    old.at = (now - 20 * DAY).replace(microsecond=0)
    trusted(old)
    with monkeypatch.context() as patched:  # the seal is of that day too
        patched.setattr("compliance.domain.clock.true_now", lambda: now - 20 * DAY - timedelta(minutes=1))
        stamped(settings, old)
    assert found() == []
    (notice,) = found(notices=True)
    assert (notice.kind, "what it stamped before stays good" in notice.text) == (Kind.UNPROVEN, True)
    said = openssl(exported(tmp_path / "out", old), TimeStamp.objects.get().sealed_entry)
    assert "Verification: OK" in said, said


@pytest.mark.case("PDS-05")
def test_stamp_made_after_its_certificate_ended_is_refused_told_and_asked_again(
    admin: Actor, settings: Any, trusted: Callable[[Authority], None]
) -> None:
    now = datetime.now(UTC)
    old = authority_double.authority(now - 40 * DAY, now - 10 * DAY)
    trusted(old)
    job = stamped(settings, old, "failed")
    assert "outside its certificate's time" in job.error
    assert (job.state, TimeStamp.objects.exists()) == (JobState.QUEUED, False)
    for _ in range(4):
        tasks.task_stamp_seal(str(job.uuid))
    assert "stamp_seal" in Alert.objects.get().kind
    renewed = authority_double.authority()
    trusted(renewed)
    with web_double.serving(renewed.answer) as server:
        settings.TSA_URL = server.url
        assert tasks.task_stamp_seal(str(job.uuid)) == "stamped"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"at": datetime.now(UTC) - timedelta(hours=2)}, "before the seal it stamps"),
        ({"status": "rejection"}, "rejection: Unknown policy"),
    ],
)
def test_answer_that_is_no_good_stamp_is_refused(
    admin: Actor, settings: Any, change: dict[str, Any], words: str
) -> None:
    one = authority_double.authority()
    for name, value in change.items():
        setattr(one, name, value)
    assert words in stamped(settings, one, "failed").error


def test_certificate_not_for_stamps_or_of_another_root_is_refused(
    admin: Actor, settings: Any, clock: Authority, trusted: Callable[[Authority], None]
) -> None:
    trusted(clock)
    other = authority_double.authority(stamps=False)
    error = stamped(settings, other, "failed").error
    assert "not one for time stamps" in error
    assert "does not lead to a given root" in error


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((400, "text/plain", b"no"), "HTTP 400"),
        ((200, "text/html", b"<p>"), "answered text/html"),
        ((200, "application/timestamp-reply", b"junk"), "cannot be read"),
    ],
)
def test_authority_that_answers_junk_is_named(admin: Actor, settings: Any, answer: Any, words: str) -> None:
    with web_double.serving(lambda _body: answer) as server:
        settings.TSA_URL = server.url
        proof.seal_site()
        job = OutboxJob.objects.get()
        assert tasks.task_stamp_seal(str(job.uuid)) == "failed"
    job.refresh_from_db()
    assert words in job.error


def test_answer_to_another_question_is_refused(admin: Actor, settings: Any, clock: Authority) -> None:
    kept: list[web_double.Answer] = []

    def replay(body: bytes) -> web_double.Answer:
        kept.append(clock.answer(body))
        return kept[0]

    with web_double.serving(replay) as server:
        settings.TSA_URL = server.url
        for _ in range(2):
            proof.seal_site()
        first, second = OutboxJob.objects.order_by("pk")
        assert tasks.task_stamp_seal(str(first.uuid)) == "stamped"
        assert tasks.task_stamp_seal(str(second.uuid)) == "failed"
    second.refresh_from_db()
    assert "another nonce" in second.error


def spoiled(row: TimeStamp) -> str:
    """The token with its signature's last byte changed."""
    data = bytearray(base64.b64decode(row.token))
    data[-1] ^= 1
    return base64.b64encode(bytes(data)).decode()


@pytest.mark.parametrize(
    ("column", "value", "kind", "words"),
    [
        ("token", spoiled, Kind.CHANGED, "its signature is not valid"),
        ("token", lambda _row: "AAAA", Kind.CHANGED, "cannot be read"),
        ("token", lambda _row: "no base64!", Kind.CHANGED, "cannot be read"),
        ("digest", lambda _row: "0" * 64, Kind.CHANGED, "it names digest 000"),
        ("stamped_at", lambda row: row.stamped_at - DAY, Kind.RE_DATED, "its token"),
        ("sealed_entry", lambda _row: 1, Kind.REMOVED, "is gone"),
    ],
)
def test_stamp_that_was_tampered_with_is_named(
    admin: Actor,
    settings: Any,
    clock: Authority,
    column: str,
    value: Callable[[TimeStamp], Any],
    kind: Kind,
    words: str,
) -> None:
    stamped(settings, clock)
    row = TimeStamp.objects.get()
    with attacker():
        TimeStamp.objects.filter(pk=row.pk).update(**{column: value(row)})
        lines = [f for f in found() if f.text.startswith("time stamp of entry")]
    assert [(f.kind, f.uuid, words in f.text) for f in lines] == [(kind, str(row.uuid), True)]


def test_seal_rewritten_with_all_its_chain_is_found_by_its_stamp(admin: Actor, settings: Any, clock: Authority) -> None:
    stamped(settings, clock)
    seal = LedgerEntry.objects.get(event="site.sealed")
    with attacker():
        LedgerEntry.objects.filter(pk=seal.pk).update(digest="1" * 64)
        TimeStamp.objects.update(digest="1" * 64)
        assert any("not the seal's digest" in f.text for f in found())
