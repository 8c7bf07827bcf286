"""What the pages of people, signatures and the trail read. No writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet

from compliance.models import ChainLink, LedgerEntry, Record, Signature, SiteState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db import models

PAGE = 50
NOT_CONTENT = frozenset({"id", "uuid", "version", "act"})


def database_answers() -> None:
    """Asks the database for one row; raises its own error when it does not answer."""
    SiteState.objects.exists()


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of a list that is walked by key: its rows, how many stand before, how many there are.

    `back` and `on` are the keys of the pages beside it; None where there is none, 0 for the first page.
    """

    rows: list[Any]
    before: int
    total: int
    back: int | None
    on: int | None


def slice_of(query: QuerySet[Any], key: int = 0, size: int = PAGE, *, newest_first: bool = True) -> Slice:
    """The page that follows the row `key` (0: the first page). Walks by key, so it stays fast and steady."""
    order, back_order, beyond, behind = (
        ("-id", "id", "id__lt", "id__gte") if newest_first else ("id", "-id", "id__gt", "id__lte")
    )
    total = query.count()
    here = query.filter(**{beyond: key}) if key else query
    rows = list(here.order_by(order)[: size + 1])
    before, back = 0, None
    if key:
        passed = query.filter(**{behind: key})
        before = passed.count()
        keys = list(passed.order_by(back_order).values_list("id", flat=True)[: size + 1])
        back = keys[size] if len(keys) > size else 0
    on = rows[size - 1].id if len(rows) > size else None
    return Slice(rows[:size], before, total, back, on)


def reasons_of(entry: LedgerEntry) -> list[str]:
    """The reasons given in one act, each once."""
    payload = json.loads(entry.payload)
    found = [r["reason"] for r in payload["rows"] if r.get("reason")]
    given = payload["facts"].get("reason")
    return list(dict.fromkeys([*found, *([given] if given else [])]))


def signatures_of(user_id: int) -> QuerySet[Signature]:
    """One person's signatures, with what voided them."""
    return Signature.objects.filter(signer_id=user_id).select_related("void")


def signature_of(uuid: UUID) -> Signature | None:
    """One signature with its signer and void."""
    return Signature.objects.select_related("void", "void__voided_by", "signer").filter(uuid=uuid).first()


def signature_by_code(code: str) -> Signature | None:
    """The signature of this uuid or digest."""
    text = "".join(code.split()).lower()
    try:
        found = Q(uuid=UUID(text))
    except ValueError:
        found = Q(digest=text)
    return Signature.objects.filter(found).first()


def record_of(label: str, uuid: UUID) -> Any | None:
    """The record of a label and uuid, or None."""
    return model_of(label)._default_manager.filter(uuid=uuid).first()


def model_of(label: str) -> type[models.Model]:
    """The model of a label."""
    return apps.get_model(label)


def recorded_by(entry: LedgerEntry, typed: Iterable[str]) -> bool:
    """Whether each text that is not blank is, white space aside, one that this act wrote."""
    kept = {"", *(" ".join(text.split()) for text in _texts_of(entry))}
    return all(" ".join(text.split()) in kept for text in typed)


def _texts_of(entry: LedgerEntry) -> Iterator[str]:
    payload = json.loads(entry.payload)
    yield from _strings(payload)
    for noted in payload["rows"]:
        for row in record_versions(noted["label"], UUID(noted["uuid"])).filter(act_id=entry.act_id):
            yield from (v for f in row._meta.concrete_fields if isinstance(v := getattr(row, f.attname), str))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def record_versions(label: str, uuid: UUID) -> QuerySet[Any]:
    """History rows of a Record, oldest first; of an AppendOnly row the row itself."""
    model: Any = model_of(label)
    if issubclass(model, Record):
        rows: QuerySet[Any] = model.history.filter(uuid=uuid).order_by("version")
        return rows
    return model._default_manager.filter(uuid=uuid)  # type: ignore[no-any-return]


def entries_about(label: str, uuid: UUID, parts: Iterable[QuerySet[Any]] = ()) -> QuerySet[LedgerEntry]:
    """Every act that wrote this record, ran on its chain, signed it, or stands in `parts` (act ids)."""
    on_chain = ChainLink.objects.filter(chain=f"{label}:{uuid}").values("entry_id")
    wrote = record_versions(label, uuid).order_by().values("act_id")
    signed = Signature.objects.filter(record_uuid=uuid).values("act_id")
    found = Q()
    for acts in (on_chain, wrote, signed, *parts):
        found |= Q(act_id__in=acts)
    return LedgerEntry.objects.filter(found)


def rows_written(label: str, wanted: set[tuple[UUID, int]], related: tuple[str, ...] = ()) -> dict[Any, Any]:
    """Versions of many records of one kind by uuid and version; of an AppendOnly kind the rows themselves."""
    model: Any = model_of(label)
    uuids = {uuid for uuid, _ in wanted}
    if issubclass(model, Record):
        rows = model.history.filter(uuid__in=uuids, version__in={number for _, number in wanted})
    else:
        rows = model._default_manager.filter(uuid__in=uuids)
    return {(row.uuid, row.version): row for row in _with(rows, related)}


def rows_now(label: str, uuids: set[UUID], related: tuple[str, ...] = ()) -> list[Any]:
    """Records of one kind as they are now."""
    return list(_with(model_of(label)._default_manager.filter(uuid__in=uuids), related))


def _with(rows: QuerySet[Any], related: tuple[str, ...]) -> QuerySet[Any]:
    # Without a name `select_related` would follow every relation there is.
    return rows.select_related(*related) if related else rows


def kind_words(label: str) -> str:
    """What a kind of record is called; the name of a chain that is no record's stands as it is."""
    return str(model_of(label)._meta.verbose_name) if "." in label else label


def signatures_in(acts: list[UUID]) -> QuerySet[Signature]:
    """Signatures that these acts gave, oldest first, with what voided them."""
    return Signature.objects.filter(act__act_id__in=acts).select_related("void").order_by("id")


def content_fields(label: str) -> list[Any]:
    """The columns of a record that hold content: no identity, no proof, no secret."""
    model = model_of(label)
    outside = {*NOT_CONTENT, *getattr(model, "outside_history", ())}
    return [f for f in model._meta.concrete_fields if f.name not in outside]


def links_of(label: str, uuid: UUID, acts: list[UUID]) -> QuerySet[ChainLink]:
    """The places of these acts in the record's own chain."""
    return ChainLink.objects.filter(chain=f"{label}:{uuid}", entry__act_id__in=acts).order_by("seq")


def related_rows(column: Any, keys: set[Any], related: tuple[str, ...] = ()) -> dict[Any, Any]:
    """What a relation points to, by its key: the rows that are still there (AUD-12)."""
    target = column.target_field.attname
    there = column.related_model._default_manager.filter(**{f"{target}__in": keys})
    return {getattr(row, target): row for row in _with(there, related)}
