"""Who a donor is stands on two pages alone, for two roles alone, each reading on record (R417, WF-12)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from compliance.models import LedgerEntry
from donors.models import DonorIdentity
from tests.donors import steps as given
from tests.donors.views.pages import donor_url, lot_url, results_form
from tests.resources.views.steps import html_of, inside, opened, send, sent_twice

pytestmark = pytest.mark.django_db
WHY = "Result must be told to the ward"
WORDS = ("Ödön", "Kunigunde", "Hapsburgersson", "MRN-7734921", "7734921", "&#x27;Ödön")


def trail_url(record: object) -> str:
    return reverse("compliance:audit-trail", args=(record._meta.label_lower, record.uuid))  # type: ignore[attr-defined]


def assert_coded(html: str) -> None:
    assert not [word for word in WORDS if word.casefold() in html.casefold()]


@pytest.mark.req("R417")
@pytest.mark.case("WF-12")
def test_no_page_but_the_reading_shows_identity() -> None:
    lot = given.released_tissue()
    donation = lot.donation
    donor = donation.donor
    coordinator = inside("wanda", "donor_coordinator", "donor_responsible", "qa")
    given.consented(given.registered_donor())
    row = donor.results.first()
    consent = donor.consents.get()
    pages = [
        "/donors/", "/donors/tissue/", donor_url(donor), lot_url(lot), lot_url(lot, "hand-over"),
        donor_url(donor, "identity"), donor_url(donor, "identity", "read"), donor_url(donor, "consent"),
        donor_url(donor, "consents", str(consent.uuid), "withdraw"), donor_url(donor, "donation"),
        donor_url(donor, "donations", donation.din, "determine"), donor_url(donor, "results"),
        donor_url(donor, "results", str(row.uuid), "correct"), f"/donors/tissue/receive/{donation.din}/",
        trail_url(donor), trail_url(donor.identity), trail_url(lot), "/audit-trail/", "/signatures/",
        lot_url(lot, "decide", "hold"),
    ]  # fmt: skip
    send(coordinator, donor_url(donor, "identity", "read"), reason=WHY)
    for url in pages:
        assert_coded(opened(coordinator, url))
    assert_coded(b"".join(coordinator.get("/audit-trail/export.csv").streaming_content).decode())


@pytest.mark.case("WF-12")
def test_operator_reaches_no_donor_page_by_its_address() -> None:
    lot = given.released_tissue()
    donor, din = lot.donation.donor, lot.donation.din
    operator = inside("olaf", "operator")
    result, consent = donor.results.first(), donor.consents.get()
    closed = [
        "/donors/", "/donors/register/", donor_url(donor), donor_url(donor, "identity"),
        donor_url(donor, "identity", "read"), donor_url(donor, "consent"), donor_url(donor, "donation"),
        donor_url(donor, "screening"), donor_url(donor, "results"), donor_url(donor, "donations", din, "determine"),
        donor_url(donor, "donations", din, "correct"), donor_url(donor, "donations", din, "cells"),
        donor_url(donor, "results", str(result.uuid), "correct"),
        donor_url(donor, "consents", str(consent.uuid), "withdraw"), trail_url(donor), trail_url(donor.identity),
        trail_url(result), trail_url(consent), trail_url(lot.donation), "/donors/DON-26-9999/",
    ]  # fmt: skip
    for url in closed:
        assert operator.get(url).status_code == 403, url
        assert_coded(html_of(operator.get(url)))
        if not url.startswith("/audit-trail"):
            assert operator.post(url).status_code in (403, 405), url
    html = opened(operator, lot_url(lot))
    assert donor_url(donor) not in html
    assert_coded(html)
    assert '"/donors/"' not in html


@pytest.mark.req("R417")
def test_reader_of_donors_without_the_permission_sees_no_identity_section() -> None:
    donor = given.registered_donor()
    inspector = inside("ines", "inspector")
    html = opened(inspector, donor_url(donor))
    assert "Read the identity" not in html
    assert "Record the identity" not in html
    assert inspector.get(donor_url(donor, "identity", "read")).status_code == 403
    assert inspector.get(trail_url(donor.identity)).status_code == 403


@pytest.mark.req("R417")
def test_reading_shows_the_identity_once_and_is_on_record() -> None:
    donor = given.registered_donor()
    coordinator = inside("carla", "donor_coordinator")
    first, second = sent_twice(coordinator, donor_url(donor, "identity", "read"), reason=WHY)
    assert first.status_code == 200
    assert "Ödön Hapsburgersson" in html_of(first)
    assert "no-store" in first.headers["Cache-Control"]
    assert 'data-draft=""' in html_of(first)
    assert second.status_code == 302
    assert_coded(html_of(second))
    entry = LedgerEntry.objects.get(event="donor.identity_read")
    assert WHY in entry.payload
    assert_coded(entry.payload)


@pytest.mark.req("R417")
@pytest.mark.parametrize("reason", ["", "short", "Kunigunde asked for her result"])
def test_reading_without_a_reason_or_by_name_is_refused(reason: str) -> None:
    donor = given.registered_donor()
    answer = send(inside("carla", "donor_coordinator"), donor_url(donor, "identity", "read"), reason=reason)
    assert answer.status_code == 422
    assert "Hapsburgersson" not in html_of(answer)
    assert not LedgerEntry.objects.filter(event="donor.identity_read").exists()


def test_identity_is_sealed_and_changed_with_a_reason() -> None:
    donor = given.registered_donor(named=False)
    coordinator = inside("carla", "donor_coordinator")
    url = donor_url(donor, "identity")
    who = {"full_name": given.NAME, "born_on": "2026-03-10", "hospital_number": "MRN-1", "birth_mother": given.MOTHER}
    assert send(coordinator, url, **(who | {"born_on": "2026-13-10"})).status_code == 422
    assert send(coordinator, url, **who).status_code == 302
    assert given.NAME not in DonorIdentity.objects.get().sealed
    assert send(coordinator, url, **who, reason="").status_code == 422
    assert send(coordinator, url, **who, reason="Spelling as in the papers").status_code == 302
    assert_coded(opened(coordinator, donor_url(donor)))


@pytest.mark.req("R417")
@pytest.mark.parametrize("field", ["laboratory", "report", "kit_hbsag"])
def test_free_text_that_names_the_donor_is_refused(field: str) -> None:
    donor = given.registered_donor()
    donation = given.donated(donor)
    form = results_form(donation, ("hbsag",), **{field: "sample of Kunigunde"})
    answer = send(inside("carla", "donor_coordinator"), donor_url(donor, "results"), **form)
    assert answer.status_code == 422
    assert "The text names the donor" in html_of(answer)
