"""No session without its record, and no record of a session that was none (R117, R208)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from compliance.domain import accounts, clock, sessions
from compliance.domain.act import act
from compliance.domain.sessions import SEEN_AT
from compliance.models import LedgerEntry
from compliance.refusals import Refusal
from tests.helpers import SECRET, person

if TYPE_CHECKING:
    from django.http import HttpRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_() -> HttpRequest:
    """A browser at the door, nobody signed in."""
    made = RequestFactory().post("/login/")
    made.session = SessionStore()
    made.user = AnonymousUser()
    return made


def written(event: str) -> int:
    return LedgerEntry.objects.filter(event=event).count()


@pytest.mark.req("R117")
def test_account_disabled_while_signing_in_gets_no_session(request_: HttpRequest) -> None:
    person("anna", "operator")
    anna = sessions.check(request_, "anna", SECRET)
    admin = person("sysadmin", "system_administrator")
    with act(admin, "user.deactivated", anna) as a:
        accounts.deactivate_user(a, anna, "Left the company this morning")
    with pytest.raises(Refusal, match="is not active"):
        sessions.sign_in(request_, anna, clock.true_now().timestamp())
    assert sessions.owner_of(request_) is None
    assert SEEN_AT not in request_.session
    assert written("user.signed_in") == 0


@pytest.mark.req("R208")
def test_sign_out_of_nobody_ends_the_session_and_is_no_act(request_: HttpRequest) -> None:
    request_.session["kept"] = "a station's own value"
    sessions.sign_out(request_)
    assert request_.session.is_empty()
    assert written("user.signed_out") == 0


@pytest.mark.req("R208")
def test_session_is_locked_once_however_often_it_is_asked(request_: HttpRequest) -> None:
    person("anna", "operator")
    now = clock.true_now().timestamp()
    sessions.sign_in(request_, sessions.check(request_, "anna", SECRET), now)
    sessions.lock(request_, now + 900, "idle")
    sessions.lock(request_, now + 901, "idle")
    assert sessions.is_locked(request_)
    assert written("user.session_locked") == 1


@pytest.mark.req("R204")
def test_sign_in_again_in_the_same_browser_ends_no_session(request_: HttpRequest) -> None:
    person("anna", "operator")
    anna = sessions.check(request_, "anna", SECRET)
    sessions.sign_in(request_, anna, clock.true_now().timestamp())
    assert [s.session_key for s in sessions.open_sessions(anna)] == [request_.session.session_key]
    sessions.end_others(request_, anna)
    assert [s.session_key for s in sessions.open_sessions(anna)] == [request_.session.session_key]
    assert written("user.session_ended") == 0
