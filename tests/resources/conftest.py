"""A clock that tests set."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from compliance.domain import clock

if TYPE_CHECKING:
    from collections.abc import Callable

SetClock = "Callable[[str], datetime]"


def site_time(text: str) -> datetime:
    """An instant as people at the site write it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """`set_clock("2026-11-30 23:30")` makes it that time at the site."""

    def move(text: str) -> datetime:
        at = site_time(text)
        monkeypatch.setattr(clock, "true_now", lambda: at)
        return at

    return move
