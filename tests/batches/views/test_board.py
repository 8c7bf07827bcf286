"""The floor board: one row a batch, shortest clock first, one next action for the person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from batches.views.steps import span_of
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes
from tests.batches.views.test_queries_flat import long_master

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import Batch
    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
URL = "/board/"
PARALLEL = long_master(3).replace("        title: Work\n", "        title: Work\n        parallel: true\n", 1)


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
    assert "a second person verifies" in own
    assert "Verify step 1.1" not in own
    assert "btn--mine" not in own


def parallel() -> Batch:
    """A batch with two parallel steps in progress and one that may be started."""
    batch = steps.issued(steps.effective_master(text=PARALLEL))
    for name in ("work.p1", "work.p2"):
        steps.started(steps.phase(batch, name))
    return batch


def test_board_shows_every_parallel_step_with_a_button_each(browser: Callable[..., Browser]) -> None:
    batch = parallel()
    text = browser(steps.operator()).text(URL)
    for label in ("Continue step 1<", "Continue step 2<", "Start step 3<", "Step 1<", "Step 2<", "Step 3<"):
        assert label in text
    assert text.count("btn--mine") == 1
    assert "Step 2, in progress" in browser(steps.operator()).text(f"/batches/{batch.number}/")


@pytest.mark.req("R107")
@pytest.mark.parametrize("who", [("aron", "qc_analyst"), ("quinn", "qa"), ("ines", "inspector")])
def test_board_and_batch_offer_no_step_to_who_may_not_execute(
    browser: Callable[..., Browser], who: tuple[str, str]
) -> None:
    batch, other = parallel(), browser(helpers.person(*who))
    for text in (other.text(URL), other.text(f"/batches/{batch.number}/")):
        assert "Step 2" in text
        assert not re.search(r'class="btn[^>]*>\s*(Continue|Start|Verify|Approve) step', text)


def test_closed_step_offers_no_next_step_to_who_may_not(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    row = steps.seeded(batch)
    assert "Start step" in browser(steps.operator()).text(scenes.url(row))
    assert "Start step" not in browser(helpers.person("aron", "qc_analyst")).text(scenes.url(row))


@pytest.mark.req("R107")
@pytest.mark.parametrize(
    ("role", "issues", "admin"),
    [
        ("qa", True, True),
        ("process_engineer", True, True),
        ("qp", False, True),
        ("qc_reviewer", False, True),
        ("inspector", False, True),
        ("operator", False, False),
        ("qc_analyst", False, False),
    ],
)
def test_navigation_leads_to_issuing_and_to_the_admin_by_permission(
    browser: Callable[..., Browser], role: str, issues: bool, admin: bool
) -> None:
    steps.issued()
    who = browser(helpers.person("nora", role))
    text = who.text(URL)
    assert (text.count('href="/issue/"') == 2) is issues  # in the navigation and beside the tally
    assert ('href="/issue/"' in text) is issues
    assert ('href="/admin/"' in text) is admin
    assert who.get("/issue/").status_code == (200 if issues else 403)
    assert (who.get("/admin/").status_code == 200) is admin


@pytest.mark.parametrize(
    ("numbers", "span"),
    [
        (["91", "90"], "steps 90 to 91"),
        (["91", "91-92", "90", "93"], "steps 90 to 93"),
        (["42-44"], "steps 42 to 44"),
        (["46"], "step 46"),
        (["9.1", "10.1"], "steps 9.1 to 10.1"),
        (["10.2", "9.2"], "steps 9.2 to 10.2"),
        (["B", "A"], "steps B to A"),
    ],
)
def test_steps_of_a_unit_procedure_are_named_from_least_to_greatest(numbers: list[str], span: str) -> None:
    assert span_of(numbers) == span


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
