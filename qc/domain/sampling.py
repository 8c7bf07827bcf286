"""Samples: kept in the act that takes them, received, tested, disposed (R333, R335)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compliance.domain.numbering import next_part
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find
from qc.models import Sample
from qc.states import SAMPLE_TRANSITIONS

if TYPE_CHECKING:
    from batches.domain.masterfile.spec import SampleSpec
    from batches.models import Batch, Entry, PhaseRecord
    from compliance.domain.act import Act


def keep_sample(a: Act, batch: Batch, phase: PhaseRecord, spec: SampleSpec, entry: Entry) -> None:
    """Gives a sample its number in the very act that takes it; the laboratory sees it at once."""
    save_record(
        a,
        Sample(
            number=next_part(a, batch.number, "S"),
            batch=batch,
            phase=phase,
            entry=entry,
            point=spec.id,
            occurrence=phase.occurrence,
            taken_from=spec.from_,
            container=entry.text,
            quantity=str(spec.volume or ""),
            tests=json.dumps(list(spec.tests)),
            taken_by=a.actor.user,
            taken_at=a.at,
        ),
    )


def receive_sample(a: Act, sample: Sample, version: int | None = None) -> Sample:
    """The laboratory receives a sample: who and when (R335). Refuses one that is not on its way."""
    a.touch(sample.batch, sample)
    move = find(SAMPLE_TRANSITIONS, "receive")
    return apply_transition(a, sample, move, version=version, received_by=a.actor.user, received_at=a.at)


def dispose_sample(a: Act, sample: Sample, reason: str, version: int | None = None) -> Sample:
    """What is left of a sample is disposed of, with a reason. Refuses while a test is open."""
    a.touch(sample.batch, sample)
    return apply_transition(a, sample, find(SAMPLE_TRANSITIONS, "dispose"), version=version, reason=reason)
