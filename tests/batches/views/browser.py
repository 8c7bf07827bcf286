"""A browser without a screen: loads pages, finds the hidden parts of their forms, sends them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests import helpers

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

HTMX = {"HTTP_HX_REQUEST": "true"}
_HIDDEN = re.compile(r'<input type="hidden" name="(token|version)" value="([^"]*)">')


@dataclass
class Browser:
    """One person's browser."""

    client: Client

    def get(self, url: str, *, htmx: bool = False, **data: Any) -> HttpResponse:
        """Loads a page, or with htmx a part of it."""
        return self.client.get(url, data, **(HTMX if htmx else {}))

    def text(self, url: str, *, htmx: bool = False, **data: Any) -> str:
        """A page that must be there."""
        response = self.get(url, htmx=htmx, **data)
        assert response.status_code == 200, response.content.decode()[:3000]
        return response.content.decode()

    def post(self, url: str, data: dict[str, Any], *, htmx: bool = False) -> HttpResponse:
        """Sends a form."""
        return self.client.post(url, data, **(HTMX if htmx else {}))

    def submit(self, page_url: str, action: str, *, htmx: bool = False, **data: Any) -> HttpResponse:
        """Loads a page, fills in its form that posts to `action` and sends it."""
        where, hidden = form_of(self.text(page_url), action)
        return self.post(where, hidden | data, htmx=htmx)

    def sign(self, page_url: str, username: str, *, htmx: bool = False, **data: Any) -> HttpResponse:
        """Loads a page that signs and signs on it as `username`."""
        known = {"username": username, "password": helpers.SECRET}
        return self.submit(page_url, page_url, htmx=htmx, **(known | data))


def form_of(text: str, action: str) -> tuple[str, dict[str, str]]:
    """Where the form posts whose action begins so, and its token and version."""
    start = re.search(rf'<form[^>]*action="({re.escape(action)}[^"]*)"', text)
    assert start, f"no form posts to {action}"
    return html.unescape(start[1]), dict(_HIDDEN.findall(text[start.start() : text.index("</form>", start.start())]))
