"""A recorded series is shown as a picture with axes, units, limits and a table, coloured by the theme."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.domain.masters import plan_for
from batches.models import Entry
from batches.views.series_chart import plots_of
from tests.batches import steps
from tests.batches.views import scenes
from tests.batches.views.test_files_and_series import filling, table, upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import PhaseRecord
    from tests.batches.views.browser import Browser

__all__ = ["filling"]
pytestmark = pytest.mark.django_db


def test_series_is_drawn_on_the_phase_page(browser: Callable[..., Browser], filling: PhaseRecord) -> None:
    anna = browser(steps.operator())
    upload(anna, filling, "log", "skid.csv", table("0.50", "0.52", "2.00", "0.51"))
    page = anna.get(scenes.url(filling)).content.decode()
    found = re.search(r'<svg class="plot".*?</svg>', page, re.DOTALL)
    assert found
    svg = found[0]
    for name in ("axis", "band", "bound", "line l4", "bad", "head"):
        assert f'class="{name}"' in svg, name
    assert "style=" not in svg
    assert re.search(r">\w+, bar</text>", svg)
    assert "site time" in svg
    assert "<details" in page
    assert "out of limit" in page[page.index("<details") :]


def test_picture_is_drawn_once_for_points_that_never_change(
    browser: Callable[..., Browser], filling: PhaseRecord
) -> None:
    upload(browser(steps.operator()), filling, "log", "skid.csv", table("0.50", "0.52"))
    entry = Entry.objects.get(path__endswith=".log")
    parameter = plan_for(filling.batch).parameter(entry.path)
    first = plots_of([(parameter, entry)])
    with CaptureQueriesContext(connection) as captured:
        assert plots_of([(parameter, entry)]) == first
    assert len(captured) == 0
    assert first[entry.uuid].table
