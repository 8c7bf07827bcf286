"""The short master in the browser: how a batch is issued, what each step records, and one batch for many tests."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.e2e.floor import Tablet, codes_of, settled, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    Look = Callable[[Page, str], None]

ZONE = ZoneInfo("Europe/Berlin")
DONE = ("closed", "not applicable")
SECOND = {"live": "152", "dead": "43"}


def values_of(step: int) -> dict[str, str]:
    """What the operator records in one step of the short process."""
    now = datetime.now(ZONE).strftime("%Y-%m-%dT%H:%M")
    return {
        1: {"cleared": "yes"},
        2: {"thaw_started_at": now, "thaw_ended_at": now},
        3: {"live": "150", "dead": "44"},
        4: {"what_was_seen": "Debris from the bag; the live cells look round."},
        5: {"medium_volume": "100"},
        6: {"ended_at": now, "volume": "98", "concentration": "1.3e9"},
        7: {"begun_at": now, "pf": "0.60", "pr": "0.20", "pp": "0.05", "volume_end": "10.0"},
        8: {"concentration": "1.00e10"},
        9: {"issued": "8", "fill_volume": "1.00", "vials_filled": "8", "ended_at": now},
        10: {"inspected": "8", "rejected": "1"},
        11: {"printed": "10", "applied": "7", "specimen": "1", "destroyed": "2", "spoiled": "0"},
        12: {"available": "5", "rejected": "1", "tested": "2", "destroyed": "0"},
        13: {"position": "FRZ-01, shelf 4", "stored_at": now},
    }[step]


def sign(page: Page, secret: str) -> None:
    """The owner's secret in the form that is open."""
    form = page.locator("form:has(input[name=password]):visible").last
    form.locator("[name=password]").fill(secret)
    form.locator("button[type=submit], input[type=submit]").last.click()
    settled(page)


def issue(page: Page, secret: str, lot: str = "", look: Look | None = None, master: str = "EV-SHORT") -> str:
    """QA issues a batch of a master on a released cord (the one named, else the first); gives its number."""
    page.goto("/issue/")
    if look is not None:
        look(page, "issue")
    for box, words in (("#issue-master", master), ("#issue-tissue", lot)):
        offered = page.locator(f"{box} option:not([value=''])").all()
        chosen = next(option for option in offered if words in (option.text_content() or ""))
        page.select_option(box, value=chosen.get_attribute("value"))
    sign(page, secret)
    return page.url.rstrip("/").split("/")[-1]


class Floor:
    """One batch that several tests take a little further, a bank beside it, and the people who work at both."""

    def __init__(self, number: str, bank: str, secrets: dict[str, str]) -> None:
        self.number, self.bank, self.secrets = number, bank, secrets
        self.codes: Callable[[str], str] | None = None

    def url(self, step: int) -> str:
        """The page of a step."""
        return f"/batches/{self.number}/phases/{step}/"

    def operator(self, page: Page, step: int, who: str = "jonas") -> Tablet:
        """An operator signs in at a tablet; the batch is taken up to the step, which is opened and started."""
        sign_in(page, who, self.secrets[who])
        self.codes = self.codes or codes_of(page)
        for before in range(1, step):
            page.goto(self.url(before))
            tablet = self.tablet(page, before, who)
            if tablet.state() not in DONE:
                tablet.run(self.url(before))
        tablet = self.tablet(page, step, who)
        tablet.start(self.url(step))
        return tablet

    def tablet(self, page: Page, step: int, who: str = "jonas") -> Tablet:
        """A tablet with what the step asks for."""
        assert self.codes is not None
        return Tablet(page, who, "mei", self.secrets, values_of(step), self.codes, SECOND if step == 3 else {})

    def figures(self, page: Page) -> dict[str, int]:
        """How many values and signatures stand in the batch, as its own page counts them."""
        page.goto(f"/batches/{self.number}/")
        terms, numbers = (page.locator(f".tally {tag}").all_inner_texts() for tag in ("dt", "dd"))
        return {term: int(number) for term, number in zip(terms, numbers, strict=True) if number.isdecimal()}


def row(page: Page, name: str) -> Locator:
    """The row of a field on the page of a step."""
    return page.locator(f"#row-{name}")


def box(page: Page, name: str) -> Locator:
    """Where the value of a field is typed; there is none once it is recorded."""
    return row(page, name).locator("[name=value]")


def tick(page: Page, name: str) -> Locator:
    """What records the field."""
    return row(page, name).locator("button.box__tick[type=submit]").last


def record(page: Page, name: str, typed: str) -> str:
    """Types into a field and records it with its tick; gives the words of the row as it stands then."""
    box(page, name).fill(typed)
    tick(page, name).click()
    settled(page)
    return row(page, name).inner_text()
