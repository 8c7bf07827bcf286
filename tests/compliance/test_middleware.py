"""Refusals that no view answered, and where a person is sent back to."""

from __future__ import annotations

from http import HTTPStatus
from types import SimpleNamespace

import pytest
from django.test import Client, RequestFactory

from compliance import middleware
from compliance.models import LedgerEntry
from compliance.refusals import AlreadyDone, Blocker, NetMissing, Refused
from tests.compliance.views.steps import HTMX, idle, inside
from tests.helpers import person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.compliance.views.sample_urls")]


@pytest.mark.req("R107")
def test_refusal_is_a_page_or_a_notice_that_leaves_the_page() -> None:
    browser = inside("anna", "operator")
    page, part = browser.get("/sample/denied/"), browser.get("/sample/denied/", headers=HTMX)
    assert page.status_code == part.status_code == HTTPStatus.FORBIDDEN
    assert page.content.startswith(b"<!doctype html>")
    assert part.content.startswith(b"<div")
    assert (part["HX-Retarget"], part["HX-Reswap"]) == ("#notices", "innerHTML")


def request_of(url: str, **headers: str):
    request = RequestFactory().get(url, headers=headers)
    request.htmx = bool(headers.get("HX-Request"))
    request.user = person("anna").user
    request.session = {}
    return request


def test_blockers_are_named_with_what_clears_them() -> None:
    refusal = Refused([Blocker("lot", "Lot L1 is expired", "/resources/lots/L1/", "Use another lot")])
    html = middleware.answer(request_of("/x/"), refusal).content.decode()
    for text in ("Lot L1 is expired", "Use another lot", 'href="/resources/lots/L1/"'):
        assert text in html


@pytest.mark.case("CON-04")
def test_second_send_reads_as_recorded_not_as_refused() -> None:
    response = middleware.answer(request_of("/x/"), AlreadyDone(LedgerEntry.objects.first()))
    html = response.content.decode()
    assert response.status_code == HTTPStatus.OK
    assert "This is recorded already" in html
    assert "This was refused" not in html


def test_other_errors_are_not_swallowed() -> None:
    answers = middleware.RefusalAnswers(lambda _request: SimpleNamespace())
    assert answers.process_exception(request_of("/x/"), RuntimeError("a fault of ours")) is None


@pytest.mark.req("R208")
def test_session_is_locked_also_when_no_act_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = inside("anna", "qa")
    idle(browser, 100_000)

    def missing(_connection: object) -> None:
        raise NetMissing("The guards in the database are not complete.", "net")

    with monkeypatch.context() as patch:
        patch.setattr("compliance.domain.act.net.need_complete", missing)
        assert browser.get("/signatures/").status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert browser.get("/signatures/").url.startswith("/unlock/")


@pytest.mark.parametrize(
    ("current", "back"),
    [
        ("http://testserver/batches/EV-26-0001/?a=1", "/batches/EV-26-0001/?a=1"),
        ("http://evil.example/x/", "/"),
        ("http://testserver//evil.example", "/"),
        ("", "/"),
    ],
)
def test_way_back_of_a_fragment_is_the_page_that_held_it(current: str, back: str) -> None:
    headers = HTMX | ({"HX-Current-URL": current} if current else {})
    assert middleware.back(request_of("/check/", **headers)) == back


@pytest.mark.req("R104")
def test_only_login_activation_health_and_unlock_are_public() -> None:
    from compliance.urls import urlpatterns  # noqa: PLC0415 - the list under test

    marked = {p.name for p in urlpatterns if getattr(p.callback, middleware.PUBLIC, False)}
    assert marked == {"login", "second-factor", "activate", "health", "unlock"}
    assert Client().get("/unlock/").url == "/login/"
    assert Client().get("/login/second-factor/").url == "/login/"
