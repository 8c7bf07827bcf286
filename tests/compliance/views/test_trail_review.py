"""The review of the audit trail in the browser: opened from a trail, read, marked, signed (R213)."""

from __future__ import annotations

import pytest

from compliance.models import TrailReview
from compliance.states import ReviewState
from compliance.views import trail_review
from tests.compliance.views.people_steps import send, sign_and_send, text_of
from tests.compliance.views.steps import WRONG, events, grant, inside, rename, sign
from tests.helpers import person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R213")]
SAID = "Every act was looked at; nothing else needs to be done."


def test_review_is_opened_from_a_trail_read_marked_and_signed() -> None:
    dora = person("dora").user
    rename(dora, "Name One")
    quinn = inside("quinn", "qa")
    trail = text_of(quinn.get(f"/audit-trail/compliance.user/{dora.uuid}/"))
    start = f"/trail-reviews/open/?on=compliance.user%3A{dora.uuid}"
    assert start in trail
    assert "Review the trail of" in text_of(quinn.get(start))
    url = send(quinn, start).url
    page = text_of(quinn.get(url))
    for words in ("What stands out, most serious first", "access or configuration changed", "Random sample", "seed"):
        assert words in page
    row = TrailReview.objects.get()
    refused = send(quinn, f"{url}mark/", act="x", text="Why was this done?")
    assert refused.status_code == 422
    assert "Why was this done?" in text_of(refused)
    assert send(quinn, f"{url}mark/", act=str(row.last_entry), text="Why was this done?").status_code == 302
    assert f"Act {row.last_entry}: Why was this done?" in text_of(quinn.get(url))
    wrong = send(quinn, url, username="quinn", password=WRONG, conclusion=SAID, version="2")
    assert wrong.status_code == 403
    assert SAID in text_of(wrong)
    assert sign_and_send(quinn, url, "quinn", conclusion=SAID, version="1").status_code == 409
    assert sign_and_send(quinn, url, "quinn", conclusion=SAID, version="2").url == url
    assert TrailReview.objects.get().state == ReviewState.SIGNED
    page = text_of(quinn.get(url))
    assert SAID in page
    assert "Sign the review" not in page
    assert len(events("trail_review.signed")) == 1
    assert row.number in text_of(quinn.get("/trail-reviews/"))


def test_site_is_reviewed_from_day_to_day_and_wrong_days_are_refused() -> None:
    quinn = inside("quinn", "qa")
    start = "/trail-reviews/open/"
    for since, until in (("", ""), ("x", "2026-01-01"), ("2026-01-02", "2026-01-01")):
        assert send(quinn, start, since=since, until=until).status_code == 422
    url = send(quinn, start, since="2020-01-01", until="2199-12-31").url
    assert "of the site" in text_of(quinn.get(url))
    assert send(quinn, start, since="2020-01-01", until="2199-12-31").status_code == 409
    assert quinn.get("/trail-reviews/open/?on=no.such").status_code == 404
    assert quinn.get("/trail-reviews/ATR-00-0000/").status_code == 404


def test_who_took_part_reads_why_she_cannot_sign_and_others_cannot_open() -> None:
    granted = grant("anna")
    sign(person("rita", "qa"), granted)
    url = send(inside("quinn", "qa"), f"/trail-reviews/open/?on={granted.chain}").url
    page = text_of(inside("rita", "qa").get(url))
    assert "You cannot sign this review" in page
    assert "Sign the review" not in page
    paul = inside("paul", "process_engineer")
    assert "Sign the review" not in text_of(paul.get(url))
    assert paul.get("/trail-reviews/open/").status_code == 403
    assert paul.get(f"{url}mark/").status_code == 403
    assert inside("opal", "operator").get(url).status_code == 403


def test_long_list_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_review, "SHOWN", 2)
    dora = person("dora").user
    rename(dora, *[f"Name {n}" for n in range(5)])
    quinn = inside("quinn", "qa")
    url = send(quinn, f"/trail-reviews/open/?on={dora.chain}").url
    assert f"{url}?after=2" in text_of(quinn.get(url))
    assert "3 to 4 of" in text_of(quinn.get(f"{url}?after=2"))
    assert quinn.get(f"{url}?after=999999").status_code == 200
