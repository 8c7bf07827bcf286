"""The toolkit: act tokens, signed acts by owner and second person, refusals with what was typed kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from compliance.domain import accounts
from compliance.domain.act import act
from compliance.models import LedgerEntry, Signature, User
from tests.compliance.views.steps import HTMX, WRONG, events, idle, inside, sign_in, token_of
from tests.helpers import SECRET, person

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.compliance.views.sample_urls")]

PLAIN = "/sample/plain/dora/"
SIGNED = "/sample/signed/dora/owner/"
SECOND = "/sample/signed/dora/second/"
NEW = {"printed_name": "Dora Nagy", "reason": "She has married since", "version": "1"}


@pytest.fixture(autouse=True)
def dora(db: None) -> User:
    return person("dora").user


def signing_post(browser: Client, url: str = SIGNED, **more: Any) -> Any:
    data = {"token": token_of(browser, url), "version": "1", "username": "anna", "password": SECRET}
    return browser.post(url, data | more)


@pytest.mark.case("CON-04")
@pytest.mark.case("CON-05")
def test_second_send_of_a_form_does_nothing_and_is_answered_like_the_first() -> None:
    browser = inside("anna", "system_administrator")
    data = NEW | {"token": token_of(browser, PLAIN)}
    first, second = browser.post(PLAIN, data), browser.post(PLAIN, data)
    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, "/signatures/")
    assert len(events("user.renamed")) == 1
    assert User.objects.get(username="dora").version == 2


@pytest.mark.case("CON-05")
def test_double_sign_makes_one_signature() -> None:
    browser = inside("anna", "qa")
    token = token_of(browser, SIGNED)
    codes = [signing_post(browser, token=token).status_code for _ in range(2)]
    assert codes == [302, 302]
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("change", ["", "x", "5f0c1c52-6b0a-4d6a-8f0e-0f4f9f9f9f9f"])
def test_token_that_the_server_did_not_sign_is_refused(change: str) -> None:
    browser = inside("anna", "system_administrator")
    before = LedgerEntry.objects.count()
    response = browser.post(PLAIN, NEW | {"token": change})
    assert response.status_code == 422
    assert "not opened in your session" in response.content.decode()
    assert LedgerEntry.objects.count() == before


def test_token_of_another_person_or_session_is_refused() -> None:
    token = token_of(inside("anna", "system_administrator"), PLAIN)
    for browser in (inside("bela", "system_administrator"), sign_in("anna")):
        assert browser.post(PLAIN, NEW | {"token": token}).status_code == 422
    assert not events("user.renamed")


@pytest.mark.req("R117")
def test_form_opened_before_a_lock_is_good_after_it() -> None:
    browser = inside("anna", "system_administrator")
    data = NEW | {"token": token_of(browser, PLAIN)}
    idle(browser, settings.IDLE_SECONDS + 1)
    assert browser.post(PLAIN, data).url.startswith("/unlock/")
    assert not events("user.renamed")
    browser.post("/unlock/", {"username": "anna", "password": SECRET}, headers=HTMX)
    assert browser.post(PLAIN, data).status_code == 302
    assert len(events("user.renamed")) == 1


@pytest.mark.req("R104")
@pytest.mark.req("R107")
def test_view_is_closed_to_other_roles() -> None:
    browser = inside("anna", "operator")
    for response in (browser.get(PLAIN), browser.post(PLAIN, NEW)):
        assert response.status_code == 403
        assert "It is for: System administrator" in response.content.decode()
    assert not events("user.renamed")


@pytest.mark.req("R117")
@pytest.mark.case("SIG-01")
@pytest.mark.parametrize("password", ["", WRONG])
def test_signing_without_the_password_is_refused_and_on_record(password: str) -> None:
    browser = inside("anna", "qa")
    response = signing_post(browser, password=password, reason="Kept words")
    html = response.content.decode()
    assert response.status_code == 403
    assert "do not belong together" in html
    assert "Kept words" in html
    assert not password or password not in html
    assert not Signature.objects.exists()
    (entry,) = events("signature.refused")
    assert entry.actor_name == "anna"
    assert signing_post(browser).status_code == 302


@pytest.mark.req("R117")
def test_other_persons_components_in_the_owners_dialog_are_refused() -> None:
    person("bela", "qa")
    response = signing_post(inside("anna", "qa"), username="bela")
    assert response.status_code == 403
    assert "belongs to Anna Test" in response.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.req("R117")
def test_second_person_signs_and_the_session_stays_the_owners() -> None:
    person("bela", "qa")
    browser = inside("anna", "qa")
    key = browser.session.session_key
    assert signing_post(browser, SECOND, username="Bela").status_code == 302
    signature = Signature.objects.get()
    assert (signature.username, signature.act.actor_name) == ("bela", "bela")
    assert browser.session.session_key == key
    assert "Anna Test" in browser.get("/signatures/").content.decode()


@pytest.mark.req("R120")
@pytest.mark.case("SIG-11")
def test_lockout_at_the_signing_prompt_ends_the_session() -> None:
    person("bela", "qa")
    browser = inside("anna", "qa")
    codes = [signing_post(browser, password=WRONG).status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert codes == [403] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    assert browser.get("/signatures/").url.startswith("/login/")
    assert json.loads(events("user.signed_out")[0].payload)["facts"]["cause"] == "account locked"
    assert sign_in("anna").get("/signatures/").status_code == 302
    assert sign_in("bela").get("/signatures/").status_code == 200
    assert not Signature.objects.exists()


@pytest.mark.case("SIG-11")
def test_lockout_of_a_second_person_leaves_the_owners_session() -> None:
    person("bela", "qa")
    browser = inside("anna", "qa")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        last = signing_post(browser, SECOND, username="bela", password=WRONG)
    assert last.status_code == 429
    assert browser.get("/signatures/").status_code == 200
    assert signing_post(browser).status_code == 302


@pytest.mark.req("R115")
@pytest.mark.case("SIG-06")
def test_leaver_cannot_sign_in_the_open_tab() -> None:
    browser = inside("anna", "qa")
    signing_post(browser)
    token = token_of(browser, SIGNED)
    anna, admin = person("anna"), person("sysadmin", "system_administrator")
    with act(admin, "user.deactivated", anna.user) as a:
        accounts.deactivate_user(a, anna.user, "She has left the company")
    data = {"token": token, "version": "1", "username": "anna", "password": SECRET}
    assert browser.post(SIGNED, data).status_code == 302
    assert browser.post(SIGNED, data, headers=HTMX).status_code == 401
    signature = Signature.objects.get()
    page = inside("quinn", "qa").get(f"/signatures/{signature.uuid}/").content.decode()
    assert "Anna Test" in page
    assert "Valid: what was signed is what stands now" in page


@pytest.mark.req("R208")
def test_idle_signer_leaves_no_partial_signature() -> None:
    browser = inside("anna", "qa")
    token = token_of(browser, SIGNED)
    idle(browser, settings.IDLE_SECONDS + 1)
    data = {"token": token, "version": "1", "username": "anna", "password": SECRET}
    assert browser.post(SIGNED, data, headers=HTMX).status_code == 401
    assert browser.post(SIGNED, data).status_code == 302
    assert not Signature.objects.exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "1.0", "٣"])
def test_version_that_is_no_number_is_refused(version: str) -> None:
    assert signing_post(inside("anna", "qa"), version=version).status_code == 422


def test_fragment_or_page_by_who_asks() -> None:
    browser = inside("anna", "qa")
    page, part = browser.get(SIGNED), browser.get(SIGNED, headers=HTMX)
    boosted = browser.get(SIGNED, headers={**HTMX, "HX-Boosted": "true"})
    assert page.content.startswith(b"<!doctype html>")
    assert boosted.content.startswith(b"<!doctype html>")
    assert part.content.lstrip().startswith(b"<form")
    assert "HX-Request" in page["Vary"]


def test_done_leads_htmx_to_the_page() -> None:
    browser = inside("anna", "system_administrator")
    response = browser.post(PLAIN, NEW | {"token": token_of(browser, PLAIN)}, headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (204, "/signatures/")
    assert "Renamed." in browser.get("/signatures/").content.decode()
