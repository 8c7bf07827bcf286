"""The harness itself: it sees what a page does wrong, and the site it starts is whole."""

import time
from collections.abc import Callable

from playwright.sync_api import Browser, Page

from tests.e2e.browser import Watch, accessibility_violations
from tests.e2e.site import Site


def test_inaccessible_page_is_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html><body><img src='data:,'><input></body></html>")
    found = {finding.split(":")[0] for finding in accessibility_violations(page)}
    page.close()
    assert {"image-alt", "label", "html-has-lang"} <= found


def test_accessible_page_passes(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html lang='en'><title>T</title><body><main><h1>Board</h1></main></body></html>")
    found = accessibility_violations(page)
    page.close()
    assert not found


def test_other_host_and_broken_script_are_found(browser: Browser) -> None:
    page = browser.new_page()
    watch = Watch("127.0.0.1:1")
    watch.attach(page)
    page.set_content("<script>throw new Error('broken')</script><img src='http://127.0.0.1:9/x.png'>")
    page.wait_for_load_state()
    page.close()
    assert [f.split(":")[0] for f in sorted(watch.findings)] == ["asks another host", "script"]


def test_site_runs_web_and_worker(site: Site) -> None:
    assert "Listening at" in site.log("web")
    assert site.manage("check").startswith("System check identified no issues")


def test_worker_is_ready(site: Site) -> None:
    deadline = time.monotonic() + 30
    while " ready." not in site.log("worker") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert " ready." in site.log("worker"), site.log("worker")


def test_login_page_is_accessible(page: Page, axe: Callable[[Page], None]) -> None:
    answer = page.goto("/login/")
    assert answer is not None
    assert answer.ok
    axe(page)
