"""What a time-stamp authority may answer instead of a stamp, and what becomes of the job (PDS-05, R101)."""

from __future__ import annotations

import http.client
import urllib.request
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from asn1crypto import cms

from compliance.domain import authority, proof, stamp_token, stamping
from compliance.domain.verification import set_back
from compliance.models import Alert, LedgerEntry
from tests import helpers

pytestmark = [pytest.mark.django_db, pytest.mark.req("R101")]
URL = "http://tsa.example/"


@pytest.fixture
def seal() -> LedgerEntry:
    helpers.person("anna", "operator")
    proof.seal_site()
    return LedgerEntry.objects.filter(event="site.sealed").latest("id")


def test_token_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    junk = cms.ContentInfo({"content_type": "data", "content": b"no time stamp at all"})
    answer = authority._Answer({"status": {"status": "granted"}, "time_stamp_token": junk})
    monkeypatch.setattr(authority, "post", lambda *_: answer.dump())
    with pytest.raises(authority.NoStamp, match=r"the token of http://tsa\.example/ cannot be read"):
        authority.stamp_of(URL, "0" * 64)


def test_address_that_is_no_web_address_is_not_asked() -> None:
    with pytest.raises(authority.NoStamp, match="file:///etc/passwd is not an http address"):
        authority.post("file:///etc/passwd", b"")


@pytest.mark.parametrize("fault", [http.client.BadStatusLine("junk"), ConnectionResetError("reset by the peer")])
def test_connection_that_breaks_is_named(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def breaks(*_args: object, **_more: object) -> None:
        raise fault

    monkeypatch.setattr(urllib.request, "urlopen", breaks)
    with pytest.raises(authority.NoStamp, match=str(fault)):
        authority.post(URL, b"")


def test_signed_data_that_holds_no_time_is_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = {"encap_content_info": {"content": SimpleNamespace(parsed="a letter")}}
    monkeypatch.setattr(stamp_token.cms.ContentInfo, "load", lambda *_args, **_more: {"content": signed})
    with pytest.raises(stamp_token.Unreadable, match="it holds no time stamp"):
        stamp_token.read(b"signed data")


def test_signature_that_cannot_be_checked_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object) -> None:
        raise stamp_token.FAILS[0]("unknown algorithm")

    monkeypatch.setattr(stamp_token, "ValidationContext", lambda **_: None)
    monkeypatch.setattr(stamp_token, "validate_tst_signed_data", fails)
    token: Any = SimpleNamespace(certificate=None, at=datetime.now(UTC), signed=None, imprint=b"")
    assert stamp_token._signature(token, []) == ["its signature cannot be checked: unknown algorithm"]


def test_job_that_was_done_before_does_nothing(seal: LedgerEntry) -> None:
    before = LedgerEntry.objects.count()
    job: Any = SimpleNamespace(uuid=seal.act_id, act_id=seal.act_id)
    assert stamping.stamp(job) == "done before"
    assert LedgerEntry.objects.count() == before


def test_authority_that_was_taken_away_is_told(seal: LedgerEntry, settings: Any) -> None:
    settings.TSA_URL = ""
    job: Any = SimpleNamespace(uuid=uuid.uuid4(), act_id=seal.act_id)
    assert stamping.stamp(job) == "no authority"
    assert "was not time-stamped" in Alert.objects.get().text


def test_lost_heads_are_counted_beyond_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_back, "KEPT", 1)
    found = set_back.SetBack()
    for seq in (1, 2):
        found.lose({"entry": found.top + seq, "chain": "a", "seq": seq, "at": f"2026-11-2{seq}"})
    assert (found.beyond, found.since, found.until) == (2, "2026-11-21", "2026-11-22")
    found.keep({"chain": "a", "seq": 2})
    assert found.replaced == 0, "not kept in memory, so not told twice"
