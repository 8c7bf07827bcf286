"""The one-time link and the acknowledgement, as the person meets them (R110, R118)."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from compliance.domain import accounts, clock, people, plain
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.models import Acknowledgement, ActivationLink, User
from config.logs import WithoutLinks
from tests.compliance.views.people_steps import OWN, send, text_of
from tests.compliance.views.steps import WRONG, events, inside, sign_in
from tests.helpers import SECRET, person

pytestmark = pytest.mark.django_db


def link_for(username: str = "nora") -> tuple[User, str]:
    """A joiner and the address of her link."""
    with act(person("sysadmin", "system_administrator"), "user.created", "users") as a:
        user = accounts.create_user(a, username, "Nora Joiner")
        return user, f"/activate/{people.make_link(a, user)}/"


def chosen(url: str, password: str = OWN, again: str | None = None) -> Any:
    return Client().post(url, {"password": password, "again": password if again is None else again})


def bare(response: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text_of(response))


@pytest.mark.req("R118")
def test_person_chooses_her_own_password_and_signs_in_with_it() -> None:
    user, url = link_for()
    shown = Client().get(url)
    assert "Nora Joiner" in text_of(shown)
    assert "At least 12 characters" in text_of(shown)
    done = chosen(url)
    assert (done.status_code, done["Location"]) == (302, "/login/")
    assert "_auth_user_id" in sign_in("nora", OWN).session
    (entry,) = events("user.activated")
    assert (entry.actor_name, entry.home) == ("nora", user.chain)
    assert OWN not in entry.payload


@pytest.mark.req("R118")
@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        (OWN, OWN + "x", "do not agree"),
        ("short", "short", "too short"),
        ("password1234", "password1234", "too common"),
        ("nora joiner 26", "nora joiner 26", "similar"),
        ("", "", "too short"),
        ("twelve\x00letters more", "twelve\x00letters more", "NUL"),
    ],
)
def test_password_against_the_rules_is_refused_beside_its_box(password: str, again: str, words: str) -> None:
    user, url = link_for()
    refused = chosen(url, password, again)
    assert refused.status_code == 422
    assert words in text_of(refused)
    assert 'aria-invalid="true"' in text_of(refused)
    assert not password or f'value="{password}"' not in text_of(refused)
    assert not User.objects.get(pk=user.pk).has_usable_password()
    assert chosen(url).status_code == 302


@pytest.mark.req("R118")
def test_used_late_unknown_and_leavers_links_get_one_answer() -> None:
    _, used = link_for("nora")
    chosen(used)
    _, late = link_for("lena")
    plain.claim(ActivationLink.objects.filter(used_at__isnull=True), expires_at=clock.true_now() - timedelta(seconds=1))
    leaver, gone = link_for("liam")
    with act(person("sysadmin"), "user.deactivated", leaver) as a:
        accounts.deactivate_user(a, leaver, "Has left the company today")
    answers = [Client().get(url) for url in (used, late, gone, "/activate/never-was/")]
    assert {a.status_code for a in answers} == {403}
    assert len({bare(a) for a in answers}) == 1
    assert "Ask an administrator for a new one" in bare(answers[0])
    posted = [chosen(url, "another secret of somebody") for url in (used, late, gone, "/activate/never-was/")]
    assert {bare(a) for a in posted} == {bare(answers[0])}
    assert "_auth_user_id" in sign_in("nora", OWN).session


@pytest.mark.req("R118")
def test_link_leaves_in_no_header_no_cache_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    _, url = link_for()
    shown, secret = Client().get(url), url.split("/")[2]
    assert shown["Referrer-Policy"] == "strict-origin"
    assert "no-store" in shown["Cache-Control"]
    strict = Client(enforce_csrf_checks=True)
    caplog.handler.addFilter(WithoutLinks())
    with caplog.at_level(logging.DEBUG):
        assert strict.post(url, {"password": OWN, "again": OWN}).status_code == 403
        chosen(url, "short")
        chosen(url)
        Client().get(url)
    assert "/activate/[link]/" in caplog.text
    assert secret not in caplog.text


@pytest.mark.req("R118")
def test_new_password_of_a_locked_person_ends_her_sessions_and_the_one_at_this_station() -> None:
    anna = person("anna", "operator")
    hers = sign_in("anna")
    with act(person("sysadmin", "system_administrator"), "user.link_made", anna.user) as a:
        url = f"/activate/{people.make_link(a, anna.user)}/"
    station = inside("bela", "operator")
    station.post(url, {"password": OWN, "again": OWN})
    assert "_auth_user_id" not in station.session
    assert hers.get("/signatures/")["Location"].startswith("/login/")
    assert "_auth_user_id" not in sign_in("anna", SECRET).session
    assert "_auth_user_id" in sign_in("anna", OWN).session


def newcomer(role: str = "operator") -> Client:
    """Signed in for the first time, identity checked, nothing acknowledged."""
    user, url = link_for()
    with act(system(), "role.granted", user) as a:
        people.check_identity(a, user, "passport", "Seen by the test house")
        accounts.grant_role(a, user, role, "Joined the team for this test")
    chosen(url)
    return sign_in("nora", OWN)


@pytest.mark.req("R110")
def test_newcomer_is_led_to_her_acknowledgement_and_reminded_until_then() -> None:
    browser = newcomer("operator")
    assert browser.get("/home/")["Location"] == "/acknowledge/"
    assert "Until then you sign nothing" in text_of(browser.get("/signatures/"))
    page = text_of(browser.get("/acknowledge/"))
    assert people.ACKNOWLEDGEMENT in page
    assert "Nora Joiner" in page
    assert "Until then you sign nothing" not in page
    done = send(browser, "/acknowledge/", password=OWN)
    assert done.url == "/home/"
    word = Acknowledgement.objects.get(user__username="nora")
    assert (word.printed_name, word.text) == ("Nora Joiner", people.ACKNOWLEDGEMENT)
    assert browser.get("/home/")["Location"] != "/acknowledge/"
    assert "Until then you sign nothing" not in text_of(browser.get("/signatures/"))
    assert "What you acknowledged" in text_of(browser.get("/acknowledge/"))
    assert browser.post("/acknowledge/", {"password": OWN}).status_code == 200
    assert Acknowledgement.objects.filter(user__username="nora").count() == 1


@pytest.mark.req("R110")
@pytest.mark.req("R120")
def test_acknowledgement_needs_her_password_and_locks_like_every_door() -> None:
    browser = newcomer()
    for _ in range(4):
        refused = send(browser, "/acknowledge/", password=WRONG)
        assert refused.status_code == 422
        assert "That is not your password" in text_of(refused)
    assert len(events("user.sign_in_refused")) == 4
    assert send(browser, "/acknowledge/", password=WRONG).status_code == 429
    assert "_auth_user_id" not in browser.session
    assert not Acknowledgement.objects.filter(user__username="nora").exists()


@pytest.mark.req("R110")
def test_signing_before_the_acknowledgement_is_refused_with_the_way_to_it() -> None:
    browser = newcomer("qa")
    review = send(browser, "/access-reviews/open/").url
    said = "Every account was looked at and nothing is wrong."
    refused = send(browser, review, username="nora", password=OWN, conclusion=said)
    assert refused.status_code == 403
    assert "binds you like a handwritten one" in text_of(refused)
    assert 'href="/acknowledge/"' in text_of(refused)


@pytest.mark.req("R110")
def test_inspector_never_signs_and_is_asked_for_nothing() -> None:
    end = clock.true_now() + timedelta(days=3)
    with act(system(), "user.created", "users") as a:
        guest = accounts.create_user(a, "guest", "Guest Inspector", end)
        accounts.set_secret(a, guest, SECRET)
        accounts.grant_role(a, guest, "inspector", "Inspection of this week")
    browser = sign_in("guest")
    assert browser.get("/home/")["Location"] != "/acknowledge/"
    assert "Until then you sign nothing" not in text_of(browser.get("/signatures/"))
