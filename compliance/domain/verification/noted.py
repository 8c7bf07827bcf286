"""What the ledger notes of each row an act wrote, read back from payloads."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps

from compliance.domain.ledger import row_digest
from compliance.domain.verification import reading
from compliance.models import LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db import models

KEPT_PAYLOADS = 1000


@dataclass(frozen=True, slots=True)
class Noted:
    """One row as an entry's payload names it."""

    label: str
    uuid: str
    version: int
    manifest: int
    digest: str
    key: int | None
    history: int | None
    reason: str


def notes_of(payload: dict[str, Any]) -> list[Noted]:
    """Every row of a payload."""
    return [
        Noted(
            row["label"],
            row["uuid"],
            row["version"],
            row["manifest"],
            row["digest"],
            row.get("id"),
            row.get("history"),
            row.get("reason") or "",
        )
        for row in payload["rows"]
    ]


def parse(text: str) -> dict[str, Any] | None:
    """A payload as data; None when it is none."""
    try:
        payload = json.loads(text)
        notes_of(payload)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return dict(payload)


def model_of(label: str) -> Any:
    """The model of a label; None when it is not known here."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def digest_of(row: models.Model, manifest: int) -> str:
    """The row's digest as it stands; empty when it has none (a value of a wrong type, an unknown manifest)."""
    try:
        return row_digest(row, manifest)
    except (*reading.UNREADABLE, KeyError, AttributeError):
        return ""


class Payloads:
    """Act id to what its entry notes, the last thousand kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, dict[tuple[str, str, int], Noted] | None] = OrderedDict()

    def load(self, acts: Iterable[UUID]) -> dict[UUID, dict[tuple[str, str, int], Noted] | None]:
        """The notes of these acts; an act without entry is missing, one whose payload is unreadable is None."""
        wanted = set(acts)
        missing = [act for act in wanted if act not in self._kept]
        found = {act: self._kept[act] for act in wanted if act in self._kept}
        for entry in reading.rows(LedgerEntry.objects.filter(act_id__in=missing), []):
            payload = parse(entry.payload)
            notes = None if payload is None else {(n.label, n.uuid, n.version): n for n in notes_of(payload)}
            found[entry.act_id] = self._kept[entry.act_id] = notes
        while len(self._kept) > KEPT_PAYLOADS:
            self._kept.popitem(last=False)
        return found
