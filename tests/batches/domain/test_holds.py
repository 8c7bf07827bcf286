"""Clocks by events, least times, and times the wrong way round (R311)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from batches.domain.holds import Clock, running
from batches.domain.masters import plan_for
from batches.domain.values import Values
from batches.models import Batch, Deviation, PhaseRecord
from batches.queries import batch_by_number
from compliance.domain import clock
from compliance.refusals import Invalid
from tests.batches import steps
from tests.batches.domain.test_flow import counted, detached

pytestmark = [pytest.mark.django_db, pytest.mark.req("R311")]
MINI = (steps.MASTERS / "mini.yaml").read_text()
LIMITS = "max: 2 h\n    warn_at: 90 min"
LEAST = MINI.replace(LIMITS, "min: 30 min")
STARTED = MINI.replace("to: fill.filling.run.filled_at", "to: grow.passage.detach.started_at").replace(
    "from: grow.passage.detach.detached_at", "from: grow.passage.seed.started_at"
)


def clocks(batch: Batch) -> list[Clock]:
    batch = batch_by_number(batch.number)
    return running(plan_for(batch), Values(batch, plan_for(batch)))


def filling(text: str) -> PhaseRecord:
    """A batch whose cells are detached now and whose fill has begun."""
    batch = steps.issued(steps.effective_master(text=text))
    steps.seeded(batch)
    detached(batch)
    steps.verified(steps.performed(counted(batch)))
    return steps.started(steps.phase(batch, "filling.run"))


def test_least_time_not_kept_opens_a_deviation_and_runs_no_clock() -> None:
    row = filling(LEAST)
    assert clocks(row.batch) == []
    entry = steps.recorded(row, "filled_at", clock.now().isoformat())
    found = Deviation.objects.get()
    assert "at least 30 min asked for" in found.description
    assert (found.entry, found.act_id) == (entry, entry.act_id)


def test_end_before_its_beginning_is_refused_and_no_hold_time() -> None:
    with steps.ago(hours=5):
        batch = steps.issued(steps.effective_master(text=LEAST))
        steps.seeded(batch)
    detached(batch)
    steps.verified(steps.performed(counted(batch)))
    row = steps.started(steps.phase(batch, "filling.run"))
    with pytest.raises(Invalid):
        steps.recorded(row, "filled_at", (clock.now() - timedelta(hours=3)).isoformat())
    assert not row.entries.exists()
    assert not Deviation.objects.exists()


def test_clock_between_starts_of_phases_runs_until_the_second_starts() -> None:
    batch = steps.issued(steps.effective_master(text=STARTED))
    assert clocks(batch) == []
    row = steps.seeded(batch)
    (one,) = clocks(batch)
    assert one.started_at == PhaseRecord.objects.get(pk=row.pk).started_at
    steps.started(steps.phase(batch, "passage.detach"))
    assert clocks(batch) == []
    assert not Deviation.objects.exists()
