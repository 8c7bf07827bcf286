"""A browser that opens a form, fills it in and sends it, as a person does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.compliance.views.steps import inside
from tests.helpers import SECRET

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

__all__ = ["SECRET", "hidden", "html_of", "inside", "opened", "queries_of", "send", "sent_twice", "signed"]
HIDDEN = re.compile(r'<input type="hidden" name="(token|version)" value="([^"]*)">')
JUNK = ("", "\x00", "x" * 5000, "١٢", "1,5", "NaN", "-1", "0", "9" * 40, "<b>", "2026-02-30", "=1+1")


def opened(browser: Client, url: str) -> str:
    """The page at this address; it must be there."""
    answer = browser.get(url)
    assert answer.status_code == 200, f"{url}: {answer.status_code}"
    return html_of(answer)


def html_of(answer: HttpResponse) -> str:
    """What the browser got."""
    return answer.content.decode()


def hidden(browser: Client, url: str) -> dict[str, str]:
    """Act id and version of the form on a page."""
    found = dict(HIDDEN.findall(opened(browser, url)))
    assert found.keys() == {"token", "version"}, url
    return found


def send(browser: Client, url: str, **values: Any) -> HttpResponse:
    """Opens the form at this address and sends it filled in."""
    return browser.post(url, hidden(browser, url) | values)


def sent_twice(browser: Client, url: str, **values: Any) -> tuple[HttpResponse, HttpResponse]:
    """The same form sent two times, as by a double click."""
    form = hidden(browser, url) | values
    return browser.post(url, form), browser.post(url, form)


def signed(username: str, **values: Any) -> dict[str, Any]:
    """The values of a form with name and secret of its signer."""
    return {"username": username, "password": SECRET, **values}


def queries_of(browser: Client, url: str) -> int:
    """How many queries a page costs; the first load warms the session."""
    opened(browser, url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        opened(browser, url)
    return len(found)
