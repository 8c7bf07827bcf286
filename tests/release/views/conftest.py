"""Browsers of people, for the pages of release."""

from tests.batches.views.conftest import browser

__all__ = ["browser"]
