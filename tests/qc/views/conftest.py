"""Browsers of people, for the pages of the laboratory."""

from tests.batches.views.conftest import browser

__all__ = ["browser"]
