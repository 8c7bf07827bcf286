"""What a calculation, a relative limit or a rule reads: live values of a batch by path and occurrence."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batches.domain.masterfile.order import reads
from batches.domain.masterfile.values import Reference
from batches.models import CellBank, Entry, PhaseRecord, UnitRun

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from batches.domain.masters import Plan
    from batches.models import Batch

EVENTS = {"started_at": "started_at", "completed_at": "performed_at"}


class Values:
    """Reads live values of one batch. Loads a path once, all its occurrences with it."""

    def __init__(self, batch: Batch, plan: Plan) -> None:
        self.batch = batch
        self.plan = plan
        self._entries: dict[str, dict[int, Entry]] = {}
        self._counts: dict[str, int] | None = None

    def load(self, paths: Iterable[str]) -> None:
        """Loads many paths in one query."""
        wanted = [p for p in dict.fromkeys(paths) if p not in self._entries]
        if not wanted:
            return
        for path in wanted:
            self._entries[path] = {}
        rows = Entry.objects.filter(
            batch=self.batch, path__in=wanted, slot="", superseded_by__isnull=True
        ).select_related("phase")
        for entry in rows:
            self._entries[entry.path][entry.phase.occurrence] = entry

    def entry(self, path: str, occurrence: int) -> Entry | None:
        """The live entry of a parameter in one occurrence."""
        self.load([path])
        return self._entries[path].get(occurrence)

    def put(self, entry: Entry, occurrence: int) -> None:
        """Takes a new entry into account."""
        self.load([entry.path])
        self._entries[entry.path][occurrence] = entry

    def count_of(self, unit: str) -> int:
        """How many occurrences of a unit procedure there are."""
        if self._counts is None:
            self._counts = {}
            for name in UnitRun.objects.filter(batch=self.batch).values_list("unit", flat=True):
                self._counts[name] = self._counts.get(name, 0) + 1
        return self._counts.get(unit, 0)

    def read(self, reference: Reference, scope: str, occurrence: int) -> list[tuple[Any, Entry | None]]:
        """The values a reference reads, oldest first, each with the entry it stands in; None where nothing is."""
        if reference.is_bank:
            return [self._bank(reference.bank_path)]
        found: list[tuple[Any, Entry | None]] = []
        for one in reads(self.plan.spec, reference, scope, occurrence, self.count_of):
            head, _, last = one.path.rpartition(".")
            if last in EVENTS and head in self.plan.index.phases:
                found.append((self.event(one.path, one.occurrence), None))
                continue
            if last == "verdict" and head in self.plan.index.parameters:
                entry = self.entry(head, one.occurrence)
                found.append((entry.verdict if entry else None, entry))
                continue
            entry = self.entry(one.path, one.occurrence)
            found.append((value_of(entry), entry))
        return found

    def event(self, path: str, occurrence: int) -> datetime | None:
        """When an event happened: an instant recorded, or a phase started or completed."""
        head, _, last = path.rpartition(".")
        if last in EVENTS and head in self.plan.index.phases:
            column = EVENTS[last]
            row = PhaseRecord.objects.filter(batch=self.batch, path=head, occurrence=occurrence)
            return row.values_list(column, flat=True).first()
        entry = self.entry(path, occurrence)
        return entry.instant if entry else None

    def _bank(self, path: str) -> tuple[Any, Entry | None]:
        if self.batch.bank is None:
            return None, None
        head, _, name = path.partition(".")
        if head == "certificate":
            if name == "bank_number":
                return self.batch.bank.number, None
            reading = CellBank.objects.filter(batch=self.batch.bank).last()
            return getattr(reading, name, None), None
        entry = Entry.objects.filter(batch=self.batch.bank, path=path, slot="", superseded_by__isnull=True).last()
        return value_of(entry), entry


def value_of(entry: Entry | None) -> Any:
    """The value that others read: a number, an instant, or a text. None is no value, never zero."""
    if entry is None:
        return None
    if entry.value is not None:
        return entry.value if not entry.qualifier else None
    return entry.instant or entry.text or None


def number_of(value: Any) -> Decimal | None:
    """A value as a number, or None."""
    return value if isinstance(value, Decimal) else None
