"""From outside the site's network a password alone opens nothing (R207)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from compliance.domain import factors, second_step
from compliance.models import Alert, Factor
from tests.compliance.domain.test_factors import code_of, enrolled
from tests.compliance.views.steps import WRONG, events, inside, token_of
from tests.helpers import SECRET, person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R207")]

OUTSIDE = "203.0.113.7"
SECOND = "/login/second-factor/"


def from_outside(**headers: str) -> Client:
    return Client(REMOTE_ADDR=OUTSIDE, **headers)


def password(browser: Client, secret: str = SECRET, **more: str) -> Any:
    return browser.post("/login/", {"username": "anna", "password": secret, **more})


def is_in(browser: Client) -> bool:
    return browser.get("/signatures/").status_code == 200


@pytest.fixture
def secret() -> str:
    made = factors.new_secret()
    enrolled(person("anna", "operator"), made)
    return made


def test_password_and_code_open_the_session_and_the_page_that_was_wanted(secret: str) -> None:
    browser = from_outside()
    assert password(browser, next="/signatures/?after=5").url == SECOND
    assert not is_in(browser), "half signed in opens nothing"
    assert "Anna Test" in browser.get(SECOND).content.decode()
    response = browser.post(SECOND, {"code": code_of(secret)})
    assert (response.status_code, response.url) == (302, "/signatures/?after=5")
    assert is_in(browser)
    (entry,) = events("user.signed_in")
    assert json.loads(entry.payload)["facts"]["second"] == "authenticator app"


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_CLIENT_IP"])
def test_forged_header_opens_no_shorter_way(secret: str, header: str) -> None:
    browser = from_outside(**{header: "127.0.0.1"})
    assert password(browser).url == SECOND
    assert not is_in(browser)


def test_inside_the_site_s_network_the_password_is_enough(secret: str) -> None:
    browser = Client()
    assert password(browser).url != SECOND
    assert is_in(browser)


def test_site_may_ask_everywhere(secret: str, settings: Any) -> None:
    settings.SECOND_FACTOR = "always"
    assert password(Client()).url == SECOND


def test_person_without_a_factor_is_told_and_stays_outside() -> None:
    person("anna", "operator")
    browser = from_outside()
    response = password(browser)
    assert response.status_code == 401
    assert "none is enrolled for this account" in response.content.decode()
    assert browser.get(SECOND).url == "/login/"
    (entry,) = events("user.sign_in_refused")
    assert json.loads(entry.payload)["facts"]["what"] == "no second factor"


def test_wrong_password_says_nothing_about_factors(secret: str) -> None:
    response = password(from_outside(), WRONG)
    assert response.status_code == 401
    assert "factor" not in response.content.decode()


@pytest.mark.req("R120")
@pytest.mark.case("SIG-11")
def test_wrong_codes_lock_like_wrong_passwords_and_are_told(secret: str) -> None:
    browser = from_outside()
    password(browser)
    said = [browser.post(SECOND, {"code": "000000"}).status_code for _ in range(5)]
    assert said == [401, 401, 401, 401, 429]
    assert Alert.objects.get().state == "raised"
    assert browser.post(SECOND, {"code": code_of(secret)}).url == "/login/"
    assert password(Client()).status_code == 429, "at every door"
    facts = [json.loads(e.payload)["facts"] for e in events("user.sign_in_refused")]
    assert [f["what"] for f in facts] == ["second factor"] * 5 + ["password"]


def test_right_password_does_not_forgive_wrong_codes(secret: str) -> None:
    for _ in range(2):
        browser = from_outside()
        password(browser)
        assert [browser.post(SECOND, {"code": "000000"}).status_code for _ in range(2)] == [401, 401]
    browser = from_outside()
    password(browser)
    assert browser.post(SECOND, {"code": "000000"}).status_code == 429


def test_second_step_waits_five_minutes(secret: str, settings: Any) -> None:
    browser = from_outside()
    password(browser)
    settings.SECOND_FACTOR_SECONDS = -1
    assert browser.post(SECOND, {"code": code_of(secret)}).url == "/login/"
    assert not is_in(browser)


def test_session_that_is_carried_out_of_the_network_is_over(secret: str) -> None:
    browser = Client()
    password(browser)
    assert is_in(browser)
    browser.defaults["REMOTE_ADDR"] = OUTSIDE
    response = browser.get("/signatures/")
    assert (response.status_code, response.url) == (302, "/login/?next=%2Fsignatures%2F")
    response = browser.post("/unlock/", {"username": "anna", "password": SECRET})
    assert not is_in(browser)


def test_locked_session_of_the_network_is_not_resumed_from_outside(secret: str) -> None:
    browser = Client()
    password(browser)
    browser.post("/lock/")
    browser.defaults["REMOTE_ADDR"] = OUTSIDE
    response = browser.post("/unlock/", {"username": "anna", "password": SECRET})
    assert response.status_code == 401
    assert "Sign in at the door" in response.content.decode()


def test_second_step_of_nobody_leads_to_the_door() -> None:
    assert Client().get(SECOND).url == "/login/"
    assert second_step.HALF not in Client().session


def test_person_enrols_an_app_and_makes_codes_on_her_own_page() -> None:
    browser = inside("anna", "operator")
    html = browser.get("/factors/app/").content.decode()
    assert "<svg" in html
    shown = re.search(r"Where the code cannot be read, type.*?<dd[^>]*>\s*([A-Z2-7 ]{32,})", html, re.DOTALL)
    assert shown, html
    secret = shown.group(1).replace(" ", "")
    token = re.search(r'name="token" value="([^"]+)"', html).group(1)  # type: ignore[union-attr]
    sent = {"token": token, "label": "phone", "code": code_of(secret), "password": WRONG}
    refused = browser.post("/factors/app/", sent)
    assert refused.status_code == 422
    assert "That is not your password" in refused.content.decode()
    assert Factor.objects.count() == 0
    assert browser.post("/factors/app/", sent | {"password": SECRET}).status_code == 302
    assert "phone" in browser.get("/factors/").content.decode()
    made = browser.post("/factors/codes/", {"token": token_of(browser, "/factors/codes/"), "password": SECRET})
    codes = re.findall(r"[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}", made.content.decode())
    assert len(codes) == 10
    outside = from_outside()
    password(outside)
    assert outside.post(SECOND, {"code": codes[3]}).status_code == 302
    assert is_in(outside)


@pytest.mark.req("R120")
def test_lost_device_is_ended_on_the_own_page_and_by_the_administrator(secret: str) -> None:
    anna = Client()
    password(anna)
    factor = Factor.objects.get()
    url = f"/factors/{factor.uuid}/end/"
    fields = {"version": factor.version, "reason": "Telephone lost on the train"}
    assert inside("bela", "operator").get(url).status_code == 404
    sent = anna.post(url, {"token": token_of(anna, url), "password": SECRET, **fields})
    assert sent.status_code == 302
    assert Factor.objects.get().state == "revoked"
    other = enrolled(person("anna", "operator"), factors.new_secret(), "tablet")
    admin = inside("sysadmin", "system_administrator")
    page = f"/people/{other.user.uuid}/"
    assert "End it" in admin.get(page).content.decode()
    url = f"{page}factors/{other.uuid}/end/"
    sent = admin.post(url, {"token": token_of(admin, url), "password": SECRET, "version": 1, "reason": "Given back"})
    assert sent.status_code == 302
    assert factors.held(other.user) == []
    assert admin.get(f"{page}factors/{person('x1y').user.uuid}/end/").status_code == 404


def test_codes_sent_twice_are_made_once(secret: str) -> None:
    browser = Client()
    password(browser)
    sent = {"token": token_of(browser, "/factors/codes/"), "password": SECRET}
    assert browser.post("/factors/codes/", sent).status_code == 200
    assert browser.post("/factors/codes/", sent).status_code == 409
    assert Factor.objects.filter(kind="codes").count() == 1


def test_locked_out_at_the_factor_page_ends_the_session(secret: str) -> None:
    browser = Client()
    password(browser)
    token = token_of(browser, "/factors/codes/")
    said = [browser.post("/factors/codes/", {"token": token, "password": WRONG}).status_code for _ in range(5)]
    assert said == [422, 422, 422, 422, 429]
    assert not is_in(browser)


def test_second_step_at_a_station_of_somebody_else_ends_that_session_on_record(secret: str, settings: Any) -> None:
    browser = inside("bela", "operator")
    settings.SECOND_FACTOR = "always"
    assert password(browser).url == SECOND
    (entry,) = events("user.signed_out")
    assert (entry.actor_name, json.loads(entry.payload)["facts"]["cause"]) == (
        "bela",
        "another sign-in at this station",
    )


@pytest.mark.req("R120")
def test_account_that_was_locked_meanwhile_is_not_opened_by_a_right_code(secret: str) -> None:
    browser = from_outside()
    password(browser)
    for _ in range(5):
        password(Client(), WRONG)
    assert browser.post(SECOND, {"code": code_of(secret)}).status_code == 429
    assert not is_in(browser)
