"""A shortened master from the donor's determination to the verified bundle in a real browser, seven people signing."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.floor import Tablet, codes_of, settled, sign_in
from tests.e2e.short import SECOND, issue, sign, values_of
from tests.e2e.site import ROOT, Site

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

RESULTS = {
    "S001": {"f-cells-mycoplasma": "negative"},
    "S002": {"f-har-particles": "1.2e9"},
    "S003": {"f-particles": "9.9e9", "f-sterility": "no growth"},
}
STRUCK = "1.3 × 10⁹ particles/mL was replaced by 1.2 × 10⁹ particles/mL by Jonas Brandt"
CORRECTION = "The mean of five videos is 1.2e9, not the first video"
PRINTED = (
    "Jonas Brandt",
    "Mei Tanaka",
    "Clara Moreau",
    "Samuel Lind",
    "Aron Klein",
    "Ruth Okafor",
    "Irene Vogt",
    "Performed",
    "Verified",
    "Approved",
    "Reviewed",
    "Certified",
    "Released",
)
FATES = (("5", "reject"), ("1, 8", "to_qc"), ("2-4, 6, 7", "store"))


class Look:
    """Has each kind of page examined for accessibility the first time somebody sees one."""

    def __init__(self, axe: Callable[[Page], None]) -> None:
        self.axe = axe
        self.seen: set[str] = set()

    def __call__(self, page: Page, kind: str) -> None:
        if kind not in self.seen:
            self.seen.add(kind)
            self.axe(page)


def determine(omar: Page, secret: str, look: Look) -> None:
    """The donor responsible finds the donor that nobody determined yet, reads the findings and signs."""
    omar.goto("/donors/?state=registered")
    look(omar, "list")
    omar.locator("tbody a[href^='/donors/']").first.click()
    look(omar, "donor")
    omar.locator("a[href$='/determine/']").first.click()
    look(omar, "determination")
    omar.locator("[name=verdict][value=eligible]").check(force=True)
    omar.locator("[name=markets]").first.check(force=True)
    omar.locator("[name=statement]").fill(
        "History and every test were read and judged together; nothing speaks against."
    )
    sign(omar, secret)
    assert "Eligibility determined by your signature." in omar.locator("main").inner_text()


def release_tissue(clara: Page, secret: str, look: Look) -> str:
    """QA releases the cord that waits in quarantine; gives its number."""
    clara.goto("/donors/tissue/?state=quarantine")
    link = clara.locator("tbody a[href^='/donors/tissue/']").first
    number = link.inner_text().strip()
    link.click()
    look(clara, "tissue lot")
    clara.locator("a[href$='/decide/release/']").first.click()
    look(clara, "decision on tissue")
    sign(clara, secret)
    assert "The tissue is released." in clara.locator("main").inner_text()
    return number


def work_through(jonas: Page, clara: Page, number: str, secrets: dict[str, str], look: Look) -> None:
    """Operator and verifier take the batch through its thirteen steps at one tablet; QA approves where asked."""
    codes = codes_of(jonas)
    for step in range(1, 14):
        second = SECOND if step == 3 else {}
        tablet = Tablet(jonas, "jonas", "mei", secrets, values_of(step), codes, second, look)
        url = f"/batches/{number}/phases/{step}/"
        tablet.start(url)
        look(jonas, "phase")
        tablet.fill()
        if step == 6:
            tablet.correct("concentration", "1.2e9", CORRECTION)
            assert jonas.locator(".struck").count()
            look(jonas, "corrected phase")
        tablet.count_again()
        tablet.verify_charges()
        tablet.sign_performed()
        tablet.verify()
        if step == 12:
            approve(clara, url, secrets["clara"], look)
        jonas.goto(url)
        assert tablet.state() == "closed", url
        assert "Jonas Brandt" in jonas.locator("header").first.inner_text()
    look(jonas, "closed phase")


def approve(clara: Page, url: str, secret: str, look: Look) -> None:
    """QA signs a step that the master wants approved."""
    clara.goto(url)
    clara.locator("[hx-get*='/approve/'], a[href*='/approve/']").first.click()
    settled(clara)
    look(clara, "approval")
    sign(clara, secret)


def move_containers(jonas: Page, number: str, look: Look) -> None:
    """The operator gives every vial its fate."""
    for indexes, move in FATES:
        jonas.goto(f"/batches/{number}/containers/")
        look(jonas, "containers")
        form = jonas.locator("#form-containers")
        form.locator("[name=indexes]").fill(indexes)
        form.locator(f"[name=move][value={move}]").check(force=True)
        form.locator("[name=defect]").fill("major: particle" if move == "reject" else "")
        form.locator("[name=position]").fill("FRZ-01, shelf 4" if move == "store" else "")
        form.locator("button[type=submit]").click()
        settled(jonas)


def enter_results(aron: Page, number: str, look: Look) -> None:
    """The analyst receives every sample, enters its results and hands them over."""
    for sample, results in RESULTS.items():
        aron.goto(f"/qc/samples/{number}-{sample}/")
        look(aron, "sample")
        aron.locator("#form-receive button[type=submit]").click()
        settled(aron)
        look(aron, "received sample")
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


def review_results(ruth: Page, number: str, secret: str, look: Look) -> None:
    """The reviewer signs every sample's results."""
    for sample in RESULTS:
        ruth.goto(f"/qc/samples/{number}-{sample}/")
        look(ruth, "results to review")
        sign(ruth, secret)
        assert "completed" in ruth.locator(".title").first.inner_text()


def answer_exceptions(samuel: Page, number: str, look: Look) -> None:
    """QA answers every exception with its evidence in view."""
    samuel.goto(f"/release/{number}/review/")
    look(samuel, "review")
    links = [a.get_attribute("href") or "" for a in samuel.locator("a[href*='/review/']").all()]
    asked = list(dict.fromkeys(link for link in links if ":" in link))
    assert asked, "a corrected value and a low viability ask for an answer"
    for link in asked:
        samuel.goto(link)
        look(samuel, "exception")
        samuel.fill("#answer-text", "Looked at with its evidence; it stands as recorded.")
        samuel.locator("form:has(#answer-text) button[type=submit]").last.click()
        settled(samuel)


def decide(page: Page, number: str, name: str, statement: str, secret: str, look: Look) -> None:
    """A decision with signature in the admin."""
    page.goto("/admin/batches/batch/")
    look(page, "admin list")
    page.click(f"text={number}")
    look(page, "admin record")
    page.click(f"a[href*='transition/{name}']")
    settled(page)
    look(page, "admin decision")
    page.locator("form:has(input[name=password]) textarea").fill(statement)
    sign(page, secret)
    assert "is recorded" in page.content()


def documents_of(irene: Page, number: str, folder: Path, look: Look) -> Path:
    """Waits until the worker has made both documents and downloads the record."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        irene.goto(f"/release/{number}/documents/")
        links = irene.locator("a[href^='/release/documents/']").all()
        if len(links) >= 2 and "being made" not in irene.locator("main").inner_text():
            break
        time.sleep(1)
    look(irene, "documents")
    assert irene.locator(f"tr:has-text('COA-{number}') a[href^='/release/documents/']").count()
    row = irene.locator(f"tr:has-text('EBR-{number}') a[href^='/release/documents/']").first
    with irene.expect_download() as got:
        row.click()
    target = folder / "record.pdf"
    got.value.save_as(target)
    return target


def check_papers(site: Site, number: str, pdf: Path, folder: Path) -> None:
    """The sealed record, its words, the bundle, and the site's own integrity."""
    seal = subprocess.run(["pdfsig", pdf], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in seal
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    flat = " ".join(text.split())
    for words in PRINTED:
        assert words in flat, words
    assert STRUCK in flat
    assert "The mean of five videos" in flat
    site.manage("export_batch", number, "--out", str(folder))
    bundle = folder / f"{number}.evb.zip"
    tool = ROOT / "verify" / "verify_bundle.py"
    checked = subprocess.run([sys.executable, tool, bundle], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "Clean" in site.manage("verify_integrity")


@pytest.mark.req("R113")
@pytest.mark.req("R117")
@pytest.mark.req("R202")
@pytest.mark.req("R333")
@pytest.mark.req("R410")
def test_short_master_from_donor_to_verified_bundle(
    site: Site,
    secrets: dict[str, str],
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    tmp_path: Path,
) -> None:
    look = Look(axe)

    def person(name: str) -> Page:
        page = new_page()
        sign_in(page, name, secrets[name])
        return page

    determine(person("omar"), secrets["omar"], look)
    clara, jonas = person("clara"), person("jonas")
    lot = release_tissue(clara, secrets["clara"], look)
    number = issue(clara, secrets["clara"], lot, look)
    work_through(jonas, clara, number, secrets, look)
    assert {"blind count", "panel of the second person", "signing dialog", "correction", "approval"} <= look.seen
    move_containers(jonas, number, look)
    enter_results(person("aron"), number, look)
    review_results(person("ruth"), number, secrets["ruth"], look)
    samuel, irene = person("samuel"), person("irene")
    answer_exceptions(samuel, number, look)
    reviewed = "Every exception is answered and the trail was read."
    decide(samuel, number, "review", reviewed, secrets["samuel"], look)
    decide(irene, number, "certify", "Certified after review of the whole record.", secrets["irene"], look)
    decide(irene, number, "release", "Released for use in the trial.", secrets["irene"], look)
    check_papers(site, number, documents_of(irene, number, tmp_path, look), tmp_path)
