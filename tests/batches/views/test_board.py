"""The floor board: one row a batch, shortest clock first, one next action for the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
URL = "/board/"


def test_board_shows_each_batch_with_its_next_action(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    text = browser(steps.operator()).text(URL)
    assert batch.number in text
    assert "btn--mine" in text
    assert "Start step 1.1" in text


def test_board_offers_the_verifier_what_waits_for_her(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    row = steps.started(steps.phase(batch, "passage.seed"))
    for name, typed in (("area", "1264"), ("planned", "10.00"), ("actual", "10.00")):
        steps.recorded(row, name, typed)
    steps.performed(row)
    theirs, own = browser(steps.verifier()).text(URL), browser(steps.operator()).text(URL)
    assert "Verify step 1.1" in theirs
    assert "btn--mine" in theirs
    assert "Verify step 1.1" in own
    assert "btn--mine" not in own


def test_board_without_batches_says_so(browser: Callable[..., Browser]) -> None:
    assert "No batch on the floor" in browser(helpers.person("quinn", "qa")).text(URL)


def test_board_refresh_is_the_rows_alone(browser: Callable[..., Browser]) -> None:
    steps.issued()
    text = browser(steps.operator()).text(URL, htmx=True)
    assert "<html" not in text
    assert "Shortest clock first" in text


@pytest.mark.req("R107")
def test_board_is_closed_to_who_may_not_read_batches(browser: Callable[..., Browser]) -> None:
    response = browser(helpers.person("sys", "system_administrator")).get(URL)
    assert response.status_code == 403


@pytest.mark.req("R311")
def test_board_runs_the_clock_of_a_hold_time(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    steps.seeded(batch)
    row = steps.started(steps.phase(batch, "passage.detach"))
    steps.recorded(row, "detached_at", scenes.local_now())
    text = browser(steps.operator()).text(URL)
    assert "Detached cells" in text
    assert "of 2 h" in text
