"""Which recorded values no page may show yet: a blind first count, and what is computed from it (R202)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batches.domain.masters import plan_for
from batches.guards import DONE
from batches.models import Batch, Entry, PhaseRecord
from batches.views.phase_data import SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batches.domain.masters import Plan


@dataclass(slots=True)
class Sealed:
    """Sealed fields by step and path, and by batch the calculations that would give them away."""

    counts: set[tuple[int, str]] = field(default_factory=set)
    computed: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, rows: Sequence[Entry]) -> Sealed:
        """What is sealed in the batches of these values. At most three queries."""
        found = cls()
        batches = Batch.objects.select_related("master_version").in_bulk({row.batch_id for row in rows})
        plans = {key: plan_for(batch) for key, batch in batches.items()}
        blind = {key: _blind_paths(plan) for key, plan in plans.items()}
        if any(blind.values()):
            found._read(plans, blind)
        return found

    def hides(self, row: Entry) -> bool:
        """Whether a page must not show this value."""
        return (row.phase_id, row.path) in self.counts or row.path in self.computed.get(row.batch_id, ())

    def _read(self, plans: dict[int, Plan], blind: dict[int, set[str]]) -> None:
        paths = set().union(*blind.values())
        live = Entry.objects.filter(batch__in=blind, path__in=paths, superseded_by__isnull=True)
        slots: dict[tuple[int, int, str], set[str]] = defaultdict(set)
        for batch, phase, path, slot in live.values_list("batch_id", "phase_id", "path", "slot"):
            slots[batch, phase, path].add(slot)
        waiting = {key for key, have in slots.items() if SECOND not in have}
        # A step that ended without the second count, as an aborted one does, has nobody left to keep blind.
        ended = set(
            PhaseRecord.objects.filter(pk__in={phase for _, phase, _ in waiting}, state__in=DONE).values_list(
                "pk", flat=True
            )
        )
        for batch, phase, path in waiting:
            if phase not in ended and path in blind[batch]:
                self.counts.add((phase, path))
                self.computed[batch] |= readers_of(plans[batch], path)


def _blind_paths(plan: Plan) -> set[str]:
    return {f"{path}.{p.id}" for path, place in plan.index.phases.items() for p in place.phase.blind_parameters}


def readers_of(plan: Plan, path: str) -> set[str]:
    """Every calculation that reads a value, directly or through another one."""
    found: set[str] = set()
    waiting = {path}
    while waiting:
        waiting = {reader for one in waiting for reader in plan.readers.get(one, ())} - found
        found |= waiting
    return found
