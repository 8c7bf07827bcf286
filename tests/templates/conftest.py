"""Serves the sample pages to Chromium from memory: no web server, no database, the policy of the product."""

import mimetypes
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.e2e.browser import FLAGS
from tests.templates import samples
from tests.templates.sample_pages import FRAGMENTS, PAGES

HOST = "http://127.0.0.1:9"
POLICY = "default-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; object-src 'none'"
Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser tests here share Chromium with the other browser tests."""
    for item in items:
        if "open_page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("e2e"))


def answer(route: Route) -> None:
    """`/page/<name>` is a sample, `/static/` a file, anything else is not there."""
    path = route.request.url.removeprefix(HOST).partition("?")[0]
    if path.startswith("/page/"):
        template, context = (PAGES | FRAGMENTS)[path.removeprefix("/page/")]
        html = get_template(template).render({"frame": samples.FRAME, **context}, RequestFactory().get("/"))
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
        route.fulfill(body=html, headers=headers)
    elif path.startswith("/static/") and (found := finders.find(path.removeprefix("/static/"))):
        file = Path(found)
        kind = "font/woff2" if file.suffix == ".woff2" else mimetypes.guess_type(file.name)[0]
        route.fulfill(body=file.read_bytes(), content_type=kind)
    else:
        # A check of a field writes nothing; here it also answers nothing.
        route.fulfill(status=204 if path.endswith("/check/") else 404, body="not there", content_type="text/plain")


def ordinary(text: str) -> bool:
    """What Chromium and htmx print when a test's request goes nowhere."""
    return "404" in text or text.startswith("htmx:")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, closed with its driver when the module ends."""
    path = shutil.which("chromium")
    assert path, "chromium is missing: `make test` installs it"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Opens a sample page at a width; a script error or a refusal by the policy fails the test."""
    contexts = []
    wrong: list[str] = []

    def opened(name: str, width: int = 1280, height: int = 800, theme: str = "") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(error.message))
        page.on("console", lambda m: wrong.extend([m.text] if m.type == "error" and not ordinary(m.text) else []))
        page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?", asked after real key presses
        page.set_default_timeout(10_000)
        page.route("**/*", answer)
        if theme:
            page.add_init_script(f"localStorage.setItem('evidence-theme', '{theme}')")
        page.goto(f"{HOST}/page/{name}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong
