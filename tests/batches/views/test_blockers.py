"""What stops a step: only what a person can do, each with a link that leads to a place on this page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.batches import steps
from tests.batches.views import scenes

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import PhaseRecord
    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db

SCENES: dict[str, Callable[[], PhaseRecord]] = {
    "seed": scenes.seed,
    "detach": scenes.detach,
    "count": scenes.count,
    "filling": scenes.filling,
}


def sheet_of(text: str) -> str:
    """The list of what stops the step."""
    found = re.search(r'<section class="[^"]*block.*?</section>', text, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_link_of_the_list_leads_to_a_row_of_the_page(browser: Callable[..., Browser], name: str) -> None:
    text = browser(steps.operator()).text(scenes.url(SCENES[name]()))
    anchors = re.findall(r'href="#([^"]+)"', sheet_of(text))
    assert anchors
    for anchor in anchors:
        assert f'id="{anchor}"' in text, anchor


def test_first_open_row_is_where_the_link_goes(browser: Callable[..., Browser]) -> None:
    """The unit stands first on the page and is named first; the link goes there, not to a later box."""
    text = browser(steps.operator()).text(scenes.url(scenes.detach()))
    sheet = sheet_of(text)
    assert 'href="#row-equipment-1"' in sheet
    assert sheet.index("cell counter") < sheet.index("TRYPLE") < sheet.index("Detached at")


def test_computed_value_is_not_asked_of_a_person(browser: Callable[..., Browser]) -> None:
    sheet = sheet_of(browser(steps.operator()).text(scenes.url(scenes.count())))
    assert "Total cells" in sheet
    for computed in ("Viability", "Viable concentration", "Viable cells"):
        assert computed not in sheet


def test_charge_in_that_waits_is_linked_to_its_row(browser: Callable[..., Browser]) -> None:
    row = scenes.detach()
    anna, lot = browser(steps.operator()), scenes.tryple()
    url = scenes.url(row, "charge/material-1/")
    anna.submit(scenes.url(row), url, value=lot.number, quantity="10")
    text = anna.text(scenes.url(row))
    assert "a second person has not verified the charge-in" in sheet_of(text)
    assert 'href="#row-material-1-1"' in sheet_of(text)
    assert 'id="row-material-1-1"' in text
