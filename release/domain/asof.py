"""Reads records as of one ledger entry: what an issued document says is what stood then (R102, R215)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from compliance.models import AppendOnly, Record

if TYPE_CHECKING:
    from django.db import models

R = TypeVar("R", bound="Record")
A = TypeVar("A", bound="AppendOnly")


def records(model: type[R], seq: int, **where: Any) -> list[R]:
    """Records of a model as they stood at ledger entry `seq`, by their history, in the order of their id."""
    history: Any = model.history
    rows = history.filter(act__pk__lte=seq, **where).order_by("id", "version")
    newest: dict[int, Any] = {row.id: row for row in rows}
    return [row.instance for row in newest.values()]


def rows(model: type[A], seq: int, **where: Any) -> models.QuerySet[A]:
    """Rows that are written once, up to ledger entry `seq`."""
    return model._default_manager.filter(act__pk__lte=seq, **where).order_by("id")
