"""What is typed, scanned or signed wrongly: words that a person understands, what was typed kept, nothing half-done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.floor import settled
from tests.e2e.short import ZONE, box, record, row, sign, tick

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.short import Floor

    Axe = Callable[[Page], None]
    NewPage = Callable[..., Page]

NO_NUMBERS = {
    "98,5": "Write 98.5, not 98,5.",
    "100 mL": "Write 100 only, without “mL”",
    "many": "“many” is not a number.",
    "": "Write a number: an empty box is not zero.",
    "9999": "9999 is not possible here: possible is 1 to 5000. Nothing was recorded.",
}
CLEARANCE = {
    "rooms_status": "released",
    "environment_status": "no excursion",
    "materials_status": "all released",
    "equipment_status": "clean and in calibration",
    "cleared": "yes",
}
WRONG_FILES = (
    ("logger.exe", b"MZ", "A file of this kind is not kept. Kept are csv, txt, pdf, png and jpg."),
    ("logger.txt", b"", "The file is empty. Nothing was recorded."),
    ("photo.png", b"<html><script>alert(1)</script>", "The file is not what its name says (png)."),
    ("logger.csv", b"1" * (32 * 1024 * 1024 + 1), "The file is larger than 32 MB. Nothing was recorded."),
)


@pytest.mark.req("R117")
@pytest.mark.req("R206")
@pytest.mark.case("SIG-01")
def test_owners_signature_with_wrong_or_another_persons_secret_is_refused(
    floor: Floor, new_page: NewPage, axe: Axe
) -> None:
    page = new_page()
    tablet = floor.operator(page, 1)
    tablet.fill()
    for wrong in ("not-the-password", floor.secrets["mei"]):
        page.locator("#complete").click()
        settled(page)
        sign(page, wrong)
        dialog = page.locator("dialog[open]")
        assert "do not belong together. Nothing was signed." in dialog.inner_text()
        assert dialog.locator("[name=password]").input_value() == ""
        axe(page)
        page.goto(floor.url(1))
        assert tablet.state() == "in progress"
    tablet.sign_performed()
    assert tablet.state() == "performed"


@pytest.mark.req("R202")
@pytest.mark.case("SIG-02")
def test_second_person_who_is_the_operator_or_has_no_right_is_refused(
    floor: Floor, new_page: NewPage, axe: Axe
) -> None:
    page = new_page()
    tablet = floor.operator(page, 1)
    if tablet.state() == "in progress":
        tablet.fill()
        tablet.sign_performed()
    page.locator("[hx-get*='/cosign/verified']").first.click()
    settled(page)
    panel = page.locator(".cosign")
    for name, secret, words in (
        ("mei", "not-the-password", "do not belong together. Nothing was signed."),
        ("jonas", floor.secrets["jonas"], "Jonas Brandt did this before"),
        ("aron", floor.secrets["aron"], "Aron Klein may not do this."),
    ):
        panel.locator("[name=username]").fill(name)
        panel.locator("[name=password]").fill(secret)
        panel.locator("button[type=submit]").click()
        settled(page)
        assert words in panel.inner_text(), name
        assert panel.locator("[name=username]").input_value() == name
        assert panel.locator("[name=password]").input_value() == ""
        axe(page)
    assert tablet.state() == "performed"
    tablet.second_signs()
    assert tablet.state() == "closed"


@pytest.mark.case("TIME-01")
def test_time_in_future_and_unit_of_another_class_are_refused(floor: Floor, new_page: NewPage, axe: Axe) -> None:
    page = new_page()
    floor.operator(page, 2)
    later = (datetime.now(ZONE) + timedelta(hours=2)).strftime("%Y-%m-%d %H:%M")
    for typed, words in ((later, f"{later} has not come yet."), ("yesterday", "Write the time like")):
        assert words in record(page, "thaw_started_at", typed)
        assert box(page, "thaw_started_at").input_value() == typed
        axe(page)
    for code, words in (("BAL-01", "BAL-01 is a balance; this phase asks for dry thawer."), ("XYZ-99", "no unit")):
        assert words in record(page, "equipment-1", code)
        assert box(page, "equipment-1").input_value() == code
    axe(page)
    assert "BAL-01 is a balance; this phase asks for dry thawer." in scanned(page, "BAL-01")
    assert box(page, "equipment-1").count(), "no unit is scanned"


def scanned(page: Page, code: str) -> str:
    """Scans with the box of the page; gives what the page says about the code."""
    page.fill("#scan", code)
    page.press("#scan", "Enter")
    settled(page)
    return page.locator("main").inner_text()


@pytest.mark.req("R303")
@pytest.mark.case("MAT-04")
def test_expired_lot_and_lot_in_quarantine_are_refused(floor: Floor, new_page: NewPage, axe: Axe) -> None:
    page = new_page()
    floor.operator(page, 5)
    for supplier_lot, words, stock in (
        ("MW-EVF-0398", "last day of use was", "500 mL"),
        ("MW-EVF-0417", "is in quarantine", "5000 mL"),
    ):
        page.goto("/resources/lots/")
        lot = page.locator(f"tr:has-text('{supplier_lot}') a").first.inner_text().strip()
        page.goto(floor.url(5))
        assert words in scanned(page, lot)
        axe(page)
        charged = row(page, "material-1")
        box(page, "material-1").fill(lot)
        charged.locator("[name=quantity]").fill("110")
        tick(page, "material-1").click()
        settled(page)
        assert words in charged.inner_text()
        assert box(page, "material-1").input_value() == lot
        assert charged.locator("[name=quantity]").input_value() == "110"
        page.goto("/resources/lots/")
        assert stock in page.locator(f"tr:has-text('{supplier_lot}')").inner_text().split("\t"), "nothing was taken"


@pytest.mark.req("R203")
@pytest.mark.req("R509")
def test_what_is_no_number_is_refused_and_kept(floor: Floor, new_page: NewPage, axe: Axe) -> None:
    page = new_page()
    floor.operator(page, 5)
    for typed, words in NO_NUMBERS.items():
        assert words in record(page, "medium_volume", typed)
        assert box(page, "medium_volume").input_value() == typed
    axe(page)
    assert not page.locator(".notice a[href^='/deviations/']").count(), "what is no value opens no deviation"


@pytest.mark.req("R302")
def test_number_out_of_limits_is_recorded_and_opens_a_deviation(floor: Floor, new_page: NewPage, axe: Axe) -> None:
    page = new_page()
    floor.operator(page, 5)
    said = record(page, "medium_volume", "120")
    assert "120" in said
    assert "out of limit" in said
    assert not box(page, "medium_volume").count()
    axe(page)
    page.locator(".notice a[href^='/deviations/']").first.click()
    settled(page)
    assert "Collection medium" in page.locator("main").inner_text()
    axe(page)


@pytest.mark.req("R223")
@pytest.mark.case("SEC-03")
def test_file_of_wrong_kind_empty_or_too_large_is_refused(
    floor: Floor, new_page: NewPage, axe: Axe, tmp_path: Path
) -> None:
    page = new_page()
    tablet = floor.operator(page, 1)
    now = datetime.now(ZONE).strftime("%Y-%m-%dT%H:%M")
    tablet.values = {**CLEARANCE, "cleared_at": now}
    tablet.start(f"/batches/{floor.bank}/phases/1/")
    tablet.fill()
    tablet.sign_performed()
    tablet.verify()
    tablet.approve("clara")
    tablet.start(f"/batches/{floor.bank}/phases/2/")
    box(page, "donation_code").fill("half typed")
    for name, content, words in WRONG_FILES:
        assert words in attached(page, tmp_path / name, content)
        assert row(page, "logger").locator("[name=file]").count(), "no file is recorded"
        assert box(page, "donation_code").input_value() == "half typed"
    axe(page)
    assert "logger.txt" in attached(page, tmp_path / "logger.txt", b"12:00 4.1\n")
    assert not row(page, "logger").locator("[name=file]").count()


def attached(page: Page, path: Path, content: bytes) -> str:
    """Chooses a file and records it; gives the words of the row."""
    path.write_bytes(content)
    row(page, "logger").locator("[name=file]").set_input_files(path)
    tick(page, "logger").click()
    settled(page)
    return row(page, "logger").inner_text()
