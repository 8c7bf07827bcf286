"""The command, its parts, its exit codes, and what other apps add."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance import net
from compliance.domain import signing, verification
from compliance.domain.ledger import entry_digest
from compliance.domain.verification import Finding, Kind, Scope, noted, registry, signed, written
from compliance.models import ChainHead, ChainLink, LedgerEntry, RoleGrant, Signature, User
from compliance.refusals import Invalid
from tests import helpers
from tests.compliance.domain import small_site
from tests.compliance.domain.tampering import attacker, execute, findings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_checks", {})
    monkeypatch.setattr(registry, "_resolvers", {})


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    out, code = io.StringIO(), 0
    try:
        call_command("verify_integrity", *arguments, stdout=out)
    except SystemExit as error:
        code = int(error.code or 0)
    return code, out.getvalue()


@pytest.mark.req("R101")
def test_clean_site_ends_with_0(site: Actor) -> None:
    code, text = run()
    assert code == 0
    assert text.splitlines()[-1].startswith("Clean: 0 mismatches")


@pytest.mark.req("R101")
def test_one_changed_cell_ends_with_1_and_names_the_record(site: Actor) -> None:
    anna = User.objects.get(username="anna")
    with attacker():
        execute("UPDATE compliance_user SET printed_name = 'X' WHERE id = %s", anna.pk)
        code, text = run()
    assert code == 1
    assert f"changed: compliance.user {anna.uuid} (anna) version {anna.version} field printed_name" in text
    assert "NOT CLEAN" in text.splitlines()[-1]


@pytest.mark.case("AUD-18")
def test_dropped_guards_are_named(site: Actor) -> None:
    with attacker():
        code, text = run()
    assert code == 1
    assert "unguarded: database: guard net_update_compliance_user is missing" in text


def test_json_is_one_object(site: Actor) -> None:
    anna = User.objects.get(username="anna")
    with attacker():
        net.install(connection)
        execute("UPDATE compliance_user SET password = 'x' WHERE id = %s", anna.pk)
        clean = json.loads(run("--json")[1])
        net.remove(connection)
        execute("UPDATE compliance_user SET theme = 'dim' WHERE id = %s", anna.pk)
        net.install(connection)
        code, text = run("--json")
    assert (clean["clean"], clean["mismatches"]) == (True, [])
    assert clean["read"]["acts"] > 10
    (found,) = json.loads(text)["mismatches"]
    assert (code, found["kind"], found["uuid"], found["field"]) == (1, "changed", str(anna.uuid), "theme")


def test_notice_counts_only_when_strict(site: Actor, heads_file: Path) -> None:
    text = heads_file.read_text().splitlines(keepends=True)
    heads_file.write_text("".join(text[:-1]))
    code, out = run()
    assert (code, "notice: unpublished" in out) == (0, True)
    assert run("--strict")[0] == 1


def test_chain_looks_at_its_own_acts_alone(site: Actor) -> None:
    anna, bela = User.objects.get(username="anna"), User.objects.get(username="bela")
    with attacker():
        execute("UPDATE compliance_historicaluser SET printed_name = 'X' WHERE id = %s AND version = 1", bela.pk)
        net.install(connection)
        assert run("--chain", anna.chain)[0] == 0
        code, text = run("--chain", bela.chain)
    assert (code, str(bela.uuid) in text) == (1, True)


def test_part_finds_inserted_removed_and_changed_rows(site: Actor) -> None:
    anna = User.objects.get(username="anna")
    scope = Scope((anna.chain,))
    with attacker():
        execute("UPDATE compliance_user SET printed_name = 'X' WHERE id = %s", anna.pk)
        execute("UPDATE compliance_rolegrant SET state = 'withdrawn' WHERE user_id = %s", anna.pk)
        named = {(f.label, f.field) for f in findings(scope)}
    assert {("compliance.user", "printed_name"), ("compliance.rolegrant", "state")} <= named


def test_link_without_head_is_found_in_a_part(site: Actor) -> None:
    with attacker():
        ChainHead.objects.filter(chain="numbers").delete()
        assert any("no head" in f.text for f in findings(Scope(("numbers",))))
        assert run("--chain", "numbers")[0] == 1


def test_unknown_chain_and_batch_end_with_2(site: Actor) -> None:
    verification.register_resolver("batch", lambda number: ["numbers"] if number == "EV-26-0001" else [])
    assert run("--batch", "EV-26-0001")[0] == 0
    for arguments in (("--batch", "EV-26-0099"), ("--chain", "nothing")):
        with pytest.raises(CommandError, match="There is no") as caught:
            run(*arguments)
        assert caught.value.returncode == 2


def test_number_of_an_unknown_kind_is_refused(db: None) -> None:
    with pytest.raises(Invalid, match="look up a batch"):
        verification.scope_for("batch", "EV-26-0001")


def test_added_check_gets_the_scope_and_is_said_once(site: Actor) -> None:
    asked: list[Scope] = []
    finding = Finding(Kind.CHANGED, "batches.attachment", "u", "the file has another SHA-256", "nta.csv")

    def check(scope: Scope) -> list[Finding]:
        asked.append(scope)
        return [finding, finding]

    verification.register_check("files", check)
    code, text = run("--chain", "numbers")
    assert code == 1
    assert text.count("changed: batches.attachment u (nta.csv): the file has another SHA-256") == 1
    assert (asked[0].everything, asked[0].covers("numbers"), asked[0].covers("users")) == (False, True, False)


def test_queries_do_not_grow_with_the_acts_of_a_record(
    site: Actor, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert findings() == []
        return len(seen)

    few = queries()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(30):
            small_site.rename(site, User.objects.get(username="bela"), f"Bela {number}")
    assert queries() <= few + 4


def test_row_of_a_kind_unknown_here_is_named(site: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "model_of", lambda label: None if label.endswith("grant") else noted.model_of(label))
    assert {f.label for f in findings() if "not known here" in f.text} == {"compliance.rolegrant"}
    assert noted.model_of("no.such") is None
    assert noted.model_of("rubbish") is None


def test_forged_payload_that_is_none_is_named(site: Actor) -> None:
    entry = LedgerEntry.objects.filter(event="user.renamed").latest("pk")
    entry.payload = "rubbish"
    with attacker():
        LedgerEntry.objects.filter(pk=entry.pk).update(payload=entry.payload, digest=entry_digest(entry))
        found = findings()
    assert any("payload cannot be read" in f.text and f.uuid == str(entry.act_id) for f in found)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL's types take no such value")
@pytest.mark.parametrize(
    ("table", "column", "label"),
    [
        ("compliance_ledgerentry", "event", "compliance.ledgerentry"),
        ("compliance_user", "printed_name", "compliance.user"),
        ("compliance_historicaluser", "printed_name", "compliance.user"),
        ("compliance_signature", "title", "compliance.signature"),
    ],
)
def test_bytes_in_place_of_text_are_named(site: Actor, table: str, column: str, label: str) -> None:
    with attacker():
        execute(f"UPDATE {table} SET {column} = x'00ff' WHERE id = (SELECT max(id) FROM {table})")  # noqa: S608
        assert label in {f.label for f in findings()}


@pytest.mark.req("R101")
@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL's types take no such value")
@pytest.mark.parametrize(
    ("table", "column", "label"),
    [
        ("compliance_ledgerentry", "recorded_at", "compliance.ledgerentry"),
        ("compliance_signature", "signed_at", "compliance.signature"),
        ("compliance_rolegrant", "uuid", "compliance.rolegrant"),
        ("compliance_historicaluser", "history_date", "compliance.user"),
    ],
)
def test_cell_that_cannot_be_read_is_named_by_its_field(site: Actor, table: str, column: str, label: str) -> None:
    with attacker():
        execute(f"UPDATE {table} SET {column} = '2026-99-99 99:99' WHERE id = (SELECT max(id) FROM {table})")  # noqa: S608
        assert (label, column) in {(f.label, f.field) for f in findings() if "cannot be read" in f.text}


def test_payloads_are_kept_in_small_number(site: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noted, "KEPT_PAYLOADS", 2)
    assert findings() == []


def test_signed_rows_that_are_gone_or_unknown_are_told_apart(site: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature may cover rows that are written once, and rows of a part that is not installed."""
    first = Signature.objects.first()
    assert first is not None
    monkeypatch.setattr(signing, "_children", {"compliance.rolegrant": lambda _grant, _meaning: [first]})
    grant = RoleGrant.objects.order_by("pk").last()
    assert grant is not None
    small_site.sign(site, grant)
    assert [f for f in findings() if f.label == "compliance.signature"] == []
    part = {"label": "no.such", "uuid": "u", "version": 1, "manifest": 1, "values": {}}
    assert list(signed._parts(first, "no.such", [part])) == []
    known = {"label": "compliance.user", "uuid": str(site.user.uuid), "version": 1, "manifest": 9, "values": {"x": 1}}
    assert [f.text for f in signed._parts(first, "compliance.user", [known])] == [
        f"compliance.user {site.user.uuid} version 1 does not say what was signed (unreadable)"
    ]
    assert "is gone" in next(signed._parts(first, "compliance.user", [known | {"version": 99}])).text


def test_empty_database_needs_no_heads_file(db: None) -> None:
    with attacker():
        ChainLink.objects.all()._raw_delete("default")
        assert not any(f.label == "heads file" for f in findings())


def test_long_signed_text_is_compared_part_by_part(site: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "_children", {"compliance.rolegrant": lambda grant, _meaning: [grant.user]})
    grant = RoleGrant.objects.order_by("pk").last()
    assert grant is not None
    small_site.sign(site, grant)
    assert [f for f in findings() if f.label == "compliance.signature"] == []
    with attacker():
        execute("UPDATE compliance_historicaluser SET printed_name = 'X' WHERE id = %s", grant.user_id)
        found = [f.text for f in findings() if f.label == "compliance.signature"]
    assert any("does not say what was signed (printed_name)" in text for text in found)


@pytest.mark.django_db(transaction=True)
def test_command_reads_from_one_view_and_holds_nobody_up() -> None:
    small_site.make()
    assert findings() == []
    assert not connection.in_atomic_block
    small_site.rename(helpers.person("sysadmin"), User.objects.get(username="bela"), "Bela Toth")


@pytest.mark.req("R205")
def test_superuser_is_refused_in_words(db: None) -> None:
    before = User.objects.count()
    with pytest.raises(CommandError, match="no superuser") as caught:
        call_command("createsuperuser", "--noinput", "--username", "root")
    assert "Nothing was written" in str(caught.value)
    assert User.objects.count() == before
