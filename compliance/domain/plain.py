"""The door for tables outside the GMP record: outbox, challenges, drafts, site state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from compliance.models import AppendOnly, Record

if TYPE_CHECKING:
    from collections.abc import Iterable

M = TypeVar("M", bound=models.Model)


def _plain_only(model: type[models.Model]) -> None:
    if issubclass(model, Record | AppendOnly) or getattr(model, "net_kind", None):
        raise TypeError(f"{model._meta.label} is a GMP table: write it by save_records in an act.")


def insert(row: M) -> M:
    """Writes a new plain row."""
    _plain_only(type(row))
    row.save(force_insert=True)
    return row


def change(row: M, **values: Any) -> M:
    """Changes named columns of one plain row."""
    _plain_only(type(row))
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def claim(query: models.QuerySet[Any], **values: Any) -> int:
    """Changes all plain rows of a query in one statement; answers how many. For leases and one-use tokens."""
    _plain_only(query.model)
    return query.update(**values)


def clear(rows: Iterable[models.Model]) -> None:
    """Removes plain rows."""
    for row in rows:
        _plain_only(type(row))
        row.delete()
