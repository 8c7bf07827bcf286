"""Whatever a browser sends, no page answers with an error of the server, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from batches.urls import urlpatterns
from compliance.models import LedgerEntry
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"
FIELDS = (
    "token", "version", "value", "quantity", "reason", "comment", "text", "username", "password", "code", "context",
    "title", "classification", "rationale", "master", "bank", "tissue", "indexes", "move", "value-total", "value-dead",
)  # fmt: skip
JUNK = ("", "\x00", "9" * 25_000, "<script>alert(1)</script>", "' or 1=1 --", "²", "\ud7ff\u202e", "-1", "1e400")


def addresses(row: Any) -> list[str]:
    """Every URL of the app, its parts filled with what is there."""
    parts = {
        "<str:number>": row.batch.number,
        "<int:seq>": str(row.seq),
        "<str:name>": "total",
        "<str:code>": "material-1",
        "<str:meaning>": "verified",
        "<uuid:uuid>": NOBODY,
    }
    found = []
    for pattern in urlpatterns:
        url = f"/{pattern.pattern}"
        for part, value in parts.items():
            url = url.replace(part, value)
        found.append(url)
    return found


@pytest.mark.parametrize(("htmx", "junk"), [(n % 2 == 0, junk) for n, junk in enumerate(JUNK)])
def test_junk_never_breaks_a_page_and_writes_nothing(browser: Callable[..., Browser], junk: str, htmx: bool) -> None:
    row = scenes.count()
    anna = browser(steps.operator())
    before = LedgerEntry.objects.count()
    data = dict.fromkeys(FIELDS, junk)
    for url in addresses(row):
        for response in (
            anna.post(url, data, htmx=htmx),
            anna.get(url, htmx=htmx, q=junk, seen=junk, field=junk, lot=junk, after=junk, step=junk),
            anna.post(url, {"file": SimpleUploadedFile("x.csv", junk.encode() or b"x")}, htmx=htmx),
        ):
            assert response.status_code < 500, url
    assert LedgerEntry.objects.exclude(event="signature.refused").count() == before


@pytest.mark.parametrize("number", ["%00", "x" * 300, "..", "EV-26-0001%0A", "²"])
def test_junk_in_the_address_is_not_there(browser: Callable[..., Browser], number: str) -> None:
    row = scenes.seed()
    anna = browser(steps.operator())
    for url in addresses(row):
        response = anna.get(url.replace(row.batch.number, number))
        assert response.status_code < 500, url


def test_good_token_with_junk_beside_it_writes_nothing(browser: Callable[..., Browser]) -> None:
    row = scenes.count()
    anna = browser(steps.operator())
    action = scenes.url(row, "fields/total/record/")
    for junk in JUNK:
        if junk == "-1":
            continue
        response = anna.submit(scenes.url(row), action, htmx=True, value=junk, version=junk)
        assert response.status_code in {409, 422}
    assert not row.entries.exists()


@pytest.mark.req("R104")
def test_every_page_asks_for_a_session(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    stranger = browser(steps.operator())
    stranger.client.logout()
    for url in addresses(row):
        assert stranger.get(url).status_code == 302, url
        assert stranger.get(url, htmx=True).status_code == 401, url


@pytest.mark.req("R107")
def test_every_page_is_closed_to_the_system_administrator(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    sysadmin = browser(helpers.person("sys", "system_administrator"))
    for url in addresses(row):
        answers = {sysadmin.get(url).status_code, sysadmin.post(url, {}).status_code}
        assert answers <= {403, 405}, url


@pytest.mark.req("R208")
def test_locked_session_records_nothing_and_says_so(browser: Callable[..., Browser], settings: Any) -> None:
    row = scenes.seed()
    anna = browser(steps.operator())
    anna.text(scenes.url(row))
    session = anna.client.session
    session["seen_at"] = 0
    session.save()
    response = anna.post(scenes.url(row, "fields/area/record/"), {"value": "1264"}, htmx=True)
    assert response.status_code == 401
    assert "Locked" in response.content.decode()
    assert not row.entries.exists()
