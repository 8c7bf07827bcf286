"""What stands against using tissue is judged at the time of use."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from compliance.domain import clock
from compliance.domain.act import act
from compliance.models import LedgerEntry
from donors import guards
from donors.domain import registration, tissue
from donors.models import TissueLot
from tests.donors import steps

pytestmark = pytest.mark.django_db


def codes(lot: TissueLot, quantity: str = "5", at=None, market: str | None = None) -> list[str]:
    lot = TissueLot.objects.get(pk=lot.pk)
    found = guards.blockers_for_tissue(lot, at or clock.now(), Decimal(quantity), market)
    assert all(blocker.text.endswith(".") for blocker in found)
    return [blocker.code for blocker in found]


@pytest.mark.req("R410", "R414")
def test_released_tissue_of_an_eligible_donor_may_be_used() -> None:
    lot = steps.released_tissue()
    before = LedgerEntry.objects.count()
    assert codes(lot) == []
    assert codes(lot, "22", market="US") == []
    assert LedgerEntry.objects.count() == before


@pytest.mark.req("R414")
def test_quarantine_without_anything_names_all_that_is_missing() -> None:
    lot = steps.received(steps.donated(steps.registered_donor()))
    assert codes(lot) == ["tissue_quarantine", "donor_not_eligible", "consent_absent"]


@pytest.mark.parametrize("move", ["hold", "discard"])
def test_lot_that_is_not_released_stops(move: str) -> None:
    lot = steps.released_tissue()
    with act(steps.quality(), f"tissue.{'held' if move == 'hold' else 'discarded'}", lot) as a:
        getattr(tissue, f"{move}_tissue")(a, lot, "Logger file is missing")
    assert codes(lot) == ["tissue_on_hold" if move == "hold" else "tissue_discarded"]


@pytest.mark.req("R416")
def test_rejected_lot_stops() -> None:
    lot = steps.received(steps.eligible_donor())
    signer, token = steps.challenged(steps.quality(), lot, "rejected")
    with act(signer, "tissue.rejected", lot) as a:
        tissue.reject_tissue(a, token, lot, "Bag was leaking at receipt")
    assert codes(lot) == ["tissue_rejected"]


def test_expiry_is_judged_at_the_time_of_use_its_last_moment_included() -> None:
    lot = steps.released_tissue()
    assert codes(lot, at=lot.expires_at) == []
    assert codes(lot, at=lot.expires_at + timedelta(microseconds=1)) == ["tissue_expired"]


@pytest.mark.parametrize(("quantity", "code"), [("22.01", "quantity_short"), ("0", "quantity_not_positive")])
def test_quantity_must_be_there(quantity: str, code: str) -> None:
    assert codes(steps.released_tissue(), quantity) == [code]


@pytest.mark.req("R410")
def test_donation_without_its_own_determination_stops() -> None:
    donation = steps.eligible_donor()
    second = steps.donated(donation.donor, steps.OTHER_DIN, steps.OTHER_CHECK)
    assert [b.code for b in guards.blockers_for_eligibility(second, clock.now())] == ["donation_not_determined"]


@pytest.mark.req("R410")
def test_donation_determined_incomplete_stops_beside_an_eligible_one() -> None:
    donation = steps.eligible_donor()
    second = steps.donated(donation.donor, steps.OTHER_DIN, steps.OTHER_CHECK)
    steps.determined(second, "incomplete")
    steps.determined(donation)
    second.refresh_from_db()
    assert [b.code for b in guards.blockers_for_eligibility(second, clock.now())] == ["donor_not_eligible"]


@pytest.mark.req("R410")
def test_determination_after_the_time_of_use_does_not_count() -> None:
    lot = steps.released_tissue()
    assert codes(lot, at=clock.now() - timedelta(hours=1)) == ["donation_not_determined"]


@pytest.mark.req("R413")
def test_market_that_was_not_determined_stops() -> None:
    donation = steps.complete_donation()
    steps.determined(donation, markets=("US",))
    lot = steps.released(steps.received(donation))
    assert codes(lot, market="US") == []
    assert codes(lot, market="EU") == ["market_not_determined"]


def test_consent_withdrawn_stops_later_use_alone() -> None:
    lot = steps.released_tissue()
    before = clock.now()
    with act(steps.coordinator(), "donor.consent_withdrawn", lot.donation.donor) as a:
        registration.withdraw_consent(a, lot.donation.donor.consents.get(), "Written withdrawal of today")
    assert codes(lot) == ["consent_withdrawn"]
    assert codes(lot, at=before) == []


def test_consent_given_after_the_collection_or_for_research_does_not_count() -> None:
    donor = steps.registered_donor()
    donation = steps.donated(donor)
    steps.consented(donor, clock.now())
    with act(steps.coordinator(), "donor.consent_recorded", donor) as a:
        registration.record_consent(
            a,
            donor,
            scope="research",
            form="CF-013",
            form_version="1",
            given_at=donation.collected_at - timedelta(days=1),
        )
    assert [b.code for b in guards.blockers_for_consent(donation, clock.now())] == ["consent_absent"]


def test_release_names_everything_that_stands_against_it() -> None:
    lot = steps.received(steps.donated(steps.registered_donor()), transport_low_c="0.5")
    found = guards.blockers_for_release(steps.operator(), lot, lot.expires_at + timedelta(seconds=1))
    assert [b.code for b in found] == [
        "tissue_expired",
        "transport_outside",
        "donor_not_eligible",
        "consent_absent",
        "same_person",
    ]
