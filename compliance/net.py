"""The database net: guards that refuse a write which goes round the acts, on PostgreSQL and SQLite alike.

(a) row triggers: no write without an open act, none in a closed one, no delete, versions step by one,
    append-only rows stay; (b) HistoryExists; (c) the deferred key from a row's act to its ledger entry.
It stops code that goes round the door. Who owns the database is found by ledger and published heads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps

from compliance import net_postgresql, net_sqlite
from compliance.models import SiteState
from compliance.refusals import NetMissing

if TYPE_CHECKING:
    import uuid

    from django.db import models
    from django.db.backends.base.base import BaseDatabaseWrapper

_complete: dict[str, bool] = {}


def guarded_models() -> list[type[models.Model]]:
    """Every table with a net kind: records, append-only rows, history, ledger, links, heads."""
    return [m for m in apps.get_models(include_auto_created=True) if getattr(m, "net_kind", None)]


def _dialect(connection: BaseDatabaseWrapper) -> Any:
    return net_postgresql if connection.vendor == "postgresql" else net_sqlite


def wanted(connection: BaseDatabaseWrapper, models: list[type[models.Model]] | None = None) -> dict[str, str]:
    """Trigger name to the statement that makes it, for every guarded table or the ones named."""
    found: dict[str, str] = {}
    for model in guarded_models() if models is None else models:
        found |= _dialect(connection).triggers(model)
    found |= _dialect(connection).site_triggers(SiteState)
    return found


def install(connection: BaseDatabaseWrapper) -> None:
    """Puts every guard in place (after migrate)."""
    remove(connection)
    existing = set(connection.introspection.table_names())
    ready = [m for m in guarded_models() if m._meta.db_table in existing]
    with connection.cursor() as cursor:
        for statement in [*_dialect(connection).functions(), *wanted(connection, ready).values()]:
            cursor.execute(statement)
    _complete.pop(connection.settings_dict["NAME"], None)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes the guards away (before migrate: a table rebuild loses them, one that names it stops)."""
    with connection.cursor() as cursor:
        for statement in _dialect(connection).drops(cursor):
            cursor.execute(statement)
    _complete.pop(connection.settings_dict["NAME"], None)


def problems(connection: BaseDatabaseWrapper) -> list[str]:
    """What is missing, changed or disabled among guards and deferred keys; empty when complete (AUD-18)."""
    with connection.cursor() as cursor:
        return list(_dialect(connection).compare(cursor, wanted(connection), guarded_models()))


def need_complete(connection: BaseDatabaseWrapper) -> None:
    """Refuses acts while the net is not complete; looked at once per process and database."""
    key = connection.settings_dict["NAME"]
    if not _complete.get(key):
        found = problems(connection)
        if found:
            raise NetMissing(
                "The database guards are not complete, so nothing may be recorded. Run `manage.py migrate`. "
                f"First of {len(found)}: {found[0]}",
                "net",
            )
        _complete[key] = True


def open_act(connection: BaseDatabaseWrapper, act_id: uuid.UUID) -> None:
    """Tells the guards which act is open in this transaction."""
    _dialect(connection).open_act(connection, act_id)


def close_act(connection: BaseDatabaseWrapper) -> None:
    """Ends that."""
    _dialect(connection).close_act(connection)
