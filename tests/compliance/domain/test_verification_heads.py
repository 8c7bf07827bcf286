"""What stands outside the database: published heads, and the seals of the site chain (R101)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

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
        (finding,) = findings()
    assert (finding.kind, "chain numbers: link 4 was published" in finding.text) == (Kind.REMOVED, True)


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
