"""What board and batch page read: batches with phases, clocks and open deviations, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from batches import queries
from batches.domain import holds
from batches.domain.masterfile.paths import resolve
from batches.domain.masters import plan_for
from batches.domain.values import Values
from batches.models import Batch, Deviation, Entry, PhaseRecord
from batches.states import DeviationState
from batches.views import words
from compliance.pages import HoldClock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from batches.domain.masters import Plan


@dataclass
class OnFloor:
    """One batch with all its phases in order, its running clocks and its open deviations."""

    batch: Batch
    plan: Plan
    phases: list[PhaseRecord] = field(default_factory=list)
    clocks: list[holds.Clock] = field(default_factory=list)
    deviations: list[Deviation] = field(default_factory=list)


class LoadedValues(Values):
    """The values that clocks read, taken from rows that are here already, so that no batch costs a query more."""

    def __init__(self, batch: Batch, plan: Plan, phases: Sequence[PhaseRecord], entries: Iterable[Entry]) -> None:
        super().__init__(batch, plan)
        self._phases = {(p.path, p.occurrence): p for p in phases}
        self._counts = {}
        for unit, _ in {(p.run.unit, p.run.occurrence) for p in phases}:
            self._counts[unit] = self._counts.get(unit, 0) + 1
        self._entries = {path: {} for path in clock_paths(plan)}
        by_id = {p.pk: p for p in phases}
        for entry in entries:
            entry.phase = by_id[entry.phase_id]
            self._entries[entry.path][entry.phase.occurrence] = entry

    def event(self, path: str, occurrence: int) -> datetime | None:
        """When a phase was started or completed, or an instant recorded."""
        head, _, last = path.rpartition(".")
        phase = self._phases.get((head, occurrence))
        if last in ("started_at", "completed_at") and phase is not None:
            return phase.started_at if last == "started_at" else phase.performed_at
        return super().event(path, occurrence)


def clock_paths(plan: Plan) -> set[str]:
    """The parameters at which a hold time starts or ends."""
    targets = [resolve(plan.spec, ref.parameter) for h in plan.spec.hold_times for ref in (h.from_, h.to)]
    return {t.path for t in targets if t.aspect == "value"}


def active_batches() -> QuerySet[Batch]:
    """Batches from issue to disposition."""
    rows = Batch.objects.filter(state__in=queries.ACTIVE)
    return rows.select_related("master_version__master", "product_version__product", "bank")


def on_floor(batches: Iterable[Batch], now: datetime) -> list[OnFloor]:
    """Each batch with what its row on the board shows. Three queries, however many batches and phases."""
    found = {b.pk: OnFloor(b, plan_for(b)) for b in batches}
    rows = PhaseRecord.objects.filter(batch__in=found).select_related("run", "performed_by", "started_by")
    for phase in rows.order_by("batch", "run__unit_index", "occurrence", "phase_index"):
        phase.batch = found[phase.batch_id].batch
        found[phase.batch_id].phases.append(phase)
    for row in Deviation.objects.filter(batch__in=found).exclude(state=DeviationState.CLOSED).select_related("phase"):
        found[row.batch_id].deviations.append(row)
    entries = _clock_entries(found)
    for one in found.values():
        values = LoadedValues(one.batch, one.plan, one.phases, entries[one.batch.pk])
        one.clocks = [c for c in holds.running(one.plan, values) if c.started_at <= now]
    return list(found.values())


def _clock_entries(found: dict[int, OnFloor]) -> dict[int, list[Entry]]:
    paths = set().union(*(clock_paths(one.plan) for one in found.values())) if found else set()
    rows = Entry.objects.filter(batch__in=found, path__in=paths, slot="", superseded_by__isnull=True)
    grouped: dict[int, list[Entry]] = defaultdict(list)
    for entry in rows:
        if entry.path in clock_paths(found[entry.batch_id].plan):
            grouped[entry.batch_id].append(entry)
    return grouped


def shown_clock(one: holds.Clock, now: datetime, *, big: bool = False) -> HoldClock:
    """A hold time as number, word and length."""
    whole = (one.due_at - one.started_at) // timedelta(seconds=1)
    left = max((one.due_at - now) // timedelta(seconds=1), 0)
    return HoldClock(
        one.state(now),  # type: ignore[arg-type]
        words.left_of(one, now),
        f"of {one.hold.max}",
        f"{one.title}, since {words.hour(one.started_at, now)}",
        permille=left * 1000 // whole if whole else 0,
        big=big,
    )
