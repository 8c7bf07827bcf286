"""What a review of a batch's trail looks at first: breaches, corrections, late entries (R213)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from batches.domain import execution
from batches.domain.parsing import Given
from compliance.domain import clock, trail_review
from compliance.domain.act import act
from compliance.guards import blockers_for_trail_review
from tests.batches import steps
from tests.helpers import person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R213")]


def test_breach_correction_and_late_entry_of_a_batch_stand_out() -> None:
    row = steps.started(steps.phase(steps.issued(), "passage.seed"))
    steps.recorded(row, "planned", "10.00")
    breach = steps.recorded(row, "actual", "10.30")
    corrected = steps.recorded(row, "actual", "10.05", reason="The display was read wrongly before")
    with act(steps.operator(), "batch.entry_recorded", row.batch) as a:
        at = clock.now() - timedelta(seconds=1)
        given = Given(typed="1264", performed_at=at, comment="Written down at once, typed in after")
        late = execution.record_entry(a, row, "area", given)
    rita = person("rita", "qa")
    with act(rita, "trail_review.opened", "trail_reviews") as a:
        review = trail_review.open_review(a, chain=row.batch.chain)
    kept = json.loads(review.sample)
    why = dict(kept["risk"])
    assert "value beyond its limit" in why[breach.act.pk]
    assert "corrected" in why[corrected.act.pk]
    assert "value beyond its limit" not in why[corrected.act.pk]
    assert "entered late" in why[late.act.pk]
    assert kept["risk"][0][0] == breach.act.pk
    assert blockers_for_trail_review(row.batch.chain)
