"""One lock order for every act on a batch: the batch, then its phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.models import Batch

if TYPE_CHECKING:
    from batches.models import PhaseRecord


def lock_batch(phase: PhaseRecord) -> Batch:
    """The batch of a phase under its lock: acts on one batch come one after the other, two batches never wait."""
    beside = ("master_version", "product_version", "bank", "tissue")
    return Batch.objects.select_for_update(of=("self",)).select_related(*beside).get(pk=phase.batch_id)
