"""Keys at the tablet: typing outside a field goes nowhere, a scanner's burst is a scan, a field keeps everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.floor import settled
from tests.e2e.short import box, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Request

    from tests.e2e.short import Floor

    NewPage = Callable[..., Page]

STEP = 7
SECRET = "Correct-horse-9"
# A scanner is faster than the test driver: its keys come from inside the page, to whatever has focus.
BURST = """(code) => {
  const press = (key) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  for (const letter of code) press(letter);
  press("Enter");
}"""


def posts(page: Page) -> list[Request]:
    """What the page sends from now on."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    return sent


@pytest.mark.req("R107")
def test_secret_typed_while_no_dialog_is_open_goes_nowhere(floor: Floor, new_page: NewPage) -> None:
    page = new_page()
    floor.operator(page, STEP)
    sent = posts(page)
    sign = page.locator("#actions button[aria-disabled=true]").last
    assert "Sign as performed" in sign.inner_text(), "something is still to be recorded"
    sign.click(force=True)
    page.keyboard.type(SECRET, delay=70)
    page.keyboard.press("Enter")
    settled(page)
    assert not [request for request in sent if request.url.endswith("/scan/")]
    expect(page.locator("#scan")).to_have_value("")
    assert SECRET not in page.content()
    assert SECRET not in page.evaluate("JSON.stringify(localStorage)")


def test_burst_is_a_scan_and_an_unknown_code_is_not_shown(floor: Floor, new_page: NewPage) -> None:
    page = new_page()
    floor.operator(page, STEP)
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    with page.expect_response("**/scan/"):
        page.evaluate(BURST, SECRET)
    settled(page)
    said = page.locator("#scanned").inner_text()
    assert f"({len(SECRET)} characters)" in said
    assert "Nothing was recorded." in said
    assert SECRET not in page.content()


def test_fast_typing_in_a_field_and_enter_records_that_field(floor: Floor, new_page: NewPage) -> None:
    page = new_page()
    floor.operator(page, STEP)
    sent = posts(page)
    box(page, "volume_end").focus()
    page.keyboard.type("10.000000")
    expect(row(page, "volume_end").locator(".verdict--typed")).to_contain_text("not recorded yet")
    assert not row(page, "volume_end").locator(".verdict--within").count()
    page.keyboard.press("Enter")
    settled(page)
    assert not [request for request in sent if request.url.endswith("/scan/")]
    assert "10.0" in row(page, "volume_end").inner_text()
    assert not box(page, "volume_end").count(), "it is recorded"


def test_enter_on_a_link_follows_it(floor: Floor, new_page: NewPage) -> None:
    page = new_page()
    floor.operator(page, STEP)
    page.locator(".crumbs a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/board/")


def test_log_off_names_step_field_and_unit_of_what_is_typed(floor: Floor, new_page: NewPage) -> None:
    page = new_page()
    floor.operator(page, STEP)
    step = page.locator(".title__step").inner_text().split(" · ")[0]
    title = page.locator("h1").inner_text()
    field = page.locator("form.field--open[data-kind=number]:has(.unit)").first
    field.locator("[name=value]").fill("2050")
    label, unit = field.get_attribute("data-label"), field.locator(".unit").first.inner_text()
    page.get_by_role("button", name="Log off").click()
    said = page.locator("#leave-list").inner_text()
    assert said == f"{floor.number}, {step} {title} – {label}: 2050 {unit}"
    page.get_by_role("button", name="Stay and record").click()
    field.locator("[name=value]").fill("")
