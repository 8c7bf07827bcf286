"""Each row an entry notes: it is there, has the digest, and its history says who, when and why as the entry does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.domain.verification import reading
from compliance.domain.verification.findings import Finding, Kind, of_row
from compliance.domain.verification.noted import Noted, digest_of, model_of
from compliance.models import AppendOnly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from compliance.models import LedgerEntry


def check(label: str, items: list[tuple[LedgerEntry, Noted]]) -> Iterator[Finding]:
    """The rows of one model that a run of entries notes."""
    model = model_of(label)
    if model is None:
        for _, note in items:
            yield Finding(
                Kind.REMOVED, label, note.uuid, "this kind of record is not known here", "", str(note.version)
            )
        return
    once = issubclass(model, AppendOnly)
    rows = _written_once(model, items) if once else _versions(model, items)
    current = {} if once else _current(model, items)
    for entry, note in items:
        row = rows.get((note.uuid, note.version))
        if row is None:
            yield _missing(label, entry, note, model if once else model.history.model)
        else:
            yield from _row(label, entry, note, row)
            if not once:
                yield from _history(label, entry, note, row)
        if not once and note.uuid not in current:
            yield Finding(Kind.REMOVED, label, note.uuid, "the record is gone, its history is there")


def _missing(label: str, entry: LedgerEntry, note: Noted, stored: Any) -> Finding:
    """A row that was not read: it is gone, or it is there and holds what its columns' kinds cannot read."""
    once = issubclass(stored, AppendOnly)
    query = stored._base_manager.filter(uuid=note.uuid, **({} if once else {"version": note.version}))
    key = query.order_by("pk").values_list("pk", flat=True).first()
    if key is not None:
        text, field = f"what act {entry.act_id} wrote cannot be read", reading.spoiled(stored, key)
        return Finding(Kind.CHANGED, label, note.uuid, text, "", str(note.version), field)
    text = f"the row that act {entry.act_id} wrote is gone" if once else "this version's history row is gone"
    return Finding(Kind.REMOVED, label, note.uuid, text, "", str(note.version))


def hours_of(note: Noted) -> list[datetime]:
    """The hours that history gives to this version of a record."""
    model = model_of(note.label)
    if model is None or issubclass(model, AppendOnly):
        return []
    found = reading.rows(model.history.filter(uuid=note.uuid, version=note.version), [])
    return [row.history_date for row in found]


def _written_once(model: Any, items: list[tuple[LedgerEntry, Noted]]) -> dict[tuple[str, int], Any]:
    query = model._base_manager.filter(uuid__in={note.uuid for _, note in items})
    return {(str(row.uuid), 1): row for row in reading.rows(query, [])}


def _versions(model: Any, items: list[tuple[LedgerEntry, Noted]]) -> dict[tuple[str, int], Any]:
    query = model.history.model._base_manager.filter(
        uuid__in={note.uuid for _, note in items}, version__in={note.version for _, note in items}
    )
    return {(str(row.uuid), row.version): row for row in reading.rows(query, [])}


def _current(model: Any, items: list[tuple[LedgerEntry, Noted]]) -> set[str]:
    query = model._base_manager.filter(uuid__in={note.uuid for _, note in items})
    return {str(uuid) for uuid in query.order_by().values_list("uuid", flat=True)}


def _row(label: str, entry: LedgerEntry, note: Noted, row: Any) -> Iterator[Finding]:
    if row.id != note.key:
        yield of_row(Kind.CHANGED, label, row, f"the row's key was {note.key}, now it is {row.id}", "id")
    if row.act_id != entry.act_id:
        text = f"act {entry.act_id} wrote it, the row names act {row.act_id}"
        yield of_row(Kind.RE_ATTRIBUTED, label, row, text, "act")
    if digest_of(row, note.manifest) != note.digest:
        where = "history row" if hasattr(row, "history_id") else "row"
        text = f"the {where} is not what act {entry.act_id} ({entry.event} by {entry.actor_name}) wrote"
        yield of_row(Kind.CHANGED, label, row, text)


def _history(label: str, entry: LedgerEntry, note: Noted, row: Any) -> Iterator[Finding]:
    if row.history_id != note.history:
        text = f"the history row's key was {note.history}, now it is {row.history_id}"
        yield of_row(Kind.REORDERED, label, row, text, "history_id")
    if row.history_user_id != entry.actor_id:
        text = f"the history names user {row.history_user_id}, the ledger {entry.actor_name} (user {entry.actor_id})"
        yield of_row(Kind.RE_ATTRIBUTED, label, row, text, "history_user")
    if row.history_date != entry.recorded_at:
        text = f"the history says {row.history_date}, the ledger {entry.recorded_at}"
        yield of_row(Kind.RE_DATED, label, row, text, "history_date")
    if row.history_type != ("+" if note.version == 1 else "~"):
        yield of_row(Kind.CHANGED, label, row, f"the history type is {row.history_type!r}", "history_type")
    if (row.history_change_reason or "") != note.reason:
        text = f"the reason was {note.reason!r}, now it is {row.history_change_reason!r}"
        yield of_row(Kind.CHANGED, label, row, text, "history_change_reason")
