"""The sample pages in Chromium: accessible at both widths, in both lights; the scripts do what they say."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import accessibility_violations
from tests.templates.conftest import HOST, Open
from tests.templates.sample_pages import PAGES

# A wedge scanner types faster than the test driver can: the keys come from inside the page.
WEDGE = """(code) => {
  const field = document.activeElement;
  const press = (key) => field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  for (const letter of code) { press(letter); if (field.matches("input")) field.value += letter; }
  press("Enter");
}"""


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_not_wider_than_the_screen(open_page: Open, name: str) -> None:
    page = open_page(name)
    for width in (1280, 768):
        page.set_viewport_size({"width": width, "height": 800})
        assert not accessibility_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["board", "phase", "phase_cosign", "review", "login", "genealogy"])
def test_page_is_accessible_in_dim_light(open_page: Open, name: str) -> None:
    page = open_page(name, theme="dim")
    assert page.locator("html").get_attribute("data-theme") == "dim"
    assert not accessibility_violations(page)


def test_more_than_three_fields_stand_above_the_fold_of_a_tablet(open_page: Open) -> None:
    page = open_page("phase_free", 768, 1024)
    fold = page.locator("#actions").bounding_box()
    assert fold
    rows = [row.bounding_box() for row in page.locator(".field").all()]
    assert sum(1 for row in rows if row and row["y"] + row["height"] <= fold["y"]) > 3


def test_typed_value_is_kept_named_and_stops_the_signing(open_page: Open) -> None:
    page = open_page("phase")
    box = page.get_by_label("Total cells", exact=False).first
    box.fill("1.45e6")
    expect(page.locator("#typed")).to_have_text(" · 1 typed, not recorded: Total cells")
    page.reload()
    expect(page.locator("#f-total")).to_have_value("1.45e6")
    page.locator("#f-total").fill("")
    expect(page.locator("#typed")).to_have_text("")


def test_sign_button_refuses_while_something_is_typed(open_page: Open) -> None:
    page = open_page("phase_free")
    page.locator("#f-total").fill("1.45e6")
    page.locator("#complete").click()
    expect(page.locator("#notices")).to_contain_text("Total cells is typed and not recorded")
    expect(page.locator("#f-total")).to_be_focused()


@pytest.mark.case("SEC-03")
def test_log_off_asks_before_it_wipes_drafts(open_page: Open) -> None:
    page = open_page("phase")
    page.locator("#f-total").fill("1.45e6")
    page.get_by_role("button", name="Log off").click()
    expect(page.locator("#leave")).to_be_visible()
    expect(page.locator("#leave-list")).to_contain_text("Step")
    expect(page.locator("#leave-list")).to_contain_text("Total cells: 1.45e6 cells")
    page.get_by_role("button", name="Stay and record").click()
    assert page.evaluate("Object.keys(localStorage).length") == 1
    page.get_by_role("button", name="Log off").click()
    page.get_by_role("button", name="Wipe and log off").click()
    page.goto(f"{HOST}/page/login")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_what_a_person_types_outside_a_field_is_no_scan(open_page: Open) -> None:
    page = open_page("board")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.locator("h1").click()
    page.keyboard.type("secret-1", delay=60)
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    expect(page.locator("#scan")).to_have_value("")
    assert not asked


def test_burst_of_a_scanner_outside_a_field_is_a_scan(open_page: Open) -> None:
    page = open_page("phase")
    page.evaluate("document.activeElement.blur()")
    with page.expect_request("**/scan/") as sent:
        page.evaluate(WEDGE, "CC-01")
    assert "code=CC-01" in (sent.value.post_data or "")
    expect(page.locator("#scan")).to_have_value("")


def test_burst_in_a_number_field_stays_in_the_field(open_page: Open) -> None:
    page = open_page("phase")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#f-total").fill("14")
    page.evaluate(WEDGE, "CF2-26-0031")
    page.wait_for_timeout(100)
    expect(page.locator("#f-total")).to_have_value("14CF2-26-0031")
    assert not any(url.endswith("/scan/") for url in asked)


def test_enter_in_a_field_posts_that_one_value(open_page: Open) -> None:
    page = open_page("phase")
    page.locator("#f-total").fill("1.45e6")
    with page.expect_request("**/total/record/") as sent:
        page.keyboard.press("Enter")
    assert "value=1.45e6" in (sent.value.post_data or "")
    assert "token=" in (sent.value.post_data or "")


def test_review_goes_on_by_key_and_the_key_can_be_switched_off(open_page: Open) -> None:
    page = open_page("review")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.wait_for_url("**#E09")
    page.locator("#keys").uncheck()
    page.locator("h1").click()
    page.keyboard.press("k")
    page.wait_for_timeout(150)
    assert page.url.endswith("#E09")


def test_page_behind_the_signing_dialog_is_out_of_reach(open_page: Open) -> None:
    page = open_page("phase_sign")
    assert page.locator("#frame").evaluate("el => el.inert")
    expect(page.locator("#pass-dialog")).to_be_focused()
