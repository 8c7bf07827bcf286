"""The end of a fill names its containers: one row for each, with its weight where every one was weighed (R314)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain import genealogy
from batches.domain.containers import move_containers
from batches.domain.masters import plan_for
from batches.domain.series import columns_of
from batches.models import Container, Entry, SeriesPoint
from batches.states import ContainerState

if TYPE_CHECKING:
    from decimal import Decimal

    from batches.models import Batch, PhaseRecord
    from compliance.domain.act import Act

COUNT = "fill.vials_filled"
INDEX, WEIGHT = "vial", "weight"


def name_containers(a: Act, batch: Batch, phase: PhaseRecord) -> list[Container]:
    """Names the containers when a phase closes whose value is how many were filled; answers those it made.

    A number corrected after that names what is missing, and destroys the surplus that nobody has moved yet.
    """
    count = _filled(batch, phase)
    if count is None:
        return []
    named = list(Container.objects.filter(batch=batch).order_by("index"))
    surplus = [row.index for row in named if row.index > count and row.state == ContainerState.FILLED]
    if surplus:
        move_containers(a, batch, surplus, "destroy", reason=f"Not filled: the number was corrected to {count}.")
    if len(named) >= count:
        return []
    return genealogy.make_containers(a, batch, phase.run, count, weights_of(batch, phase))


def _filled(batch: Batch, phase: PhaseRecord) -> int | None:
    """How many were filled, where this phase says so."""
    spec = plan_for(batch).phase(phase)
    name = next((p.id for p in spec.parameters if p.binds == COUNT), None)
    if name is None:
        return None
    live = Entry.objects.filter(phase=phase, path=f"{phase.path}.{name}", slot="", superseded_by__isnull=True).first()
    return int(live.value) if live is not None and live.value is not None else None


def weights_of(batch: Batch, phase: PhaseRecord) -> dict[int, Decimal]:
    """The weight of each container by its number, from the series of this phase that weighs them one by one."""
    spec = plan_for(batch).phase(phase)
    paths = [f"{phase.path}.{p.id}" for p in spec.parameters if {c.name for c in p.columns} >= {INDEX, WEIGHT}]
    points = SeriesPoint.objects.filter(
        entry__phase=phase, entry__path__in=paths, entry__superseded_by__isnull=True
    ).values_list("values", flat=True)
    read = [columns_of(values) for values in points]
    return {int(columns[INDEX]): columns[WEIGHT] for columns in read}
