"""The pages of samples: received, results entered, handed over, reviewed by a second person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from batches.domain import materials
from compliance.domain.act import act
from qc.models import OosInvestigation, Result, Sample
from tests import helpers
from tests.batches.views.browser import Browser, form_of
from tests.qc import steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor

    Opened = Callable[[Actor], Browser]

pytestmark = pytest.mark.django_db


def url(sample: Sample, name: str = "sample", *more: object) -> str:
    return reverse(f"qc:{name}", args=(sample.number, *more))


def record_url(sample: Sample, code: str) -> str:
    return url(sample, "result-record", steps.item(sample, code).uuid)


def entered(browser: Browser, sample: Sample, code: str, typed: str, **more: Any) -> Any:
    return browser.submit(url(sample), record_url(sample, code), value=typed, **more)


def test_list_says_what_each_sample_waits_for(browser: Opened) -> None:
    batch = steps.taken()
    cora = browser(steps.analyst())
    text = cora.text(reverse("qc:samples"))
    assert f"{batch.number}-S001" in text
    assert "reception" in text
    steps.submitted(steps.entered(steps.received(batch, "FIN"), "endotoxin", "0.10"))
    assert "1 to review" in cora.text(reverse("qc:samples"), show="review")
    assert f"{batch.number}-S001" not in cora.text(reverse("qc:samples"), show="review")
    assert f"{batch.number}-S001" in cora.text(reverse("qc:samples"), show="taken")
    assert "No sample is here" in cora.text(reverse("qc:samples"), show="done")
    assert f"{batch.number}-S001" in cora.text(reverse("qc:samples"), show="nonsense", after="x")
    steps.submitted(steps.entered(steps.sample(batch, "FIN"), "sterility_a", "growth"))
    text = cora.text(reverse("qc:samples"), show="all")
    assert "2 to review" in text
    assert "1 not passing" in text


def test_failed_result_that_nobody_reviews_yet_is_named(browser: Opened) -> None:
    batch = steps.taken()
    steps.entered(steps.received(batch, "FIN"), "sterility_a", "growth")
    text = browser(steps.analyst()).text(reverse("qc:samples"), show="all")
    assert "1 not passing" in text
    assert "to review</span>" not in text


@pytest.mark.req("R335")
def test_sample_is_received_at_the_page_once(browser: Opened) -> None:
    sample = steps.sample(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    action, hidden = form_of(cora.text(url(sample)), url(sample, "sample-receive"))
    first = cora.post(action, hidden)
    second = cora.post(action, hidden)
    assert (first.status_code, first["Location"], second.status_code) == (302, url(sample), 302)
    assert Sample.objects.get(pk=sample.pk).version == sample.version + 1
    assert "is received" in cora.text(url(sample))


def test_reception_on_an_old_page_is_refused_with_words(browser: Opened) -> None:
    sample = steps.sample(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    action, hidden = form_of(cora.text(url(sample)), url(sample, "sample-receive"))
    answer = cora.post(action, hidden | {"version": "9"})
    assert answer.status_code == 409
    assert "changed by somebody else" in answer.content.decode()
    assert cora.post(action, hidden | {"version": "x"}).status_code == 422


@pytest.mark.req("R107")
def test_pages_are_closed_to_the_floor(browser: Opened) -> None:
    sample = steps.sample(steps.taken(), "FIN")
    anna = browser(steps.steps.operator())
    assert anna.get(url(sample)).status_code == 403
    assert anna.get(reverse("qc:samples")).status_code == 403


def test_unknown_sample_is_not_found(browser: Opened) -> None:
    cora = browser(steps.analyst())
    for number in ("EV-26-9999-S001", "x" * 70, "a\x00b"):
        assert cora.get(reverse("qc:sample", args=(number,))).status_code == 404


def test_result_is_judged_beside_its_box_and_entered(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    checked = cora.submit(url(sample), record_url(sample, "particles"))  # the token of the page, an empty value
    assert checked.status_code == 422
    check = url(sample, "result-check", steps.item(sample, "particles").uuid)
    for typed, said in (
        ("4.1e10", "read as 4.1"),
        ("4.6e10", "alert"),
        ("5.0e10", "does not pass"),
        ("5,0", "not possible"),
        ("", "not recorded"),
    ):
        assert said in cora.post(check, {"value": typed}).content.decode()
    assert Result.objects.count() == 0
    assert entered(cora, sample, "particles", "4.1e10").status_code == 302
    text = cora.text(url(sample))
    assert "passes" in text
    assert re.search(r'10<span class="e">¹⁰</span>', text)


def test_first_result_loads_the_page_and_the_next_swaps_the_results(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    first = entered(cora, sample, "endotoxin", "<0.05", htmx=True)
    assert (first.status_code, first["HX-Redirect"]) == (204, url(sample))
    second = entered(cora, sample, "sterility_a", "no growth", htmx=True)
    text = second.content.decode()
    assert second.status_code == 200
    assert text.lstrip().startswith('<div id="results">')
    assert "Submit 2 results" in text
    assert "&lt; 0.05" in text


@pytest.mark.req("R502")
def test_failing_result_shows_its_investigation(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    steps.entered(sample, "sterility_a", "no growth")
    answer = entered(cora, sample, "endotoxin", "0.30", htmx=True)
    assert answer.status_code == 204
    oos = OosInvestigation.objects.get()
    text = cora.text(url(sample))
    assert oos.number in text
    assert reverse("qc:investigation", args=(oos.number,)) in text
    assert "does not pass" in text


@pytest.mark.req("R203")
@pytest.mark.parametrize("typed", ["", "4,1e10", "4.1e10 particles/mL", "many", "9e99", "\x00", "x" * 500, "<script>"])
@pytest.mark.parametrize("htmx", [False, True])
def test_what_cannot_be_recorded_is_kept_in_the_box_with_words(browser: Opened, typed: str, htmx: bool) -> None:
    sample = steps.received(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    answer = entered(cora, sample, "particles", typed, htmx=htmx)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "not recorded" in text
    assert "<script>x" not in text
    if typed == "4,1e10":
        assert 'value="4,1e10"' in text
        assert "Write 4.1e10, not 4,1e10." in text
    assert Result.objects.count() == 0


@pytest.mark.case("CON-01")
def test_result_that_a_colleague_entered_meanwhile_is_not_overwritten(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    action, hidden = form_of(cora.text(url(sample)), record_url(sample, "endotoxin"))
    steps.entered(sample, "endotoxin", "0.11", by=helpers.person("cem", "qc_analyst"))
    answer = cora.post(action, hidden | {"value": "0.20"}, htmx=True)
    assert answer.status_code == 409
    assert "0.11" in answer.content.decode()
    assert Result.objects.get().reported == "0.11"


@pytest.mark.case("CON-04")
def test_double_click_enters_one_result(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    action, hidden = form_of(cora.text(url(sample)), record_url(sample, "endotoxin"))
    answers = [cora.post(action, hidden | {"value": "0.11"}).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Result.objects.count() == 1


def test_form_of_another_session_is_refused(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    action, hidden = form_of(browser(steps.analyst()).text(url(sample)), record_url(sample, "endotoxin"))
    answer = browser(helpers.person("cem", "qc_analyst")).post(action, hidden | {"value": "0.11"})
    assert answer.status_code == 422
    assert Result.objects.count() == 0


def test_item_of_another_sample_is_not_found(browser: Opened) -> None:
    batch = steps.taken()
    myc, fin = steps.received(batch, "MYC"), steps.received(batch, "FIN")
    item = steps.item(fin, "endotoxin")
    answer = browser(steps.analyst()).post(url(myc, "result-record", item.uuid), {"value": "0.1"})
    assert answer.status_code == 404


def test_result_comes_with_instrument_comment_and_file(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    page = url(sample, "result-enter", steps.item(sample, "endotoxin").uuid)
    bad = cora.submit(page, page, value="0,1", instrument="LAL-02", comment="second vial")
    assert bad.status_code == 422
    assert "LAL-02" in bad.content.decode()
    evil = SimpleUploadedFile("page.html", b"<script>1</script>")
    assert cora.submit(page, page, value="0.10", file=evil).status_code == 422
    data = SimpleUploadedFile("raw.csv", b"time,value\n1,0.1\n")
    assert (
        cora.submit(page, page, value="0.10", instrument="LAL-02", comment="second vial", file=data).status_code == 302
    )
    row = Result.objects.get()
    assert (row.instrument, row.comment, row.raw_name) == ("LAL-02", "second vial", "raw.csv")
    text = cora.text(url(sample))
    assert "LAL-02" in text
    assert "second vial" in text
    file = cora.get(reverse("qc:result-file", args=(row.uuid,)))
    assert file.content == b"time,value\n1,0.1\n"
    assert "attachment" in file["Content-Disposition"]
    text = cora.text(reverse("qc:result", args=(row.uuid,)))
    assert "raw.csv" in text
    assert "second vial" in text


def test_choice_has_a_page_of_its_own_too(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    page = url(sample, "result-enter", steps.item(sample, "sterility_a").uuid)
    assert cora.submit(page, page, value="no growth").status_code == 302
    assert Result.objects.get().reported == "no growth"


def test_result_without_a_file_has_none_to_download(browser: Opened) -> None:
    row = steps.entered(steps.received(steps.taken(), "FIN"), "endotoxin", "0.10")
    cora = browser(steps.analyst())
    assert cora.get(reverse("qc:result-file", args=(row.uuid,))).status_code == 404
    assert cora.get(reverse("qc:result", args=(row.sample.uuid,))).status_code == 404


def test_rest_is_disposed_of(browser: Opened) -> None:
    batch = steps.taken()
    steps.all_tested(batch)
    sample = steps.sample(batch, "FIN")
    cora = browser(steps.analyst())
    assert cora.submit(url(sample), url(sample, "sample-dispose"), reason="").status_code == 422
    assert cora.submit(url(sample), url(sample, "sample-dispose"), reason="Retention time is over").status_code == 302
    assert Sample.objects.get(pk=sample.pk).state == "disposed"


def test_act_that_the_page_does_not_offer_is_refused(browser: Opened) -> None:
    sample = steps.received(steps.taken(), "FIN")
    quinn = browser(steps.qa())
    answer = quinn.post(url(sample, "sample-submit"), {"token": "x", "version": "1"})
    assert answer.status_code == 422
    assert browser(steps.analyst()).get(url(sample, "sample-submit")).status_code == 405


def test_page_says_when_nothing_can_be_tested(browser: Opened) -> None:
    steps.drafted()
    batch = steps.steps.issued(steps.steps.effective_master(text=(steps.DATA / "lab.yaml").read_text()))
    sample = steps.sample(steps.taken(batch, "FIN"), "FIN")
    assert "nothing can be tested" in browser(steps.analyst()).text(url(sample))


def test_page_says_when_the_specification_asks_for_nothing(browser: Opened) -> None:
    steps.approved((steps.DATA / "limits_spec.yaml").read_text())
    sample = steps.received(steps.taken(None, "MYC"), "MYC")
    assert "asks for nothing at MYC" in browser(steps.analyst()).text(url(sample))


def count(browser: Browser, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        browser.text(address)
    return len(found)


def test_sample_page_takes_as_many_queries_for_one_result_as_for_all(browser: Opened) -> None:
    batch = steps.taken()
    sample = steps.received(batch, "FIN")
    cora = browser(steps.analyst())
    steps.submitted(steps.entered(sample, "endotoxin", "0.10"))
    cora.text(url(sample))
    few = count(cora, url(sample))
    for code in ("sterility_a", "sterility_b", "particles"):
        steps.submitted(steps.entered(sample, code, steps.FIN_GOOD[code]))
    assert count(cora, url(sample)) == few


def test_list_takes_as_many_queries_for_one_sample_as_for_three(browser: Opened) -> None:
    batch = steps.taken(None, "MYC")
    cora = browser(steps.analyst())
    address = reverse("qc:samples")
    cora.text(address)
    few = count(cora, address)
    row = steps.steps.phase(batch, "taking.sample")
    with act(steps.steps.operator(), "batch.sample_taken", batch) as a:
        materials.take_sample(a, row, "FIN", "x")
    steps.taken()
    assert Sample.objects.count() == 4
    assert count(cora, address) == few


@pytest.mark.req("R503")
def test_page_says_from_when_a_test_can_pass(browser: Opened) -> None:
    text = (steps.DATA / "lab_spec.yaml").read_text()
    steps.approved(text.replace('title: "Sterility, medium A"', 'days: 14, title: "Sterility, medium A"'))
    sample = steps.received(steps.taken(), "FIN")
    cora = browser(steps.analyst())
    assert cora.text(url(sample)).count("passes from") == 1
    refused = entered(cora, sample, "sterility_a", "no growth", htmx=True)
    assert refused.status_code == 422
    assert "takes 14 d from the sampling" in refused.content.decode()
