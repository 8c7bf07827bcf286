"""Browsers of people, for the pages of batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.batches.views.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor


@pytest.fixture
def browser(db: None) -> Callable[[Actor], Browser]:
    """`browser(steps.operator())` is that person's browser, signed in."""

    def opened(actor: Actor) -> Browser:
        client = Client()
        client.force_login(actor.user, backend="compliance.backends.PersonBackend")
        client.cookies["station"] = "bench 1"
        return Browser(client)

    return opened
