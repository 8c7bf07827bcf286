"""Steps that the tests of the pages about people share."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

from tests.compliance.views.steps import token_of
from tests.helpers import SECRET

if TYPE_CHECKING:
    from django.test import Client

    from compliance.models import User

OWN = "a new secret of her own"
REASON = "Joined the team of this site today"


def page_of(user: User, act: str = "") -> str:
    """The page of a person, or of an act about her."""
    return f"/people/{user.uuid}/{act}"


def send(browser: Client, url: str, **posted: Any) -> Any:
    """Opens the form of a page and sends it."""
    version = posted.pop("version", "1")
    return browser.post(url, {"token": token_of(browser, url), "version": version, **posted})


def sign_and_send(browser: Client, url: str, username: str, **posted: Any) -> Any:
    """The same with the signature of the session's owner."""
    return send(browser, url, username=username, password=SECRET, **posted)


def text_of(response: Any) -> str:
    """What a page says."""
    return unescape(response.content.decode())
