"""The database refuses what goes round the acts, on both databases, whoever asks (R105, AUD-18)."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import uuid
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from compliance import net, net_postgresql, net_sqlite
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.records import save_record
from compliance.manifests import gmp_models
from compliance.models import AppendOnly, ChainHead, ChainLink, LedgerEntry, RoleGrant, SiteState, User
from compliance.refusals import NetMissing
from tests.compliance.domain.tampering import execute, undone
from tests.helpers import person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db

ON_PG = connection.vendor == "postgresql"
GUARDED = [pytest.param(m, id=m._meta.label_lower) for m in net.guarded_models()]
SAMPLES: dict[str, Any] = {
    "UUIDField": uuid.UUID(int=7),
    "DateTimeField": datetime(2026, 3, 1, tzinfo=UTC),
    "DateField": date(2026, 3, 1),
    "TimeField": time(9),
    "ExactDecimalField": Decimal("1.5"),
    "BooleanField": False,
}


def drop_rules(table: str) -> None:
    """Takes keys and checks of one table away, so that a row of made-up values can stand in it."""
    if not ON_PG:
        execute("PRAGMA ignore_check_constraints = ON")
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('f', 'c')", [table]
        )
        names = [name for (name,) in cursor.fetchall()]
        for name in names:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


def sample(field: models.Field[Any, Any]) -> Any:
    """A value the column takes."""
    if field.primary_key:
        return 77
    target = field.target_field if field.is_relation else field
    kind = target.get_internal_type()
    if kind in SAMPLES:
        return SAMPLES[kind]
    return "x" if isinstance(target, models.CharField | models.TextField) else 1


def insert(model: type[models.Model], key: int) -> int:
    """Raw INSERT of a row of made-up values."""
    fields = model._meta.concrete_fields
    row = [key if f.primary_key else f.get_db_prep_save(sample(f), connection) for f in fields]
    if key != 77:
        row = [
            uuid.uuid4().hex if f.get_internal_type() == "UUIDField" else v for f, v in zip(fields, row, strict=True)
        ]
    columns = ", ".join(f'"{f.column}"' for f in fields)
    statement = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(row))})'  # noqa: S608
    return execute(statement, *row)


@pytest.fixture
def filled(request: pytest.FixtureRequest) -> Iterator[type[models.Model]]:
    """A guarded table with one row in it and all its guards."""
    model = request.param
    with undone():
        connection.check_constraints()
        statements = [s for n, s in net.wanted(connection, [model]).items() if n not in net.wanted(connection, [])]
        for statement in statements:
            name = statement.split('"')[1] if not ON_PG else statement.split()[2]
            execute(f'DROP TRIGGER "{name}"' + (f' ON "{model._meta.db_table}"' if ON_PG else ""))
        drop_rules(model._meta.db_table)
        assert insert(model, 77) == 1
        for statement in statements:
            execute(statement)
        yield model
        if not ON_PG:
            execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.req("R105")
@pytest.mark.case("AUD-01")
@pytest.mark.case("AUD-18")
@pytest.mark.parametrize("filled", GUARDED, indirect=True)
def test_raw_sql_round_the_acts_is_refused(filled: type[models.Model]) -> None:
    table, key = filled._meta.db_table, filled._meta.pk.column
    outside = getattr(filled, "outside_history", ())
    column = next(
        f.column for f in reversed(filled._meta.concrete_fields) if not f.primary_key and f.name not in outside
    )
    attempts = [
        f'UPDATE "{table}" SET "{column}" = "{column}" WHERE "{key}" = 77',  # noqa: S608
        f'UPDATE "{table}" SET "{column}" = "{column}"',  # noqa: S608
        f'DELETE FROM "{table}" WHERE "{key}" = 77',  # noqa: S608
        f'DELETE FROM "{table}"',  # noqa: S608
    ]
    if ON_PG:
        attempts.append(f'TRUNCATE "{table}" CASCADE')
    for statement in attempts:
        with pytest.raises(IntegrityError, match="evidence net"), transaction.atomic():
            execute(statement)
    with pytest.raises(IntegrityError, match="evidence net"), transaction.atomic():
        insert(filled, 78)


def test_every_record_its_history_and_the_ledger_are_guarded() -> None:
    guarded = {model: model.net_kind for model in net.guarded_models()}
    for model in gmp_models():
        once = issubclass(model, AppendOnly)
        assert guarded[model] == ("append" if once else "record")
        assert once or guarded[model.history.model] == "history"
    assert (guarded[LedgerEntry], guarded[ChainLink], guarded[ChainHead]) == ("ledger", "link", "head")


@pytest.mark.req("R105")
def test_act_is_closed_once_its_entry_stands() -> None:
    with act(system(), "user.created", "users") as a:
        a.fact(note="closed")
    user = User.objects.get(pk=0)
    net.open_act(connection, a.id)
    with pytest.raises(IntegrityError, match="act is closed"), transaction.atomic():
        User.objects.filter(pk=0).update(printed_name="X", version=user.version + 1, act_id=a.id)
    net.close_act(connection)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"version": 1}, "a version steps by one"),
        ({"version": 3}, "a version steps by one"),
        ({"version": 2, "id": 4711}, "an identity never changes"),
        ({"version": 2, "uuid": uuid.UUID(int=5)}, "an identity never changes"),
    ],
)
def test_record_steps_by_one_and_keeps_its_identity(values: dict[str, Any], words: str) -> None:
    assert User.objects.get(pk=0).version == 1
    with pytest.raises(IntegrityError, match=words), act(system(), "user.renamed", "users") as a:
        User.objects.filter(pk=0).update(act_id=a.id, **values)


def test_record_starts_at_version_1() -> None:
    with pytest.raises(IntegrityError, match="starts at version 1"), act(system(), "user.created", "users") as a:
        User.objects.bulk_create([User(username="x", printed_name="X", version=2, act_id=a.id)])


def test_another_act_s_name_is_refused() -> None:
    other = LedgerEntry.objects.latest("pk").act_id
    with pytest.raises(IntegrityError, match="in an act alone"), act(system(), "user.created", "users"):
        User.objects.bulk_create([User(username="x", printed_name="X", version=1, act_id=other)])


@pytest.mark.case("AUD-18")
def test_missing_guard_refuses_every_act(without_guards: None) -> None:
    with pytest.raises(NetMissing, match=r"manage\.py migrate") as caught, act(system(), "clock.set", "x"):
        pass
    assert caught.value.status == 503
    net.install(connection)
    with act(system(), "clock.set", "x") as a:
        a.fact(note="guards are back")


@pytest.mark.case("AUD-18")
def test_changed_guard_is_found() -> None:
    name = "net_delete_compliance_user"
    weaker = net.wanted(connection, [User])[name]
    with undone():
        connection.check_constraints()
        execute(f'DROP TRIGGER "{name}"' + (' ON "compliance_user"' if ON_PG else ""))
        assert net.problems(connection) == [f"guard {name} is missing"]
        execute(weaker.replace("evidence_net_never", "evidence_net_head").replace("WHERE 1", "WHERE 0"))
        assert net.problems(connection) == [f"guard {name} differs from the wanted one"]


@pytest.mark.pg
@pytest.mark.case("AUD-18")
def test_disabled_guard_and_hollowed_function_are_found() -> None:
    with undone():
        connection.check_constraints()
        execute("ALTER TABLE compliance_user DISABLE TRIGGER net_delete_compliance_user")
        assert net.problems(connection) == ["guard net_delete_compliance_user is disabled"]
        execute("ALTER TABLE compliance_user ENABLE REPLICA TRIGGER net_delete_compliance_user")
        assert net.problems(connection) == ["guard net_delete_compliance_user is disabled"]
        execute("ALTER TABLE compliance_user ENABLE TRIGGER net_delete_compliance_user")
        execute(net_postgresql._HEAD.format(name="evidence_net_never", body="RETURN OLD;").replace("%", "%%"))
        assert net.problems(connection) == ["function evidence_net_never differs from the wanted one"]


@pytest.mark.pg
@pytest.mark.case("AUD-18")
def test_dropped_key_is_found() -> None:
    with undone():
        connection.check_constraints()
        execute("ALTER TABLE compliance_user DROP CONSTRAINT user_history_exists")
        assert net.problems(connection) == ["compliance_user has no key to its history"]
        keys = "SELECT conname FROM pg_constraint WHERE conrelid = 'compliance_user'::regclass AND contype = 'f'"
        with connection.cursor() as cursor:
            cursor.execute(keys)
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE compliance_user DROP CONSTRAINT "{name}"')
        assert "compliance_user has no key to the ledger" in net.problems(connection)


def test_missing_key_is_found_on_sqlite_too() -> None:
    class Cursor:
        """A schema whose table lost its keys."""

        def execute(self, statement: str) -> None:
            self.tables = "type = 'table'" in statement

        def fetchall(self) -> list[tuple[str, str]]:
            return [("compliance_user", "CREATE TABLE compliance_user (id integer)")] if self.tables else []

    assert list(net_sqlite.compare(Cursor(), {}, [User])) == [
        "compliance_user has no key to its history",
        "compliance_user has no key to the ledger",
    ]


SHELL = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for statement in sys.argv[2:]:
    try:
        connection.execute(statement)
        print("done")
    except sqlite3.Error as error:
        print(error)
connection.rollback()
"""


@pytest.fixture
def bare_file(tmp_path: Path) -> Path:
    """A database file with the tables and guards of compliance and one row, as a site has it."""
    if ON_PG:
        pytest.skip("a bare shell on a file exists on SQLite alone")
    path = tmp_path / "site.sqlite3"
    with sqlite3.connect(path) as target:
        connection.connection.commit()
        connection.connection.backup(target)
    target.close()
    return path


@pytest.mark.case("AUD-18")
@pytest.mark.django_db(transaction=True)
def test_bare_sqlite_shell_is_refused(bare_file: Path) -> None:
    statements = [
        "UPDATE compliance_user SET printed_name = 'X'",
        "DELETE FROM compliance_user",
        "UPDATE compliance_historicaluser SET printed_name = 'X'",
        "DELETE FROM compliance_historicaluser",
        "DELETE FROM compliance_ledgerentry",
        "INSERT INTO compliance_chainhead (chain, seq, digest, recorded_at) VALUES ('x', 1, 'x', 'x')",
        "UPDATE compliance_chainhead SET seq = 9",
        "INSERT INTO compliance_numberseries VALUES (1, 'x', 1, 'EV', 26, 1, 'x')",
        "SELECT count(*) FROM compliance_user",
    ]
    answer = subprocess.run(
        [sys.executable, "-c", SHELL, str(bare_file), *statements], capture_output=True, text=True, check=True
    )
    lines = answer.stdout.splitlines()
    assert lines[-1] == "done"
    assert len(lines) == len(statements)
    for statement, line in zip(statements[:-1], lines, strict=False):
        assert "evidence net" in line or "no such function: evidence_act" in line, (statement, line)


def test_reading_needs_no_act() -> None:
    assert User.objects.filter(pk=0).exists()
    assert SiteState.objects.get(pk=1).kind == "test"
    with pytest.raises(DatabaseError), transaction.atomic():
        execute("DELETE FROM compliance_user")


def test_sums_and_order_of_exact_decimals() -> None:
    total = net_sqlite.ExactSumAggregate()
    assert total.finalize() is None
    for value in ("0.1", None, "0.20", "4E+1"):
        total.step(value)
    assert total.finalize() == "40.30"
    assert [net_sqlite.exact_order(a, b) for a, b in (("9", "10"), ("1.0", "1"), ("2", "-3"))] == [-1, 0, 1]
    assert net_sqlite.functions() == []


@pytest.mark.req("R205")
@pytest.mark.parametrize(
    ("first", "second"), [("system_administrator", "qa"), ("operator", "system_administrator")], ids=lambda x: x
)
def test_database_refuses_an_administrator_with_a_gmp_role(first: str, second: str) -> None:
    user = person("twoface", first).user
    with (
        pytest.raises(IntegrityError, match="an administrator holds no GMP role"),
        act(system(), "role.granted", user) as a,
    ):
        save_record(a, RoleGrant(user=user, role=second), "Joined the team for this test")
    assert list(user.grants.values_list("role", flat=True)) == [first]
    with act(system(), "role.granted", user) as a:
        save_record(a, RoleGrant(user=user, role="inspector"), "Reads beside it")
