"""From acts, versions and signatures of one record to the lines of its trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compliance import queries
from compliance.domain import clock, trails
from compliance.page_forms import TrailEvent
from compliance.registry import trail_of
from compliance.roles import Role, event_title
from compliance.views.trail_rows import Counted, OtherRows, Wrote
from compliance.views.trail_words import NOTHING, Texts, fact_words

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.actor import Actor
    from compliance.models import ChainLink, LedgerEntry, Signature
    from compliance.page_trail import TrailLine


@dataclass(slots=True)
class RecordTrail:
    """One page of a record's trail; everything it needs is read in a fixed number of queries.

    `actor` is who reads: of other records only those are shown whose trails the actor may open.
    """

    label: str
    uuid: UUID
    entries: list[LedgerEntry]
    actor: Actor | None = None
    versions: dict[UUID, list[Any]] = field(default_factory=dict)
    by_number: dict[int, Any] = field(default_factory=dict)
    lines: dict[int, TrailLine | None] = field(default_factory=dict)
    others: OtherRows = field(default_factory=OtherRows)
    signatures: dict[UUID, list[Signature]] = field(default_factory=dict)
    links: dict[UUID, ChainLink] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts)
    row: Any | None = None
    name: str = ""

    @classmethod
    def read(cls, label: str, uuid: UUID, entries: list[LedgerEntry], actor: Actor | None = None) -> RecordTrail:
        """Reads versions, signatures, chain links and what else these acts wrote."""
        trail = cls(label, uuid, entries, actor)
        acts = [e.act_id for e in entries]
        rows = list(queries.record_versions(label, uuid).filter(act_id__in=acts))
        # Where a filter left acts out, the version before each shown one is not among those shown.
        numbers = {row.version - 1 for row in rows} - {row.version for row in rows} - {0}
        before = list(queries.record_versions(label, uuid).filter(version__in=numbers)) if numbers else []
        trail.by_number = {row.version: row for row in [*before, *rows]}
        for row in rows:
            trail.versions.setdefault(row.act_id, []).append(row)
        for signature in queries.signatures_in(acts):
            trail.signatures.setdefault(signature.act_id, []).append(signature)
        trail.links = {link.entry_id: link for link in queries.links_of(label, uuid, acts)}
        trail.texts.want(label, trail.by_number.values())
        trail.others = OtherRows.read(uuid, entries, actor, trail.texts)
        trail.texts.read()
        trail._name(rows)
        return trail

    def _name(self, rows: list[Any]) -> None:
        """The record as it is, or one of its versions where it is gone (AUD-12), and what it is called."""
        kind = trail_of(self.label)
        self.row = queries.record_of(self.label, self.uuid)
        known = self.row or next(iter(self.by_number.values()), None)
        if kind is None or known is None:
            self.name = str(known or self.uuid)
            return
        self.name = kind.names_of([known])[0]
        new = [row for row in rows if row.version == 1]
        self.lines = {row.version: line for row, line in zip(new, kind.lines_of(new), strict=True)}

    def disagreements(self) -> list[str]:
        """What does not agree among the acts shown."""
        rows = [row for rows in self.versions.values() for row in rows]
        entries = {e.act_id: e for e in self.entries}
        return trails.disagreements(self.label, self.uuid, entries, self.links.values(), rows) + self.others.untrue

    def events(self) -> tuple[TrailEvent, ...]:
        """In the order of the acts given: what each did, field by field, and who signed in it."""
        newest_first = len(self.entries) > 1 and self.entries[0].pk > self.entries[-1].pk
        found: list[TrailEvent] = []
        for entry in self.entries:
            events = self._of_entry(entry)
            found += reversed(events) if newest_first else events
        return tuple(found)

    def _of_entry(self, entry: LedgerEntry) -> list[TrailEvent]:
        found: list[TrailEvent] = []
        for row in self.versions.get(entry.act_id, []):
            found += self._of_version(entry, row)
        facts = "" if found else fact_words(entry, reason=True)
        for other in self.others.of_act.get(entry.act_id, []):
            found.append(self._of_other(entry, other, facts))
            facts = ""
        signed = [self._of_signature(entry, s) for s in self.signatures.get(entry.act_id, []) if self._may_see(s)]
        if not found and (facts or not signed):
            found.append(self._event(entry, "info", _title(entry), self._by(entry, facts)))
        return found + signed

    def _of_version(self, entry: LedgerEntry, row: Any) -> list[TrailEvent]:
        why = _because(getattr(row, "history_change_reason", "") or "")
        earlier = self.by_number.get(row.version - 1)
        if earlier is None:
            line = self.lines.get(row.version)
            return [self._of_line(entry, _title(entry), line, why)] if line else [self._of_content(entry, row, why)]
        text = self._by(entry, why)
        changes = self.texts.changes(self.label, earlier, row) or [("", "", "")]
        return [
            self._changed(entry, f"{_title(entry)}: {name}" if name else _title(entry), text, old, new)
            for name, old, new in changes
        ]

    def _changed(self, entry: LedgerEntry, title: str, text: str, old: str, new: str) -> TrailEvent:
        first = old == NOTHING
        return self._event(entry, "corr", title, text, old="" if first else old, new=new, first=first)

    def _of_content(self, entry: LedgerEntry, row: Any, why: str) -> TrailEvent:
        content = _content(self.texts.changes(self.label, None, row))
        return self._event(entry, "new", _title(entry), self._by(entry, why, content))

    def _of_line(self, entry: LedgerEntry, title: str, line: TrailLine, *more: str) -> TrailEvent:
        icon = "corr" if line.old else "new"
        first = bool(line.new) and not line.old
        return self._event(
            entry, icon, title, self._by(entry, *more, line.text), old=line.old, new=line.new, first=first
        )

    def _of_other(self, entry: LedgerEntry, other: Wrote | Counted, facts: str) -> TrailEvent:
        if isinstance(other, Counted):
            title = f"{_title(entry)} · {other.count} × {other.words}"
            return self._event(entry, "info", title, self._by(entry, facts))
        # On a batch's own trail a step is "3 Viable count"; on a lot's it is "EV-26-0001, 3 Viable count".
        title = f"{_title(entry)} · {other.name.removeprefix(f'{self.name}, ').removeprefix(f'{self.name}: ')}"
        why = _because(other.reason)
        if other.line is not None:
            return self._of_line(entry, title, other.line, why, facts)
        changes = [c for c in self.texts.changes(other.kind.label, other.before, other.row) if c[2] != self.name]
        if other.before is None:
            return self._event(entry, "new", title, self._by(entry, why, facts, _content(changes)))
        if len(changes) == 1:
            ((name, old, new),) = changes
            return self._changed(entry, f"{title}: {name}", self._by(entry, why, facts), old, new)
        said = "; ".join(f"{name}: {old} → {new}" for name, old, new in changes)
        return self._event(entry, "corr", title, self._by(entry, why, facts, said))

    def _may_see(self, signature: Signature) -> bool:
        if signature.record_uuid == self.uuid:
            return True
        kind = trail_of(signature.record_label)
        return kind is not None and self.actor is not None and self.actor.may(kind.permission)

    def _of_signature(self, entry: LedgerEntry, signature: Signature) -> TrailEvent:
        void = getattr(signature, "void", None)
        role = dict(Role.choices).get(signature.role, signature.role)
        parts = [f"{signature.printed_name}, {role}, at {clock.stamp(signature.signed_at)}."]
        if signature.record_uuid != self.uuid:
            parts.insert(0, f"{signature.title}.")
        if void is not None:
            parts.append(f"Void since {clock.stamp(void.voided_at)}. Reason: “{void.reason}”")
        icon = "void" if void is not None else "pen"
        return self._event(entry, icon, f"Signed: {signature.meaning}", " ".join(parts))

    def _event(
        self, entry: LedgerEntry, icon: str, title: str, text: str, *, old: str = "", new: str = "", first: bool = False
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
            first=first,
            seal=tuple(seal),
        )

    def _by(self, entry: LedgerEntry, *parts: str) -> str:
        return " ".join([f"{entry.actor.printed_name} ({entry.actor_name}).", *[p for p in parts if p]])


def _title(entry: LedgerEntry) -> str:
    return event_title(entry.event) or entry.event


def _because(reason: str) -> str:
    return f"Reason: “{reason}”" if reason else ""


def _content(changes: list[tuple[str, str, str]]) -> str:
    return "; ".join(f"{name}: {new}" for name, _, new in changes)
