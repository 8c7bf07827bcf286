"""QA's decisions on lots, signed, and what they ask for."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from compliance.domain import clock, signing
from compliance.domain.act import act
from compliance.models import LedgerEntry, Signature
from compliance.refusals import Denied, Invalid, Refused, Stale
from compliance.states import SignatureMeaning
from resources import queries
from resources.domain import disposition
from resources.guards import blockers_for_lot
from resources.models.lot import TestKind
from resources.states import LotState
from tests.helpers import person
from tests.resources import steps

pytestmark = pytest.mark.django_db


@pytest.mark.req("R301", "R303", "R113")
def test_release_is_signed_over_lot_and_tests() -> None:
    lot = steps.released_lot()
    signature = Signature.objects.get(record_uuid=lot.uuid)
    assert (lot.state, signature.meaning, signature.role) == (LotState.RELEASED, "released", "qa")
    assert '"method":"Identity by FTIR"' in signature.content
    assert signing.is_valid(signature, lot)
    assert blockers_for_lot(lot, clock.now()) == []


@pytest.mark.req("R301", "R107")
@pytest.mark.parametrize("role", ["operator", "process_engineer", "qc_reviewer", "qp", "verifier"])
def test_only_qa_disposes_of_a_lot(role: str) -> None:
    lot = steps.received_lot()
    steps.record_test(lot)
    with pytest.raises(Denied):
        steps.release(lot, by=person("someone", role))
    with pytest.raises(Denied), act(person("someone"), "material_lot.discarded", lot) as a:
        disposition.discard_lot(a, lot, "Not wanted any longer")
    assert not Signature.objects.exists()


@pytest.mark.req("R301")
def test_who_received_a_lot_does_not_release_it() -> None:
    both = person("olga", "operator", "qa")
    lot = steps.received_lot()
    steps.record_test(lot)
    with pytest.raises(Refused) as caught:
        steps.release(lot, by=both)
    assert steps.codes_of(caught.value.blockers) == ["same_person"]


@pytest.mark.req("R303")
def test_lot_without_identity_test_is_not_released() -> None:
    lot = steps.received_lot()
    steps.record_test(lot, TestKind.CERTIFICATE, method="Certificate 4711")
    with pytest.raises(Refused) as caught:
        steps.release(lot)
    assert steps.codes_of(caught.value.blockers) == ["no_identity_test"]


@pytest.mark.req("R303")
def test_failed_test_stops_release_until_its_repeat_passes() -> None:
    lot = steps.received_lot()
    steps.record_test(lot)
    steps.record_test(lot, TestKind.OTHER, passes=False, method="Osmolality")
    with pytest.raises(Refused) as caught:
        steps.release(lot)
    assert steps.codes_of(caught.value.blockers) == ["test_failed"]
    steps.record_test(lot, TestKind.OTHER, method="Osmolality")
    assert steps.release(lot).state == LotState.RELEASED


@pytest.mark.req("R303")
@pytest.mark.parametrize("qualified", [True, False])
def test_certificate_counts_only_from_a_qualified_supplier(qualified: bool) -> None:
    lot = steps.received_lot(supplier=steps.supplier(qualified=qualified))
    steps.record_test(lot)
    steps.record_test(lot, TestKind.CERTIFICATE, method="Certificate 4711")
    if qualified:
        assert steps.release(lot).state == LotState.RELEASED
        return
    with pytest.raises(Refused) as caught:
        steps.release(lot)
    assert steps.codes_of(caught.value.blockers) == ["supplier_not_qualified"]


def test_supplier_s_qualification_ends_with_its_last_day(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    lot = steps.received_lot(expires_on=clock.today() + timedelta(days=900))
    steps.record_test(lot)
    steps.record_test(lot, TestKind.CERTIFICATE, method="Certificate 4711")
    set_clock("2027-11-21 10:00")
    with pytest.raises(Refused) as caught:
        steps.release(lot)
    assert steps.codes_of(caught.value.blockers) == ["supplier_not_qualified"]


@pytest.mark.req("R304")
def test_rejected_lot_is_rejected_for_good() -> None:
    lot = steps.received_lot()
    steps.record_test(lot)
    lot = steps.reject(lot)
    assert Signature.objects.get(record_uuid=lot.uuid).meaning == "rejected"
    assert steps.codes_of(blockers_for_lot(lot, clock.now())) == ["rejected"]
    with pytest.raises(Refused):
        steps.release(lot)


@pytest.mark.parametrize("reason", ["", "bad"])
def test_rejection_asks_why(reason: str) -> None:
    lot = steps.received_lot()
    with pytest.raises(Invalid):
        steps.reject(lot, reason)
    lot.refresh_from_db()
    assert (lot.state, Signature.objects.count()) == (LotState.QUARANTINE, 0)


def test_hold_voids_the_release_and_release_again_asks_why() -> None:
    lot = steps.released_lot()
    first = Signature.objects.get()
    lot = steps.hold(lot)
    first = Signature.objects.get()
    assert first.void.reason == "Complaint of the supplier"
    assert not signing.is_valid(first, lot)
    assert steps.codes_of(blockers_for_lot(lot, clock.now())) == ["on_hold"]
    with pytest.raises(Invalid):
        steps.release(lot)
    lot = steps.release(lot, reason="Supplier withdrew the complaint")
    assert signing.is_valid(Signature.objects.latest("id"), lot)
    assert steps.reject(steps.hold(lot), "Second complaint, confirmed").state == LotState.REJECTED


@pytest.mark.req("R304")
def test_retest_sets_a_new_date_under_a_new_signature() -> None:
    today = clock.today()
    lot = steps.released_lot(expires_on=None, retest_on=today)
    tomorrow = clock.now() + timedelta(days=1)
    assert steps.codes_of(blockers_for_lot(lot, tomorrow)) == ["retest_due"]
    lot = steps.hold(lot, "Retest is due today")
    steps.record_test(lot)
    lot = steps.release(lot, reason="Retested, conforms", retest_on=today + timedelta(days=90))
    assert blockers_for_lot(lot, tomorrow) == []
    assert [hasattr(s, "void") for s in Signature.objects.order_by("id")] == [True, False]


def test_retest_date_after_expiry_is_refused() -> None:
    lot = steps.received_lot()
    steps.record_test(lot)
    with pytest.raises(Invalid) as caught:
        steps.release(lot, retest_on=clock.today() + timedelta(days=400))
    assert caught.value.code == "retest_after_expiry"


@pytest.mark.req("R304")
def test_expired_lot_is_not_released(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    lot = steps.received_lot(expires_on=clock.today())
    steps.record_test(lot)
    set_clock("2026-11-21 00:01")
    with pytest.raises(Refused) as caught:
        steps.release(lot)
    assert steps.codes_of(caught.value.blockers) == ["expired"]


@pytest.mark.case("CON-01")
def test_release_of_a_lot_changed_meanwhile_is_stale() -> None:
    lot = steps.received_lot()
    steps.record_test(lot)
    seen = lot.version
    steps.reject(lot)
    with pytest.raises(Stale):
        steps.release(lot, version=seen)


@pytest.mark.case("SIG-02")
def test_token_for_another_lot_signs_nothing() -> None:
    lot, other = steps.received_lot(), steps.received_lot()
    steps.record_test(lot)
    signer, token = steps.signing_as(steps.qa(), other, SignatureMeaning.RELEASED)
    with pytest.raises(Denied), act(signer, "material_lot.released", lot) as a:
        disposition.release_lot(a, token, lot)
    with pytest.raises(Denied), act(signer, "material_lot.released", lot) as a:
        disposition.release_lot(a, uuid.uuid4(), lot)
    lot.refresh_from_db()
    assert lot.state == LotState.QUARANTINE


@pytest.mark.case("MAT-06")
def test_rest_of_an_expired_lot_is_discarded_with_reason(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    lot = steps.released_lot(quantity="5.0", expires_on=clock.today())
    steps.charge(lot, "1.5")
    set_clock("2026-11-23 10:00")
    with act(steps.qa(), "material_lot.discarded", lot) as a:
        row = disposition.discard_lot(a, lot, "Expired, poured away")
    assert (row.state, queries.on_hand(row), row.expires_on) == (LotState.DISCARDED, Decimal(0), lot.expires_on)
    movement = row.movements.last()
    assert (movement.delta, movement.balance_after, movement.reason) == (
        Decimal("-3.5"),
        Decimal(0),
        "Expired, poured away",
    )
    entry = LedgerEntry.objects.latest("id")
    assert (entry.event, "Expired, poured away" in entry.payload) == ("material_lot.discarded", True)
    assert steps.codes_of(blockers_for_lot(row, clock.now())) == ["discarded", "expired", "used_up"]


def test_discarding_an_empty_lot_moves_nothing() -> None:
    lot = steps.released_lot(quantity="1")
    steps.charge(lot, "1")
    with act(steps.qa(), "material_lot.discarded", lot) as a:
        row = disposition.discard_lot(a, lot, "Empty bottle thrown away")
    assert (row.state, row.movements.count()) == (LotState.DISCARDED, 2)
    with pytest.raises(Refused), act(steps.qa(), "material_lot.discarded", lot) as a:
        disposition.discard_lot(a, lot, "Thrown away once more")
