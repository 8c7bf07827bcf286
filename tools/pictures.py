"""Takes the pictures of the README from a running demo site and its issued batch record.

    python tools/pictures.py --url http://127.0.0.1:8000 --logins var/demo-logins.txt \
        --pdf var/demo/EBR-EV-26-0001-01.pdf --out docs/pictures
"""

import argparse
import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
TABLET: ViewportSize = {"width": 1280, "height": 800}
COLOURS = 128
# What stands on the page, and which of the pages with it: a correction is listed as an exception before its step.
PDF_PAGES = {
    "pdf_cover": ("Batch record EV-", 0),
    "pdf_corrected": ("transposed", 1),
    "pdf_tff": (r"Skid log\n\s+tmp", 0),
}


def logins(path: Path) -> dict[str, tuple[str, str]]:
    """Role to user name and password, as the demo printed them."""
    found: dict[str, tuple[str, str]] = {}
    for line in path.read_text().splitlines():
        parts = re.split(r"\s{2,}|\s(?=\S{4}-)", line.strip())
        if len(parts) >= 4:
            found.setdefault(parts[-1], (parts[0], parts[1].split()[0]))
    return found


def signed_in(browser: Browser, url: str, person: tuple[str, str]) -> Page:
    """A page on which this person is signed in."""
    page = browser.new_context(base_url=url, viewport=TABLET, reduced_motion="reduce").new_page()
    page.goto("/login/")
    page.fill("[name=username]", person[0])
    page.fill("[name=password]", person[1])
    page.press("[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    return page


def keep(data: bytes, target: Path) -> None:
    """A picture in few colours: small enough to stand in a repository."""
    Image.open(io.BytesIO(data)).convert("RGB").quantize(COLOURS).save(target, optimize=True)
    print(target, f"{target.stat().st_size // 1024} kB")


def second_person(page: Page, out: Path) -> None:
    """The panel in which the second person checks a charge-in that waits for her; nothing is signed."""
    page.goto("/batches/EV-26-0003/")
    page.click("a:has-text('Exchange half the medium')")
    page.click("a:has-text('Second person here')")
    page.locator(".cosign").wait_for()
    page.locator(".cosign").evaluate("panel => window.scrollBy(0, panel.getBoundingClientRect().top - 70)")
    keep(page.screenshot(), out / "cosign.png")


def pages_of_site(browser: Browser, url: str, people: dict[str, tuple[str, str]], out: Path) -> None:
    """Board, a phase in progress, the second person's panel, genealogy, review, and the decision in the admin."""
    anna = signed_in(browser, url, people["Operator"])
    anna.goto("/board/")
    keep(anna.screenshot(), out / "board.png")
    anna.goto("/batches/EV-26-0003/")
    anna.click("a:has-text('Exchange half the medium')")
    anna.wait_for_load_state("networkidle")
    keep(anna.screenshot(), out / "phase.png")
    second_person(anna, out)
    anna.goto("/batches/EV-26-0001/genealogy/")
    keep(anna.screenshot(full_page=False), out / "genealogy.png")
    clara = signed_in(browser, url, people["QA"])
    clara.goto("/release/EV-26-0002/review/")
    keep(clara.screenshot(), out / "review.png")
    clara.goto("/admin/batches/batch/")
    clara.click("text=EV-26-0002")
    clara.click("a[href*='transition/review']")
    clara.wait_for_load_state("networkidle")
    keep(clara.screenshot(), out / "release.png")


def pages_of_record(pdf: Path, out: Path) -> None:
    """Three pages of the record: cover, a corrected value, the filtration's chart."""
    tool = shutil.which("pdftoppm") or "pdftoppm"
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    pages = text.split("\f")
    with tempfile.TemporaryDirectory() as folder:
        for name, (words, which) in PDF_PAGES.items():
            number = str([n for n, page in enumerate(pages, 1) if re.search(words, page)][which])
            target = Path(folder) / name
            one_page = ["-f", number, "-l", number, "-singlefile"]
            subprocess.run([tool, "-r", "80", *one_page, "-png", pdf, target], check=True)
            keep(target.with_suffix(".png").read_bytes(), out / f"{name}.png")


def main() -> None:
    """Reads the arguments and takes every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("url", "logins", "pdf", "out"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        pages_of_site(browser, options.url, logins(Path(options.logins)), out)
        browser.close()
    pages_of_record(Path(options.pdf), out)


if __name__ == "__main__":
    main()
