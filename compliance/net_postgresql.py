"""The net on PostgreSQL: the open act is a transaction-local setting that the trigger functions read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from django.db import models
    from django.db.backends.base.base import BaseDatabaseWrapper

_HEAD = "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $net$\nBEGIN\n{body}\nEND\n$net$"
_RAISE = "RAISE EXCEPTION 'evidence net: {text}' USING ERRCODE = 'integrity_constraint_violation';"
_CURRENT = "NULLIF(current_setting('evidence.act', true), '')"


def _if(rule: str, text: str) -> str:
    return f"IF {rule} THEN {_RAISE.format(text=text)} END IF;"


_OPEN = _if(f"NEW.act_id IS DISTINCT FROM {_CURRENT}::uuid", "written in an act alone")
_CLOSED = _if("EXISTS (SELECT 1 FROM compliance_ledgerentry e WHERE e.act_id = NEW.act_id)", "this act is closed")
BODIES = {
    "evidence_net_never": _RAISE.format(text="never deleted, and append-only rows never change"),
    "evidence_net_insert": f"{_OPEN}\n{_CLOSED}\nRETURN NEW;",
    "evidence_net_first": "\n".join(
        [_OPEN, _CLOSED, _if("NEW.version <> 1", "a record starts at version 1"), "RETURN NEW;"]
    ),
    "evidence_net_step": "\n".join(
        [
            _OPEN,
            _CLOSED,
            _if("NEW.version <> OLD.version + 1", "a version steps by one"),
            _if("NEW.id <> OLD.id OR NEW.uuid <> OLD.uuid", "an identity never changes"),
            "RETURN NEW;",
        ]
    ),
    "evidence_net_link": _if(f"NEW.entry_id IS DISTINCT FROM {_CURRENT}::uuid", "written in an act alone")
    + "\nRETURN NEW;",
    "evidence_net_head": _if(f"{_CURRENT} IS NULL", "written in an act alone") + "\nRETURN NEW;",
    "evidence_net_site": "\n".join(
        [
            _if("NEW.kind <> OLD.kind OR NEW.made_at <> OLD.made_at", "what a site is for never changes"),
            _if("NEW.scripted_now IS NOT NULL AND NEW.kind = ''production''".replace("''", "'"), "no scripted clock"),
            "RETURN NEW;",
        ]
    ),
}
INSERTS = {
    "record": "evidence_net_first",
    "link": "evidence_net_link",
    "head": "evidence_net_head",
}


def prepare(_connection: BaseDatabaseWrapper) -> None:
    """Nothing to register."""


def open_act(connection: BaseDatabaseWrapper, act_id: uuid.UUID) -> None:
    """A setting that ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('evidence.act', %s, true)", [str(act_id)])


def close_act(connection: BaseDatabaseWrapper) -> None:
    """Cleared by hand too: inside a test's transaction the setting would outlive the savepoint."""
    if connection.connection is not None and not connection.needs_rollback and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('evidence.act', '', true)")


def bodies() -> dict[str, str]:
    """The trigger functions by name: ours, and one for each model that forbids something across its rows."""
    return BODIES | {_rule_name(m): f"{_if(*m.net_rule)}\nRETURN NEW;" for m in _ruled()}


def functions() -> list[str]:
    """The statements that make them."""
    return [_HEAD.format(name=name, body=body) for name, body in bodies().items()]


def _ruled() -> list[Any]:
    return [m for m in apps.get_models() if getattr(m, "net_rule", None)]


def _rule_name(model: type[models.Model]) -> str:
    return f"evidence_net_rule_{model._meta.db_table}"[:63]


def _trigger(table: str, when: str, function: str, columns: str = "") -> tuple[str, str]:
    name = f"net_{when.lower()}_{table}"[:63]
    of = f" OF {columns}" if columns else ""
    each = "STATEMENT" if when == "TRUNCATE" else "ROW"
    return name, f"CREATE TRIGGER {name} BEFORE {when}{of} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"


def triggers(model: type[models.Model]) -> dict[str, str]:
    """The guards of one table by its net kind."""
    table, kind = model._meta.db_table, getattr(model, "net_kind", "")
    found = [_trigger(table, when, "evidence_net_never") for when in ("DELETE", "TRUNCATE")]
    if getattr(model, "net_rule", None):
        for when in ("INSERT", "UPDATE"):
            name, statement = _trigger(table, when, _rule_name(model))
            own = name.replace("net_", "net_rule_", 1)[:63]
            found.append((own, statement.replace(name, own, 1)))
    found.append(_trigger(table, "INSERT", INSERTS.get(kind, "evidence_net_insert")))
    if kind == "record":
        outside = set(getattr(model, "outside_history", ()))
        columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.name not in outside)
        found.append(_trigger(table, "UPDATE", "evidence_net_step", columns))
    elif kind == "head":
        found.append(_trigger(table, "UPDATE", "evidence_net_head"))
    else:
        found.append(_trigger(table, "UPDATE", "evidence_net_never"))
    return dict(found)


def site_triggers(model: type[models.Model]) -> dict[str, str]:
    """What a database is for never changes."""
    table = model._meta.db_table
    return dict([_trigger(table, "DELETE", "evidence_net_never"), _trigger(table, "UPDATE", "evidence_net_site")])


def drops(cursor: Any) -> list[str]:
    """Statements that take every guard of ours away."""
    cursor.execute(
        "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE NOT t.tgisinternal AND t.tgname LIKE 'net\\_%' AND n.nspname = current_schema()"
    )
    return [f'DROP TRIGGER "{name}" ON "{table}"' for name, table in cursor.fetchall()]


def _spelled(definition: str) -> str:
    """A trigger definition without schema, quotes and optional parts: as we write it."""
    return re.sub(r"\s+", " ", definition.replace("public.", "").replace('"', "")).strip().lower()


def compare(cursor: Any, wanted: dict[str, str], guarded: list[type[models.Model]]) -> Iterator[str]:
    """Names what is missing, changed, disabled; names alone would be blind."""
    cursor.execute("SELECT t.tgname, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t WHERE NOT t.tgisinternal")
    installed = {name: (definition, enabled) for name, definition, enabled in cursor.fetchall()}
    for name, statement in wanted.items():
        definition, enabled = installed.get(name, (None, ""))
        if definition is None:
            yield f"guard {name} is missing"
        elif _spelled(definition) != _spelled(statement):
            yield f"guard {name} differs from the wanted one"
        elif enabled not in {"O", "A"}:
            yield f"guard {name} is disabled"
    cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'evidence\\_net\\_%%'", [])
    sources = dict(cursor.fetchall())
    for name, body in bodies().items():
        if sources.get(name, "").strip() != f"BEGIN\n{body}\nEND":
            yield f"function {name} differs from the wanted one"
    yield from _keys(cursor, guarded)


def _keys(cursor: Any, guarded: list[type[models.Model]]) -> Iterator[str]:
    cursor.execute(
        "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k "
        "JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'f' AND k.condeferred"
    )
    keys: dict[str, str] = {}
    for table, name, definition in cursor.fetchall():
        keys[table] = keys.get(table, "") + f"{name}: {definition}; "
    for model in guarded:
        table, kind = model._meta.db_table, getattr(model, "net_kind", "")
        found = keys.get(table, "")
        if kind == "record" and f"{model._meta.model_name}_history_exists:" not in found:
            yield f"{table} has no key to its history"
        if kind in {"record", "append"} and "FOREIGN KEY (act_id) REFERENCES compliance_ledgerentry" not in found:
            yield f"{table} has no key to the ledger"
