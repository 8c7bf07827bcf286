"""Pages at the sizes of a desk and a tablet, in both lights: nothing is cut, nothing hides, errors are seen as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.templates.conftest import Open

SIZES = [(1280, 800), (1024, 768), (768, 1024)]
LIGHTS = ["light", "dim"]
FINGER = 44  # px, the least a thing that is touched may be
AA = 4.5
CONTRAST = """el => {
  const rgb = text => text.match(/[0-9.]+/g).map(Number);
  const linear = c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => [r, g, b].map(c => linear(c / 255))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  let back = el;
  while (back && (rgb(getComputedStyle(back).backgroundColor)[3] ?? 1) === 0) back = back.parentElement;
  const [a, b] = [light(rgb(getComputedStyle(el).color)), light(rgb(getComputedStyle(back).backgroundColor))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


def box(of: Locator) -> dict[str, float]:
    found = of.bounding_box()
    assert found, of
    return dict(found)  # type: ignore[arg-type]


def seen(of: Locator, page: Page) -> dict[str, float]:
    """The place of something that lies wholly within the width of the page."""
    place = box(of)
    width = (page.viewport_size or {})["width"]
    assert place["x"] >= 0, of
    assert place["x"] + place["width"] <= width, of
    return place


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_entry_of_a_long_navigation_is_seen_and_can_be_touched(open_page: Open, width: int, height: int) -> None:
    page = open_page("board_long_nav", width, height)
    entries = page.locator(".nav a")
    assert entries.count() == 14
    for n in range(14):
        assert seen(entries.nth(n), page)["height"] >= FINGER
    rows = {round(box(entries.nth(n))["y"]) for n in range(14)}
    assert len(rows) <= (1 if width == 1280 else 2)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_button_of_the_foot_is_seen_and_can_be_touched(open_page: Open, width: int, height: int) -> None:
    page = open_page("phase_foot", width, height)
    buttons = page.locator("#actions .btn")
    assert buttons.count() == 4
    for n in range(4):
        assert seen(buttons.nth(n), page)["height"] >= FINGER
    assert box(page.locator("#actions"))["height"] <= height / 5


def test_three_notices_on_a_tablet_leave_room_for_the_step(open_page: Open) -> None:
    page = open_page("phase_foot", 768, 1024)
    first, last = page.locator("#phase > .notice").first, page.locator("#phase > .notice").last
    assert page.locator("#phase > .notice").count() == 3
    assert box(last)["y"] + box(last)["height"] - box(first)["y"] <= 1024 / 6


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_table_of_the_second_person_is_whole(open_page: Open, width: int, height: int) -> None:
    page = open_page("phase_wide_cosign", width, height)
    region = page.locator(".cosign .scroll-x")
    assert region.evaluate("el => el.scrollWidth <= el.clientWidth")
    assert seen(page.locator(".cosign button[type=submit]"), page)["height"] >= FINGER


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_comment_box_is_as_wide_as_its_panel(open_page: Open, width: int, height: int) -> None:
    page = open_page("phase_ask", width, height)
    assert box(page.locator(".cosign textarea"))["width"] >= 0.9 * box(page.locator(".cosign"))["width"]
    assert page.locator(".cosign").get_by_text("Cancel", exact=True).is_visible()


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize(
    ("name", "error"),
    [("form_refused", ".help--error"), ("phase_refused", ".field__note > p"), ("phase_correct", ".help--error")],
)
def test_error_has_sign_word_and_contrast(open_page: Open, light: str, name: str, error: str) -> None:
    page = open_page(name, theme=light)
    text = (
        page.locator(error, has_text="rite why")
        .or_(page.locator(error, has_text="no number"))
        .or_(page.locator(error, has_text="Say why"))
    )
    style: Any = text.first.evaluate(
        "el => [getComputedStyle(el, '::before').content, ...[el, document.body].map(e => getComputedStyle(e).color)]"
    )
    assert "Error" in style[0]
    assert "✕" in style[0]
    assert style[1] != style[2]
    red, green, blue = (int(part) for part in style[1].removeprefix("rgb(").removesuffix(")").split(","))
    assert red > green
    assert red > blue
    assert text.first.evaluate(CONTRAST) >= AA


def test_cancel_of_a_form_leads_back(open_page: Open) -> None:
    page = open_page("form_refused", 768, 1024)
    cancel = page.locator("form .btn", has_text="Cancel")
    assert cancel.get_attribute("href") == "/batch/"
    assert seen(cancel, page)["height"] >= FINGER


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_field_that_gets_the_focus_stands_above_the_foot(open_page: Open, width: int, height: int) -> None:
    page = open_page("phase", width, height)
    for row in page.locator("form.field--open").all():
        page.evaluate("scrollTo(0, 0)")
        row.evaluate("el => el.scrollIntoView({ block: 'nearest' })")
        place, foot, bar = box(row), box(page.locator("#actions")), box(page.locator(".bar"))
        assert place["y"] + place["height"] <= foot["y"] + 1
        assert place["y"] >= bar["y"] + bar["height"] - 1
