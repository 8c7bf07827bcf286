"""Donors and lots are found by code, by those who may."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance import roles
from compliance.manifests import gmp_models
from compliance.refusals import Denied, Invalid
from donors import queries, states
from donors.models import TissueLot
from tests.donors import steps
from tests.helpers import person

pytestmark = pytest.mark.django_db


@pytest.mark.req("R402")
def test_way_back_from_the_lot_and_forward_again() -> None:
    lot = steps.received(steps.donated(steps.registered_donor()))
    donor = queries.donor_of_lot(lot)
    assert donor == lot.donation.donor
    assert list(queries.lots_of_donor(donor)) == [lot]


@pytest.mark.case("WF-12")
@pytest.mark.req("R417")
@pytest.mark.parametrize("role", ["operator", "verifier", "qc_analyst", "system_administrator"])
def test_donor_is_closed_to_other_roles(role: str) -> None:
    donor = steps.registered_donor()
    who = person("x-person", role)
    for read in (lambda: queries.donor_for(who, donor.number), lambda: queries.donors_for(who)):
        with pytest.raises(Denied) as caught:
            read()
        assert donor.number not in caught.value.text


def test_donor_and_lot_are_found_by_code() -> None:
    lot = steps.received(steps.donated(steps.registered_donor()))
    inspector = person("ivan", "inspector")
    assert queries.donor_for(inspector, f" {lot.donation.donor.number.lower()} ") == lot.donation.donor
    assert queries.lot_for(steps.operator(), lot.number) == lot
    with pytest.raises(Invalid, match="no donor"):
        queries.donor_for(inspector, "DON-26-0999")
    with pytest.raises(Invalid, match="no tissue lot"):
        queries.lot_for(inspector, "TIS-26-0999")


def test_lists_are_by_state() -> None:
    lot = steps.received(steps.donated(steps.registered_donor()))
    qa = steps.quality()
    assert list(queries.lots_for(qa, "quarantine")) == [lot]
    assert list(queries.lots_for(qa, "released")) == []
    assert list(queries.donors_for(qa, "registered")) == [lot.donation.donor]
    assert list(queries.donors_for(qa, "eligible")) == []


def test_list_of_lots_asks_once_however_many_there_are() -> None:
    donation = steps.donated(steps.registered_donor())
    qa = steps.quality()
    assert qa.may("donors.read_tissue")
    counts = []
    for _ in range(2):
        steps.received(donation)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert [lot.donation.donor.number for lot in queries.lots_for(qa)]
        counts.append(len(asked))
    assert counts == [1, 1]
    assert TissueLot.objects.count() == len(counts)


def test_every_record_says_who_may_read_it() -> None:
    own = {m._meta.label_lower for m in gmp_models() if m._meta.app_label == "donors"}
    assert own == set(states.READING)
    assert set(states.READING.values()) <= set(roles.all_permissions())


@pytest.mark.req("R417")
def test_identity_has_a_permission_of_its_own() -> None:
    assert set(states.PERMISSIONS["donors.read_identity"]) == {"donor_coordinator", "donor_responsible"}
    assert states.READING["donors.donoridentity"] == "donors.read_identity"
