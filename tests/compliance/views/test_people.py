"""The list of accounts, one account, and what an administrator does to it (R115, R116, R118, R204, R205)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.domain import accounts, clock
from compliance.domain.act import act
from compliance.models import Alert, LedgerEntry, LiveSession, RoleGrant, Signature, User
from compliance.states import GrantState
from tests.compliance.views.people_steps import REASON, page_of, send, sign_and_send, text_of
from tests.compliance.views.steps import WRONG, events, inside, sign_in, token_of
from tests.helpers import person

pytestmark = pytest.mark.django_db
ACTS = ("identity", "link", "rename", "grant", "deactivate", "unlock")


@pytest.fixture
def browser() -> Client:
    """The administrator's."""
    return inside("sysadmin", "system_administrator")


def joined(browser: Client, username: str = "nora", **more: str) -> User:
    send(browser, "/people/new/", username=username, printed_name="Nora Joiner", **more)
    return User.objects.get(username=username)


def test_list_shows_each_state_and_finds_by_name(browser: Client) -> None:
    anna, leaver = person("anna", "operator"), person("liam", "operator")
    joined(browser)
    send(browser, page_of(leaver.user, "deactivate/"), reason="Has left the company today")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        Client().post("/login/", {"username": "anna", "password": WRONG})
    everyone = text_of(browser.get("/people/"))
    for words in ("waits for activation", "locked", "ended", "active", "Operator", "not acknowledged"):
        assert words in everyone
    assert "the system" not in everyone.casefold().split("<tbody>")[1]
    for state, name in (("waiting", "nora"), ("locked", "anna"), ("ended", "liam"), ("active", "sysadmin")):
        rows = text_of(browser.get("/people/", {"state": state})).split("<tbody>")[1]
        assert [n for n in ("nora", "anna", "liam", "sysadmin") if f">{n}<" in rows] == [name]
    found = text_of(browser.get("/people/", {"q": "NORA"}))
    assert "Nora Joiner" in found
    assert anna.user.printed_name not in found
    assert "No account is like this" in text_of(browser.get("/people/", {"q": "100%_nobody"}))


def test_list_asks_as_often_for_many_as_for_few(browser: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get("/people/")
    for number in range(12):
        person(f"person{number}", "operator")
    with CaptureQueriesContext(connection) as many:
        browser.get("/people/")
    assert len(many) <= len(few)


@pytest.mark.req("R205")
def test_readers_read_and_only_the_administrator_acts(browser: Client) -> None:
    anna = person("anna", "operator")
    quinn = inside("quinn", "qa")
    read = text_of(quinn.get(page_of(anna.user)))
    assert "Anna Test" in read
    assert "Grant a role" not in read
    assert quinn.get("/people/new/").status_code == 403
    assert {quinn.get(page_of(anna.user, f"{name}/")).status_code for name in ACTS} == {403}
    operator = sign_in("anna")
    assert operator.get("/people/").status_code == 403
    assert operator.get(page_of(anna.user)).status_code == 403
    assert browser.get(f"/people/{uuid4()}/").status_code == 404
    system = User.objects.get(pk=0)
    assert browser.get(page_of(system)).status_code == 404


@pytest.mark.req("R115")
def test_account_is_made_once_and_its_name_never_again(browser: Client) -> None:
    token = token_of(browser, "/people/new/")
    posted = {"token": token, "version": "0", "username": " Nora ", "printed_name": "Nora Joiner"}
    first, second = browser.post("/people/new/", posted), browser.post("/people/new/", posted)
    user = User.objects.get(username="nora")
    assert first["Location"] == second["Location"] == page_of(user)
    assert not user.has_usable_password()
    refused = send(browser, "/people/new/", username="nora", printed_name="Another Nora")
    assert refused.status_code == 422
    assert "used before and is never given again" in text_of(refused)
    assert "Another Nora" in text_of(refused)
    assert len(events("user.created")) == User.objects.count() - 1


@pytest.mark.req("R205")
def test_inspectors_account_ends_after_its_last_day(browser: Client) -> None:
    last = clock.today() + timedelta(days=3)
    guest = joined(browser, "guest", valid_until=last.isoformat())
    assert guest.valid_until is not None
    assert guest.valid_until.astimezone(clock.zone()).date() == last + timedelta(days=1)
    nora = joined(browser)
    refused = sign_and_send(browser, page_of(nora, "grant/"), "sysadmin", role="inspector", reason=REASON)
    assert "An inspector's account has an end" in text_of(refused)
    sign_and_send(browser, page_of(guest, "grant/"), "sysadmin", role="inspector", reason="Inspection of this week")
    assert guest.grants.get().role == "inspector"
    for wrong in ("2001-01-01", "yesterday"):
        assert send(browser, "/people/new/", username="late", printed_name="L", valid_until=wrong).status_code == 422


@pytest.mark.req("R116")
def test_identity_is_checked_by_another_person(browser: Client) -> None:
    nora = joined(browser)
    blank = send(browser, page_of(nora, "identity/"), proof="", reference="Seen by the administrator")
    assert (blank.status_code, nora.identity_checks.count()) == (422, 0)
    send(browser, page_of(nora, "identity/"), proof="passport", reference="Seen by Sysadmin, copy in the staff file")
    assert "Passport" in text_of(browser.get(page_of(nora))).replace("passport", "Passport")
    own = person("sysadmin").user
    refused = send(browser, page_of(own, "identity/"), proof="passport", reference="Seen by myself in the mirror")
    assert refused.status_code == 403
    assert "Nobody confirms the own identity" in text_of(refused)


@pytest.mark.req("R118")
def test_link_is_shown_once_and_never_again(browser: Client) -> None:
    nora = joined(browser)
    url = page_of(nora, "link/")
    posted = {"token": token_of(browser, url), "version": "1"}
    shown = browser.post(url, posted)
    assert "no-store" in shown["Cache-Control"]
    link = text_of(shown).split('value="http://testserver/activate/')[1].split('/"')[0]
    assert len(link) > 40
    again = browser.post(url, posted)
    assert again.status_code == 409
    assert "shown once" in text_of(again)
    for page in (
        text_of(again),
        text_of(browser.get(page_of(nora))),
        *LedgerEntry.objects.values_list("payload", flat=True),
    ):
        assert link not in page
    assert len(events("user.link_made")) == 1
    own = send(browser, page_of(person("sysadmin").user, "link/"))
    assert "Another administrator makes the link" in text_of(own)


@pytest.mark.req("R205")
def test_role_is_granted_and_withdrawn_by_signature_and_both_are_shown(browser: Client) -> None:
    nora = joined(browser)
    unsigned = send(
        browser, page_of(nora, "grant/"), role="operator", reason=REASON, username="sysadmin", password=WRONG
    )
    assert (unsigned.status_code, nora.grants.count()) == (403, 0)
    assert WRONG not in text_of(unsigned)
    sign_and_send(browser, page_of(nora, "grant/"), "sysadmin", role="operator", reason=REASON)
    grant = nora.grants.get()
    page = text_of(browser.get(page_of(nora)))
    assert page.count("Sysadmin Test") >= 2
    assert REASON in page
    withdraw = page_of(nora, f"withdraw/{grant.uuid}/")
    assert sign_and_send(browser, withdraw, "sysadmin", reason="no").status_code == 422
    sign_and_send(browser, withdraw, "sysadmin", reason="Moves to another department today")
    assert RoleGrant.objects.get(pk=grant.pk).state == GrantState.WITHDRAWN
    assert "Moves to another department today" in text_of(browser.get(page_of(nora)))
    assert list(Signature.objects.values_list("meaning", flat=True)) == ["approved", "approved"]
    assert browser.get(page_of(nora, f"withdraw/{uuid4()}/")).status_code == 404


@pytest.mark.req("R205")
def test_segregation_is_said_in_words_before_and_after(browser: Client) -> None:
    anna, other = person("anna", "operator"), person("olga", "system_administrator")
    page = text_of(browser.get(page_of(anna.user, "grant/")))
    assert "nobody with a GMP role administers" in page
    assert 'value="operator"' not in page
    refused = sign_and_send(browser, page_of(other.user, "grant/"), "sysadmin", role="qa", reason=REASON)
    assert refused.status_code == 422
    assert "A system administrator holds no GMP role" in text_of(refused)
    own = person("sysadmin").user
    assert "Nobody changes the own roles" in text_of(browser.get(page_of(own)))
    refused = sign_and_send(browser, page_of(own, "grant/"), "sysadmin", role="inspector", reason=REASON)
    assert refused.status_code == 403
    assert set(own.grants.values_list("role", flat=True)) == {"system_administrator"}


def test_rename_needs_a_reason_and_meets_a_change_by_another(browser: Client) -> None:
    nora = joined(browser)
    url = page_of(nora, "rename/")
    assert send(browser, url, printed_name="Nora Married", reason="").status_code == 422
    assert send(browser, url, printed_name=" ", reason="She has married in spring").status_code == 422
    stale = {"token": token_of(browser, url), "version": "1", "printed_name": "N", "reason": "She has married in May"}
    send(browser, url, printed_name="Nora Married", reason="She has married in spring")
    assert User.objects.get(pk=nora.pk).printed_name == "Nora Married"
    refused = browser.post(url, stale)
    assert refused.status_code == 409
    assert User.objects.get(pk=nora.pk).printed_name == "Nora Married"


@pytest.mark.case("SIG-06")
def test_leaver_is_out_at_once_everywhere(browser: Client) -> None:
    anna = person("anna", "operator")
    hers = sign_in("anna")
    assert hers.get("/signatures/").status_code == 200
    send(browser, page_of(anna.user, "deactivate/"), reason="Has left the company today")
    assert hers.get("/signatures/")["Location"].startswith("/login/")
    assert not LiveSession.objects.filter(user=anna.user).exists()
    assert "_auth_user_id" not in sign_in("anna").session
    page = text_of(browser.get(page_of(anna.user)))
    assert "End the account" not in page
    assert "Has left the company today" in page
    own = send(browser, page_of(person("sysadmin").user, "deactivate/"), reason="I leave the company today")
    assert own.status_code == 403


@pytest.mark.req("R120")
def test_locked_account_is_unlocked_with_a_reason(browser: Client) -> None:
    anna = person("anna", "operator")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        Client().post("/login/", {"username": "anna", "password": WRONG})
    page = text_of(browser.get(page_of(anna.user)))
    assert "is locked after wrong passwords" in page
    assert Alert.objects.count() == 1
    assert send(browser, page_of(anna.user, "unlock/"), reason="").status_code == 422
    assert "_auth_user_id" not in sign_in("anna").session
    send(browser, page_of(anna.user, "unlock/"), reason="Came by in person and showed her badge")
    assert "_auth_user_id" in sign_in("anna").session


@pytest.mark.req("R204")
def test_open_session_is_seen_with_its_station_and_ended(browser: Client) -> None:
    anna = person("anna", "operator")
    hers = sign_in("anna", station="bench 7")
    assert "bench 7" in text_of(browser.get(page_of(anna.user)))
    row = LiveSession.objects.get(user=anna.user)
    url = page_of(anna.user, f"sessions/{row.pk}/end/")
    send(browser, url)
    assert hers.get("/signatures/")["Location"].startswith("/login/")
    assert "Nowhere signed in" in text_of(browser.get(page_of(anna.user)))
    assert browser.get(url)["Location"] == page_of(anna.user)
    (entry,) = events("user.session_ended")
    assert entry.actor_name == "sysadmin"


def test_ended_account_that_holds_roles_is_not_offered_what_it_cannot_get(browser: Client) -> None:
    soon = clock.true_now() + timedelta(hours=1)
    with act(person("sysadmin"), "user.created", "users") as a:
        guest = accounts.create_user(a, "guest", "Guest Inspector", soon)
    assert "Make a one-time link" in text_of(browser.get(page_of(guest)))
