"""The only write door for GMP rows: validated, stepped, with history and ledger, many rows at once."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from compliance.domain.ledger import row_digest, row_label
from compliance.manifests import newest
from compliance.models import AppendOnly, Factor, Record, User
from compliance.refusals import Invalid, Stale
from compliance.validators import clean_reason, unprintable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compliance.domain.act import Act

R = TypeVar("R", bound="Record | AppendOnly")


def save_record(a: Act, row: R, reason: str | None = None) -> R:
    """Writes one GMP row in the open act. See `save_records`."""
    save_records(a, [row], reason)
    return row


def save_records(a: Act, rows: Iterable[Record | AppendOnly], reason: str | None = None) -> None:
    """Writes GMP rows in the open act, grouped by model in the order given (R105).

    A new Record starts at version 1; a changed one steps by one and needs a reason where the caller's rule
    says so (`reason` is cleaned when given). Refuses when a value does not validate (Invalid), when the row
    was changed by somebody since it was read (Stale), when an AppendOnly row is written twice.
    """
    why = clean_reason(reason) if reason is not None else None
    for model, group in groupby(rows, key=type):
        batch: list[Any] = list(group)
        for row in batch:
            row.act_id = a.id
            _validate(row)
        if issubclass(model, AppendOnly):
            _insert(model, batch)
            places: dict[Any, int] = {}
        else:
            places = _write_records(a, model, batch, why)
        for row in batch:
            a.rows.append(_noted(row, why, places.get(row.uuid)))


def store_secret(user: User) -> None:
    """Writes a password hash, the one column outside the record; the change itself is a ledger event."""
    user.save(update_fields=["password"])


def store_outside(factor: Factor, **values: object) -> bool:
    """Changes what of a factor stands outside the record, if it still is as it was read: one use of a code, once.

    False where somebody else was faster; then the code was used.
    """
    as_read = {name: getattr(factor, name) for name in values}
    if Factor.objects.filter(pk=factor.pk, **as_read).update(**values) != 1:
        return False
    for name, value in values.items():
        setattr(factor, name, value)
    return True


def _validate(row: models.Model) -> None:
    """Field rules and the model's own `clean`; keys and uniqueness are judged by the database."""
    skip = {f.name for f in row._meta.concrete_fields if f.is_relation} | {"password"}
    _refuse_unprintable(row)
    try:
        row.clean_fields(exclude=skip)
        row.clean()
    except ValidationError as error:
        # A model's own `clean` may raise plain words, which belong to no field.
        name, texts = next(iter(ValidationError(error.update_error_dict({})).message_dict.items()))
        field = "" if name == NON_FIELD_ERRORS else name
        raise Invalid(": ".join(part for part in (field, " ".join(texts)) if part), field) from error


def _refuse_unprintable(row: models.Model) -> None:
    """Refuses characters that no page and no paper can show, or that turn the reading order round (PDF-08)."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname) if isinstance(field, models.CharField | models.TextField) else None
        bad = unprintable(value) if isinstance(value, str) else ""
        if bad:
            raise Invalid(
                f"{field.verbose_name} holds a character that cannot be printed ({bad}). Remove it; what comes from a "
                "scanner or another program may hold some that cannot be seen.",
                field.name,
                "unprintable",
            )


def _insert(model: type[models.Model], batch: list[Any]) -> None:
    if any(row.pk is not None and not row._state.adding for row in batch):
        raise TypeError(f"{model._meta.label} is written once; make a new row.")
    model._default_manager.bulk_create(batch)


def _write_records(a: Act, model: type[Any], batch: list[Any], why: str | None) -> dict[Any, int]:
    """Rows, then their history; answers which history row each got."""
    places: dict[Any, int] = {}
    new = [row for row in batch if row._state.adding]
    changed = [row for row in batch if not row._state.adding]
    for row in new:
        row.version = 1
    if new:
        model._default_manager.bulk_create(new)
        places |= _history(a, model, new, why, update=False)
    for row in changed:
        _step(model, row)
    if changed:
        places |= _history(a, model, changed, why, update=True)
    return places


def _step(model: type[models.Model], row: Any) -> None:
    read = row.version
    row.version = read + 1
    outside = getattr(model, "outside_history", ())
    values = {
        f.attname: getattr(row, f.attname)
        for f in model._meta.concrete_fields
        if not f.primary_key and f.name not in (*outside, "uuid")
    }
    if model._default_manager.filter(pk=row.pk, version=read).update(**values) != 1:
        row.version = read
        raise Stale(
            f"{model._meta.verbose_name} was changed by somebody else since you opened it. "
            "Nothing was overwritten. Load it again and look at the change.",
            "stale",
        )


def _history(a: Act, model: Any, batch: list[Any], why: str | None, *, update: bool) -> dict[Any, int]:
    for row in batch:
        # simple-history would take a reason left on the object by an earlier save (AUD-08).
        row._change_reason = None
    made = model.history.bulk_history_create(
        batch, update=update, default_user=a.actor.user, default_change_reason=why or "", default_date=a.at
    )
    return {row.uuid: row.history_id for row in made}


def _noted(row: Any, why: str | None, history: int | None) -> dict[str, Any]:
    """What the ledger keeps of a written row. The two keys stand in it too: foreign keys point at them."""
    number = newest(row_label(row))
    return {
        "id": row.pk,
        "history": history,
        "label": row_label(row),
        "uuid": str(row.uuid),
        "version": row.version,
        "manifest": number,
        "reason": why,
        "digest": row_digest(row, number),
    }
