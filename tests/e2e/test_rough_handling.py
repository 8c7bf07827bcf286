"""What happens to a tablet in use: double clicks, the lock, a cut network, a second tablet, the way back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.e2e.floor import settled
from tests.e2e.short import ZONE, box, record, row, sign, tick

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from tests.e2e.short import Floor

    Axe = Callable[[Page], None]
    NewPage = Callable[..., Page]

IDLE = 901  # seconds; the station locks after 900
LOST = "No connection. What you typed is kept on this tablet and is not recorded."


@pytest.mark.req("R208")
@pytest.mark.case("SIG-07")
def test_lock_while_typing_keeps_what_was_typed(floor: Floor, new_page: NewPage, axe: Axe) -> None:
    page = new_page()
    page.clock.install()
    floor.operator(page, 6)
    text = datetime.now(ZONE).strftime("%Y-%m-%d %H:%M")
    box(page, "ended_at").fill(text)
    page.clock.fast_forward(IDLE * 1000)
    page.wait_for_selector("#overlay dialog")
    settled(page)
    overlay = page.locator("#overlay dialog")
    assert "Locked" in overlay.inner_text()
    assert "Jonas Brandt" in overlay.inner_text()
    axe(page)
    for wrong in ("not-the-password", floor.secrets["mei"]):
        unlock(page, wrong)
        assert "do not belong together" in overlay.inner_text()
    axe(page)
    unlock(page, floor.secrets["jonas"])
    assert not overlay.count()
    assert page.url.endswith(floor.url(6))
    assert box(page, "ended_at").input_value() == text
    assert "not recorded yet" in row(page, "ended_at").inner_text()
    axe(page)
    assert text in record(page, "ended_at", text)


def unlock(page: Page, secret: str) -> None:
    """Gives a secret to the locked station."""
    page.locator("#overlay [name=password]").fill(secret)
    page.locator("#overlay button[type=submit]").click()
    settled(page)


@pytest.mark.req("R221")
@pytest.mark.case("SIG-07")
def test_cut_network_keeps_the_value_and_a_retry_records_it_once(floor: Floor, new_page: NewPage, axe: Axe) -> None:
    page = new_page(unplugged=True)
    floor.operator(page, 6)
    box(page, "concentration").fill("1.2e9")
    page.context.set_offline(True)
    tick(page, "concentration").click()
    page.wait_for_selector("#offline:not([hidden])")
    assert LOST in page.locator("#offline").inner_text()
    assert box(page, "concentration").input_value() == "1.2e9"
    axe(page)
    page.context.set_offline(False)
    lose_one_answer(page)
    with page.expect_event("requestfailed"):
        tick(page, "concentration").click()
    assert 'id="f-concentration">1.2' in page.context.request.get(floor.url(6)).text(), "the server has recorded it"
    assert box(page, "concentration").input_value() == "1.2e9"
    tick(page, "concentration").click()
    settled(page)
    assert page.locator("#offline").is_hidden()
    assert not box(page, "concentration").count()
    assert not page.locator(".notice--breach").count()
    assert not row(page, "concentration").locator(".struck").count()
    axe(page)


def lose_one_answer(page: Page) -> None:
    """The next recording reaches the server, its answer does not reach the tablet."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/record/", lose, times=1)


@pytest.mark.req("R209")
@pytest.mark.case("CON-01")
def test_second_tablet_is_told_and_its_correction_keeps_both_values(floor: Floor, new_page: NewPage, axe: Axe) -> None:
    first, second = new_page(), new_page()
    floor.operator(first, 6)
    tablet = floor.operator(second, 6, "anna")
    record(first, "volume", "98")
    box(second, "volume").fill("97")
    tick(second, "volume").click()
    settled(second)
    said = second.locator(".notice--breach").inner_text()
    assert "was recorded meanwhile by Jonas Brandt" in said
    assert "Yours was not stored." in said
    assert "You typed “97”." in said
    assert "98" in row(second, "volume").inner_text()
    axe(second)
    tablet.correct("volume", "97", "The scale was read again with the bag alone on it")
    assert "98" in row(second, "volume").locator(".struck").first.inner_text()
    assert "97" in row(second, "volume").inner_text()
    axe(second)


@pytest.mark.req("R211")
@pytest.mark.case("CON-04")
def test_double_click_on_record_makes_one_entry(floor: Floor, new_page: NewPage) -> None:
    page = new_page()
    floor.operator(page, 6)
    before = floor.figures(page)
    page.goto(floor.url(6))
    box(page, "sample-HAR").fill("HAR-0001")
    tick(page, "sample-HAR").dblclick()
    settled(page)
    assert "HAR-0001" in row(page, "sample-HAR").inner_text()
    assert not page.locator(".notice--breach").count()
    assert not row(page, "sample-HAR").locator(".struck").count()
    assert floor.figures(page)["values"] == before["values"] + 1


@pytest.mark.req("R117")
@pytest.mark.case("CON-05")
def test_double_click_on_sign_makes_one_signature_and_back_shows_it(floor: Floor, new_page: NewPage, axe: Axe) -> None:
    page = new_page()
    tablet = floor.operator(page, 6)
    tablet.fill()
    old = new_page(beside=page)
    old.goto(floor.url(6))
    old.locator("#complete").click()
    settled(old)
    before = floor.figures(page)
    page.goto(floor.url(6))
    page.locator("#complete").click()
    settled(page)
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=password]").fill(floor.secrets["jonas"])
    dialog.locator("button[type=submit]").dblclick()
    settled(page)
    assert tablet.state() == "performed"
    assert not page.locator("dialog[open], .notice--breach").count()
    assert floor.figures(page)["signatures"] == before["signatures"] + 1
    page.go_back()
    settled(page)
    assert page.url.endswith(floor.url(6))
    assert tablet.state() == "performed"
    assert not page.locator("[hx-get*='/complete/'], form.field--open").count(), "nothing is asked a second time"
    axe(page)
    sign_on_old_page(old, floor.secrets["jonas"])
    axe(old)
    assert floor.figures(page)["signatures"] == before["signatures"] + 1


def sign_on_old_page(page: Page, secret: str) -> None:
    """A dialog that was opened before the step was signed signs nothing, and the page behind it says so."""
    sign(page, secret)
    assert "was changed by somebody else since you opened it" in page.locator("dialog[open]").inner_text()
    page.locator("[data-close-overlay]").click()
    page.locator("#complete").click()
    settled(page)
    assert "Nothing is to be signed here." in page.locator("main").inner_text()
