"""The door: who gets in, what is said to who does not, and what is on record of it."""

from __future__ import annotations

import json
from html import unescape

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from compliance.domain import accounts
from compliance.domain.act import act
from compliance.models import LedgerEntry
from compliance.views import health
from tests.compliance.views.steps import HTMX, WRONG, events, idle, inside, sign_in
from tests.helpers import SECRET, person

pytestmark = pytest.mark.django_db


def words(html: bytes) -> str:
    """A page's text without what differs from page to page."""
    text = unescape(html.decode())
    start = text.index('<div class="notice notice--breach"')
    return text[start : text.index("</form>", start)]


@pytest.mark.req("R104")
def test_health_answers_a_stranger_and_says_nothing_else(client: Client) -> None:
    response = client.get("/health")
    assert (response.status_code, response.content) == (200, b"ok\ndatabase reachable\n")
    assert client.post("/health").status_code == 405


def test_health_says_when_the_database_is_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("no connection to host db.example")

    monkeypatch.setattr(health, "database_answers", gone)
    response = client.get("/health")
    assert response.status_code == 503
    assert b"db.example" not in response.content


@pytest.mark.req("R206")
def test_sign_in_folds_the_name_and_is_on_record() -> None:
    anna = person("anna", "operator")
    browser = Client()
    response = browser.post("/login/", {"username": " ANNA ", "password": SECRET, "station": "bench 2"})
    assert response.status_code == 302
    assert response.url == "/home/"
    assert browser.cookies["station"].value == "bench 2"
    (entry,) = events("user.signed_in")
    assert (entry.actor_name, entry.home) == ("anna", anna.user.chain)
    assert json.loads(entry.payload)["facts"]["resumed"] is False


@pytest.mark.req("R206")
def test_unknown_name_and_wrong_password_get_the_same_words() -> None:
    person("anna", "operator")
    wrong = Client().post("/login/", {"username": "anna", "password": WRONG})
    unknown = Client().post("/login/", {"username": "nobody", "password": WRONG})
    assert wrong.status_code == unknown.status_code == 401
    assert words(wrong.content) == words(unknown.content)
    first, second = events("user.sign_in_refused")
    assert {first.actor_name, second.actor_name} == {"system"}
    assert [json.loads(e.payload)["facts"]["claimed"] for e in (first, second)] == ["anna", "nobody"]
    assert WRONG not in first.payload + second.payload


@pytest.mark.parametrize("posted", [{}, {"username": "anna"}, {"password": SECRET}])
def test_missing_component_is_refused(posted: dict[str, str]) -> None:
    person("anna", "operator")
    browser = Client()
    assert browser.post("/login/", posted).status_code == 401
    assert "_auth_user_id" not in browser.session


@pytest.mark.req("R120")
@pytest.mark.case("SIG-11")
def test_account_locks_at_the_door_and_others_get_in() -> None:
    person("anna", "operator")
    person("bela", "operator")
    codes = [Client().post("/login/", {"username": "anna", "password": WRONG}).status_code for _ in range(10)]
    assert codes == [401] * (settings.AXES_FAILURE_LIMIT - 1) + [429] * (10 - settings.AXES_FAILURE_LIMIT + 1)
    right = Client().post("/login/", {"username": "anna", "password": SECRET})
    assert right.status_code == 429
    assert "system administrator" in right.content.decode()
    assert json.loads(events("user.sign_in_refused")[-1].payload)["facts"]["locked"] is True
    assert "_auth_user_id" in sign_in("bela").session


@pytest.mark.req("R120")
@pytest.mark.case("SIG-11")
def test_admin_has_no_door_of_its_own() -> None:
    person("anna", "qa")
    for _ in range(10):
        response = Client().post("/admin/login/", {"username": "anna", "password": WRONG})
        assert response.status_code == 302
        assert response.url.startswith("/login/")
    assert not events("user.sign_in_refused")
    browser = inside("anna", "qa")
    assert browser.get("/admin/login/").url == "/admin/"
    assert browser.get("/admin/password_change/").status_code == 404
    assert inside("opal", "operator").get("/admin/login/").status_code == 403


def test_session_key_is_new_after_sign_in() -> None:
    person("anna", "operator")
    browser = Client()
    session = browser.session
    session["planted"] = "by a stranger"
    session.save()
    planted = session.session_key
    browser.cookies[settings.SESSION_COOKIE_NAME] = planted
    sign_in("anna", client=browser)
    assert browser.session.session_key != planted
    assert "planted" not in browser.session
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get("/signatures/").status_code == 302


ELSEWHERE = ("https://evil.example/", "//evil.example/x", "javascript:alert(1)", "\\\\evil.example")
CLOSED = ("unlock", "lock", "logout", "home", "my-signatures", "verify", "trail", "factors", "factor-enrol")


@pytest.mark.parametrize("url", ELSEWHERE)
def test_sign_in_goes_to_no_other_site(url: str) -> None:
    person("anna", "operator")
    response = Client().post("/login/", {"username": "anna", "password": SECRET, "next": url})
    assert response.url == "/home/"


def test_sign_in_goes_where_the_person_wanted() -> None:
    person("anna", "operator")
    stranger = Client().get("/signatures/?after=5")
    assert stranger.url == "/login/?next=%2Fsignatures%2F%3Fafter%3D5"
    response = Client().post("/login/", {"username": "anna", "password": SECRET, "next": "/signatures/?after=5"})
    assert response.url == "/signatures/?after=5"


@pytest.mark.parametrize("station", ["a\r\nSet-Cookie: x=1", "<script>", "x" * 61])
def test_station_that_no_label_carries_is_refused(station: str) -> None:
    person("anna", "operator")
    browser = Client()
    posted = {"username": "anna", "password": SECRET, "station": station}
    assert browser.post("/login/", posted).status_code == 422
    assert "_auth_user_id" not in browser.session


@pytest.mark.req("R115")
def test_disabled_account_neither_enters_nor_goes_on() -> None:
    browser = inside("anna", "operator")
    admin, anna = person("sysadmin", "system_administrator"), person("anna")
    with act(admin, "user.deactivated", anna.user) as a:
        accounts.deactivate_user(a, anna.user, "She has left the company")
    assert browser.get("/signatures/").url.startswith("/login/")
    assert browser.get("/signatures/", headers=HTMX).status_code == 401
    assert Client().post("/login/", {"username": "anna", "password": SECRET}).status_code == 401


@pytest.mark.req("R208")
def test_sign_out_is_by_post_and_on_record() -> None:
    browser = inside("anna", "operator")
    assert browser.get("/logout/").status_code == 405
    assert browser.post("/logout/").url == "/login/"
    assert [e.actor_name for e in events("user.signed_out")] == ["anna"]
    assert browser.get("/signatures/").url.startswith("/login/")


def test_second_person_at_the_door_ends_the_first_session() -> None:
    person("bela", "operator")
    browser = inside("anna", "operator")
    sign_in("bela", client=browser)
    assert [e.actor_name for e in events("user.signed_out")] == ["anna"]
    assert [e.actor_name for e in events("user.signed_in")] == ["anna", "bela"]
    assert "Bela Test" in browser.get("/signatures/").content.decode()


@pytest.mark.req("R208")
def test_idle_session_is_locked_once_and_nothing_is_done() -> None:
    browser = inside("anna", "qa")
    idle(browser, settings.IDLE_SECONDS + 1)
    before = LedgerEntry.objects.count()
    page = browser.get("/signatures/")
    assert page.url == "/unlock/?next=%2Fsignatures%2F"
    posted = browser.post("/verify/", {"code": "1"}, headers={**HTMX, "HX-Current-URL": "http://testserver/verify/"})
    assert posted.status_code == 401
    assert 'value="anna"' in posted.content.decode()
    assert browser.post("/verify/", {"code": "1"}, headers={"Referer": "http://testserver/verify/"}).url == (
        "/unlock/?next=%2Fverify%2F"
    )
    assert len(events("user.session_locked")) == 1
    assert LedgerEntry.objects.count() == before + 1
    locked = browser.get(page.url).content.decode()
    assert "Anna Test" in locked
    assert "My signatures" not in locked


@pytest.mark.req("R208")
def test_work_keeps_the_session_open() -> None:
    browser = inside("anna", "qa")
    idle(browser, settings.IDLE_SECONDS - 5)
    assert browser.get("/signatures/").status_code == 200
    idle(browser, settings.IDLE_SECONDS - 5)
    assert browser.get("/signatures/").status_code == 200


@pytest.mark.req("R117")
def test_same_person_resumes_in_place_with_a_new_key_and_csrf_token() -> None:
    person("anna", "qa")
    browser = sign_in("anna", client=Client(enforce_csrf_checks=False))
    browser.get("/verify/")
    bond, key = browser.session["act_bond"], browser.session.session_key
    assert browser.post("/lock/", headers=HTMX).status_code == 200
    locked_key = browser.session.session_key
    response = browser.post("/unlock/", {"username": "anna", "password": SECRET}, headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 200
    assert 'id="resumed"' in html
    assert len(html.split('data-csrf="')[1].split('"')[0]) == 64
    assert len({key, locked_key, browser.session.session_key}) == 3
    assert browser.session["act_bond"] == bond
    assert browser.get("/signatures/").status_code == 200
    assert [json.loads(e.payload)["facts"]["resumed"] for e in events("user.signed_in")] == [False, True]


@pytest.mark.req("R117")
def test_another_person_does_not_resume() -> None:
    person("bela", "qa")
    browser = inside("anna", "qa")
    browser.post("/lock/")
    response = browser.post("/unlock/", {"username": "bela", "password": SECRET}, headers=HTMX)
    assert response.status_code == 401
    assert "locked by Anna Test" in response.content.decode()
    assert browser.get("/signatures/").url.startswith("/unlock/")
    assert [e.actor_name for e in events("user.signed_in")] == ["anna"]


@pytest.mark.req("R120")
def test_wrong_passwords_at_the_overlay_lock_the_account() -> None:
    browser = inside("anna", "qa")
    browser.post("/lock/")
    data = {"username": "anna", "password": WRONG}
    codes = [browser.post("/unlock/", data, headers=HTMX).status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert codes == [401] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    right = browser.post("/unlock/", {"username": "anna", "password": SECRET}, headers=HTMX)
    assert right.status_code == 429
    assert "locked" in right.content.decode()


@pytest.mark.case("SIG-07")
def test_lost_session_is_signed_in_anew_and_the_page_loaded_again() -> None:
    browser = inside("anna", "qa")
    browser.session.delete()
    response = browser.post("/verify/", {"code": "1"}, headers=HTMX)
    assert response.status_code == 401
    assert "The session is over" in response.content.decode()
    again = browser.post("/unlock/", {"username": "anna", "password": SECRET}, headers=HTMX)
    assert (again.status_code, again["HX-Refresh"]) == (204, "true")
    assert browser.get("/signatures/").status_code == 200


def test_unlock_from_the_locked_page_goes_back_to_the_work() -> None:
    browser = inside("anna", "qa")
    browser.post("/lock/")
    data = {"username": "anna", "password": SECRET, "next": "/verify/"}
    at = {**HTMX, "HX-Current-URL": "http://testserver/unlock/?next=%2Fverify%2F"}
    response = browser.post("/unlock/", data, headers=at)
    assert (response.status_code, response["HX-Redirect"]) == (204, "/verify/")
    browser.post("/lock/")
    assert browser.post("/unlock/", data).url == "/verify/"


@pytest.mark.req("R104")
@pytest.mark.parametrize("name", CLOSED)
def test_stranger_is_sent_to_the_door(name: str) -> None:
    for answer in (Client().get(reverse(f"compliance:{name}")), Client().post(reverse(f"compliance:{name}"))):
        assert answer.status_code == 302
        assert answer.url.startswith("/login/")


def test_every_answer_carries_the_headers() -> None:
    for response in (Client().get("/login/"), Client().get("/nowhere/"), inside("anna", "qa").get("/admin/")):
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert "default-src 'self'" in response["Content-Security-Policy"].split("; ")
        assert "unsafe" not in response["Content-Security-Policy"]


def test_cookies_are_strict_and_csrf_is_asked() -> None:
    person("anna", "qa")
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/login/", {"username": "anna", "password": SECRET}).status_code == 403
    token = browser.get("/login/").cookies[settings.CSRF_COOKIE_NAME].value
    data = {"username": "anna", "password": SECRET, "csrfmiddlewaretoken": token}
    response = browser.post("/login/", data)
    assert response.status_code == 302
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["samesite"], cookie["httponly"]) == ("Strict", True)
    refused = browser.post("/logout/")
    assert refused.status_code == 403
    assert "This form was not opened in your session" in refused.content.decode()
    piece = browser.post("/logout/", headers=HTMX)
    assert (piece.status_code, piece["HX-Retarget"]) == (403, "#notices")
