"""What a decision's signature on a batch covers: the record as it stood when the decision was taken (R114)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from batches.models import Entry
from qc.models import Result
from release.models import Disposition, ExceptionAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batches.models import Batch
    from compliance.models import AppendOnly, Record


def covered_by_decision(batch: Batch, meaning: str) -> Iterator[Record | AppendOnly]:
    """The decision itself, the values and answers that stood at its hour, and the results reviewed until then.

    What comes after (an answer to a later exception, a result of a stability sample) breaks no signature. A batch
    is also signed when it is issued or held: those signatures cover the batch alone.
    """
    decision = Disposition.objects.filter(batch=batch, decision=meaning).order_by("id").last()
    if decision is None:
        return
    until = decision.decided_at
    yield decision
    stood = Q(superseded_by__isnull=True) | Q(superseded_by__recorded_at__gt=until)
    yield from Entry.objects.filter(stood, batch=batch, recorded_at__lte=until)
    answered = Q(superseded_by__isnull=True) | Q(superseded_by__answered_at__gt=until)
    yield from ExceptionAnswer.objects.filter(answered, batch=batch, answered_at__lte=until)
    yield from Result.objects.filter(sample__batch=batch, reviewed_at__lte=until)
