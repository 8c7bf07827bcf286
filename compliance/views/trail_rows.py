"""What the acts of a trail wrote besides the record itself: each row named, compared, and proven by its digest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from compliance import queries
from compliance.domain import trails
from compliance.registry import trail_of
from compliance.views.trail_words import Texts, kind_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compliance.domain.actor import Actor
    from compliance.models import LedgerEntry
    from compliance.page_trail import TrailLine
    from compliance.registry import Trail

# Signatures have lines of their own, with what voided them.
ELSEWHERE = frozenset({"compliance.signature"})
# An act that writes more records of one kind than this (a batch issued, vials filled) counts them instead.
MOST = 20


@dataclass(slots=True)
class Wrote:
    """One record as an act left it; `before` is its version before the act, None of a new one."""

    kind: Trail
    row: Any
    before: Any | None
    reason: str
    name: str = ""
    line: TrailLine | None = None

    @property
    def label(self) -> str:
        """The kind's label."""
        return self.kind.label


@dataclass(frozen=True, slots=True)
class Counted:
    """Many records of one kind that an act wrote."""

    label: str
    count: int

    @property
    def words(self) -> str:
        """What people call the kind."""
        return kind_words(self.label)


@dataclass(slots=True)
class OtherRows:
    """The other records that the acts of a page wrote, as far as the reader may open their trails (R107)."""

    of_act: dict[UUID, list[Wrote | Counted]] = field(default_factory=dict)
    untrue: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, own: UUID, entries: Iterable[LedgerEntry], actor: Actor | None, texts: Texts) -> OtherRows:
        """Reads them in a number of queries that depends on the kinds alone."""
        found = cls()
        places: dict[str, list[_Place]] = defaultdict(list)
        kinds: dict[UUID, list[str]] = {}
        for entry in entries:
            found.of_act[entry.act_id], by_kind = [], _by_kind(own, entry, actor)
            kinds[entry.act_id] = list(by_kind)
            for label, noted in by_kind.items():
                if len(noted) > MOST:
                    found.of_act[entry.act_id].append(Counted(label, len(noted)))
                else:
                    places[label] += [_Place(entry.act_id, UUID(one), rows) for one, rows in noted.items()]
        for label, wanted in places.items():
            found._load(label, wanted, texts)
        for act_id, rows in found.of_act.items():  # in the order in which the act wrote them
            rows.sort(key=lambda one, order=kinds[act_id]: order.index(one.label))  # type: ignore[misc]
        return found

    def _load(self, label: str, places: list[_Place], texts: Texts) -> None:
        kind = trail_of(label)
        if kind is None:
            return
        rows = queries.rows_written(label, {key for place in places for key in place.keys}, kind.related)
        wrote = []
        for place in places:
            for noted in place.noted:
                row = rows.get((place.uuid, noted["version"]))
                if not trails.stands(place.act_id, noted, row):
                    what = f"{kind_words(label)} {noted['uuid'][:8]}, version {noted['version']}"
                    self.untrue.append(f"{what}, {'is gone' if row is None else 'was changed'}")
            last = rows.get((place.uuid, place.noted[-1]["version"]))
            if last is not None:
                before = rows.get((place.uuid, place.noted[0]["version"] - 1))
                wrote.append(Wrote(kind, last, before, place.noted[-1]["reason"] or ""))
                self.of_act[place.act_id].append(wrote[-1])
        _say(kind, wrote)
        texts.want(label, [row for w in wrote if w.line is None for row in (w.row, w.before) if row is not None])


@dataclass(frozen=True, slots=True)
class _Place:
    """What one act noted of one record, oldest version first."""

    act_id: UUID
    uuid: UUID
    noted: list[dict[str, Any]]

    @property
    def keys(self) -> list[tuple[UUID, int]]:
        """Versions to read: those written, and the one before."""
        numbers = [n["version"] for n in self.noted]
        return [(self.uuid, number) for number in (numbers[0] - 1, *numbers) if number > 0]


def _by_kind(own: UUID, entry: LedgerEntry, actor: Actor | None) -> dict[str, dict[str, list[dict[str, Any]]]]:
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for noted in trails.noted_rows(entry):
        kind = trail_of(noted["label"]) if noted["label"] not in ELSEWHERE else None
        if kind is not None and noted["uuid"] != str(own) and actor is not None and actor.may(kind.permission):
            found.setdefault(noted["label"], {}).setdefault(noted["uuid"], []).append(noted)
    return found


def _say(kind: Trail, wrote: list[Wrote]) -> None:
    """Names and words of many rows at once."""
    for one, name in zip(wrote, kind.names_of([w.row for w in wrote]), strict=True):
        one.name = name
    new = [w for w in wrote if w.before is None]
    for one, line in zip(new, kind.lines_of([w.row for w in new]), strict=True):
        one.line = line
