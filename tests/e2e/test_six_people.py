"""A shortened master from issue to verified bundle in a real browser, each person signing as herself."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.floor import Tablet, codes_of, logins, settled, sign_in
from tests.e2e.site import ROOT, Site

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

ZONE = ZoneInfo("Europe/Berlin")
SECOND = {"live": "152", "dead": "43"}
RESULTS = {
    "S001": {"f-cells-mycoplasma": "negative"},
    "S002": {"f-har-particles": "1.2e9"},
    "S003": {"f-particles": "9.9e9", "f-sterility": "no growth"},
}
FATES = (("5", "reject"), ("1, 8", "to_qc"), ("2-4, 6, 7", "store"))


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


def issue(clara: Page, secret: str) -> str:
    """QA issues a batch of the short master on the released cord."""
    clara.goto("/issue/")
    names = clara.locator("#issue-master option").all_text_contents()
    clara.select_option("#issue-master", label=next(n for n in names if "EV-SHORT" in n))
    clara.select_option("#issue-tissue", index=1)
    sign(clara, secret)
    return clara.url.rstrip("/").split("/")[-1]


def move_containers(page: Page, number: str) -> None:
    """The operator gives every vial its fate."""
    for indexes, move in FATES:
        page.goto(f"/batches/{number}/containers/")
        form = page.locator("#form-containers")
        form.locator("[name=indexes]").fill(indexes)
        form.locator(f"[name=move][value={move}]").check(force=True)
        form.locator("[name=defect]").fill("major: particle" if move == "reject" else "")
        form.locator("[name=position]").fill("FRZ-01, shelf 4" if move == "store" else "")
        form.locator("button[type=submit]").click()
        settled(page)


def enter_results(aron: Page, number: str) -> None:
    """The analyst receives every sample, enters its results and hands them over."""
    for sample, results in RESULTS.items():
        aron.goto(f"/qc/samples/{number}-{sample}/")
        aron.locator("#form-receive button[type=submit]").click()
        settled(aron)
        for box, typed in results.items():
            field = aron.locator(f"#{box}")
            if typed[0].isdigit():
                field.fill(typed)
            else:
                field.select_option(typed)
            aron.locator(f"form:has(#{box}) button.box__tick").click()
            settled(aron)
        aron.locator("form[action$='/submit/'] button").last.click()
        settled(aron)


def review_results(ruth: Page, number: str, secret: str) -> None:
    """The reviewer signs every sample's results."""
    for sample in RESULTS:
        ruth.goto(f"/qc/samples/{number}-{sample}/")
        sign(ruth, secret)
        assert "completed" in ruth.locator(".title").first.inner_text()


def answer_exceptions(samuel: Page, number: str) -> None:
    """QA answers every exception with its evidence in view."""
    samuel.goto(f"/release/{number}/review/")
    links = [a.get_attribute("href") or "" for a in samuel.locator("a[href*='/review/']").all()]
    for link in dict.fromkeys(x for x in links if ":" in x):
        samuel.goto(link)
        samuel.fill("#answer-text", "Looked at with its evidence; it stands as recorded.")
        samuel.locator("form:has(#answer-text) button[type=submit]").last.click()
        settled(samuel)


def decide(page: Page, number: str, name: str, statement: str, secret: str) -> None:
    """A decision with signature in the admin."""
    page.goto("/admin/batches/batch/")
    page.click(f"text={number}")
    page.click(f"a[href*='transition/{name}']")
    settled(page)
    page.locator("form:has(input[name=password]) textarea").fill(statement)
    sign(page, secret)
    assert "is recorded" in page.content()


def documents_of(irene: Page, number: str, folder: Path) -> Path:
    """Waits until the worker has made both documents and downloads the record."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        irene.goto(f"/release/{number}/documents/")
        links = irene.locator("a[href^='/release/documents/']").all()
        if len(links) >= 2 and "being made" not in irene.locator("main").inner_text():
            break
        time.sleep(1)
    row = irene.locator(f"tr:has-text('EBR-{number}') a[href^='/release/documents/']").first
    with irene.expect_download() as got:
        row.click()
    target = folder / "record.pdf"
    got.value.save_as(target)
    return target


@pytest.fixture(scope="module")
def secrets(site: Site) -> dict[str, str]:
    """The demonstration's people on this site."""
    site.manage("demo", "--if-empty")
    return logins(site.var / "demo-logins.txt")


@pytest.mark.req("R113")
@pytest.mark.req("R117")
@pytest.mark.req("R202")
@pytest.mark.req("R333")
def test_short_master_from_issue_to_verified_bundle(
    site: Site,
    secrets: dict[str, str],
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    tmp_path: Path,
) -> None:
    def person(name: str) -> Page:
        page = new_page()
        sign_in(page, name, secrets[name])
        return page

    clara, jonas = person("clara"), person("jonas")
    number = issue(clara, secrets["clara"])
    codes = codes_of(jonas)
    for step in range(1, 14):
        tablet = Tablet(jonas, "jonas", "mei", secrets, values_of(step), codes, SECOND if step == 3 else {})
        url = f"/batches/{number}/phases/{step}/"
        if step == 6:
            tablet.start(url)
            tablet.fill()
            tablet.correct("concentration", "1.2e9", "The mean of five videos is 1.2e9, not the first video")
            assert jonas.locator(".struck").count()
            axe(jonas)
            tablet.sign_performed()
            tablet.verify()
        else:
            tablet.run(url)
        if step == 12:
            clara.goto(url)
            clara.locator("[hx-get*='/approve/'], a[href*='/approve/']").first.click()
            settled(clara)
            sign(clara, secrets["clara"])
        jonas.goto(url)
        assert "closed" in jonas.locator(".title").first.inner_text(), url
        assert "Jonas Brandt" in jonas.locator("header").first.inner_text()
    axe(jonas)
    move_containers(jonas, number)
    enter_results(person("aron"), number)
    review_results(person("ruth"), number, secrets["ruth"])
    samuel, irene = person("samuel"), person("irene")
    answer_exceptions(samuel, number)
    axe(samuel)
    decide(samuel, number, "review", "Every exception is answered and the trail was read.", secrets["samuel"])
    decide(irene, number, "certify", "Certified after review of the whole record.", secrets["irene"])
    decide(irene, number, "release", "Released for use in the trial.", secrets["irene"])
    check_papers(site, number, documents_of(irene, number, tmp_path), tmp_path)


def check_papers(site: Site, number: str, pdf: Path, folder: Path) -> None:
    """The sealed record, its words, the bundle, and the site's own integrity."""
    seal = subprocess.run(["pdfsig", pdf], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in seal
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    for words in ("Jonas Brandt", "Mei Tanaka", "Clara Moreau", "Samuel Lind", "Verified", "Released"):
        assert words in text, words
    assert "The mean of five videos" in " ".join(text.split())
    site.manage("export_batch", number, "--out", str(folder))
    bundle = folder / f"{number}.evb.zip"
    tool = ROOT / "verify" / "verify_bundle.py"
    checked = subprocess.run([sys.executable, tool, bundle], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "Clean" in site.manage("verify_integrity")
