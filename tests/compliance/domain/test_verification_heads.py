"""What stands outside the database: published heads, and the seals of the site chain (R101)."""

from __future__ import annotations

import json
import os
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from compliance import net
from compliance.domain import proof
from compliance.domain.act import act
from compliance.domain.verification import Kind, Scope, chains, reading, verify
from compliance.models import ChainHead, ChainLink, LedgerEntry, User
from tests.compliance.domain import small_site
from tests.compliance.domain.tampering import attacker, findings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db


def cut_last_act(chain: str) -> None:
    """Takes the newest act of a chain out of the whole database, tidily: the chains look shorter, not broken."""
    entry = LedgerEntry.objects.filter(links__chain=chain).order_by("-pk").first()
    assert entry is not None
    for link in ChainLink.objects.filter(entry=entry):
        before = ChainLink.objects.filter(chain=link.chain, seq=link.seq - 1).first()
        head = ChainHead.objects.filter(chain=link.chain)
        if before is None:
            head.delete()
        else:
            hours = LedgerEntry.objects.filter(links__chain=link.chain).exclude(pk=entry.pk)
            newest = max(hours.values_list("recorded_at", flat=True))
            head.update(seq=before.seq, digest=before.digest, recorded_at=newest)
        link.delete()
    LedgerEntry.objects.filter(pk=entry.pk)._raw_delete("default")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def write(path: Path, heads: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(head) + "\n" for head in heads))


def numbers_only(site: Actor, commit: Callable[..., Any]) -> None:
    """An act without rows, the newest of its chain."""
    with commit(execute=True), act(site, "clock.set", "numbers") as a:
        a.fact(note="nothing else")


def test_chain_cut_short_is_found_by_its_published_head(
    site: Actor, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    numbers_only(site, django_capture_on_commit_callbacks)
    with attacker():
        cut_last_act("numbers")
        finding, whole = findings()
    assert (finding.kind, "chain numbers: link 4 was published" in finding.text) == (Kind.REMOVED, True)
    assert (whole.kind, "the database ends with entry" in whole.text) == (Kind.REMOVED, True)


def test_chain_cut_short_with_its_published_head_is_found_by_the_seal(
    site: Actor, heads_file: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    numbers_only(site, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        proof.seal_site()
    write(heads_file, [h for h in lines(heads_file) if (h["chain"], h["seq"]) != ("numbers", 4)])
    with attacker():
        cut_last_act("numbers")
        (finding,) = findings()
    assert (finding.kind, "chain numbers: link 4 is not the one that seal" in finding.text) == (Kind.REMOVED, True)


def test_seal_takes_in_each_head_that_moved(site: Actor) -> None:
    facts = json.loads(LedgerEntry.objects.get(event="site.sealed").payload)["facts"]
    heads = ChainHead.objects.exclude(chain="site").values_list("chain", "seq", "digest")
    assert sorted(map(list, heads)) == sorted(facts["sealed"])
    assert facts["chains"] == len(facts["sealed"])


def test_missing_heads_file_is_a_mismatch(site: Actor, heads_file: Path) -> None:
    heads_file.unlink()
    assert [(f.kind, f.label) for f in findings()] == [(Kind.REMOVED, "heads file")]


def test_line_taken_from_the_heads_file_is_a_notice(site: Actor, heads_file: Path) -> None:
    write(heads_file, [h for h in lines(heads_file) if (h["chain"], h["seq"]) != ("numbers", 2)])
    found = [f for f in verify(Scope(("numbers",))) if f.kind == Kind.UNPUBLISHED]
    assert [(f.notice, "link 2" in f.text) for f in found] == [(True, True)]
    assert findings() == []


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("digest", "0" * 64, Kind.CHANGED),
        ("at", "2020-01-01T00:00:00.000000+00:00", Kind.RE_DATED),
        ("entry", 99999, Kind.REORDERED),
    ],
)
def test_published_head_that_says_otherwise_is_named(
    site: Actor, heads_file: Path, column: str, value: Any, kind: Kind
) -> None:
    heads = lines(heads_file)
    heads[-1][column] = value
    write(heads_file, heads)
    assert [(f.kind, f"chain {heads[-1]['chain']}" in f.text) for f in findings()] == [(kind, True)]


@pytest.mark.parametrize("line", ["rubbish", "[]", '{"chain": "site"}', '{"chain": 1, "seq": 2}', "7"])
def test_line_that_cannot_be_read_is_named(site: Actor, heads_file: Path, line: str) -> None:
    with heads_file.open("a") as file:
        file.write(line + "\n")
    (finding,) = findings()
    assert (finding.kind, "cannot be read" in finding.text) == (Kind.CHANGED, True)


@pytest.mark.req("R101")
def test_half_line_left_by_a_crash_is_told_and_swallows_no_other(
    site: Actor, heads_file: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    whole = heads_file.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    heads_file.write_bytes(whole[: len(whole) - len(last) // 2])
    numbers_only(site, django_capture_on_commit_callbacks)
    halves = [line for line in heads_file.read_bytes().splitlines() if not line.endswith(b"}")]
    assert halves == [last[: len(last) - len(last) // 2]]
    assert lines_of_end(heads_file)["chain"] == "numbers"
    told = [f for f in verify(Scope()) if f.label == "heads file"]
    assert [(f.kind, f.notice, "ends in its middle" in f.text) for f in told] == [(Kind.UNPUBLISHED, True, True)]
    assert findings() == []


@pytest.mark.parametrize("cut", [1, 2, 60, -3])
def test_half_line_at_the_end_of_the_file_is_told(site: Actor, heads_file: Path, cut: int) -> None:
    last = heads_file.read_bytes().splitlines(keepends=True)[-1]
    heads_file.write_bytes(heads_file.read_bytes()[: -(cut if cut > 0 else len(last) + cut)])
    told = [f for f in verify(Scope()) if f.label == "heads file"]
    assert len(told) == (0 if cut == 1 else 1)  # without the line's end alone nothing is lost
    assert findings() == []


def test_full_disk_refuses_no_act_and_its_heads_go_out_with_the_next(
    site: Actor,
    heads_file: Path,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    settings.HEADS_FILE = heads_file.parent / "no such folder" / "heads.jsonl"
    numbers_only(site, django_capture_on_commit_callbacks)
    assert "cannot be written" in caplog.text
    settings.HEADS_FILE = heads_file
    numbers_only(site, django_capture_on_commit_callbacks)
    assert [(h["chain"], h["seq"]) for h in lines(heads_file)[-2:]] == [("numbers", 4), ("numbers", 5)]
    assert [f for f in verify(Scope()) if f.label == "heads file"] == []


def test_short_writes_still_make_whole_lines(
    site: Actor,
    heads_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda to, data: real(to, data[:7]))
    numbers_only(site, django_capture_on_commit_callbacks)
    monkeypatch.undo()
    assert lines_of_end(heads_file)["seq"] == 4


def lines_of_end(path: Path) -> dict[str, Any]:
    """The last line of the file."""
    return dict(json.loads(path.read_text().splitlines()[-1]))


def test_heads_published_out_of_turn_are_all_known(site: Actor, heads_file: Path) -> None:
    write(heads_file, list(reversed(lines(heads_file))))
    assert findings() == []


def test_head_without_links_and_links_without_head_are_named(site: Actor) -> None:
    anna = User.objects.get(username="anna")
    with attacker():
        ChainHead.objects.filter(chain=anna.chain).update(chain="nobody")
        found = findings()
    assert {("chain", "nobody"), ("compliance.user", str(anna.uuid))} <= {(f.label, f.uuid) for f in found}


def test_long_chains_are_walked_part_by_part(
    site: Actor, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    for name, value in ((chains, "SMALL"), (reading, "CHUNK")):
        monkeypatch.setattr(name, value, 2)
    with django_capture_on_commit_callbacks(execute=True):
        small_site.rename(site, User.objects.get(username="bela"), "Bela Nagy")
    assert findings() == []
    with attacker():
        ChainLink.objects.filter(chain="users", seq=3).update(prev="0" * 64)
        assert any("chain users: link 3" in f.text for f in findings())


def set_back(site: Actor, commit: Callable[..., Any], acts: int) -> None:
    """The database as it was some acts ago: they are gone with every trace in it."""
    for _ in range(acts):
        numbers_only(site, commit)
    connection.check_constraints()  # PostgreSQL drops no trigger while a deferred key waits to be judged
    net.remove(connection)
    for _ in range(acts):
        cut_last_act("numbers")
    connection.check_constraints()
    net.install(connection)
    net._complete.clear()


@pytest.mark.req("R101")
def test_restore_from_an_older_backup_is_told_as_such(
    site: Actor, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    set_back(site, django_capture_on_commit_callbacks, 3)
    said = [f for f in verify(Scope()) if "restored from an older backup?" in f.text]
    assert [(f.kind, f.label) for f in said] == [(Kind.REMOVED, "heads file")]
    assert "; 3 heads published up to" in said[0].text
    assert sum("was published and is gone" in f.text for f in verify(Scope())) == 3


@pytest.mark.req("R101")
def test_database_that_was_set_back_and_went_on_is_told_as_such(
    site: Actor, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    set_back(site, django_capture_on_commit_callbacks, 2)
    for _ in range(3):
        numbers_only(site, django_capture_on_commit_callbacks)
    said = [f for f in findings() if "restored from an older backup?" in f.text]
    assert [(f.kind, ", 2 published heads were replaced" in f.text) for f in said] == [(Kind.CHANGED, True)]


@pytest.mark.req("R101")
def test_heads_file_set_back_too_is_found_by_lines_kept_elsewhere(
    site: Actor, heads_file: Path, tmp_path: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    before = heads_file.read_bytes()
    set_back(site, django_capture_on_commit_callbacks, 1)
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(heads_file.read_bytes().splitlines(keepends=True)[-1])
    heads_file.write_bytes(before)
    assert findings() == []
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_integrity", heads=[kept], stdout=out)
    assert "restored from an older backup?" in out.getvalue()
    assert "1 heads kept elsewhere" in out.getvalue()


def test_file_of_kept_lines_that_is_not_there_ends_with_2(site: Actor, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file") as raised:
        call_command("verify_integrity", heads=[tmp_path / "none"])
    assert raised.value.returncode == 2
