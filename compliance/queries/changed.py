"""Acts that wrote records of one kind, a field of them, or a text that stood there before or stands there after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BinaryField, F, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast

from compliance import queries
from compliance.models import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


def searched_fields(label: str, hidden: frozenset[str] = frozenset()) -> list[Any]:
    """The columns of a kind that can be asked for by name and text."""
    fields = queries.content_fields(label)
    return [f for f in fields if not isinstance(f, BinaryField) and f.name not in hidden]


def acts_on(
    label: str,
    field: str = "",
    old: str = "",
    new: str = "",
    shown: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None,
) -> QuerySet[Any]:
    """Act ids of the versions of this kind; with a field those that changed it, with texts those that hold them.

    A row that is written once and stands in the place of an earlier one is compared with that one. `shown`
    leaves out rows whose values nobody may see yet: a search must not tell what a page does not.
    """
    rows, before = _versions(label)
    if not (field or old or new):
        return rows.order_by().values("act_id")
    rows = shown(rows) if shown else rows
    fields = [f for f in searched_fields(label) if not field or f.name == field]
    asked = Q(pk__in=[])
    for number, column in enumerate(fields):
        if column.is_relation and not field:
            continue
        rows, one = _asked(rows, before, column, f"was_{number}", old, new)
        asked |= one
    return rows.filter(asked).order_by().values("act_id")


def _versions(label: str) -> tuple[QuerySet[Any], Any]:
    """All versions of the kind, and how to find the one before: by its number, or by the row that it replaces."""
    model: Any = queries.model_of(label)
    if issubclass(model, Record):
        before = model.history.filter(uuid=OuterRef("uuid"), version=OuterRef("version") - 1)
        return model.history.all(), before
    own = next((f for f in model._meta.concrete_fields if f.is_relation and f.related_model is model), None)
    rows = model._default_manager.all()
    return rows, model._default_manager.filter(pk=OuterRef(own.attname)) if own else None


def _asked(rows: QuerySet[Any], before: Any, column: Any, was: str, old: str, new: str) -> tuple[QuerySet[Any], Q]:
    name = column.attname
    if before is None:
        return _first_rows(rows, name, was, old, new)
    rows = rows.annotate(**{was: Subquery(before.values(name)[:1])})
    there, gone = {f"{name}__isnull": False}, {f"{name}__isnull": True}
    asked = (
        Q(**there, **{f"{was}__isnull": True})
        | Q(**gone, **{f"{was}__isnull": False})
        | Q(Q(**there, **{f"{was}__isnull": False}), ~Q(**{name: F(was)}))
    )
    for text, source in ((old, was), (new, name)):
        if text:
            as_text = f"{was}_{'old' if source == was else 'new'}"
            rows = rows.annotate(**{as_text: Cast(F(source), TextField())})
            asked &= Q(**{f"{as_text}__icontains": text})
    return rows, asked


def _first_rows(rows: QuerySet[Any], name: str, was: str, old: str, new: str) -> tuple[QuerySet[Any], Q]:
    """Rows that replace nothing: there is no old text to find."""
    if old:
        return rows, Q(pk__in=[])
    rows = rows.annotate(**{f"{was}_new": Cast(F(name), TextField())})
    return rows, Q(**{f"{was}_new__icontains": new}) if new else Q(**{f"{name}__isnull": False})
