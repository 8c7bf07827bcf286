"""The short master in the browser: how a batch is issued, and what each step records when all goes well."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.e2e.floor import Tablet, settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

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


def issue(page: Page, secret: str, lot: str = "", look: Look | None = None) -> str:
    """QA issues a batch of the short master on a released cord (the one named, else the first); gives its number."""
    page.goto("/issue/")
    if look is not None:
        look(page, "issue")
    for box, words in (("#issue-master", "EV-SHORT"), ("#issue-tissue", lot)):
        offered = page.locator(f"{box} option:not([value=''])").all()
        chosen = next(option for option in offered if words in (option.text_content() or ""))
        page.select_option(box, value=chosen.get_attribute("value"))
    sign(page, secret)
    return page.url.rstrip("/").split("/")[-1]


def at_step(page: Page, number: str, step: int, secrets: dict[str, str], codes: Callable[[str], str]) -> str:
    """Takes the batch up to a step, whatever was done before, and opens the step; gives its address."""
    for seq in range(1, step):
        page.goto(f"/batches/{number}/phases/{seq}/")
        if any(word in page.locator(".title").first.inner_text() for word in DONE):
            continue
        tablet = Tablet(page, "jonas", "mei", secrets, values_of(seq), codes, SECOND if seq == 3 else {})
        tablet.run(f"/batches/{number}/phases/{seq}/")
    url = f"/batches/{number}/phases/{step}/"
    Tablet(page, "jonas", "mei", secrets, {}, codes).start(url)
    return url
