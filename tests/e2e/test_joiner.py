"""A joiner in the browser: account, role, one-time link, own password, acknowledgement, identity, first signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.floor import settled, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

NAME, OWN = "nora.joiner", "a sentence that only nora knows"
REASON = "Joins quality assurance this week"
SAID = "Every account was looked at; nothing has to be changed today."


def main_of(page: Page) -> str:
    """What the page says."""
    return page.locator("main").inner_text()


def fill_and_send(page: Page, form: str, **values: str) -> None:
    """Fills a form by the names of its boxes and sends it."""
    for name, value in values.items():
        box = page.locator(f"#form-{form} [name={name}]")
        if box.evaluate("node => node.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    page.locator(f"#form-{form} button[type=submit]").click()
    settled(page)


def make_account(tom: Page, secret: str, axe: Callable[[Page], None]) -> str:
    """The administrator makes the account, gives the role and gets the link; gives the link."""
    tom.goto("/people/")
    axe(tom)
    tom.get_by_role("link", name="New account").click()
    axe(tom)
    fill_and_send(tom, "joiner", username=NAME, printed_name="Nora Joiner")
    person = tom.url
    axe(tom)
    tom.get_by_role("link", name="Grant a role").click()
    axe(tom)
    fill_and_send(tom, "grant", role="qa", reason=REASON, password=secret)
    assert "Role granted." in main_of(tom)
    assert tom.url == person
    tom.get_by_role("link", name="Make a one-time link").click()
    fill_and_send(tom, "link")
    axe(tom)
    tom.get_by_role("button", name="Copy the link").click()
    tom.wait_for_function("() => document.getElementById('link-h').textContent !== ''")
    return tom.locator("#link").input_value()


def activate(nora: Page, link: str, axe: Callable[[Page], None]) -> None:
    """The person chooses her password, first two that do not agree, and signs in."""
    nora.goto(link)
    axe(nora)
    for again in ("another one altogether", OWN):
        nora.fill("[name=password]", OWN)
        nora.fill("[name=again]", again)
        nora.locator("button[type=submit]").click()
        nora.wait_for_load_state()
        if again != OWN:
            assert "do not agree" in main_of(nora)
            axe(nora)
    assert nora.url.endswith("/login/")
    assert "Your password is set" in main_of(nora)
    nora.goto(link)
    assert "This link opens nothing" in main_of(nora)
    axe(nora)
    sign_in(nora, NAME, OWN)


def acknowledge(nora: Page, axe: Callable[[Page], None]) -> None:
    """Her home is her acknowledgement until she has given it."""
    assert nora.url.endswith("/acknowledge/")
    axe(nora)
    fill_and_send(nora, "acknowledge", password=OWN)
    assert not nora.url.endswith("/acknowledge/")


def lock_and_unlock(tom: Page, stranger: Page, person: str, axe: Callable[[Page], None]) -> None:
    """Wrong passwords lock the account; the bar counts the alert, which is answered, and the account is unlocked."""
    for _ in range(5):
        stranger.goto("/login/")
        stranger.fill("[name=username]", NAME)
        stranger.fill("[name=password]", "not her password")
        stranger.press("[name=password]", "Enter")
        stranger.wait_for_load_state()
    tom.goto(person)
    assert "is locked after wrong passwords" in main_of(tom)
    axe(tom)
    tom.locator(".bar__alerts").click()
    axe(tom)
    tom.get_by_role("link", name="Answer", exact=True).first.click()
    axe(tom)
    fill_and_send(tom, "alert", reason="A colleague tried out the wrong account")
    tom.goto(f"{person}unlock/")
    fill_and_send(tom, "unlock", reason="Nora came by in person with her badge")
    assert "The account is open again." in main_of(tom)


@pytest.mark.req("R110")
@pytest.mark.req("R116")
@pytest.mark.req("R118")
@pytest.mark.req("R205")
def test_joiner_signs_only_after_link_acknowledgement_and_identity_check(
    new_page: Callable[..., Page], secrets: dict[str, str], axe: Callable[[Page], None]
) -> None:
    tom, nora = new_page(), new_page()
    sign_in(tom, "tom", secrets["tom"])
    link = make_account(tom, secrets["tom"], axe)
    tom.get_by_role("link", name="To the account").click()
    person = tom.url

    activate(nora, link, axe)
    acknowledge(nora, axe)
    nora.goto("/access-reviews/open/")
    fill_and_send(nora, "open")
    axe(nora)
    review = nora.url
    fill_and_send(nora, "sign", conclusion=SAID, password=OWN)
    assert "without an identity check nobody signs" in main_of(nora)
    axe(nora)

    tom.goto(f"{person}identity/")
    fill_and_send(tom, "identity", proof="passport", reference="Seen by Tom Fischer, copy in the staff file")
    assert "Identity recorded." in main_of(tom)

    nora.goto(review)
    fill_and_send(nora, "sign", conclusion=SAID, password=OWN)
    assert "The review is signed." in main_of(nora)
    assert "Nora Joiner" in nora.locator(".sig").first.inner_text()
    nora.goto("/access-reviews/")
    axe(nora)
    lock_and_unlock(tom, new_page(), person, axe)
