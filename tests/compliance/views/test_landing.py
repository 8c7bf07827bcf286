"""The bare address, and the way on from each page of bad news: always somewhere that exists."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import resolve

from compliance.domain import sessions
from compliance.page_frame import Frame
from compliance.roles import Role
from compliance.views import errors
from tests.compliance.views.steps import inside
from tests.helpers import SECRET

pytestmark = pytest.mark.django_db
START = re.compile(r'<a class="btn" href="([^"]+)">(Go to the start page|Sign in)</a>')
NOBODY = "00000000-0000-4000-8000-000000000000"

FIRST_PAGES = {
    "": "/signatures/",
    "operator": "/board/",
    "verifier": "/board/",
    "process_engineer": "/board/",
    "qc_analyst": "/board/",
    "qc_reviewer": "/board/",
    "qa": "/board/",
    "qp": "/board/",
    "donor_coordinator": "/board/",
    "donor_responsible": "/board/",
    "inspector": "/board/",
    "system_administrator": "/people/",
}


@pytest.mark.req("R104")
@pytest.mark.parametrize("address", ["/", "/home/"])
def test_bare_address_leads_a_stranger_to_the_door(client: Client, address: str) -> None:
    response = client.get(address, follow=True)
    assert [status for _, status in response.redirect_chain] == [302]
    assert response.redirect_chain[0][0].startswith("/login/")
    assert response.status_code == 200
    assert b'name="password"' in response.content


def test_each_role_has_a_first_page() -> None:
    assert set(FIRST_PAGES) - {""} == set(Role.values)


@pytest.mark.parametrize(("role", "first"), FIRST_PAGES.items())
def test_bare_address_leads_each_role_to_its_first_page(role: str, first: str) -> None:
    browser = inside("paula", *filter(None, [role]))
    for address in ("/", "/home/"):
        response = browser.get(address)
        assert (response.status_code, response.headers["Location"]) == (302, first)
    assert browser.get(first).status_code == 200
    html = browser.get("/no/such/page/").content.decode()
    assert START.findall(html) == [(first, "Go to the start page")]


def test_signing_in_from_the_bare_address_ends_on_the_first_page(client: Client) -> None:
    inside("opal", "operator").post("/logout/")
    door = client.get("/", follow=True)
    (after,) = re.findall(r'name="next" value="([^"]*)"', door.content.decode())
    response = client.post("/login/", {"username": "opal", "password": SECRET, "next": after}, follow=True)
    assert response.redirect_chain[-1][0] == "/board/"


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize(
    ("handler", "error"),
    [
        (errors.bad_request, BadRequest()),
        (errors.denied, PermissionDenied()),
        (errors.not_found, Http404()),
        (errors.server_error, None),
    ],
)
def test_each_error_page_leads_somewhere_that_exists(handler, error, signed_in: bool) -> None:
    browser = inside("opal", "operator") if signed_in else Client()
    request = browser.get("/no/such/page/").wsgi_request
    response = handler(request, error) if error else handler(request)
    (link,) = START.findall(response.content.decode())
    assert resolve(link[0])
    end = browser.get(link[0], follow=True)
    assert end.status_code == 200
    assert end.redirect_chain == ([] if signed_in else [("/login/?next=%2F", 302)])


@pytest.mark.parametrize("page", ["400", "403", "404", "409", "429", "500"])
def test_error_page_with_an_empty_frame_leads_to_the_bare_address(page: str) -> None:
    html = render_to_string(f"{page}.html", {"frame": Frame()})
    assert START.findall(html) == [("/", "Go to the start page")]


def test_error_of_the_server_is_said_when_the_database_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_request: HttpRequest) -> None:
        raise OperationalError("no connection to host db.example")

    request = Client().get("/no/such/page/").wsgi_request
    monkeypatch.setattr(sessions, "owner_of", gone)
    response = errors.server_error(request)
    assert response.status_code == 500
    html = response.content.decode()
    assert "The server could not do this" in html
    assert "db.example" not in html
    assert START.findall(html) == [("/", "Go to the start page")]


def test_refused_page_offers_no_way_back_to_itself() -> None:
    browser = inside("opal", "operator")
    html = unescape(browser.get(f"/audit-trail/compliance.user/{NOBODY}/").content.decode())
    assert "This was refused" in html
    assert "Back to the page" not in html
    assert START.findall(html) == [("/board/", "Go to the start page")]
