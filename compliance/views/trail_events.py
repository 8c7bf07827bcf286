"""From acts, versions and signatures of one record to the lines of its trail."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from compliance import queries
from compliance.domain import clock, trails
from compliance.page_forms import TrailEvent
from compliance.roles import event_title

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.models import ChainLink, LedgerEntry, Signature

NOTHING = "not recorded"
LONGEST = 300


@dataclass(slots=True)
class RecordTrail:
    """One page of a record's trail; everything it needs is read in a fixed number of queries."""

    label: str
    uuid: UUID
    entries: list[LedgerEntry]
    versions: dict[UUID, list[Any]] = field(default_factory=dict)
    by_number: dict[int, Any] = field(default_factory=dict)
    signatures: dict[UUID, list[Signature]] = field(default_factory=dict)
    links: dict[UUID, ChainLink] = field(default_factory=dict)
    related: dict[str, dict[Any, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, label: str, uuid: UUID, entries: list[LedgerEntry]) -> RecordTrail:
        """Reads versions, signatures and chain links of these acts."""
        trail = cls(label, uuid, entries)
        acts = [e.act_id for e in entries]
        rows = list(queries.record_versions(label, uuid).filter(act_id__in=acts))
        before = queries.version_before(label, uuid, rows[0].version) if rows else []
        trail.by_number = {row.version: row for row in [*before, *rows]}
        for row in rows:
            trail.versions.setdefault(row.act_id, []).append(row)
        for signature in queries.signatures_on(uuid, acts):
            trail.signatures.setdefault(signature.act_id, []).append(signature)
        trail.links = {link.entry_id: link for link in queries.links_of(label, uuid, acts)}
        trail.related = queries.related_texts(label, list(trail.by_number.values()))
        return trail

    def disagreements(self) -> list[str]:
        """What does not agree among the acts shown."""
        rows = [row for rows in self.versions.values() for row in rows]
        entries = {e.act_id: e for e in self.entries}
        return trails.disagreements(self.label, self.uuid, entries, self.links.values(), rows)

    def events(self) -> tuple[TrailEvent, ...]:
        """Oldest first: what each act did to this record, field by field, then who signed in it."""
        return tuple(event for entry in self.entries for event in self._of_entry(entry))

    def _of_entry(self, entry: LedgerEntry) -> list[TrailEvent]:
        found: list[TrailEvent] = []
        for row in self.versions.get(entry.act_id, []):
            found += self._of_version(entry, row)
        found += [self._of_signature(entry, s) for s in self.signatures.get(entry.act_id, [])]
        return found or [self._event(entry, "info", _title(entry), self._by(entry, _facts(entry)))]

    def _of_version(self, entry: LedgerEntry, row: Any) -> list[TrailEvent]:
        reason = getattr(row, "history_change_reason", "") or ""
        why = f"Reason: “{reason}”" if reason else ""
        earlier = self.by_number.get(row.version - 1)
        if earlier is None:
            content = "; ".join(f"{name}: {new}" for name, _, new in self._changes(None, row))
            return [self._event(entry, "new", _title(entry), self._by(entry, why, content))]
        text = self._by(entry, why)
        changes = self._changes(earlier, row) or [("", "", "")]
        return [
            self._event(entry, "corr", f"{_title(entry)}: {name}" if name else _title(entry), text, old=old, new=new)
            for name, old, new in changes
        ]

    def _of_signature(self, entry: LedgerEntry, signature: Signature) -> TrailEvent:
        void = getattr(signature, "void", None)
        parts = [
            f"{signature.printed_name}, {signature.role.replace('_', ' ')}, at {clock.stamp(signature.signed_at)}."
        ]
        if void is not None:
            parts.append(f"Void since {clock.stamp(void.voided_at)}. Reason: “{void.reason}”")
        icon = "void" if void is not None else "pen"
        return self._event(entry, icon, f"Signed: {signature.meaning}", " ".join(parts))

    def _event(
        self, entry: LedgerEntry, icon: str, title: str, text: str, *, old: str = "", new: str = ""
    ) -> TrailEvent:
        local = clock.stamp(entry.recorded_at)
        link = self.links.get(entry.act_id)
        seal = [f"act {entry.id}", *([f"link {link.seq}"] if link else []), f"{entry.digest[:4]} {entry.digest[4:8]}"]
        return TrailEvent(
            iso=entry.recorded_at.isoformat(),
            date=local[:10],
            time=local[11:],
            icon=icon,  # type: ignore[arg-type]
            title=title,
            text=text,
            old=old,
            new=new,
            seal=tuple(seal),
        )

    def _by(self, entry: LedgerEntry, *parts: str) -> str:
        return " ".join([f"{entry.actor.printed_name} ({entry.actor_name}).", *[p for p in parts if p]])

    def _changes(self, earlier: Any, row: Any) -> list[tuple[str, str, str]]:
        """Name, old and new text of each field that differs; of a first version each field that holds something."""
        found = []
        for f in queries.content_fields(self.label):
            old = getattr(earlier, f.attname) if earlier is not None else None
            new = getattr(row, f.attname)
            if old != new and not (earlier is None and new in ("", None)):
                found.append((str(f.verbose_name), self._shown(f, old), self._shown(f, new)))
        return found

    def _shown(self, column: Any, value: Any) -> str:
        """A value as people read it. A related row that is gone is shown by its number (AUD-12)."""
        if value is None or value == "":
            return NOTHING
        if column.is_relation:
            return self.related.get(column.attname, {}).get(value, f"#{value}")
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        return plain_text(value)


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


def _title(entry: LedgerEntry) -> str:
    return event_title(entry.event) or entry.event


def _facts(entry: LedgerEntry) -> str:
    """Words and numbers of an act that wrote nothing to this record."""
    facts = json.loads(entry.payload)["facts"]
    shown = [f"{k.replace('_', ' ')}: {plain_text(v)}" for k, v in facts.items() if not isinstance(v, list | dict)]
    return "; ".join(shown)
