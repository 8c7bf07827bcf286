"""Reads many rows in flat memory, from one point in time, and survives a cell that cannot be read."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from compliance.models import LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

CHUNK = 400
# What a column's own conversion raises on a value that nobody could have written through it.
UNREADABLE = (ValueError, TypeError, ArithmeticError, ValidationError)


@contextmanager
def snapshot() -> Iterator[None]:
    """One view of the database while others go on writing. Inside an open transaction: that one's view."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # `atomic` would take SQLite's write lock and hold up every act; a deferred transaction only reads.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def rows(query: QuerySet[Any], bad: list[tuple[Any, str]]) -> list[Any]:
    """The rows of a bounded query; keys of those that cannot be read go to `bad` with the reason."""
    try:
        return list(query)
    except UNREADABLE:
        return [row for key in list(query.values_list("pk", flat=True)) for row in _one(query.model, key, bad)]


def _one(model: Any, key: Any, bad: list[tuple[Any, str]]) -> list[Any]:
    try:
        return list(model._base_manager.filter(pk=key))
    except UNREADABLE as error:
        bad.append((key, str(error) or type(error).__name__))
        return []


def chunks(query: QuerySet[Any], bad: list[tuple[Any, str]], size: int = CHUNK) -> Iterator[list[Any]]:
    """All rows by primary key, some hundred at a time."""
    last: Any = None
    ordered = query.order_by("pk")
    while True:
        after = ordered if last is None else ordered.filter(pk__gt=last)
        keys = list(after.values_list("pk", flat=True)[:size])
        if not keys:
            return
        yield rows(query.model._base_manager.filter(pk__in=keys).order_by("pk"), bad)
        last = keys[-1]


def entries(acts: Iterable[Any]) -> dict[Any, LedgerEntry]:
    """The entries of these acts, without their payloads."""
    query = LedgerEntry.objects.filter(act_id__in=set(acts))
    return {entry.act_id: entry for entry in rows(query.defer("payload"), [])}


def identity(model: Any, key: Any) -> str:
    """The uuid of a row that cannot be read as a whole, else its key."""
    try:
        return str(model._base_manager.filter(pk=key).values_list("uuid", flat=True).first() or f"row {key}")
    except UNREADABLE:
        return f"row {key}"


def spoiled(model: Any, key: Any) -> str:
    """Which columns of a row hold what their kind cannot read, by name."""
    return ", ".join(f.attname for f in model._meta.concrete_fields if not _readable(model, key, f.attname))


def _readable(model: Any, key: Any, column: str) -> bool:
    try:
        list(model._base_manager.filter(pk=key).values_list(column, flat=True))
    except UNREADABLE:
        return False
    return True
