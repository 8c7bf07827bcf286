"""The access review in the browser: opened, read, signed; overdue on every page of QA (R205)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from compliance.domain import clock
from compliance.models import AccessReview, Signature
from compliance.states import ReviewState
from tests.compliance.views.people_steps import send, sign_and_send, text_of
from tests.compliance.views.steps import WRONG, events, inside
from tests.helpers import person

pytestmark = pytest.mark.django_db
SAID = "Every account was looked at; two leavers are ended by the administrator today."


@pytest.mark.req("R205")
def test_review_is_opened_read_and_signed() -> None:
    person("anna", "operator")
    quinn = inside("quinn", "qa")
    opened = send(quinn, "/access-reviews/open/")
    assert opened.url.startswith("/access-reviews/ACR-")
    page = text_of(quinn.get(opened.url))
    for words in ("To look at first", "never signed in", "Anna Test", "All others"):
        assert words in page
    again = send(quinn, "/access-reviews/open/")
    assert again.status_code == 409
    assert "still open" in text_of(again)
    short = sign_and_send(quinn, opened.url, "quinn", conclusion="fine")
    assert short.status_code == 422
    wrong = send(quinn, opened.url, username="quinn", password=WRONG, conclusion=SAID)
    assert wrong.status_code == 403
    assert SAID in text_of(wrong)
    assert AccessReview.objects.get().state == ReviewState.OPEN
    assert sign_and_send(quinn, opened.url, "quinn", conclusion=SAID).url == opened.url
    assert AccessReview.objects.get().state == ReviewState.SIGNED
    assert Signature.objects.get().meaning == "reviewed"
    page = text_of(quinn.get(opened.url))
    assert SAID in page
    assert "Sign the review" not in page
    assert len(events("access_review.signed")) == 1


@pytest.mark.req("R205")
def test_review_is_read_by_readers_and_signed_by_qa_alone() -> None:
    opened = send(inside("quinn", "qa"), "/access-reviews/open/")
    admin = inside("sysadmin", "system_administrator")
    assert "Sign the review" not in text_of(admin.get(opened.url))
    assert admin.get("/access-reviews/open/").status_code == 403
    assert "Open a review" not in text_of(admin.get("/access-reviews/"))
    posted = {"token": "x", "version": "1", "username": "sysadmin", "password": WRONG, "conclusion": SAID}
    assert admin.post(opened.url, posted).status_code == 403
    assert inside("olga", "operator").get(opened.url).status_code == 403
    assert admin.get("/access-reviews/ACR-00-0000/").status_code == 404


@pytest.mark.req("R205")
def test_overdue_review_is_on_every_page_of_qa_and_on_the_list_of_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    quinn, admin, olga = (
        inside(n, r) for n, r in (("quinn", "qa"), ("ada", "system_administrator"), ("olga", "operator"))
    )
    assert "review is overdue" not in text_of(quinn.get("/signatures/"))
    assert 'is-over"><dt>access review due' not in text_of(admin.get("/people/"))
    later = clock.now() + timedelta(days=settings.ACCESS_REVIEW_DAYS, hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "review is overdue" in text_of(quinn.get("/signatures/"))
    assert 'is-over"><dt>access review due' in text_of(admin.get("/people/"))
    assert "review is overdue" not in text_of(olga.get("/signatures/"))
    opened = send(quinn, "/access-reviews/open/")
    assert "review is overdue" in text_of(quinn.get("/signatures/"))
    sign_and_send(quinn, opened.url, "quinn", conclusion=SAID)
    assert "review is overdue" not in text_of(quinn.get("/signatures/"))
