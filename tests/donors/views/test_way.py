"""A donor from registration to released tissue, wholly in the browser, by the people whose work it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compliance.domain import clock
from compliance.models import LedgerEntry, Signature
from donors.models import Consent, Determination, Donation, Donor, Handover, TestResult, TissueLot
from donors.states import DonorState, TissueState
from tests.donors import steps as given
from tests.donors.views.pages import donation_form, donor_url, lot_url, receipt_form, results_form, stamped
from tests.resources.views.steps import html_of, inside, opened, send, sent_twice, signed

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def registered(coordinator: Client) -> Donor:
    answer = send(coordinator, "/donors/register/", source_type="UMSC", scheme="", infant="no")
    donor = Donor.objects.get()
    assert answer.headers["Location"] == donor_url(donor)
    return donor


def ready(coordinator: Client, donor: Donor) -> Donation:
    consent = {"scope": "manufacture", "form": "CF-012", "form_version": "3", "given_at": stamped(240)}
    assert send(coordinator, donor_url(donor, "consent"), **consent).status_code == 302
    assert send(coordinator, donor_url(donor, "donation"), **donation_form()).status_code == 302
    for who in ("birth_mother", "newborn"):
        screening: dict[str, Any] = {"person": who, "screened_on": clock.today().isoformat(), "risk_found": "no"}
        screening |= {"htlv_risk": "no", "report": "DH-1"}
        assert send(coordinator, donor_url(donor, "screening"), **screening).status_code == 302
    donation = Donation.objects.get()
    assert send(coordinator, donor_url(donor, "results"), **results_form(donation)).status_code == 302
    return donation


@pytest.mark.req("R410")
@pytest.mark.req("R418")
def test_donor_goes_from_registration_to_released_and_handed_over_tissue() -> None:
    coordinator = inside("carla", "donor_coordinator")
    donor = registered(coordinator)
    assert "Donation recorded under its number" in opened(coordinator, donor_url(donor))
    donation = ready(coordinator, donor)
    responsible = inside("rosa", "donor_responsible")
    url = donor_url(donor, "donations", donation.din, "determine")
    page = opened(responsible, url)
    assert "EU rules" in page
    assert "US rules" in page
    assert "Nothing stands against eligible" in page
    verdict = signed("rosa", verdict="eligible", markets="EU_and_US", statement="All findings read and judged")
    assert responsible.post(action_of(page), fields_of(page) | verdict).status_code == 302
    operator = inside("olaf", "operator")
    found = send(operator, "/donors/tissue/receive/", din="g1234 98 654321", check_character="h")
    assert found.headers["Location"] == f"/donors/tissue/receive/{donation.din}/"
    received = send(operator, found.headers["Location"], **receipt_form())
    lot = TissueLot.objects.get()
    assert received.headers["Location"] == lot_url(lot)
    quality = inside("quinn", "qa")
    assert send(quality, lot_url(lot, "decide", "release"), **signed("quinn")).status_code == 302
    given.verifier()
    handed = signed(
        "vera", given_scan=lot.number, taken_scan=lot.number.lower(), to_place="Isolator 2", condition="cool"
    )
    assert send(operator, lot_url(lot, "hand-over"), **handed).status_code == 302
    lot.refresh_from_db()
    donor.refresh_from_db()
    assert (donor.state, lot.state) == (DonorState.ELIGIBLE, TissueState.RELEASED)
    assert Handover.objects.get().taken_by.username == "vera"
    assert sorted(Signature.objects.values_list("meaning", flat=True)) == ["accepted", "determined", "released"]
    assert "Isolator 2" in opened(operator, lot_url(lot))
    assert lot.number in opened(coordinator, donor_url(donor))


def action_of(html: str) -> str:
    return html.split('id="form-act"')[1].split('action="')[1].split('"', maxsplit=1)[0]


def fields_of(html: str) -> dict[str, str]:
    form = html.split('id="form-act"')[1]
    return {name: form.split(f'name="{name}" value="')[1].split('"')[0] for name in ("token", "version")}


@pytest.mark.req("R410")
def test_determination_shown_before_a_result_came_is_not_signed_over_it() -> None:
    donation = given.complete_donation()
    responsible = inside("rosa", "donor_responsible")
    page = opened(responsible, donor_url(donation.donor, "donations", donation.din, "determine"))
    given.result_of(donation, "hbv_nat", "reactive")
    verdict = signed("rosa", verdict="ineligible", markets="EU_and_US", statement="All findings read and judged")
    answer = responsible.post(action_of(page), fields_of(page) | verdict)
    assert answer.status_code == 409
    assert "changed since it was shown" in html_of(answer)
    assert not Determination.objects.exists()


@pytest.mark.req("R410")
def test_eligible_over_a_missing_test_is_refused_and_the_test_named() -> None:
    donor = given.registered_donor()
    given.consented(donor)
    donation = given.donated(donor)
    responsible = inside("rosa", "donor_responsible")
    page = opened(responsible, donor_url(donor, "donations", donation.din, "determine"))
    assert "What stands against eligible for all markets" in page
    verdict = signed("rosa", verdict="eligible", markets="EU", statement="All findings read and judged")
    answer = responsible.post(action_of(page), fields_of(page) | verdict)
    assert answer.status_code == 409
    assert "HBsAg: no result" in html_of(answer)
    assert not Signature.objects.exists()


@pytest.mark.case("CON-04")
def test_double_click_registers_receives_and_enters_results_once() -> None:
    coordinator = inside("carla", "donor_coordinator")
    twice = sent_twice(coordinator, "/donors/register/", source_type="UMSC", scheme="", infant="no")
    assert twice[0].headers["Location"] == twice[1].headers["Location"] == donor_url(Donor.objects.get())
    donation = given.complete_donation(Donor.objects.get())
    before = TestResult.objects.count()
    sent_twice(coordinator, donor_url(donation.donor, "results"), **results_form(donation))
    assert TestResult.objects.count() == before + len(given.MARKERS)
    twice = sent_twice(coordinator, f"/donors/tissue/receive/{donation.din}/", **receipt_form())
    assert twice[0].headers["Location"] == twice[1].headers["Location"] == lot_url(TissueLot.objects.get())


@pytest.mark.req("R409")
@pytest.mark.parametrize(
    ("din", "check"), [("G123498654321", "K"), ("G123498654321", ""), ("G123498654312", "H"), ("G12", "H")]
)
def test_misread_donation_number_is_refused_with_what_was_typed_kept(din: str, check: str) -> None:
    coordinator = inside("carla", "donor_coordinator")
    donor = registered(coordinator)
    answer = send(coordinator, donor_url(donor, "donation"), **donation_form(din=din, check_character=check))
    assert answer.status_code == 422
    assert 'value="Delivery ward 4"' in html_of(answer)
    assert f'value="{din}"' in html_of(answer)
    assert not Donation.objects.exists()


@pytest.mark.req("R408")
def test_european_code_is_typed_twice() -> None:
    coordinator = inside("carla", "donor_coordinator")
    donor = registered(coordinator)
    sec = "DE001234G123498654321E000123400100000000"
    other = send(
        coordinator,
        donor_url(donor, "donation"),
        **donation_form(sec=sec, sec_again=sec.replace("E0001234", "E0001235")),
    )
    assert other.status_code == 422
    assert "The two entries differ" in html_of(other)
    same = send(coordinator, donor_url(donor, "donation"), **donation_form(sec=sec, sec_again=sec))
    assert same.status_code == 302
    assert Donation.objects.get().dis == "DE001234G123498654321"


def test_fact_of_the_tissue_is_refused_at_its_field() -> None:
    coordinator = inside("carla", "donor_coordinator")
    donor = registered(coordinator)
    answer = send(coordinator, donor_url(donor, "donation"), **donation_form(fact_cord_length="22 cm"))
    assert answer.status_code == 422
    assert "Cord: Write 22 only" in html_of(answer)


@pytest.mark.req("R418")
def test_wrong_scan_stops_the_hand_over_and_is_on_record() -> None:
    lot = given.released_tissue()
    operator = inside("olaf", "operator")
    given.verifier()
    wrong = signed("vera", given_scan=lot.number, taken_scan="TIS-26-0999", to_place="Isolator 2", condition="cool")
    first, second = sent_twice(operator, lot_url(lot, "hand-over"), **wrong)
    assert (first.status_code, second.status_code) == (409, 409)
    assert "Stop: do not hand over" in html_of(first)
    assert LedgerEntry.objects.filter(event="tissue.mismatched").count() == 1
    assert not Handover.objects.exists()


def test_who_gives_the_lot_does_not_take_it_herself() -> None:
    lot = given.released_tissue()
    alone = signed("olaf", given_scan=lot.number, taken_scan=lot.number, to_place="Isolator 2", condition="cool")
    answer = send(inside("olaf", "operator"), lot_url(lot, "hand-over"), **alone)
    assert answer.status_code == 409
    assert "needs a second person" in html_of(answer)


@pytest.mark.req("R414")
def test_transport_outside_is_judged_before_the_release() -> None:
    lot = given.received(given.eligible_donor(), transport_high_c="28.5")
    quality = inside("quinn", "qa")
    assert "QA has not judged it yet" in opened(quality, lot_url(lot))
    assert send(quality, lot_url(lot, "decide", "release"), **signed("quinn")).status_code == 409
    assert send(quality, lot_url(lot, "judge"), judgement="Above for ten minutes only").status_code == 302
    assert send(quality, lot_url(lot, "decide", "release"), **signed("quinn")).status_code == 302


def test_held_tissue_is_released_again_rejected_and_discarded() -> None:
    lot, quality = given.released_tissue(), inside("quinn", "qa")
    assert send(quality, lot_url(lot, "decide", "hold"), reason="Label is torn, being checked").status_code == 302
    again = signed("quinn", reason="Label was replaced and compared")
    assert send(quality, lot_url(lot, "decide", "release"), **again).status_code == 302
    send(quality, lot_url(lot, "decide", "hold"), reason="Label is torn, being checked")
    assert send(quality, lot_url(lot, "decide", "reject"), **signed("quinn", reason="Bag was open")).status_code == 302
    assert send(quality, lot_url(lot, "decide", "discard"), reason="Destroyed, protocol D-4").status_code == 302
    lot.refresh_from_db()
    assert lot.state == TissueState.DISCARDED


@pytest.mark.req("R410")
def test_reactive_result_entered_later_puts_released_tissue_on_hold() -> None:
    lot = given.released_tissue()
    donor, coordinator = lot.donation.donor, inside("carla", "donor_coordinator")
    late = results_form(lot.donation, ("hcv_nat",), outcome="reactive")
    assert send(coordinator, donor_url(donor, "results"), **late).status_code == 302
    lot.refresh_from_db()
    assert lot.state == TissueState.ON_HOLD
    html = opened(coordinator, donor_url(donor))
    assert "not determined" in html
    assert "on hold" in html
    row = TestResult.objects.latest("id")
    correction = {k: getattr(row, k) for k in ("marker", "subject", "laboratory", "kit", "dilution", "report")}
    correction |= {
        "outcome": "non_reactive",
        "sampled_on": row.sampled_on.isoformat(),
        "reason": "Read from another line",
    }
    assert send(coordinator, donor_url(donor, "results", str(row.uuid), "correct"), **correction).status_code == 302
    assert "superseded" in opened(coordinator, donor_url(donor))


def test_consent_is_withdrawn_with_a_reason() -> None:
    donor = given.registered_donor()
    row = given.consented(donor)
    coordinator = inside("carla", "donor_coordinator")
    url = donor_url(donor, "consents", str(row.uuid), "withdraw")
    assert send(coordinator, url, reason="").status_code == 422
    assert send(coordinator, url, reason="Donor wrote a letter").status_code == 302
    assert Consent.objects.get().state == "withdrawn"
    assert "Donor wrote a letter" in opened(coordinator, donor_url(donor))


def test_donation_number_is_corrected_and_leukocytes_are_decided() -> None:
    donation = given.complete_donation()
    donor, coordinator = donation.donor, inside("carla", "donor_coordinator")
    url = donor_url(donor, "donations", donation.din, "correct")
    right = {"din": given.OTHER_DIN, "check_character": given.OTHER_CHECK, "collected_at": stamped(18)}
    assert send(coordinator, url, **right, reason="Digits were transposed").status_code == 302
    decide = donor_url(donor, "donations", given.OTHER_DIN, "cells")
    assert send(inside("quinn", "qa"), decide, rich="no", reason="Washed cord, report C-3").status_code == 302
    donation.refresh_from_db()
    assert (donation.din, donation.leukocyte_rich) == (given.OTHER_DIN, False)
