"""The net on SQLite: triggers ask a function that only the application registers, so a bare shell is refused."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from django.db import models
    from django.db.backends.base.base import BaseDatabaseWrapper

_OPEN = "NEW.act_id IS NULL OR evidence_act() IS NULL OR NEW.act_id <> evidence_act()"
_CLOSED = "EXISTS (SELECT 1 FROM compliance_ledgerentry e WHERE e.act_id = NEW.act_id)"


class ExactSumAggregate:
    """SUM over exact decimals kept as text."""

    def __init__(self) -> None:
        self.total: Decimal | None = None

    def step(self, value: str | None) -> None:
        """One row."""
        if value is not None:
            with localcontext() as context:
                context.prec = 60
                self.total = (self.total or Decimal(0)) + Decimal(value)

    def finalize(self) -> str | None:
        """The sum as text; NULL over no rows."""
        return None if self.total is None else format(self.total, "f")


def exact_order(left: str, right: str) -> int:
    """Collation: by value, not by character."""
    a, b = Decimal(left), Decimal(right)
    return (a > b) - (a < b)


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Registers functions, collation and aggregate on a new connection."""
    raw = connection.connection
    raw.create_function("evidence_act", 0, lambda: getattr(connection, "evidence_act", None))
    raw.create_collation("exact_decimal", exact_order)
    raw.create_aggregate("exact_sum", 1, ExactSumAggregate)


def open_act(connection: BaseDatabaseWrapper, act_id: uuid.UUID) -> None:
    """The value the registered function answers with."""
    connection.evidence_act = act_id.hex  # type: ignore[attr-defined]


def close_act(connection: BaseDatabaseWrapper) -> None:
    """No act is open."""
    connection.evidence_act = None  # type: ignore[attr-defined]


def functions() -> list[str]:
    """None: they live in the connection."""
    return []


def _trigger(table: str, when: str, rules: list[tuple[str, str]], columns: str = "") -> tuple[str, str]:
    name = f"net_{when.lower()}_{table}"
    body = " ".join(f"SELECT RAISE(ABORT, 'evidence net: {text}') WHERE {rule};" for rule, text in rules)
    of = f" OF {columns}" if columns else ""
    return name, f'CREATE TRIGGER "{name}" BEFORE {when}{of} ON "{table}" FOR EACH ROW BEGIN {body} END'


def _rules(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """What a model itself forbids across its rows."""
    rule: tuple[str, str] | None = getattr(model, "net_rule", None)
    for when in ("INSERT", "UPDATE"):
        if rule is None:
            return
        name, statement = _trigger(model._meta.db_table, when, [rule])
        own = name.replace("net_", "net_rule_", 1)
        yield own, statement.replace(f'"{name}"', f'"{own}"', 1)


def triggers(model: type[models.Model]) -> dict[str, str]:
    """The guards of one table by its net kind."""
    table, kind = model._meta.db_table, getattr(model, "net_kind", "")
    found = [_trigger(table, "DELETE", [("1", f"{table} is never deleted")]), *_rules(model)]
    no_act = (_OPEN, f"{table} is written in an act alone")
    closed = (_CLOSED, "this act is closed")
    if kind == "head":
        open_only = [("evidence_act() IS NULL", f"{table} is written in an act alone")]
        found += [_trigger(table, "INSERT", open_only), _trigger(table, "UPDATE", open_only)]
        return dict(found)
    if kind == "record":
        outside = set(getattr(model, "outside_history", ()))
        columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.name not in outside)
        step = ("NEW.version <> OLD.version + 1", "a version steps by one")
        same = ("NEW.id <> OLD.id OR NEW.uuid <> OLD.uuid", "an identity never changes")
        first = ("NEW.version <> 1", "a record starts at version 1")
        found.append(_trigger(table, "INSERT", [no_act, closed, first]))
        found.append(_trigger(table, "UPDATE", [no_act, closed, step, same], columns))
        return dict(found)
    found.append(_trigger(table, "UPDATE", [("1", f"{table} is append-only")]))
    if kind == "link":
        link = [("evidence_act() IS NULL OR NEW.entry_id <> evidence_act()", f"{table} is written in an act alone")]
        found.append(_trigger(table, "INSERT", link))
    else:
        found.append(_trigger(table, "INSERT", [no_act, closed]))
    return dict(found)


def site_triggers(model: type[models.Model]) -> dict[str, str]:
    """What a database is for never changes, and there is one such row."""
    table = model._meta.db_table
    kind = ("NEW.kind <> OLD.kind OR NEW.made_at <> OLD.made_at", "what a site is for never changes")
    back = ("NEW.scripted_now IS NOT NULL AND NEW.kind = 'production'", "no scripted clock in production")
    return dict(
        [
            _trigger(table, "DELETE", [("1", f"{table} is never deleted")]),
            _trigger(table, "UPDATE", [kind, back]),
        ]
    )


def drops(cursor: Any) -> list[str]:
    """Statements that take every guard of ours away."""
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'net\\_%' ESCAPE '\\'")
    return [f'DROP TRIGGER "{row[0]}"' for row in cursor.fetchall()]


def compare(cursor: Any, wanted: dict[str, str], guarded: list[type[models.Model]]) -> Iterator[str]:
    """Names what is missing or changed."""
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    installed = dict(cursor.fetchall())
    for name, statement in wanted.items():
        if name not in installed:
            yield f"guard {name} is missing"
        elif installed[name] != statement:
            yield f"guard {name} differs from the wanted one"
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    tables = dict(cursor.fetchall())
    for model in guarded:
        sql = tables.get(model._meta.db_table, "")
        if model.net_kind == "record" and f'"{model._meta.model_name}_history_exists" FOREIGN KEY' not in sql:  # type: ignore[attr-defined]
            yield f"{model._meta.db_table} has no key to its history"
        if model.net_kind in {"record", "append"} and "DEFERRABLE INITIALLY DEFERRED" not in sql:  # type: ignore[attr-defined]
            yield f"{model._meta.db_table} has no key to the ledger"
