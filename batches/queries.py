"""Reads of batches for pages, the dossier and reviewers; each in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Prefetch, Q

from batches.models import (
    Batch,
    Container,
    Deviation,
    Entry,
    EquipmentScan,
    LotLink,
    LotNode,
    MaterialCharge,
    PhaseRecord,
)
from batches.states import BatchState, DeviationState, PhaseState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

ACTIVE = (BatchState.ISSUED, BatchState.IN_PROGRESS, BatchState.ON_HOLD, BatchState.EXECUTED, BatchState.REVIEWED)


def board() -> QuerySet[Batch]:
    """Batches on the floor and in review, with counts of phases, done phases and open deviations."""
    done = Q(phases__state__in=[PhaseState.CLOSED, PhaseState.NOT_APPLICABLE, PhaseState.ABORTED])
    return (
        Batch.objects.filter(state__in=ACTIVE)
        .select_related("master_version__master", "product_version__product", "bank")
        .annotate(
            phase_count=Count("phases", distinct=True),
            done_count=Count("phases", filter=done, distinct=True),
            open_deviations=Count("deviations", filter=~Q(deviations__state=DeviationState.CLOSED), distinct=True),
        )
        .order_by("-id")
    )


def batch_by_number(number: str) -> Batch:
    """One batch with what every page of it needs. Raises Batch.DoesNotExist."""
    return Batch.objects.select_related("master_version__master", "product_version__product", "bank", "issued_by").get(
        number=number
    )


def phases_of(batch: Batch) -> QuerySet[PhaseRecord]:
    """Every phase of a batch in the order of the master."""
    return (
        PhaseRecord.objects.filter(batch=batch)
        .select_related("run", "performed_by", "verified_by", "started_by")
        .order_by("run__unit_index", "occurrence", "phase_index")
    )


def phase_for(batch: Batch, seq: int) -> PhaseRecord:
    """One phase by its number in the batch. Raises PhaseRecord.DoesNotExist."""
    row = PhaseRecord.objects.select_related("run", "performed_by", "verified_by", "started_by").get(
        batch=batch, seq=seq
    )
    row.batch = batch
    return row


def entries_of(phase: PhaseRecord) -> list[Entry]:
    """Every entry of a phase, superseded ones too, oldest first."""
    return list(
        Entry.objects.filter(phase=phase).select_related("recorded_by", "supersedes", "superseded_by").order_by("id")
    )


def live_entries(batch: Batch) -> QuerySet[Entry]:
    """Every value of a batch that stands."""
    return Entry.objects.filter(batch=batch, superseded_by__isnull=True).select_related("phase__run", "recorded_by")


def charges_of(phase: PhaseRecord) -> QuerySet[MaterialCharge]:
    """What was charged into a phase."""
    return MaterialCharge.objects.filter(phase=phase).select_related("lot__item", "charged_by", "verified_by")


def taken_back(phase: PhaseRecord) -> set[UUID]:
    """The uuids of the equipment scans of a phase that were taken back."""
    rows = Entry.objects.filter(phase=phase, kind="equipment").values_list("path", flat=True)
    return {UUID(path.rpartition(".")[2]) for path in rows}


def standing_scans(phase: PhaseRecord) -> list[EquipmentScan]:
    """The equipment scanned into a phase and not taken back, oldest first."""
    gone = taken_back(phase)
    rows = EquipmentScan.objects.filter(phase=phase).select_related("equipment", "scanned_by")
    return [row for row in rows if row.uuid not in gone]


def deviations(*, open_only: bool = False) -> QuerySet[Deviation]:
    """Deviations, newest first."""
    rows = Deviation.objects.select_related("batch", "phase", "opened_by")
    return rows.exclude(state=DeviationState.CLOSED) if open_only else rows


def containers(batch: Batch) -> QuerySet[Container]:
    """The containers of a batch in order."""
    return Container.objects.filter(batch=batch)


@dataclass(slots=True)
class Graph:
    """A piece of the lot graph: nodes by id and edges among them."""

    nodes: dict[int, LotNode] = field(default_factory=dict)
    links: list[LotLink] = field(default_factory=list)


def _walk(start: Iterable[int], *, back: bool) -> tuple[set[int], list[LotLink]]:
    """Level by level, so one query a level and none for ever: a node seen is not walked again."""
    seen, links = set(start), []
    level = set(seen)
    while level:
        column = "target__in" if back else "source__in"
        found = list(LotLink.objects.filter(**{column: level}))
        links += found
        level = {(one.source_id if back else one.target_id) for one in found} - seen
        seen |= level
    return seen, links


def ancestors(node: LotNode) -> Graph:
    """Everything a node comes from, back to the donation (R402)."""
    return _graph(*_walk([node.pk], back=True))


def descendants(node: LotNode) -> Graph:
    """Everything that came from a node, to the last container: a recall in one walk (R318)."""
    return _graph(*_walk([node.pk], back=False))


def graph_of(batch: Batch) -> Graph:
    """A batch with everything before it, containers folded by the caller."""
    own = LotNode.objects.filter(Q(run__batch=batch) | Q(batch=batch)).values_list("pk", flat=True)
    seen, links = _walk(own, back=True)
    after, more = _walk(own, back=False)
    return _graph(seen | after, links + more)


def _graph(seen: set[int], links: list[LotLink]) -> Graph:
    nodes = LotNode.objects.filter(pk__in=seen).select_related("run__batch", "batch", "container", "tissue", "donation")
    unique = {one.pk: one for one in links}
    return Graph({n.pk: n for n in nodes}, [unique[k] for k in sorted(unique)])


def reaches(start: LotNode, goal: LotNode) -> bool:
    """Whether `goal` comes from `start` already."""
    seen, _ = _walk([start.pk], back=False)
    return goal.pk in seen


def donors_of(batch: Batch) -> list[LotNode]:
    """The donations a batch comes from; coded, never a name (R417)."""
    own = LotNode.objects.filter(Q(run__batch=batch) | Q(batch=batch)).values_list("pk", flat=True)
    seen, _ = _walk(own, back=True)
    return list(LotNode.objects.filter(pk__in=seen, kind="donation").select_related("donation"))


def states_by_unit(rows: Iterable[PhaseRecord]) -> dict[int, list[PhaseRecord]]:
    """Phases grouped by run."""
    found: dict[int, list[PhaseRecord]] = defaultdict(list)
    for row in rows:
        found[row.run_id].append(row)
    return found


def with_points(batch: Batch) -> QuerySet[Entry]:
    """Live series entries with their points loaded."""
    return live_entries(batch).filter(kind="series").prefetch_related(Prefetch("points"))
