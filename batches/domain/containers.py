"""What becomes of each filled container, by its own number, many in one act (R314, MAT-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batches.models import Container
from batches.states import CONTAINER_TRANSITIONS
from compliance.domain.transitions import apply_transition, find
from compliance.refusals import Blocker, Invalid, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from batches.models import Batch
    from compliance.domain.act import Act


def move_containers(
    a: Act,
    batch: Batch,
    indexes: Iterable[int],
    name: str,
    *,
    reason: str | None = None,
    defect: str = "",
    position: str = "",
) -> list[Container]:
    """Moves containers of a batch to their fate: rejected, to QC, in reserve, stored, destroyed (R314).

    `name` is a move of the containers, `indexes` the numbers as they were filled, from 1. All or none: refuses a
    number that is not there or stands twice, a container whose state does not allow the move, a person without
    permission, and nothing to move.
    """
    wanted = list(indexes)
    if not wanted:
        raise Invalid("Name the containers to be moved.", "indexes", "blank")
    rows = {row.index: row for row in Container.objects.filter(batch=batch, index__in=wanted)}
    unknown = sorted(set(wanted) - set(rows))
    if unknown:
        raise Refused([Blocker("no_container", f"{batch.number} has no container {unknown[0]}.")])
    if len(set(wanted)) != len(wanted):
        raise Invalid("A container is named twice. Name each one once.", "indexes", "twice")
    a.touch(batch)
    move = find(CONTAINER_TRANSITIONS, name)
    beside: dict[str, Any] = {key: value for key, value in (("defect", defect), ("position", position)) if value}
    moved = [apply_transition(a, rows[index], move, reason=reason, **beside) for index in sorted(rows)]
    a.fact(batch=batch.number, move=name, containers=len(moved))
    return moved
