"""Fixtures of release: documents without paper where a test is not about paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release import tasks
from release.paper_json import canonical

if TYPE_CHECKING:
    from release.paper import Certificate, Dossier


@pytest.fixture
def plain_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker writes the facts as they are instead of rendering and sealing them, which takes seconds."""

    def render(built: Dossier | Certificate) -> tuple[bytes, bytes, int]:
        data = canonical(built)
        return b"sealed " + data, data, 1

    monkeypatch.setattr(tasks, "render", render)
