"""Columns and values of records as people read them in a trail."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from compliance import queries
from compliance.domain import clock
from compliance.registry import trail_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compliance.domain.actor import Actor
    from compliance.models import LedgerEntry
    from compliance.registry import Trail

NOTHING = "not recorded"
LONGEST = 300
FACTS = {"claimed": "name given", "locked": "account locked", "resumed": "resumed"}
Change = tuple[str, str, str]


def kind_words(label: str) -> str:
    """What people call a kind of record."""
    kind = trail_of(label)
    return kind.words if kind and kind.words else queries.kind_words(label)


def plain_text(value: Any) -> str:
    """A value without a column: times in the site's zone, yes and no, numbers as written, long text cut."""
    if isinstance(value, datetime):
        return clock.stamp(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def fact_words(entry: LedgerEntry, *, reason: bool = False) -> str:
    """Words and numbers of an act that are no row of their own; with the reason where no column shows it."""
    facts = json.loads(entry.payload)["facts"]
    shown = [
        f"{FACTS.get(k, k.replace('_', ' '))}: {plain_text(v) or 'none named'}"
        for k, v in facts.items()
        if not isinstance(v, list | dict) and (reason or k != "reason") and (k == "station" or v not in ("", None))
    ]
    return "; ".join(shown)


def home_names(homes: Iterable[str], actor: Actor) -> dict[str, str]:
    """What the records of these chains are called, of kinds whose trails the actor may open. One query a kind."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for home in homes:
        label, _, uuid = home.partition(":")
        if uuid:
            wanted[label].add(UUID(uuid))
    found: dict[str, str] = {}
    for label, uuids in wanted.items():
        kind = trail_of(label)
        if kind is not None and actor.may(kind.permission):
            rows = queries.rows_now(label, uuids, kind.related)
            found |= {row.chain: name for row, name in zip(rows, kind.names_of(rows), strict=True)}
    return found


class Texts:
    """What the rows that records point to are called, read at once: one query for each kind pointed to."""

    def __init__(self) -> None:
        self._wanted: dict[tuple[str, str], tuple[Any, set[Any]]] = {}
        self._found: dict[tuple[str, str], dict[Any, str]] = defaultdict(dict)

    def want(self, label: str, rows: Iterable[Any]) -> None:
        """These rows will be shown."""
        columns = [f for f in _columns(label, trail_of(label)) if f.is_relation]
        for row in rows:
            for column in columns:
                value = getattr(row, column.attname)
                if value is not None:
                    self._wanted.setdefault(_target(column), (column, set()))[1].add(value)

    def read(self) -> None:
        """Reads every name asked for."""
        for target, (column, keys) in self._wanted.items():
            kind = trail_of(column.related_model._meta.label_lower)
            found = queries.related_rows(column, keys, kind.related if kind else ())
            names = kind.names_of(list(found.values())) if kind else [str(row) for row in found.values()]
            self._found[target] = dict(zip(found, names, strict=True))

    def shown(self, column: Any, value: Any) -> str:
        """A value as people read it. A related row that is gone is shown by its number (AUD-12)."""
        if value is None or value == "":
            return NOTHING
        if column.is_relation:
            return self._found[_target(column)].get(value, f"#{value}")
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        return plain_text(value)

    def changes(self, label: str, earlier: Any | None, row: Any) -> list[Change]:
        """Name, old and new text of each column that differs; of a first version each that holds something."""
        found = []
        for column in _columns(label, trail_of(label)):
            old = getattr(earlier, column.attname) if earlier is not None else None
            new = getattr(row, column.attname)
            if old != new and not (earlier is None and new in ("", None)):
                found.append((str(column.verbose_name), self.shown(column, old), self.shown(column, new)))
        return found


def _target(column: Any) -> tuple[str, str]:
    return column.related_model._meta.label_lower, column.target_field.attname


def _columns(label: str, kind: Trail | None) -> list[Any]:
    hidden = kind.hidden if kind else frozenset()
    return [f for f in queries.content_fields(label) if f.name not in hidden]
