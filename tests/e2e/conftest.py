"""Fixtures of the browser tests: a whole running site, Chromium, and a page that watches itself.

Do not use the ORM in these tests: the site has a database of its own. Ask it by `site.manage(...)`.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.browser import FLAGS, TABLET, Watch, accessibility_violations
from tests.e2e.floor import logins, sign_in
from tests.e2e.short import Floor, issue
from tests.e2e.site import Site, running_site

HERE = Path(__file__).parent
NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests run one after the other in one worker: they share the site and the browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site of kind `test`, empty but for what migrations make."""
    with running_site(tmp_path_factory.mktemp("site")) as started:
        yield started


@pytest.fixture(scope="session")
def secrets(site: Site) -> dict[str, str]:
    """The people of the site with their passwords; house and masters are there, batches are not."""
    kept = site.var / "demo-logins.txt"
    if not kept.exists():
        site.manage("demo", "--prepare")
    return logins(kept)


# Package scope: the driver runs an event loop in this thread, which Django's ORM would refuse in later tests.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium with a profile of its own."""
    path = shutil.which("chromium")
    assert path, "chromium is missing: `make test` installs it"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@contextmanager
def opening(site: Site, browser: Browser) -> Iterator[NewPage]:
    """Opens pages, each with cookies of its own or as a second tab beside another one.

    At the end no page may have done anything wrong.
    """
    contexts: list[BrowserContext] = []
    watch = Watch(urlsplit(site.url).netloc)

    def open_page(*, unplugged: bool = False, beside: Page | None = None, **options: object) -> Page:
        if beside is not None:
            tab = beside.context.new_page()
            watch.attach(tab, unplugged=unplugged)
            return tab
        settings = {"viewport": TABLET, "reduced_motion": "reduce", "locale": "en-GB", **options}
        context = browser.new_context(base_url=site.url, **settings)
        contexts.append(context)
        page = context.new_page()
        watch.attach(page, unplugged=unplugged)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not watch.findings, "\n".join(watch.findings)


@pytest.fixture
def new_page(site: Site, browser: Browser) -> Iterator[NewPage]:
    """Opens a page for one more person."""
    with opening(site, browser) as open_page:
        yield open_page


@pytest.fixture(scope="package")
def floor(site: Site, secrets: dict[str, str], browser: Browser) -> Floor:
    """A batch of the short master and a bank of the same cord, which the tests of what goes wrong take further."""
    with opening(site, browser) as open_page:
        page = open_page()
        sign_in(page, "clara", secrets["clara"])
        number, bank = (issue(page, secrets["clara"], master=name) for name in ("EV-SHORT", "UMSC-BANK"))
        return Floor(number, bank, secrets)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One person's page on a 10-inch tablet."""
    return new_page()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Asserts that axe finds nothing on a page as it stands."""

    def assert_accessible(page: Page) -> None:
        found = accessibility_violations(page)
        assert not found, f"{page.url}\n" + "\n".join(found)

    return assert_accessible
