"""Deviations on their pages: listed, reported, assessed, investigated and closed by signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from batches.models import Deviation
from compliance.models import Signature
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes
from tests.batches.views.browser import form_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
ASSESSED = {"classification": "minor", "rationale": "The volume lies 0.1 mL beyond", "immediate_action": "Seeded again"}
FOUND = {
    "root_cause": "A worn pipette",
    "impact": "None on the cells",
    "other_batches": "EV-26-0002 looked at: none",
    "conclusion": "The batch may go on",
}


@pytest.fixture
def opened() -> Deviation:
    """A deviation that a breach opened."""
    row = scenes.seed()
    steps.recorded(row, "planned", "10.00")
    steps.recorded(row, "actual", "10.30")
    return Deviation.objects.get()


def url(row: Deviation, more: str = "") -> str:
    return f"/deviations/{row.number}/{more}"


@pytest.mark.req("R504")
def test_deviation_goes_its_way_by_three_signatures(browser: Callable[..., Browser], opened: Deviation) -> None:
    quinn, petra = browser(helpers.person("quinn", "qa")), browser(helpers.person("petra", "process_engineer"))
    qa = {"username": "quinn", "password": helpers.SECRET}
    engineer = {"username": "petra", "password": helpers.SECRET}
    assert quinn.submit(url(opened), url(opened, "assess/"), **ASSESSED, **qa).status_code == 302
    assert petra.submit(url(opened), url(opened, "investigate/"), **FOUND, **engineer).status_code == 302
    assert quinn.submit(url(opened), url(opened, "close/"), **qa).status_code == 302
    assert Deviation.objects.get().state == "closed"
    assert Signature.objects.filter(record_uuid=opened.uuid).count() == 3
    text = quinn.text(url(opened))
    assert "A worn pipette" in text
    assert "Quinn Test" in text


@pytest.mark.req("R334")
def test_investigation_without_other_batches_keeps_what_was_written(
    browser: Callable[..., Browser], opened: Deviation
) -> None:
    quinn = browser(helpers.person("quinn", "qa"))
    qa = {"username": "quinn", "password": helpers.SECRET}
    quinn.submit(url(opened), url(opened, "assess/"), **ASSESSED, **qa)
    response = quinn.submit(url(opened), url(opened, "investigate/"), **(FOUND | {"other_batches": " "}), **qa)
    text = response.content.decode()
    assert response.status_code == 422
    assert "A worn pipette" in text
    assert "Write the other batches" in text


@pytest.mark.parametrize(
    "wrong", [{"classification": "huge"}, {"classification": ""}, {"rationale": "x"}, {"rationale": "\x00"}]
)
def test_bad_assessment_signs_nothing(
    browser: Callable[..., Browser], opened: Deviation, wrong: dict[str, str]
) -> None:
    quinn = browser(helpers.person("quinn", "qa"))
    data = ASSESSED | wrong | {"username": "quinn", "password": helpers.SECRET}
    assert quinn.submit(url(opened), url(opened, "assess/"), **data).status_code == 422
    assert not Signature.objects.filter(record_uuid=opened.uuid).exists()


@pytest.mark.case("SIG-01")
def test_wrong_password_keeps_the_assessment(browser: Callable[..., Browser], opened: Deviation) -> None:
    quinn = browser(helpers.person("quinn", "qa"))
    data = ASSESSED | {"username": "quinn", "password": "guess"}
    response = quinn.submit(url(opened), url(opened, "assess/"), **data)
    assert response.status_code == 403
    assert ASSESSED["rationale"] in response.content.decode()
    assert Deviation.objects.get().state == "open"


@pytest.mark.req("R107")
def test_operator_reads_and_may_not_assess(browser: Callable[..., Browser], opened: Deviation) -> None:
    anna = browser(steps.operator())
    text = anna.text(url(opened))
    assert "Sign the assessment" not in text
    assert anna.post(url(opened, "assess/"), ASSESSED).status_code == 403


def test_operator_adds_what_was_observed_and_others_read_it(browser: Callable[..., Browser], opened: Deviation) -> None:
    anna, quinn = browser(steps.operator()), browser(helpers.person("quinn", "qa"))
    page = scenes.url(opened.phase, "comment/")
    assert f'href="{page}"' in anna.text(url(opened))
    assert page not in quinn.text(url(opened))
    assert anna.submit(page, page, text="The pipette dripped at the third well").status_code in {200, 302}
    assert "The pipette dripped at the third well" in quinn.text(url(opened))


def test_report_can_be_left(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    text = browser(steps.operator()).text(f"/batches/{row.batch.number}/report/", step=row.seq)
    assert f'<a class="btn" href="{scenes.url(row)}">Cancel</a>' in text


def test_list_shows_open_ones_first_and_all_when_asked(browser: Callable[..., Browser], opened: Deviation) -> None:
    anna = browser(steps.operator())
    assert opened.number in anna.text("/deviations/")
    assert opened.number in anna.text("/deviations/", show="all")
    assert anna.get("/deviations/", after="junk", show="\x00").status_code == 200


def test_list_without_open_ones_says_so(browser: Callable[..., Browser]) -> None:
    assert "No deviation is open" in browser(steps.operator()).text("/deviations/")


@pytest.mark.parametrize("htmx", [True, False])
def test_person_reports_a_deviation(browser: Callable[..., Browser], htmx: bool) -> None:
    row = scenes.seed()
    anna = browser(steps.operator())
    page, action = f"/batches/{row.batch.number}/report/?step={row.seq}", f"/batches/{row.batch.number}/report/"
    assert anna.submit(page, action, htmx=htmx, title="", reason="The hood alarm rang").status_code == 422
    response = anna.submit(page, action, htmx=htmx, title="Hood alarm", reason="The hood alarm rang for a minute")
    assert response.status_code in {204, 302}
    assert Deviation.objects.get().phase == row


@pytest.mark.parametrize("step", ["x", "9999999999", "99", "²"])
def test_report_on_an_unknown_step_is_not_there(browser: Callable[..., Browser], step: str) -> None:
    batch = steps.issued()
    assert browser(steps.operator()).get(f"/batches/{batch.number}/report/", step=step).status_code == 404


@pytest.mark.parametrize("number", ["DEV-26-9999", "x", "\x00", "9" * 300])
def test_unknown_deviation_is_not_there(browser: Callable[..., Browser], number: str) -> None:
    assert browser(steps.operator()).get(f"/deviations/{number}/").status_code == 404


@pytest.mark.req("R504")
def test_page_says_which_value_stands_now(browser: Callable[..., Browser], opened: Deviation) -> None:
    quinn = browser(helpers.person("quinn", "qa"))
    assert "Corrected to" not in quinn.text(url(opened))
    steps.recorded(opened.phase, "actual", "10.11", reason="Read from the wrong line")
    text = quinn.text(url(opened))
    assert "Corrected to" in text
    assert "10.11 mL" in text
    steps.recorded(opened.phase, "actual", "9.70", reason="It was less after all")
    text = quinn.text(url(opened))
    assert "Then 9.70 mL, recorded at" in text
    assert "Corrected to" not in text


@pytest.mark.case("CON-04")
def test_report_sent_again_with_other_words_opens_nothing_and_says_so(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    anna, where = browser(steps.operator()), f"/batches/{row.batch.number}/report/"
    where, hidden = form_of(anna.text(where), where)
    said = {"title": "Door open", "reason": "The door stood open for a minute"}
    assert anna.post(where, hidden | said).status_code == 302
    assert anna.post(where, hidden | said).status_code == 302
    response = anna.post(where, hidden | said | {"reason": "The door stood open for an hour"})
    assert response.status_code == 409
    assert "The door stood open for an hour" in response.content.decode()
    assert Deviation.objects.count() == 1
