"""The decision through page and admin: the same answer, the same act, nothing from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from compliance.models import LedgerEntry, OutboxJob, Signature
from tests import helpers
from tests.batches import steps
from tests.batches.views.browser import form_of
from tests.compliance.domain import test_trail_review as trails
from tests.release import steps as release

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import Batch
    from tests.batches.views.browser import Browser

    Opens = Callable[..., Browser]

pytestmark = pytest.mark.django_db
LIST = "/admin/batches/batch/"


@pytest.fixture
def batch() -> Batch:
    """A clean batch, tested and reviewed."""
    made = release.executed()
    release.tested(made)
    return release.reviewed(made)


def url(batch: Batch, page: str = "disposition/") -> str:
    return f"/release/{batch.number}/{page}"


@pytest.mark.case("WF-07")
def test_page_says_no_and_why_while_sterility_is_pending(browser: Opens) -> None:
    batch = release.executed()
    release.tested(batch, sterility="")
    release.assessed(release.reported(batch))
    release.answered(batch)
    release.reviewed(batch)
    pia = browser(release.qp())
    text = pia.text(url(batch))
    assert "No, because 2 things are open" in text
    assert "Sterility" in text
    assert f'href="/deviations/{batch.deviations.get().number}/"' in text
    assert "Can be cleared by the laboratory." in text
    response = pia.sign(url(batch), "pia", statement="Made and checked as the law asks")
    assert response.status_code == 409
    assert release.fresh(batch).state == "reviewed"


@pytest.mark.req("R216")
@pytest.mark.case("SIG-04")
def test_qp_certifies_and_releases_on_the_page(browser: Opens, batch: Batch) -> None:
    pia = browser(release.qp())
    assert pia.sign(url(batch), "pia", statement="Made and checked as the law asks").status_code == 302
    assert release.fresh(batch).state == "certified"
    response = pia.sign(url(batch), "pia", statement="Released for use")
    assert response.status_code == 302
    assert release.fresh(batch).state == "released"
    text = pia.text(url(batch))
    for name, meaning in (("Quinn Test", "reviewed"), ("Pia Test", "certified"), ("Pia Test", "released")):
        row = Signature.objects.get(record_uuid=batch.uuid, meaning=meaning)
        assert row.printed_name == name
        assert name in text
        assert meaning in text
    assert "+0" in text  # the times carry their offset
    assert "2 documents are being made" in pia.text(response["Location"])


def test_person_without_authority_sees_who_decides(browser: Opens, batch: Batch) -> None:
    text = browser(release.other_qa()).text(url(batch))
    assert "You may not decide this." in text
    assert "It is for: QP." in text
    response = browser(release.other_qa()).sign(url(batch), "rita", statement="Certified by me as well")
    assert response.status_code == 403
    assert release.fresh(batch).state == "reviewed"


def test_rejection_asks_for_a_reason(browser: Opens, batch: Batch) -> None:
    rita, page = browser(release.other_qa()), url(batch, "disposition/reject/")
    assert rita.sign(page, "rita", reason="").status_code == 422
    assert rita.sign(page, "rita", reason="Pressure out of range for an hour").status_code == 302
    assert release.fresh(batch).state == "rejected"


@pytest.mark.case("CON-01")
def test_decision_on_an_older_version_is_refused(browser: Opens, batch: Batch) -> None:
    response = browser(release.qp()).sign(url(batch), "pia", statement="Made and checked", version=batch.version - 1)
    assert response.status_code == 409
    assert release.fresh(batch).state == "reviewed"


@pytest.mark.case("CON-05")
def test_double_send_of_a_release_makes_one_signature_and_one_job_each(browser: Opens, batch: Batch) -> None:
    batch = release.certified(batch)
    pia = browser(release.qp())
    where, hidden = form_of(pia.text(url(batch)), url(batch))
    sent = hidden | {"username": "pia", "password": helpers.SECRET, "statement": "Released for use"}
    assert [pia.post(where, sent).status_code for _ in range(2)] == [302, 302]
    assert Signature.objects.filter(record_uuid=batch.uuid, meaning="released").count() == 1
    assert OutboxJob.objects.filter(name="release.make_document").count() == 2


@pytest.mark.req("R301")
def test_released_batch_says_what_was_decided_and_asks_nothing(browser: Opens, batch: Batch) -> None:
    batch = release.certified(batch)
    pia = browser(release.qp())
    assert pia.sign(url(batch), "pia", statement="Released for use in the study").status_code == 302
    text = pia.text(url(batch))
    assert f"This batch is {release.fresh(batch).get_state_display()}; nothing is left to decide." in text
    assert "Released for use in the study" in text
    assert "May this batch be released?" not in text
    assert "<textarea" not in text


@pytest.mark.req("R213")
def test_page_says_whether_a_trail_review_covers_the_batch(browser: Opens, batch: Batch) -> None:
    pia = browser(release.qp())
    text = pia.text(url(batch))
    assert "Audit trail not reviewed to its end" in text
    assert f"/trail-reviews/open/?{urlencode({'on': batch.chain})}" in text
    rita = release.other_qa()
    row = trails.opened(rita, chain=batch.chain)
    assert "Audit trail not reviewed to its end" in pia.text(url(batch)), "opened is not signed"
    trails.signed(rita, row)
    assert "Audit trail reviewed, signed" in pia.text(url(batch))


@pytest.mark.req("R105")
def test_admin_reviews_certifies_and_releases(browser: Opens) -> None:
    batch = release.executed()
    release.tested(batch)
    quinn, pia = browser(release.qa()), browser(release.qp())
    base = f"{LIST}{batch.pk}"
    assert f"/release/{batch.number}/review/" in quinn.text(f"{base}/change/")
    for who, name, move, state in (
        (quinn, "quinn", "review", "reviewed"),
        (pia, "pia", "certify", "certified"),
        (pia, "pia", "release", "released"),
    ):
        page = f"{base}/transition/{move}/"
        assert "Yes, nothing stands open" in who.text(page)
        response = who.sign(page, name, statement="Looked at all of it, correct")
        assert response.status_code == 302, response.content.decode()
        assert release.fresh(batch).state == state


@pytest.mark.req("R105")
def test_admin_rejects_with_a_reason(browser: Opens, batch: Batch) -> None:
    page = f"{LIST}{batch.pk}/transition/reject/"
    quinn = browser(release.qa())
    assert quinn.sign(page, "quinn", reason="").status_code == 422
    assert quinn.sign(page, "quinn", reason="Pressure out of range").status_code == 302
    assert release.fresh(batch).state == "rejected"


def test_admin_links_what_clears(browser: Opens) -> None:
    batch = release.executed()
    release.reported(batch)
    text = browser(release.qa()).text(f"{LIST}{batch.pk}/transition/review/")
    assert f'href="/release/{batch.number}/review/14:' in text
    assert 'href="exception:' not in text


@pytest.mark.case("WF-03")
@pytest.mark.case("WF-05")
@pytest.mark.case("WF-09")
@pytest.mark.case("WF-11")
@pytest.mark.parametrize("model", ["batches/batch", "batches/phaserecord", "batches/entry", "release/issueddocument"])
def test_nothing_is_added_changed_deleted_or_done_from_a_list(browser: Opens, batch: Batch, model: str) -> None:
    release.requested(batch)
    pk = {
        "batches/batch": batch.pk,
        "batches/phaserecord": steps.phase(batch, "making.mix").pk,
        "batches/entry": batch.entries.first().pk,
        "release/issueddocument": release.document(batch).pk,
    }[model]
    quinn = browser(release.qa())
    base, before = f"/admin/{model}/", LedgerEntry.objects.count()
    listed = quinn.text(base)
    assert "action-select" not in listed
    assert "delete_selected" not in listed
    assert quinn.get(f"{base}{pk}/change/").status_code == 200
    data = {"state": "released", "action": "delete_selected", "_selected_action": str(pk)}
    for path in ("", "add/", f"{pk}/change/", f"{pk}/delete/"):
        assert quinn.post(base + path, data).status_code == 403, path
    assert LedgerEntry.objects.count() == before
    assert release.fresh(batch).state == "reviewed"


def test_results_are_read_in_the_admin(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())
    pk = release.result(batch, "particles").pk
    assert "Particles" in quinn.text("/admin/qc/result/")
    assert quinn.get(f"/admin/qc/result/{pk}/change/").status_code == 200


@pytest.mark.parametrize("path", ["999/transition/review/", "{pk}/transition/explode/", "x/transition/review/"])
def test_admin_transition_that_is_not_there_is_not_found(browser: Opens, batch: Batch, path: str) -> None:
    response = browser(release.qa()).get(LIST + path.format(pk=batch.pk))
    assert response.status_code in {302, 404}


def test_operator_has_no_admin(browser: Opens, batch: Batch) -> None:
    assert browser(steps.operator()).get(LIST).status_code in {302, 403}
