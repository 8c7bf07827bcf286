"""Alerts: counted in the bar, open first, answered by name with a comment (R120)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.domain import alerts
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.models import Alert
from compliance.states import AlertState
from tests.compliance.views.people_steps import send, text_of
from tests.compliance.views.steps import WRONG, events, inside, token_of
from tests.helpers import person

pytestmark = pytest.mark.django_db
FOUND = "She forgot it over the holidays and came by"


def locked(username: str) -> Alert:
    """An account locked at the door."""
    person(username, "operator")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        Client().post("/login/", {"username": username, "password": WRONG})
    return Alert.objects.get(about__username=username)


@pytest.mark.req("R120")
def test_alert_is_counted_in_the_bar_and_answered_with_a_comment() -> None:
    quinn = inside("quinn", "qa")
    assert "bar__alerts" not in text_of(quinn.get("/signatures/"))
    alert = locked("anna")
    assert '1<span class="vh"> open alert</span>' in text_of(quinn.get("/signatures/"))
    page = text_of(quinn.get("/alerts/"))
    assert "The account of Anna Test (anna) is locked" in page
    url = f"/alerts/{alert.uuid}/"
    assert send(quinn, url, reason="ok").status_code == 422
    assert send(quinn, url, reason=FOUND).url == "/alerts/"
    assert Alert.objects.get().state == AlertState.ACKNOWLEDGED
    assert "bar__alerts" not in text_of(quinn.get("/alerts/"))
    answered = text_of(quinn.get("/alerts/", {"state": "acknowledged"}))
    assert FOUND in answered
    assert "quinn" in answered
    (entry,) = events("alert.acknowledged")
    assert alert.about is not None
    assert entry.links.filter(chain=alert.about.chain).exists()


@pytest.mark.req("R120")
def test_alert_is_answered_once_also_by_two_people() -> None:
    alert = locked("anna")
    quinn, admin = inside("quinn", "qa"), inside("sysadmin", "system_administrator")
    url = f"/alerts/{alert.uuid}/"
    late = {"token": token_of(admin, url), "version": "1", "reason": "I looked as well and saw nothing"}
    send(quinn, url, reason=FOUND)
    assert admin.post(url, late).status_code == 409
    assert Alert.objects.get().comment == FOUND
    assert "Answer the alert" not in text_of(admin.get(url))
    assert admin.get(f"/alerts/{uuid4()}/").status_code == 404


def test_alerts_are_for_security_and_quality_alone() -> None:
    alert = locked("anna")
    for name, role in (("olga", "operator"), ("ivan", "qp")):
        browser = inside(name, role)
        assert browser.get("/alerts/").status_code == 403
        assert browser.get(f"/alerts/{alert.uuid}/").status_code == 403
        assert "bar__alerts" not in text_of(browser.get("/signatures/"))


def test_list_asks_as_often_for_many_as_for_few() -> None:
    quinn = inside("quinn", "qa")
    locked("anna")
    with CaptureQueriesContext(connection) as few:
        quinn.get("/alerts/")
    for number in range(6):
        about = person(f"person{number}").user
        with act(system(), "user.sign_in_refused", "alerts") as a:
            alerts.raise_alert(a, "other_person", about, "Somebody else's name was given")
    with CaptureQueriesContext(connection) as many:
        quinn.get("/alerts/")
    assert len(many) == len(few)
