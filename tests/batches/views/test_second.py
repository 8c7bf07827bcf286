"""The blind second count: the first count's digits are on no page before the second is stored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from batches.models import Entry
from compliance.models import Signature
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes
from tests.batches.views.browser import form_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from batches.models import PhaseRecord
    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
FIRST = {"total": "1.4571e6", "dead": "58300"}
# Tokens, identifiers and digests are random and hold any digits.
_RANDOM = re.compile(r'value="[^"]{30,}"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{4} [0-9a-f]{4}\b')
SECOND = {"value-total": "1.4630e6", "value-dead": "59100"}


@pytest.fixture
def counted() -> PhaseRecord:
    """The count phase, the first count recorded by anna."""
    row = scenes.count()
    for name, typed in FIRST.items():
        steps.recorded(row, name, typed)
    return row


def digits_in(text: str) -> list[str]:
    """Which digits of the first count, or of what follows from it, a page shows."""
    text = _RANDOM.sub("", text.replace('<span class="e">', "").replace("</span>", ""))
    return [d for d in ("1.457", "1457", "1.46 ×", "583", "5.83", "96.0", "1398", "1.399") if d in text]


@pytest.mark.req("R202")
def test_first_count_is_not_in_the_page_nor_in_the_panel(browser: Callable[..., Browser], counted: PhaseRecord) -> None:
    anna = browser(steps.operator())
    for text in (
        anna.text(scenes.url(counted)),
        anna.text(scenes.url(counted), htmx=True),
        anna.text(scenes.url(counted, "blind/")),
        anna.text(scenes.url(counted, "blind/"), htmx=True),
        anna.text(scenes.url(counted, "fields/total/correct/")),
    ):
        assert "sealed" in text
        assert digits_in(text) == []


@pytest.mark.req("R202")
def test_second_person_stores_her_own_count_and_signs_it(browser: Callable[..., Browser], counted: PhaseRecord) -> None:
    steps.verifier()
    anna = browser(steps.operator())
    response = anna.sign(scenes.url(counted, "blind/"), "bela", htmx=True, **SECOND)
    text = response.content.decode()
    seconds = Entry.objects.filter(slot="second").order_by("id")
    assert response.status_code == 200
    assert [(e.typed, e.recorded_by.username) for e in seconds] == [("1.4630e6", "bela"), ("59100", "bela")]
    assert len({e.act_id for e in seconds}) == 2
    signed = Signature.objects.filter(record_uuid__in=seconds.values("uuid"), username="bela", meaning="verified")
    assert signed.count() == 2
    assert text.count("Bela Test") == 2
    assert text.count(", signed") == 2
    assert digits_in(text)
    assert anna.get("/board/").wsgi_request.user.username == "anna"


@pytest.mark.case("SIG-02")
def test_first_counter_does_not_count_again(browser: Callable[..., Browser], counted: PhaseRecord) -> None:
    response = browser(steps.operator()).sign(scenes.url(counted, "blind/"), "anna", htmx=True, **SECOND)
    assert response.status_code == 409
    assert digits_in(response.content.decode()) == []
    assert not Entry.objects.filter(slot="second").exists()


@pytest.mark.parametrize("wrong", [{"password": "guess"}, {"username": "nobody"}, {"username": ""}])
def test_wrong_components_store_nothing_and_keep_the_count(
    browser: Callable[..., Browser], counted: PhaseRecord, wrong: dict[str, Any]
) -> None:
    steps.verifier()
    response = browser(steps.operator()).sign(
        scenes.url(counted, "blind/"), htmx=True, **({"username": "bela"} | SECOND | wrong)
    )
    text = response.content.decode()
    assert response.status_code == 403
    assert 'value="1.4630e6"' in text
    assert not Entry.objects.filter(slot="second").exists()


@pytest.mark.parametrize("typed", ["", "6O", "1,5", "1e30", "\x00"])
def test_bad_second_count_stores_none_of_them(
    browser: Callable[..., Browser], counted: PhaseRecord, typed: str
) -> None:
    steps.verifier()
    data = SECOND | {"value-dead": typed}
    response = browser(steps.operator()).sign(scenes.url(counted, "blind/"), "bela", htmx=True, **data)
    assert response.status_code == 422
    assert 'value="1.4630e6"' in response.content.decode()
    assert not Entry.objects.filter(slot="second").exists()


@pytest.mark.case("CON-05")
def test_second_send_of_the_second_count_stores_it_once(browser: Callable[..., Browser], counted: PhaseRecord) -> None:
    steps.verifier()
    anna, url = browser(steps.operator()), scenes.url(counted, "blind/")
    where, hidden = form_of(anna.text(url), url)
    data = hidden | SECOND | {"username": "bela", "password": helpers.SECRET}
    assert [anna.post(where, data, htmx=True).status_code for _ in range(2)] == [200, 200]
    assert Entry.objects.filter(slot="second").count() == 2


def test_no_panel_before_the_first_count(browser: Callable[..., Browser]) -> None:
    row = scenes.count()
    assert browser(steps.operator()).get(scenes.url(row, "blind/")).status_code == 404


def test_own_typing_error_is_corrected_without_showing_it(
    browser: Callable[..., Browser], counted: PhaseRecord
) -> None:
    anna, url = browser(steps.operator()), scenes.url(counted, "fields/dead/correct/")
    response = anna.submit(url, url, htmx=True, value="57900", reason="Read from the other chamber")
    assert response.status_code == 200
    assert "57900" not in response.content.decode()
    assert digits_in(response.content.decode()) == []


def test_colleague_on_an_old_page_is_not_told_the_sealed_count(
    browser: Callable[..., Browser], counted: PhaseRecord
) -> None:
    anna, url = browser(steps.operator()), scenes.url(counted, "fields/dead/correct/")
    where, hidden = form_of(anna.text(url), url)
    steps.recorded(counted, "dead", "57900", reason="Read from the other chamber")
    response = anna.post(where, hidden | {"value": "1000", "reason": "I saw the old one only"}, htmx=True)
    text = response.content.decode()
    assert response.status_code == 409
    assert "57900" not in text
    assert digits_in(text) == []
