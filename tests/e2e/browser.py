"""What each page of a browser test keeps to: no other host, nothing blocked or failed, accessible."""

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
TABLET = {"width": 1280, "height": 800}  # 10 inch, landscape
AXE_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
IMPORTS = "() => [...document.styleSheets].some(s => [...s.cssRules].some(r => r instanceof CSSImportRule))"
DOCUMENT = "() => performance.timeOrigin"  # another one for each page that is loaded
LOOKS = 3
SERVER_ERROR = 500


@dataclass
class Watch:
    """Collects what a page does wrong while a test drives it."""

    host: str
    findings: list[str] = field(default_factory=list)
    unplugged: list[Page] = field(default_factory=list)

    def attach(self, page: Page, *, unplugged: bool = False) -> None:
        """Listens to a page from its first request. `unplugged` is one whose network the test cuts."""
        if unplugged:
            self.unplugged.append(page)
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("console", self._console)
        page.on("pageerror", self._error)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.host:
            self.findings.append(f"asks another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= SERVER_ERROR:
            self.findings.append(f"{response.status} from {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # A refused form (409, 422) is an ordinary answer, which Chromium prints as a failed load.
        # A check that a recording overtakes is aborted on purpose; htmx prints that as an error.
        ordinary: tuple[str, ...] = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
        if message.page in self.unplugged:
            ordinary += ("htmx:sendError",)
        if message.type == "error" and not message.text.startswith(ordinary):
            place = message.page.url if message.page else ""
            self.findings.append(f"console at {place}: {message.text}")

    def _error(self, error: Error) -> None:
        self.findings.append(f"script: {error.message}")


def accessibility_violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands: rule, help, and the first places.

    A click may still be on its way to the next page: what was looked at while the page changed is looked at again.
    """
    for _ in range(LOOKS):
        page.wait_for_load_state("networkidle")
        try:
            before = page.evaluate(DOCUMENT)
            found = _looked_at(page)
            if page.evaluate(DOCUMENT) == before:
                return found
        except Error:
            page.wait_for_load_state("load")
    return _looked_at(page)


def _looked_at(page: Page) -> list[str]:
    # Where a stylesheet imports another, axe reads it by an inline style of its own, which the policy blocks
    # and the watch reports. Without preload one rule is not looked at there: css-orientation-lock.
    options = {**AXE_OPTIONS, "preload": not page.evaluate(IMPORTS)}
    # A page that opens with focus far down has its navigation half under the bar that stays in view, and axe
    # takes what is left of a link for all of it.
    page.evaluate("() => scrollTo({top: 0, behavior: 'instant'})")
    result = Axe().run(page, options=options).response
    return [
        f"{violation['id']}: {violation['help']} {json.dumps([n['html'] for n in violation['nodes'][:3]])}"
        for violation in result["violations"]
    ]
