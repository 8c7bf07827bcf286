"""Whatever an owner of the database changes behind the product's back is found and named (R101)."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from compliance.domain.canonical import canonical_json, sha256
from compliance.domain.ledger import entry_digest
from compliance.domain.verification import Finding, Kind, present
from compliance.manifests import gmp_models
from compliance.models import ChainLink, LedgerEntry, RoleGrant, Signature, User
from tests.compliance.domain import tampering
from tests.compliance.domain.tampering import attacker, execute, findings, undone

if TYPE_CHECKING:
    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db

ATTACKS = 200


@pytest.fixture(autouse=True)
def _filled_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some hundred empty tables of other apps are not read two hundred times."""

    def filled() -> list[Any]:
        return [m for m in gmp_models() if m._meta.app_label == "compliance"]

    monkeypatch.setattr(present, "gmp_models", filled)


def said(found: list[Finding]) -> str:
    """All findings as text."""
    return "\n".join(str(finding) for finding in found)


def named(found: list[Finding], kind: Kind, label: str, key: Any) -> bool:
    """Whether a finding of this kind names the record."""
    return any(f.kind == kind and f.label == label and f.uuid == str(key) for f in found)


def copy_row(table: str, pk: int, **changed: Any) -> None:
    """Copies a row by raw SQL under a new key with some columns changed."""
    with connection.cursor() as cursor:
        key = "history_id" if "historical" in table else "id"
        cursor.execute(f'SELECT * FROM "{table}" WHERE "{key}" = %s', [pk])  # noqa: S608
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True)) | {key: 9000} | changed
        marks = ", ".join(["%s"] * len(row))
        columns = ", ".join(f'"{name}"' for name in row)
        cursor.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', list(row.values()))  # noqa: S608


def raw(value: uuid.UUID) -> Any:
    """A uuid as the database holds it."""
    return value if connection.vendor == "postgresql" else value.hex


@pytest.mark.req("R101")
def test_untouched_site_is_clean(site: Actor) -> None:
    assert findings() == []


@pytest.mark.req("R101")
@pytest.mark.req("R105")
def test_every_changed_cell_is_found_and_its_record_named(site: Actor) -> None:
    chance = random.Random(20260720)  # noqa: S311 - repeatable attacks
    columns = tampering.columns()
    assert len({model for model, _ in columns}) >= 10
    wanted = [*columns, *chance.choices(columns, k=max(0, ATTACKS - len(columns)))]
    missed = []
    with attacker():
        for model, field in wanted:
            cell = tampering.pick(chance, model, field)
            names = tampering.names_of(cell)
            with undone():
                before, after = tampering.tamper(chance, cell)
                found = findings()
            if not any(all(name in str(finding) for name in names) for finding in found):
                missed.append(f"{cell}: {before!r} to {after!r}; {said(found)}")
    assert len(wanted) >= ATTACKS
    assert not missed, "\n".join(missed)
    assert findings() == []


def test_changed_field_is_named_with_its_owner(site: Actor) -> None:
    anna = User.objects.get(username="anna")
    with attacker(), undone():
        execute("UPDATE compliance_user SET printed_name = 'Anna Other' WHERE id = %s", anna.pk)
        (finding,) = findings()
    assert (finding.kind, finding.field, finding.name) == (Kind.CHANGED, "printed_name", "anna")
    assert "changed: the row" in finding.text


def test_changed_history_is_named_as_history(site: Actor) -> None:
    anna = User.objects.get(username="anna")
    with attacker():
        execute("UPDATE compliance_historicaluser SET printed_name = 'A' WHERE id = %s AND version = 3", anna.pk)
        found = findings()
    assert {(f.kind, f.version) for f in found} == {(Kind.CHANGED, "3")}
    assert "changed: the history row" in said(found)


def test_row_and_history_changed_apart_are_named_without_a_guess(site: Actor) -> None:
    """The ledger knows neither of the two texts: which one stood there first is not claimed."""
    anna = User.objects.get(username="anna")
    with attacker():
        execute("UPDATE compliance_user SET printed_name = 'A' WHERE id = %s", anna.pk)
        execute("UPDATE compliance_historicaluser SET printed_name = 'B' WHERE id = %s AND version = 3", anna.pk)
        found = [f for f in findings() if f.field == "printed_name"]
    assert [f.text for f in found] == ["row and newest history differ; changed: the row or history"]


@pytest.mark.parametrize("table", ["compliance_user", "compliance_historicaluser", "compliance_signature"])
def test_removed_row_is_named(site: Actor, table: str) -> None:
    anna, signature = User.objects.get(username="anna"), Signature.objects.first()
    assert signature is not None
    label, key = ("compliance.user", anna.uuid) if "user" in table else ("compliance.signature", signature.uuid)
    with attacker():
        if "historical" in table:
            execute("DELETE FROM compliance_historicaluser WHERE id = %s AND version = 1", anna.pk)
        else:
            execute(f'DELETE FROM "{table}" WHERE uuid = %s', raw(key))  # noqa: S608
        assert named(findings(), Kind.REMOVED, label, key)


def test_removed_entry_is_named(site: Actor) -> None:
    entry = LedgerEntry.objects.filter(event="user.renamed").first()
    assert entry is not None
    with attacker():
        execute("DELETE FROM compliance_ledgerentry WHERE id = %s", entry.pk)
        found = findings()
    assert any(f.kind == Kind.REMOVED and str(entry.act_id) in f.text for f in found), said(found)


def test_removed_link_is_named(site: Actor) -> None:
    link = ChainLink.objects.filter(chain="users", seq=2).get()
    with attacker():
        execute("DELETE FROM compliance_chainlink WHERE id = %s", link.pk)
        found = findings()
    assert any(f.kind == Kind.REMOVED and "chain users" in f.text for f in found), said(found)


@pytest.mark.parametrize("with_history", [True, False])
def test_inserted_record_is_named(site: Actor, with_history: bool) -> None:
    anna = User.objects.get(username="anna")
    key = uuid.uuid4()
    with attacker():
        copy_row("compliance_user", anna.pk, username="anna2", uuid=raw(key))
        if with_history:
            pk = anna.history.get(version=anna.version).pk
            copy_row("compliance_historicaluser", pk, id=9000, uuid=raw(key), username="anna2")
        assert named(findings(), Kind.INSERTED, "compliance.user", key)


def test_inserted_history_row_is_named(site: Actor) -> None:
    grant = RoleGrant.objects.first()
    assert grant is not None
    with attacker():
        copy_row("compliance_historicalrolegrant", grant.history.first().pk, version=7)
        found = findings()
    assert named(found, Kind.INSERTED, "compliance.rolegrant", grant.uuid), said(found)


@pytest.mark.req("R114")
def test_signature_copied_to_another_record_is_named(site: Actor) -> None:
    signature, other = Signature.objects.first(), RoleGrant.objects.last()
    assert signature is not None
    assert other is not None
    key = uuid.uuid4()
    with attacker():
        copy_row("compliance_signature", signature.pk, uuid=raw(key), record_uuid=raw(other.uuid))
        assert named(findings(), Kind.INSERTED, "compliance.signature", key)


@pytest.mark.req("R114")
def test_signature_moved_to_another_record_is_named(site: Actor) -> None:
    signature, other = Signature.objects.first(), RoleGrant.objects.last()
    assert signature is not None
    assert other is not None
    content = signature.content.replace(str(signature.record_uuid), str(other.uuid))
    with attacker():
        execute(
            "UPDATE compliance_signature SET record_uuid = %s, content = %s, digest = %s WHERE id = %s",
            raw(other.uuid),
            content,
            sha256(content),
            signature.pk,
        )
        found = findings()
    assert named(found, Kind.CHANGED, "compliance.signature", signature.uuid)
    assert "does not say what was signed" in said(found) or "is gone" in said(found)


def test_two_links_swapped_are_named_as_reordered(site: Actor) -> None:
    chain = User.objects.get(username="anna").chain
    with attacker():
        for old, new in ((2, 99), (3, 2), (99, 3)):
            execute("UPDATE compliance_chainlink SET seq = %s WHERE chain = %s AND seq = %s", new, chain, old)
        found = findings()
    assert any(f.kind == Kind.REORDERED and chain in f.text for f in found), said(found)


def test_re_dated_entry_is_named(site: Actor) -> None:
    entry = LedgerEntry.objects.filter(event="user.renamed").first()
    assert entry is not None
    with attacker():
        LedgerEntry.objects.filter(pk=entry.pk).update(recorded_at=entry.recorded_at - timedelta(days=1))
        assert named(findings(), Kind.RE_DATED, "compliance.ledgerentry", entry.act_id)


@pytest.mark.parametrize("column", ["actor_id", "actor_name"])
def test_re_attributed_entry_is_named(site: Actor, column: str) -> None:
    entry = LedgerEntry.objects.filter(event="user.renamed").first()
    assert entry is not None
    bela = User.objects.get(username="bela")
    with attacker():
        LedgerEntry.objects.filter(pk=entry.pk).update(**{column: bela.pk if column == "actor_id" else "bela"})
        assert named(findings(), Kind.RE_ATTRIBUTED, "compliance.ledgerentry", entry.act_id)


@pytest.mark.parametrize(("column", "kind"), [("history_user_id", Kind.RE_ATTRIBUTED), ("history_date", Kind.RE_DATED)])
def test_history_under_another_name_or_hour_is_named(site: Actor, column: str, kind: Kind) -> None:
    row = User.objects.get(username="anna").history.get(version=2)
    value = User.objects.get(username="bela").pk if column == "history_user_id" else row.history_date + timedelta(1)
    with attacker():
        type(row).objects.filter(pk=row.pk).update(**{column: value})
        assert named(findings(), kind, "compliance.user", row.uuid)


def test_payload_is_hashed_before_it_is_read(site: Actor) -> None:
    """The same data in other bytes is another payload."""
    entry = LedgerEntry.objects.filter(event="user.renamed").first()
    assert entry is not None
    with attacker():
        execute("UPDATE compliance_ledgerentry SET payload = %s WHERE id = %s", entry.payload + " ", entry.pk)
        assert named(findings(), Kind.CHANGED, "compliance.ledgerentry", entry.act_id)


def test_forged_entry_with_right_digest_breaks_its_chains(site: Actor) -> None:
    """Whoever recomputes an entry's digest must rewrite every later link, and meets the published heads."""
    entry = LedgerEntry.objects.filter(event="user.renamed").first()
    assert entry is not None
    entry.payload = canonical_json({"rows": [], "facts": {}, "home": entry.home, "chains": []})
    with attacker():
        digest = entry_digest(entry)
        LedgerEntry.objects.filter(pk=entry.pk).update(payload=entry.payload, digest=digest)
        found = findings()
    assert any(f.kind == Kind.CHANGED and f.uuid in entry.home for f in found), said(found)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL's types take no such value")
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("compliance_user", "uuid"),
        ("compliance_user", "is_active"),
        ("compliance_user", "version"),
        ("compliance_historicaluser", "history_date"),
        ("compliance_historicaluser", "act_id"),
        ("compliance_historicaluser", "version"),
        ("compliance_signature", "signed_at"),
        ("compliance_signature", "record_uuid"),
        ("compliance_ledgerentry", "recorded_at"),
        ("compliance_ledgerentry", "act_id"),
        ("compliance_ledgerentry", "payload"),
        ("compliance_chainlink", "entry_id"),
        ("compliance_chainlink", "seq"),
        ("compliance_chainhead", "seq"),
        ("compliance_chainhead", "recorded_at"),
    ],
)
def test_cell_that_cannot_be_read_is_named_and_stops_nothing(site: Actor, table: str, column: str) -> None:
    anna = User.objects.get(username="anna")
    with attacker():
        execute("PRAGMA ignore_check_constraints = ON")
        execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "id" = (SELECT max("id") FROM "{table}")', "rubbish")  # noqa: S608
        execute("UPDATE compliance_user SET printed_name = 'Other' WHERE id = %s", anna.pk)
        found = findings()
        execute("PRAGMA ignore_check_constraints = OFF")
    assert any(f.field == "printed_name" and f.name == "anna" for f in found), said(found)
    assert len({f.uuid for f in found}) > 1, said(found)
