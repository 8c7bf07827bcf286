"""Board, batch page and phase page cost the same number of queries for a short and a long batch, for one and three."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import Batch
    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
MOST_QUERIES = 60
_HEAD = """\
master: LONG
title: A long process
product:
  code: EV-MINI
  version: 1
  name: Vesicles for tests
  form: solution
  strength: 4.0e10 particles/mL
  active:
    - {name: vesicles, amount: 4.0e10 particles, per: vial}
  unit_total: 1.00 mL
source: UMSC
scheme: allogeneic
change: {id: CC-26-002, reason: first issue}
specifications: [SPEC-MINI]
precautions: [Living human cells.]
theoretical_yields:
  - {id: cells, title: Cells, actual: last.work.end.amount, amount: 100 mL, min_percent: 50, max_percent: 200}
bill_of_materials:
  - {item: VIAL-2R, title: Vial, quantity: 10, unit: vials, excess: 0}
containers:
  - {item: VIAL-2R, description: 2R vial}
labels:
  - {id: vial, item: VIAL-2R, template: TPL-1, specimen: SPC-1}
unit_procedures:
"""
_UNIT = """\
  - id: u{unit}
    title: Part {unit}
    kind: general
    operations:
      - id: work
        title: Work
        phases:
"""
_PHASE = """\
          - id: p{phase}
            title: Step {phase}
            instruction: Do it.
            sign: {{performed: true}}
            parameters:
              - {{id: amount, label: Amount, kind: number, unit: mL, limits: {{action: {{min: 1, max: 9}}}}}}
              - id: twice
                label: Second amount
                kind: number
                unit: mL
                limits: {{action: {{max: {{of: amount, percent: 100}}}}}}
              - {{id: note, label: Note, kind: text, optional: true}}
"""


_LAST = """\
  - id: last
    title: End
    kind: general
    operations:
      - id: work
        title: Work
        phases:
          - id: end
            title: End
            instruction: Do it.
            sign: {performed: true, verified: true}
            samples: [{id: FIN, from: the bulk, volume: 1 mL, tests: [particles]}]
            parameters:
              - {id: amount, label: Amount, kind: number, unit: mL, limits: {action: {min: 1, max: 9}}}
"""


def long_master(phases: int) -> str:
    """A master of so many phases, twenty in each unit procedure."""
    text = _HEAD
    for n in range(1, phases + 1):
        if n % 20 == 1:
            text += _UNIT.format(unit=n // 20 + 1)
        text += _PHASE.format(phase=n)
    return text + _LAST


def issued(phases: int, code: str) -> Batch:
    """A batch of so many phases."""
    version = steps.effective_master(text=long_master(phases).replace("master: LONG", f"master: {code}"))
    return steps.issued(version)


def cost(anna: Browser, url: str) -> int:
    """How many queries a page takes, read once before so that nothing is counted that a process keeps."""
    anna.text(url)
    with CaptureQueriesContext(connection) as seen:
        anna.text(url)
    # A session notes the time every few seconds; that is no cost of the page.
    counted = [q for q in seen if not any(w in q["sql"] for w in ("django_session", "SAVEPOINT", "BEGIN", "COMMIT"))]
    assert len(counted) < MOST_QUERIES
    return len(counted)


def test_pages_cost_the_same_with_20_and_with_400_phases(browser: Callable[..., Browser]) -> None:
    anna = browser(steps.operator())
    costs = []
    for phases, code in ((20, "SHORT"), (400, "LONG")):
        batch = issued(phases, code)
        row = steps.started(steps.phase(batch, "work.p1"))
        steps.recorded(row, "amount", "5")
        pages = (f"/batches/{batch.number}/", scenes.url(row))
        costs.append([cost(anna, url) for url in pages])
    assert costs[0] == costs[1]


def test_board_costs_the_same_for_one_batch_and_three(browser: Callable[..., Browser]) -> None:
    anna = browser(steps.operator())
    steps.started(steps.phase(issued(20, "SHORT"), "work.p1"))
    first = cost(anna, "/board/")
    for _ in range(2):
        steps.started(steps.phase(steps.issued(), "work.p1"))
    issued(400, "LONG")
    assert cost(anna, "/board/") == first


def test_phase_page_costs_no_more_for_three_values_than_for_one(browser: Callable[..., Browser]) -> None:
    anna = browser(steps.operator())
    row = steps.started(steps.phase(issued(20, "SHORT"), "work.p1"))
    steps.recorded(row, "amount", "5")
    first = cost(anna, scenes.url(row))
    steps.recorded(row, "twice", "4", by=steps.verifier())
    steps.recorded(row, "note", "a note")
    steps.recorded(row, "note", "another note", reason="The first one was unclear")
    assert cost(anna, scenes.url(row)) <= first


def test_batch_page_costs_the_same_for_one_deviation_and_three(browser: Callable[..., Browser]) -> None:
    anna = browser(steps.operator())
    batch = issued(20, "SHORT")
    row = steps.started(steps.phase(batch, "work.p1"))
    steps.recorded(row, "amount", "50")
    first = cost(anna, f"/batches/{batch.number}/")
    steps.recorded(row, "twice", "60", by=steps.verifier())
    steps.performed(row)
    row = steps.started(steps.phase(batch, "work.p2"))
    steps.recorded(row, "amount", "50", by=steps.verifier())
    assert batch.deviations.count() == 3
    assert cost(anna, f"/batches/{batch.number}/") == first


def test_deviation_list_costs_the_same_for_one_and_three(browser: Callable[..., Browser]) -> None:
    anna = browser(helpers.person("ines", "inspector"))
    row = steps.started(steps.phase(issued(20, "SHORT"), "work.p1"))
    steps.recorded(row, "amount", "50")
    first = cost(anna, "/deviations/")
    steps.recorded(row, "twice", "60")
    row = steps.started(steps.phase(issued(20, "OTHER"), "work.p1"))
    steps.recorded(row, "amount", "50")
    assert cost(anna, "/deviations/") == first
