"""Lists of donors and tissue at a glance, buttons by role, junk, and what each page costs."""

from __future__ import annotations

import pytest

from compliance.domain import clock
from donors.models import Donor, TissueLot
from tests.donors import steps as given
from tests.donors.views.pages import donation_form, donor_url, lot_url, receipt_form, results_form
from tests.resources.views.steps import JUNK, html_of, inside, opened, queries_of, send, signed

pytestmark = pytest.mark.django_db


@pytest.mark.req("R412")
def test_list_shows_windows_and_missing_tests_at_a_glance() -> None:
    donation = given.donated(given.registered_donor())
    given.result_of(donation, "hbsag", sampled_on=donation.donated_on.replace(year=donation.donated_on.year - 1))
    html = opened(inside("carla", "donor_coordinator"), "/donors/")
    assert "Out of window: HBsAg" in html
    assert "Missing: 6." in html
    assert "no consent stands" in html
    assert "not determined" in html


def test_list_filters_and_survives_odd_addresses() -> None:
    given.eligible_donor()
    other = given.registered_donor()
    browser = inside("carla", "donor_coordinator")
    html = opened(browser, "/donors/?state=eligible")
    assert "DON-" in html
    assert other.number not in html
    for odd in ("/donors/?state=%00&after=x", "/donors/tissue/?state=none&after=9999999999999999999999"):
        assert browser.get(odd).status_code == 200
    assert browser.get("/donors/DON-26-9999/").status_code == 404
    assert browser.get("/donors/tissue/TIS-26-9999/").status_code == 404
    assert browser.get(donor_url(other, "donations", "X", "correct")).status_code == 404


@pytest.mark.req("R107")
def test_buttons_and_addresses_follow_the_role() -> None:
    lot = given.received(given.eligible_donor())
    donor = lot.donation.donor
    coordinator, quality = inside("carla", "donor_coordinator"), inside("quinn", "qa")
    html = opened(coordinator, donor_url(donor))
    assert "Enter test results" in html
    assert "Determine anew" not in html
    assert coordinator.get(donor_url(donor, "donations", lot.donation.din, "determine")).status_code == 403
    html = opened(quality, donor_url(donor))
    assert "Decide leukocyte content" in html
    assert "Enter test results" not in html
    assert "Release" in opened(quality, lot_url(lot))
    assert ">Release<" not in opened(coordinator, lot_url(lot))
    for decision in ("release", "reject", "hold", "discard"):
        assert coordinator.get(lot_url(lot, "decide", decision)).status_code == 403
        assert coordinator.post(lot_url(lot, "decide", decision)).status_code == 403
    assert quality.get(lot_url(lot, "decide", "burn")).status_code == 404
    assert "Put on hold" in opened(inside("rosa", "donor_responsible"), lot_url(given.released(lot)))


def test_label_texts_stand_on_the_lot_page() -> None:
    lot = given.received(given.donated(given.registered_donor()))
    html = opened(inside("olaf", "operator"), lot_url(lot))
    assert "NOT EVALUATED FOR INFECTIOUS SUBSTANCES" in html
    assert "QUARANTINE" in html


@pytest.mark.parametrize("field", sorted({*donation_form(), "sec_scanned"}))
def test_junk_in_a_donation_is_no_server_error(field: str) -> None:
    donor, coordinator = given.registered_donor(), inside("carla", "donor_coordinator")
    for junk in JUNK:
        answer = send(coordinator, donor_url(donor, "donation"), **donation_form(**{field: junk}))
        assert answer.status_code in (302, 422), (field, junk)


@pytest.mark.parametrize(
    "field", ["sampled_on", "subject", "laboratory", "dilution", "report", "outcome_hbsag", "kit_hbsag"]
)
def test_junk_in_results_is_no_server_error_and_keeps_the_rest(field: str) -> None:
    donation = given.donated(given.registered_donor())
    coordinator = inside("carla", "donor_coordinator")
    for junk in JUNK:
        form = results_form(donation, ("hbsag", "hcv_nat"), **{field: junk})
        answer = send(coordinator, donor_url(donation.donor, "results"), **form)
        assert answer.status_code in (302, 422), (field, junk)
        if answer.status_code == 422:
            assert '<option value="non_reactive" selected>' in html_of(answer)


@pytest.mark.parametrize("field", sorted(receipt_form()))
def test_junk_in_a_receipt_is_no_server_error(field: str) -> None:
    donation, operator = given.donated(given.registered_donor()), inside("olaf", "operator")
    for junk in JUNK:
        answer = send(operator, f"/donors/tissue/receive/{donation.din}/", **receipt_form(**{field: junk}))
        assert answer.status_code in (302, 422), (field, junk)


@pytest.mark.parametrize("field", ["given_scan", "taken_scan", "to_place", "condition", "temperature_c", "username"])
def test_junk_in_a_hand_over_is_no_server_error(field: str) -> None:
    lot, operator = given.released_tissue(), inside("olaf", "operator")
    given.verifier()
    form = signed("vera", given_scan=lot.number, taken_scan=lot.number, to_place="Isolator 2", condition="cool")
    for junk in ("\x00", "", "x" * 300, "<b>"):
        answer = send(operator, lot_url(lot, "hand-over"), **(form | {field: junk}))
        assert answer.status_code in (302, 403, 409, 422, 429), (field, junk)


@pytest.mark.parametrize("url", ["/donors/register/", "/donors/tissue/receive/"])
def test_empty_and_foreign_forms_are_refused_in_words(url: str) -> None:
    coordinator = inside("carla", "donor_coordinator")
    assert coordinator.post(url, {}).status_code == 422
    assert (
        coordinator.post(url, {"token": "x", "version": "y", "din": "\x00", "source_type": "\x00"}).status_code == 422
    )
    assert not Donor.objects.exists()


def test_pages_cost_the_same_at_one_and_three_rows() -> None:
    browser = inside("carla", "donor_coordinator")
    lot = given.received(given.complete_donation())
    donor = lot.donation.donor
    pages = ("/donors/", "/donors/tissue/", donor_url(donor), lot_url(lot), donor_url(donor, "results"))
    one = [queries_of(browser, url) for url in pages]
    for _ in range(2):
        given.screened(donor)
        given.result_of(lot.donation, "hbsag")
        given.received(lot.donation)
        given.registered_donor()
    second = given.registered_donor()
    given.consented(second)
    given.donated(second, given.OTHER_DIN, given.OTHER_CHECK)
    assert [queries_of(browser, url) for url in pages] == one
    assert (Donor.objects.count(), TissueLot.objects.count()) == (4, 3)
    assert clock.today().isoformat() in opened(browser, donor_url(donor))
