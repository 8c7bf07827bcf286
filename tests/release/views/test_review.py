"""The review through the pages: evidence in place, answers, the signature, and who may see and do what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from batches.domain import execution
from compliance.domain import store
from compliance.domain.act import act
from compliance.models import LedgerEntry, Signature
from release.queries.exceptions import exceptions_of
from tests import helpers
from tests.batches import steps
from tests.batches.views.browser import form_of
from tests.release import steps as release

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import Batch
    from tests.batches.views.browser import Browser

    Opens = Callable[..., Browser]

pytestmark = pytest.mark.django_db
MOST_QUERIES = 80  # the guard reads the record anew, as it does when it is signed


@pytest.fixture
def batch() -> Batch:
    """A batch with a corrected value, an alert with a printout, and a comment."""
    made = release.issued()
    release.cleared(made)
    row = release.mix_begun(made)
    steps.recorded(row, "volume", "9.30")
    steps.recorded(row, "total", "8.5e6")
    steps.recorded(row, "total", "1.45e6", reason="Digits were transposed")
    steps.recorded(row, "dead", "5.8e4")
    release.skid_log(row)
    kept = store.keep(b"%PDF-1.4 balance")
    steps.recorded(row, "printout", "balance.pdf", file_sha256=kept, file_name="balance.pdf", source="file")
    with act(steps.operator(), "batch.entry_recorded", made) as a:
        execution.comment(a, row, "Bottle cap was <b>cracked</b>")
    steps.verified(steps.performed(row))
    release.filled(made)
    release.stored(made)
    return release.labelled(made)


def url(batch: Batch, page: str = "review/") -> str:
    return f"/release/{batch.number}/{page}"


def key_of(batch: Batch, klass: int) -> str:
    return next(e.key for e in exceptions_of(batch) if e.klass == klass)


def test_review_shows_proof_exceptions_and_completeness(browser: Opens, batch: Batch) -> None:
    text = browser(release.qa()).text(url(batch))
    entries = batch.entries.filter(superseded_by__isnull=True).count()
    assert f"{entries} <small>of {entries} entries judged" in text
    assert "Open, 3" in text
    assert "Rule set 1" in text
    assert text.count("(13) Results of examinations under 211.134") == 1
    assert "3 of 3 exceptions not answered" in text
    assert 'aria-disabled="true"' in text


@pytest.mark.req("R215")
def test_evidence_stands_in_place(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())
    corrected = quinn.text(url(batch, f"review/{key_of(batch, 3)}/"))
    assert '<span class="struck">8.50\u00a0×\u00a010<span class="e">⁶</span></span>' in corrected
    assert "Digits were transposed" in corrected
    assert "struck" in corrected
    alert = quinn.text(url(batch, f"review/{key_of(batch, 1)}/"))
    assert "9.30 mL" in alert
    assert "signed" in alert.lower()
    comment = quinn.text(url(batch, f"review/{key_of(batch, 18)}/"))
    assert "&lt;b&gt;cracked&lt;/b&gt;" in comment
    assert 'data-key="k"' in comment


@pytest.mark.req("R213")
def test_exceptions_are_answered_one_by_one_and_the_review_is_signed(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())
    for _ in range(3):
        key = next(e.key for e in exceptions_of(batch) if not e.answer)
        page = url(batch, f"review/{key}/")
        response = quinn.submit(page, page, text="Looked at, no influence on the product")
        assert response.status_code == 302
    assert response["Location"] == url(batch)
    assert "Answered, 3" in quinn.text(url(batch))
    response = quinn.sign(url(batch), "quinn", statement="The record is complete and correct")
    assert response.status_code == 302, response.content.decode()
    assert release.fresh(batch).state == "reviewed"
    assert Signature.objects.get(record_uuid=batch.uuid, meaning="reviewed").printed_name == "Quinn Test"
    assert "Quinn Test" in quinn.text(response["Location"])


def test_answer_that_says_nothing_keeps_the_page(browser: Opens, batch: Batch) -> None:
    page = url(batch, f"review/{key_of(batch, 1)}/")
    response = browser(release.qa()).submit(page, page, text="ok")
    assert response.status_code == 422
    assert ">ok</textarea>" in response.content.decode()
    assert batch.answers.count() == 0


@pytest.mark.case("CON-05")
def test_second_send_of_an_answer_is_answered_like_the_first(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())
    page = url(batch, f"review/{key_of(batch, 1)}/")
    where, hidden = form_of(quinn.text(page), page)
    for _ in range(2):
        assert quinn.post(where, hidden | {"text": "Looked at, no influence"}).status_code == 302
    assert batch.answers.count() == 1


@pytest.mark.case("SIG-01")
def test_review_signed_without_or_with_a_wrong_password_is_refused(browser: Opens, batch: Batch) -> None:
    release.answered(batch)
    quinn = browser(release.qa())
    for password in ("", "not her words"):
        response = quinn.sign(url(batch), "quinn", statement="All is complete and correct", password=password)
        assert response.status_code == 403
        assert "All is complete and correct" in response.content.decode()
    assert release.fresh(batch).state == "executed"


def test_open_exceptions_refuse_the_signature_with_the_list(browser: Opens, batch: Batch) -> None:
    response = browser(release.qa()).sign(url(batch), "quinn", statement="All is complete and correct")
    assert response.status_code == 409
    assert "exceptions not answered" in response.content.decode()
    assert release.fresh(batch).state == "executed"


@pytest.mark.req("R107")
@pytest.mark.parametrize("role", ["operator", "verifier", "qc_analyst", "donor_coordinator", "system_administrator"])
@pytest.mark.parametrize("page", ["review/", "disposition/", "documents/", "disposition/release/"])
def test_pages_are_closed_to_who_may_not_read_them(browser: Opens, role: str, page: str) -> None:
    batch = release.issued()
    assert browser(helpers.person("zoe", role)).get(url(batch, page)).status_code == 403
    assert browser(helpers.person("zoe")).get("/release/").status_code == 403


def test_inspector_reads_and_does_nothing(browser: Opens, batch: Batch) -> None:
    ines = browser(helpers.person("ines", "inspector"))
    page = url(batch, f"review/{key_of(batch, 1)}/")
    assert "<textarea" not in ines.text(page)
    assert "Sign as reviewed" not in ines.text(url(batch))
    quinn = browser(release.qa())
    _, hidden = form_of(quinn.text(page), page)
    before = LedgerEntry.objects.count()
    assert ines.post(page, hidden | {"text": "Looked at, no influence"}).status_code in {403, 422}
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize(
    "path", ["NONE/review/", "{n}/review/nothing/", "{n}/review/1:gone/", "{n}/disposition/explode/", "documents/x/"]
)
def test_what_is_not_there_is_not_found(browser: Opens, batch: Batch, path: str) -> None:
    assert browser(release.qa()).get("/release/" + path.format(n=batch.number)).status_code == 404


@pytest.mark.parametrize("bad", ["abc", "", "-1", "99999999999", "\x00"])
def test_bad_version_or_token_is_refused_in_words(browser: Opens, batch: Batch, bad: str) -> None:
    quinn = browser(release.qa())
    release.answered(batch)
    response = quinn.sign(url(batch), "quinn", statement="Complete and correct", version=bad)
    assert response.status_code in {409, 422}
    response = quinn.post(url(batch), {"token": bad, "version": "1", "statement": "Complete"})
    assert response.status_code == 422


def test_batch_under_way_says_when_its_review_begins(browser: Opens) -> None:
    batch = release.issued()
    release.cleared(batch)
    text = browser(release.qa()).text(url(batch))
    assert "Its review begins when the last step is closed" in text
    assert "Sign as reviewed" not in text


def test_list_shows_what_waits_and_what_is_decided(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())
    assert batch.number in quinn.text("/release/")
    assert batch.number not in quinn.text("/release/", show="decided")
    assert batch.number in quinn.text("/release/", show="all", after="x")


def cost(who: Browser, page: str) -> int:
    who.text(page)
    with CaptureQueriesContext(connection) as seen:
        who.text(page)
    assert len(seen) < MOST_QUERIES
    return len(seen)


def test_pages_cost_the_same_for_one_exception_and_ten(browser: Opens) -> None:
    quinn = browser(release.qa())
    batch = release.executed()
    release.reported(batch)
    few = [cost(quinn, url(batch)), cost(quinn, url(batch, f"review/{key_of(batch, 14)}/"))]
    for n in range(9):
        release.reported(batch, f"Door {n}")
    assert len(exceptions_of(batch)) == 10
    assert [cost(quinn, url(batch)), cost(quinn, url(batch, f"review/{key_of(batch, 14)}/"))] == few


def test_list_costs_the_same_for_one_batch_and_three(browser: Opens) -> None:
    quinn = browser(release.qa())
    release.issued()
    first = cost(quinn, "/release/?show=all")
    release.issued()
    release.issued()
    assert cost(quinn, "/release/?show=all") == first
