"""A small site with published heads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.compliance.domain import small_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor


@pytest.fixture
def site(db: None, django_capture_on_commit_callbacks: Callable[..., Any]) -> Actor:
    """A small site whose heads are published; its administrator."""
    with django_capture_on_commit_callbacks(execute=True):
        return small_site.make()
