"""One value at a time on the phase page: checked, recorded, refused with what was typed, corrected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from batches.models import Deviation, Entry, PhaseRecord
from compliance.models import LedgerEntry, Signature
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes
from tests.batches.views.browser import form_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
Open = "Callable[..., Browser]"


def record(anna: Browser, row: PhaseRecord, name: str, typed: str, *, htmx: bool = True, **more: str) -> object:
    """Anna loads the page, types one value and records it."""
    return anna.submit(scenes.url(row), scenes.url(row, f"fields/{name}/record/"), htmx=htmx, value=typed, **more)


def test_phase_starts_by_its_button(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    row = steps.phase(batch, "passage.seed")
    anna = browser(steps.operator())
    response = anna.submit(scenes.url(row), scenes.url(row, "start/"), htmx=True)
    assert response.status_code == 200
    assert response["HX-Trigger"]
    assert steps.phase(batch, "passage.seed").state == "in_progress"
    assert 'id="row-area"' in response.content.decode()


@pytest.mark.req("R106")
def test_phase_out_of_order_shows_what_comes_first(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    row = steps.phase(batch, "passage.count")
    anna = browser(steps.operator())
    assert "comes first" in anna.text(scenes.url(row))
    response = anna.submit(scenes.url(row), scenes.url(row, "start/"), htmx=True)
    assert response.status_code == 409
    assert "comes first" in response.content.decode()
    assert steps.phase(batch, "passage.count").state == "pending"


@pytest.mark.req("R211")
def test_value_is_recorded_by_one_act(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    response = record(browser(steps.operator()), row, "area", "1264")
    entry = Entry.objects.get()
    text = response.content.decode()
    assert response.status_code == 200
    assert (entry.reported, entry.recorded_by.username, entry.station) == ("1264", "anna", "bench 1")
    assert response["HX-Trigger"]
    assert "<html" not in text
    assert "1264" in text


def test_without_htmx_the_browser_comes_back_to_the_page(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    response = record(browser(steps.operator()), row, "area", "1264", htmx=False)
    assert (response.status_code, response["Location"]) == (302, scenes.url(row))
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "abc", "1,5", "5 mL", "-3", "1e9", "1\x002", "9" * 30_000, "=1+1", "１２"])
@pytest.mark.req("R203")
def test_bad_value_is_refused_and_kept(browser: Callable[..., Browser], typed: str) -> None:
    row = scenes.seed()
    response = record(browser(steps.operator()), row, "area", typed)
    text = response.content.decode()
    assert response.status_code == 422
    assert Entry.objects.count() == 0
    assert "verdict--refused" in text
    if typed in {"abc", "1,5", "5 mL"}:
        assert f'value="{typed}"' in text


def test_check_gives_the_verdict_and_writes_nothing(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    steps.recorded(row, "planned", "10.00")
    anna = browser(steps.operator())
    before = LedgerEntry.objects.count()
    for typed, word in (
        ("10.30", "out of limit"),
        ("10.1", "within limit"),
        ("abc", "not possible"),
        ("", "not recorded"),
    ):
        response = anna.post(scenes.url(row, "fields/actual/check/"), {"value": typed}, htmx=True)
        assert response.status_code == 200
        assert word in response.content.decode()
        assert "verdict--within" not in response.content.decode(), "what is not recorded never looks recorded"
    assert LedgerEntry.objects.count() == before
    assert Entry.objects.count() == 1


@pytest.mark.case("CON-04")
def test_double_click_records_once_and_answers_alike(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    anna = browser(steps.operator())
    where, hidden = form_of(anna.text(scenes.url(row)), scenes.url(row, "fields/area/record/"))
    first, second = (anna.post(where, hidden | {"value": "1264"}, htmx=True) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert Entry.objects.count() == 1


@pytest.mark.case("CON-01")
def test_value_that_a_colleague_recorded_first_is_not_replaced(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    anna = browser(steps.operator())
    where, hidden = form_of(anna.text(scenes.url(row)), scenes.url(row, "fields/area/record/"))
    steps.recorded(row, "area", "1246", by=steps.verifier())
    response = anna.post(where, hidden | {"value": "1264"}, htmx=True)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Bela Test at " in text
    assert Entry.objects.get().reported == "1246"


@pytest.mark.parametrize("token", ["", "junk", "junk:junk"])
def test_form_of_no_session_is_refused(browser: Callable[..., Browser], token: str) -> None:
    row = scenes.seed()
    response = browser(steps.operator()).post(
        scenes.url(row, "fields/area/record/"), {"token": token, "version": "2", "value": "1"}, htmx=True
    )
    assert response.status_code == 422
    assert Entry.objects.count() == 0


def test_token_of_another_person_is_refused(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    action = scenes.url(row, "fields/area/record/")
    _, hidden = form_of(browser(steps.operator()).text(scenes.url(row)), action)
    response = browser(steps.verifier()).post(action, hidden | {"value": "1264"}, htmx=True)
    assert response.status_code == 422
    assert Entry.objects.count() == 0


@pytest.mark.req("R107")
def test_reader_sees_the_values_and_may_not_record(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    steps.recorded(row, "area", "1264")
    ines = browser(helpers.person("ines", "inspector"))
    text = ines.text(scenes.url(row))
    assert "1264" in text
    assert "data-record" not in text
    response = ines.post(scenes.url(row, "fields/planned/record/"), {"value": "1"}, htmx=True)
    assert response.status_code == 403
    assert Entry.objects.count() == 1


@pytest.mark.req("R306")
def test_breach_is_shown_with_its_deviation(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    steps.recorded(row, "planned", "10.00")
    text = record(browser(steps.operator()), row, "actual", "10.30").content.decode()
    assert "out of limit" in text
    assert "above 10.2" in text
    assert Deviation.objects.get().number in text


@pytest.mark.case("WF-01")
def test_closed_phase_takes_no_value_by_its_address(browser: Callable[..., Browser]) -> None:
    batch = steps.issued()
    row = steps.seeded(batch)
    anna = browser(steps.operator())
    other = steps.started(steps.phase(batch, "passage.detach"))
    _, hidden = form_of(anna.text(scenes.url(other)), scenes.url(other, "fields/detached_at/record/"))
    count = Entry.objects.count()
    response = anna.post(scenes.url(row, "fields/area/record/"), hidden | {"value": "99"}, htmx=True)
    assert response.status_code in {409, 422}
    assert Entry.objects.count() == count


@pytest.mark.req("R209")
@pytest.mark.case("SIG-09")
def test_correction_shows_what_it_undoes_and_keeps_the_old_value(browser: Callable[..., Browser]) -> None:
    row = steps.seeded(steps.issued())
    anna, url = browser(steps.operator()), scenes.url(row, "fields/actual/correct/")
    text = anna.text(url)
    assert "Becomes void" in text
    assert text.count("Anna Test") > 1
    response = anna.submit(url, url, htmx=True, value="10.10", reason="Read from the wrong line of the pipette")
    shown = response.content.decode()
    assert response.status_code == 200
    assert 'class="struck">10.00' in shown
    assert "Read from the wrong line" in shown
    assert "sig--void" in shown
    assert Signature.objects.filter(record_uuid=row.uuid, void__isnull=False).count() == 2


def test_correction_panel_alone_comes_to_htmx(browser: Callable[..., Browser]) -> None:
    row = steps.seeded(steps.issued())
    text = browser(steps.operator()).text(scenes.url(row, "fields/actual/correct/"), htmx=True)
    assert "cosign--void" in text
    assert 'id="phase"' not in text


@pytest.mark.req("R209")
def test_correction_without_reason_keeps_what_was_typed(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    anna, url = browser(steps.operator()), scenes.url(row, "fields/area/correct/")
    response = anna.submit(url, url, htmx=True, value="1265", reason="")
    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="1265"' in text
    assert "Write why" in text
    assert Entry.objects.filter(path__endswith="area").count() == 1


@pytest.mark.case("CON-01")
def test_correction_of_a_value_that_changed_is_refused(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    anna, url = browser(steps.operator()), scenes.url(row, "fields/area/correct/")
    where, hidden = form_of(anna.text(url), url)
    steps.recorded(row, "area", "1200", reason="A colleague corrected it", by=steps.verifier())
    response = anna.post(where, hidden | {"value": "1300", "reason": "I do not see the new one"}, htmx=True)
    assert response.status_code == 409
    assert Entry.objects.filter(path__endswith="area").count() == 2


def test_comment_is_kept_and_shown(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    anna, url = browser(steps.operator()), scenes.url(row, "comment/")
    assert anna.submit(url, url, htmx=True, text=" ").status_code == 422
    response = anna.submit(url, url, htmx=True, text="The <b>hood</b> beeped twice")
    assert "The &lt;b&gt;hood&lt;/b&gt; beeped twice" in response.content.decode()


@pytest.mark.parametrize("more", ["fields/nope/record/", "fields/nope/check/", "fields/nope/correct/"])
def test_unknown_field_is_not_there(browser: Callable[..., Browser], more: str) -> None:
    row = scenes.seed()
    assert browser(steps.operator()).post(scenes.url(row, more), {"value": "1"}).status_code == 404


@pytest.mark.req("R209")
def test_trails_of_step_and_value_open_for_who_may_read_batches(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    anna = browser(steps.operator())
    links = set(re.findall(r'href="(/audit-trail/[^"]+)"', anna.text(scenes.url(row))))
    assert len(links) == 4
    for link in links:
        assert "Anna Test" in anna.text(link)


@pytest.mark.req("R504")
def test_correction_back_says_that_the_deviation_stays_open_and_who_closes_it(browser: Callable[..., Browser]) -> None:
    row = scenes.filled_seed()
    steps.recorded(row, "actual", "10.90", reason="Read from the wrong line")
    number = Deviation.objects.get().number
    anna, url = browser(steps.operator()), scenes.url(row, "fields/actual/correct/")
    form = anna.text(url, htmx=True)
    assert "Stays open whatever the new value is; QA closes it" in form
    assert number in form
    text = anna.submit(url, url, htmx=True, value="10.10", reason="It was right before").content.decode()
    assert f"{number} stays open after this correction. QA closes it, after the investigation." in text


@pytest.mark.req("R202")
def test_corrected_count_is_sealed_and_counted_again_on_the_page(browser: Callable[..., Browser]) -> None:
    row = scenes.count()
    for name, typed in (("total", "1.45e6"), ("dead", "5.8e4")):
        steps.recorded(row, name, typed)
        steps.recorded(row, name, typed, slot="second", by=steps.verifier())
    anna, url = browser(steps.operator()), scenes.url(row, "fields/total/correct/")
    assert "Is counted again by a second person, blind" in anna.text(url, htmx=True)
    text = anna.submit(url, url, htmx=True, value="9.97e6", reason="Read wrong").content.decode()
    assert "waits for the second person&#x27;s own count" in text
    assert "9.97" not in text
    response = anna.sign(scenes.url(row, "blind/"), "bela", htmx=True, **{"value-total": "9.96e6"})
    assert response.status_code == 200
    second = Entry.objects.get(slot="second", path__endswith="total", superseded_by__isnull=True)
    assert (second.typed, second.reason[:13]) == ("9.96e6", "Counted again")


def test_words_of_a_refusal_are_in_digits_that_people_read(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    text = record(browser(steps.operator()), row, "area", "99999999").content.decode()
    assert "9.9999999E+7" not in text


@pytest.mark.parametrize("typed", ["<10.1", ">9.9", "< 15", "> 5"])
@pytest.mark.req("R203")
def test_less_or_more_that_leaves_the_limit_open_is_refused_at_a_step(
    browser: Callable[..., Browser], typed: str
) -> None:
    row = scenes.seed()
    steps.recorded(row, "planned", "10.00")
    response = record(browser(steps.operator()), row, "actual", typed)
    assert response.status_code == 422
    assert "Write the number that was read" in response.content.decode()
    assert not Entry.objects.filter(path__endswith="actual").exists()


@pytest.mark.req("R306")
def test_less_that_is_surely_below_the_limit_is_kept_as_a_breach() -> None:
    row = scenes.seed()
    steps.recorded(row, "planned", "10.00")
    assert steps.recorded(row, "actual", "<9.1").verdict == "action"
    assert Deviation.objects.count() == 1


@pytest.mark.case("CON-04")
def test_comment_sent_again_with_other_words_is_kept_and_not_said_to_be_recorded(
    browser: Callable[..., Browser],
) -> None:
    row = scenes.seed()
    anna, url = browser(steps.operator()), scenes.url(row, "comment/")
    where, hidden = form_of(anna.text(url), url)
    first = anna.post(where, hidden | {"text": "The hood did not beep"}, htmx=True)
    same = anna.post(where, hidden | {"text": "The hood  did not beep "}, htmx=True)
    other = anna.post(where, hidden | {"text": "The hood did"}, htmx=True)
    assert (first.status_code, same.status_code, other.status_code) == (200, 200, 409)
    shown = other.content.decode()
    assert "your changed text was not recorded" in shown
    assert "The hood did</textarea>" in shown
    assert [c.text for c in row.comments.all()] == ["The hood did not beep"]
    again = form_of(shown, url)[1]
    assert anna.post(where, again | {"text": "The hood did"}, htmx=True).status_code == 200
    assert row.comments.count() == 2


@pytest.mark.case("CON-04")
def test_value_sent_again_with_another_number_says_that_it_was_not_recorded(browser: Callable[..., Browser]) -> None:
    row = scenes.seed()
    anna = browser(steps.operator())
    where, hidden = form_of(anna.text(scenes.url(row)), scenes.url(row, "fields/area/record/"))
    assert anna.post(where, hidden | {"value": "1264"}, htmx=True).status_code == 200
    response = anna.post(where, hidden | {"value": "126"}, htmx=True)
    assert response.status_code == 409
    assert "your changed text was not recorded" in response.content.decode()
    assert Entry.objects.get().reported == "1264"
