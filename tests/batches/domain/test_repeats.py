"""Unit procedures that run until an answer is given, and those tied to each of their runs (R106)."""

from __future__ import annotations

import pytest

from batches.models import Batch, UnitRun
from tests.batches import steps
from tests.batches.domain.test_flow import counted, detached

pytestmark = [pytest.mark.django_db, pytest.mark.req("R106")]
MINI = (steps.MASTERS / "mini.yaml").read_text()
TARGET = "until: {parameter: grow.passage.count.viable_cells, at_least: 1.0e7}"
WASH = """  - id: wash
    title: Wash
    kind: general
    repeat: {min: 1, max: 2, each: grow}
    operations:
      - id: washing
        title: Washing
        phases:
          - id: wash
            title: Wash
            instruction: Wash.
            sign: {performed: true}
            parameters:
              - {id: washed, label: Washed, kind: confirm}
  - id: fill
"""
ANSWERED = MINI.replace(TARGET, 'until: {parameter: grow.passage.detach.clumps, in: ["no"]}').replace(
    "  - id: fill\n    title: Fill\n", WASH + "    title: Fill\n"
)


def grown(clumps: str) -> Batch:
    batch = steps.issued(steps.effective_master(text=ANSWERED))
    steps.seeded(batch)
    detached(batch, clumps=clumps)
    if clumps == "yes":
        row = steps.started(steps.phase(batch, "passage.clumps_note"))
        steps.recorded(row, "note", "Filtered through 40 um")
        steps.performed(row)
    steps.verified(steps.performed(counted(batch)))
    return batch


def runs(batch: Batch, unit: str) -> list[tuple[int, str]]:
    found = UnitRun.objects.filter(batch=batch, unit=unit).order_by("occurrence")
    return list(found.values_list("occurrence", "title"))


def test_answer_that_ends_the_repeat_adds_no_run() -> None:
    batch = grown("no")
    assert runs(batch, "grow") == [(1, "Growth 1")]
    assert runs(batch, "wash") == [(1, "Wash 1")]


def test_other_answer_adds_a_run_and_what_is_tied_to_it() -> None:
    batch = grown("yes")
    assert runs(batch, "grow") == [(1, "Growth 1"), (2, "Growth 2")]
    assert runs(batch, "wash") == [(1, "Wash 1"), (2, "Wash 2")]
    assert steps.phase(batch, "washing.wash", 2).state == "pending"
