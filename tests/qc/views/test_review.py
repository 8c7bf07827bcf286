"""Second-person review at both kinds of desk, and results taken back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from compliance.models import Signature
from qc.models import Result, Sample
from tests import helpers
from tests.batches.views.browser import Browser, form_of
from tests.qc import steps
from tests.qc.views.test_sample import url

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor

    Opened = Callable[[Actor], Browser]

pytestmark = pytest.mark.django_db


def both() -> Actor:
    return helpers.person("both", "qc_analyst", "qc_reviewer")


@pytest.mark.req("R335")
def test_results_are_handed_over_and_reviewed_in_the_reviewers_own_session(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    for code, typed in steps.FIN_GOOD.items():
        steps.entered(sample, code, typed)
    cora, dana = browser(steps.analyst()), browser(steps.reviewer())
    assert url(sample, "sample-review") not in dana.text(url(sample))
    assert cora.submit(url(sample), url(sample, "sample-submit")).status_code == 302
    assert set(Result.objects.values_list("state", flat=True)) == {"submitted"}
    text = dana.text(url(sample))
    assert "Sign 5 results as reviewed" in text
    action, hidden = form_of(text, url(sample, "sample-review"))
    signed = hidden | {"username": "dana", "password": helpers.SECRET}
    assert dana.post(action, signed).status_code == 302
    assert set(Result.objects.values_list("state", flat=True)) == {"reviewed"}
    assert Signature.objects.filter(meaning="reviewed").count() == 5
    assert Sample.objects.get(pk=sample.pk).state == "completed"
    assert dana.post(action, signed).status_code == 302
    assert Signature.objects.filter(meaning="reviewed").count() == 5
    assert "reviewed by Dana Test" in dana.text(url(sample))
    assert "Reviewed" in dana.text(reverse("qc:result", args=(Result.objects.first().uuid,)))


@pytest.mark.req("R117")
def test_second_person_reviews_at_the_analysts_desk(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    steps.submitted(steps.entered(sample, "endotoxin", "0.10"))
    steps.reviewer()
    cora = browser(steps.analyst())
    second = url(sample, "sample-review-second")
    own = cora.submit(second, second, username="cora", password=helpers.SECRET)
    assert own.status_code == 403
    wrong = cora.submit(second, second, username="dana", password="wrong")
    assert wrong.status_code == 403
    assert 'value="dana"' in wrong.content.decode()
    assert cora.submit(second, second, username="dana", password=helpers.SECRET).status_code == 302
    row = Result.objects.get()
    assert (row.state, row.reviewed_by.username) == ("reviewed", "dana")
    assert "Cora" in cora.text(url(sample))


@pytest.mark.case("SIG-02")
def test_analyst_with_both_roles_is_offered_the_second_person(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    row = steps.entered(sample, "endotoxin", "0.10", by=both())
    steps.submitted(row)
    own = browser(both())
    second = url(sample, "sample-review-second")
    assert second in own.text(url(sample))
    refused = own.submit(second, second, username="both", password=helpers.SECRET)
    assert refused.status_code == 409
    assert "needs a second person" in refused.content.decode()
    assert Result.objects.get().state == "submitted"


@pytest.mark.case("CON-01")
def test_review_covers_only_what_was_seen(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    steps.submitted(steps.entered(sample, "endotoxin", "0.10"))
    dana = browser(steps.reviewer())
    action, hidden = form_of(dana.text(url(sample)), url(sample, "sample-review"))
    steps.retracted(Result.objects.get())
    steps.submitted(steps.entered(sample, "endotoxin", "0.20"))
    answer = dana.post(action, hidden | {"username": "dana", "password": helpers.SECRET})
    assert answer.status_code == 409
    assert "have changed since" in answer.content.decode()
    assert Signature.objects.filter(meaning="reviewed").count() == 0
    for broken in ({}, {"token": "x", "version": "1"}):
        assert dana.post(action, broken).status_code == 422


@pytest.mark.req("R117")
def test_wrong_password_signs_nothing_and_an_unnamed_form_is_refused(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    steps.submitted(steps.entered(sample, "endotoxin", "0.10"))
    dana = browser(steps.reviewer())
    answer = dana.submit(url(sample), url(sample, "sample-review"), username="dana", password="wrong")
    assert answer.status_code == 403
    assert "do not belong together" in answer.content.decode()
    other = dana.submit(url(sample), url(sample, "sample-review"), username="cora", password=helpers.SECRET)
    assert other.status_code == 403
    assert Result.objects.get().state == "submitted"


def test_locked_account_ends_the_session(browser: Opened, settings: Any) -> None:
    sample = steps.received(steps.taken(), "FIN")
    steps.submitted(steps.entered(sample, "endotoxin", "0.10"))
    dana = browser(steps.reviewer())
    answers = [
        dana.submit(url(sample), url(sample, "sample-review"), username="dana", password="wrong")
        for _ in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert answers[-1].status_code == 429
    assert dana.get(url(sample)).status_code == 302


@pytest.mark.req("R222")
def test_result_is_retracted_with_a_reason_and_stays_on_the_page(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    row = steps.entered(sample, "endotoxin", "0.10")
    cora = browser(steps.analyst())
    page = reverse("qc:result-retract", args=(row.uuid,))
    assert page in cora.text(url(sample))
    assert "Retract the result" in cora.text(page, htmx=True)
    short = cora.submit(page, page, reason="typo")
    assert short.status_code == 422
    assert "typo" in short.content.decode()
    assert cora.submit(page, page, reason="Wrong dilution of the second vial").status_code == 302
    text = cora.text(url(sample))
    assert "Wrong dilution of the second vial" in text
    (line,) = re.findall(r'<div class="corr">(.+?)</div>', text, re.DOTALL)
    said = " ".join(re.sub(r"<[^>]+>", "", line).split())
    assert said.startswith("Retracted: 0.10 EU/mL. Entered by Cora Test, ")
    steps.entered(sample, "endotoxin", "0.20")
    assert "→" in cora.text(url(sample)).partition('class="corr"')[2].partition("</div>")[0]
    assert "Retracted because" in cora.text(reverse("qc:result", args=(row.uuid,)))


@pytest.mark.req("R502")
def test_failing_result_offers_no_retraction_and_refuses_one(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    row = steps.entered(sample, "endotoxin", "0.30")
    cora = browser(steps.analyst())
    page = reverse("qc:result-retract", args=(row.uuid,))
    assert page not in cora.text(url(sample))
    answer = cora.submit(page, page, reason="I would rather test again")
    assert answer.status_code == 409
    assert "stands until its investigation" in answer.content.decode()


@pytest.mark.req("R335")
def test_reviewed_result_is_offered_for_retraction_to_a_second_person_alone(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    row = steps.tested(sample, "endotoxin", "0.10")
    page = reverse("qc:result-retract", args=(row.uuid,))
    cora, dana, quinn = browser(steps.analyst()), browser(steps.reviewer()), browser(steps.qa())
    assert page not in cora.text(url(sample))
    assert cora.get(page).status_code == 403
    assert page in dana.text(url(sample))
    assert page in quinn.text(url(sample))
    action, hidden = form_of(quinn.text(page), page)
    sent = hidden | {"reason": "Wrong dilution of the second vial"}
    assert cora.post(action, sent).status_code == 422
    assert Result.objects.get().state == "reviewed"
    assert [quinn.post(action, sent).status_code for _ in range(2)] == [302, 302]
    assert Result.objects.get().state == "retracted"


@pytest.mark.req("R107")
def test_form_that_was_opened_before_the_review_retracts_nothing(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    row = steps.submitted(steps.entered(sample, "endotoxin", "0.10"))
    page = reverse("qc:result-retract", args=(row.uuid,))
    cora = browser(steps.analyst())
    action, hidden = form_of(cora.text(page), page)
    steps.reviewed(row)
    reason = {"reason": "Wrong dilution of the second vial"}
    assert cora.post(action, hidden | reason).status_code == 409
    assert cora.post(action, hidden | reason | {"version": str(Result.objects.get().version)}).status_code == 403
    assert Result.objects.get().state == "reviewed"


@pytest.mark.case("SIG-02")
def test_analyst_with_both_roles_retracts_no_reviewed_result_of_her_own(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    row = steps.entered(sample, "endotoxin", "0.10", by=both())
    row = steps.reviewed(steps.submitted(row))
    page = reverse("qc:result-retract", args=(row.uuid,))
    own = browser(both())
    assert page not in own.text(url(sample))
    answer = own.submit(page, page, reason="Wrong dilution of the second vial")
    assert answer.status_code == 409
    assert "needs a second person" in answer.content.decode()
    assert Result.objects.get().state == "reviewed"


@pytest.mark.req("R107")
def test_retraction_is_no_page_for_who_only_reads(browser: Opened) -> None:
    row = steps.entered(steps.received(steps.taken(), "FIN"), "endotoxin", "0.10")
    page = reverse("qc:result-retract", args=(row.uuid,))
    for who in (helpers.person("ines", "inspector"), steps.qa(), helpers.person("pia", "qp")):
        assert browser(who).get(page).status_code == 403
    assert browser(steps.analyst()).get(page).status_code == 200


@pytest.mark.req("R335")
def test_reviewer_is_led_to_the_raw_data_or_told_that_there_are_none(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    row = steps.submitted(steps.entered(sample, "endotoxin", "0.10", raw_sha256="a" * 64, raw_name="reader.csv"))
    steps.submitted(steps.entered(sample, "particles", "4.0e10"))
    steps.entered(sample, "protein", "12.80")
    file = reverse("qc:result-file", args=(row.uuid,))
    second = browser(steps.analyst()).text(url(sample, "sample-review-second"))
    own = browser(steps.reviewer()).text(url(sample))
    for text in (second, own):
        assert f'href="{file}"' in text
        assert "reader.csv" in text
        assert text.lower().count("no raw data attached") == 1
    bare = Result.objects.get(item__code="particles")
    assert "no raw data attached" in browser(steps.reviewer()).text(reverse("qc:result", args=(bare.uuid,)))
