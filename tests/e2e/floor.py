"""How people work through a batch in the browser: sign in, fill what is open, sign, verify at the same tablet."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page

SETTLE = "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"


def logins(path: Path) -> dict[str, str]:
    """User name to password, as the demonstration printed them."""
    return dict(line.split()[:2] for line in path.read_text().splitlines() if line.strip())


def sign_in(page: Page, username: str, password: str) -> None:
    """Through the one door."""
    page.goto("/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def settled(page: Page) -> None:
    """Waits until htmx has nothing on its way."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(SETTLE)


@dataclass
class Tablet:
    """One tablet on the floor: whose session it is, and who stands beside it."""

    page: Page
    operator: str
    verifier: str
    secrets: dict[str, str]
    values: dict[str, str]
    codes: Callable[[str], str]
    second: dict[str, str] = field(default_factory=dict)
    look: Callable[[Page, str], None] | None = None

    def run(self, url: str) -> None:
        """One phase from where it stands to its last signature on the floor."""
        self.start(url)
        self.fill()
        self.count_again()
        self.verify_charges()
        if self.state() == "in progress":
            self.sign_performed()
        self.verify()
        assert self.state() == "closed", url

    def state(self) -> str:
        """What the page calls the state of its step."""
        return self.page.locator(".title__step").inner_text().rpartition("·")[2].strip()

    def start(self, url: str) -> None:
        """Opens a phase and starts it."""
        self.page.goto(url)
        button = self.page.locator("form[action$='/start/'] button[type=submit]")
        if button.count():
            button.first.click()
            settled(self.page)

    def fill(self) -> None:
        """Records everything that is open, one after the other, until nothing is."""
        for _ in range(40):
            row = self._next_open()
            if row is None:
                return
            self._answer(row)
            settled(self.page)
        raise AssertionError(f"{self.page.url}: still open: {self.page.locator('form.field--open').first.inner_html()}")

    def _next_open(self) -> Locator | None:
        for row in self.page.locator("form.field--open").all():
            name = name_of(row)
            if name in self.values or not re.search(r"/fields/", row.get_attribute("action") or ""):
                return row
        return None

    def _answer(self, row: Locator) -> None:
        action, name = row.get_attribute("action") or "", name_of(row)
        choice = row.locator("select[name=value]")
        radio = row.locator("input[type=radio][name=value], button[name=value]")
        if "/fields/" not in action:
            quantity = row.locator("[name=quantity]")
            row.locator("[name=value]").fill(self.codes(row.inner_text()))
            if quantity.count():
                asked = re.search(r"asked ([\d.]+)", row.inner_text())
                assert asked, row.inner_text()
                quantity.fill(asked[1])
        elif choice.count():
            choice.select_option(self.values[name])
        elif radio.count():
            row.locator(f"[name=value][value='{self.values[name]}']").first.click(force=True)
        else:
            row.locator("[name=value]").fill(self.values[name])
        tick = row.locator("button.box__tick, button[type=submit]")
        if tick.count() and row.is_visible():
            tick.last.click()

    def correct(self, name: str, typed: str, reason: str) -> None:
        """Corrects a recorded value before it is signed; the old one stays readable."""
        self.page.locator(f"[hx-get*='/fields/{name}/correct/']").first.click()
        settled(self.page)
        self._show("correction")
        form = self.page.locator("form:has([name=reason]):visible").last
        form.locator("[name=value]").fill(typed)
        form.locator("[name=reason]").fill(reason)
        form.locator("button[type=submit]").last.click()
        settled(self.page)

    def verify_charges(self) -> None:
        """The second person verifies each charge-in in the panel."""
        self._cosign_all("[hx-get*='/charges/'][hx-get*='verify'], a[href*='/charges/'][href*='verify']")

    def _cosign_all(self, selector: str) -> None:
        for _ in range(8):
            link = self.page.locator(selector)
            if not link.count():
                return
            link.first.click()
            settled(self.page)
            self.second_signs()

    def _show(self, kind: str) -> None:
        if self.look is not None:
            self.look(self.page, kind)

    def second_signs(self) -> None:
        """Name and secret of the second person in place; the session stays the operator's."""
        self._show("panel of the second person")
        panel = self.page.locator("form:has(input[name=password]):visible").last
        panel.locator("[name=username]").fill(self.verifier)
        for box in panel.locator("input[name^='value-']").all():
            box.fill(self.second[(box.get_attribute("name") or "").removeprefix("value-")])
        panel.locator("[name=password]").fill(self.secrets[self.verifier])
        panel.locator("button[type=submit]").last.click()
        settled(self.page)

    def count_again(self) -> None:
        """The second person counts blind: the first count's digits are nowhere in the page before hers are stored."""
        for _ in self.second:
            if not self.page.get_by_text("Second count missing").count():
                return
            self.page.locator("[hx-get*='/blind/']").first.click()
            settled(self.page)
            self._is_blind()
            self.second_signs()

    def _is_blind(self) -> None:
        """Nothing that the operator counted is in the page, neither shown nor hidden."""
        self._show("blind count")
        content = self.page.content()
        for name in self.second:
            assert not re.search(rf"\b{self.values[name]}\b", content), f"{name} of the first count can be read"

    def sign_performed(self) -> None:
        """The operator signs as performed in the own dialog."""
        self.page.locator("[hx-get*='/complete/'], a[href*='/complete/']").first.click()
        settled(self.page)
        self._show("signing dialog")
        dialog = self.page.locator("form:has(input[name=password]):visible").last
        dialog.locator("[name=password]").fill(self.secrets[self.operator])
        dialog.locator("button[type=submit]").last.click()
        settled(self.page)

    def verify(self) -> None:
        """The second person verifies the phase, where the master asks for it."""
        self._cosign_all("[hx-get*='/cosign/verified'], a[href*='/cosign/verified']")

    def approve(self, qa: str) -> None:
        """QA signs in place that the step may be closed."""
        self.verifier = qa
        self._cosign_all("[hx-get*='/cosign/approved'], a[href*='/cosign/approved']")


def codes_of(page: Page) -> Callable[[str], str]:
    """What a person would scan for the words beside a box: a unit in service, a released lot, else a container."""
    known: list[tuple[str, str]] = []
    page.goto("/resources/equipment/")
    for row in page.locator("tbody tr").all():
        unit, name, _class, _room, state = (row.locator("th,td").all_inner_texts() + [""] * 5)[:5]
        if state.strip() == "in service":
            known.append((name.split("\n")[0].strip().rsplit(" SN-", 1)[0], unit.strip()))
    page.goto("/resources/lots/")
    for row in page.locator("tbody tr").all():
        lot, item, _supplier, state = (row.locator("th,td").all_inner_texts() + [""] * 4)[:4]
        if state.strip() == "released" and "Expired" not in row.inner_text():
            known.append((item.split()[-1].strip(), lot.strip()))

    def code(words: str) -> str:
        return next((found for name, found in known if name in words), f"CONT-{zlib.crc32(words.encode())}")

    return code


def name_of(row: Locator) -> str:
    """The field, material, class or sample that a form of the phase page records."""
    parts = urlsplit(row.get_attribute("action") or "").path.strip("/").split("/")
    return parts[-2] if parts[-1] == "record" else parts[-1]
