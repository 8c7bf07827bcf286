"""A batch that was not executed to its end is not released, and the list says all that is missing."""

from __future__ import annotations

import pytest

from compliance.domain import clock
from release import guards
from tests.release import steps

pytestmark = pytest.mark.django_db


@pytest.mark.req("R319")
def test_batch_that_still_runs_is_not_released() -> None:
    batch = steps.issued()
    said = {b.code: b.text for b in guards.blockers_for_release(steps.qp(), batch, clock.now())}
    assert said["unfinished"] == "The batch was not executed to its end."
    assert said["not_reviewed"] == "No review stands on this batch."
    assert said["not_certified"] == "The QP has not certified this batch."
    assert "qp_only" not in said
    assert "changed_since" not in said
