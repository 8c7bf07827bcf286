"""Tissue stays in quarantine until QA releases it by signature; what stands against use stops it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from compliance.domain import clock, signing
from compliance.domain.act import act
from compliance.models import Signature
from compliance.refusals import Denied, Invalid, Refused, Stale
from compliance.states import SignatureMeaning
from donors import guards
from donors.domain import registration, tissue
from donors.models import TissueLot, TissueUse
from donors.queries import on_hand
from tests.donors import steps
from tests.helpers import person

pytestmark = pytest.mark.django_db


def use(lot: TissueLot, quantity: str, market: str | None = None) -> TissueUse:
    with act(steps.operator(), "tissue.used", lot) as a:
        return tissue.use_tissue(a, lot, quantity, "CB-26-0001", market=market)


@pytest.mark.req("R414")
def test_tissue_is_received_into_quarantine() -> None:
    lot = steps.received(steps.donated(steps.registered_donor()))
    assert lot.number == f"TIS-{clock.today().year % 100:02d}-0001"
    assert (lot.state, lot.quantity, lot.unit) == ("quarantine", Decimal(22), "cm")
    assert lot.received_at - lot.donation.collected_at >= steps.SINCE_COLLECTION
    assert lot.expires_at == lot.donation.collected_at + timedelta(hours=48)
    assert str(lot) == lot.number


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": ""}, "quantity"),
        ({"transport_low_c": "7.1"}, "transport_low_c"),
        ({"transport_high_c": "cool"}, "transport_high_c"),
        ({"logger": " "}, "logger"),
        ({"condition": ""}, "condition"),
        ({"storage": ""}, "storage"),
        ({"place": ""}, "place"),
    ],
)
def test_wrong_receipt_is_refused(values: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        steps.received(steps.donated(steps.registered_donor()), **values)
    assert caught.value.field == field
    assert not TissueLot.objects.exists()


def test_receipt_before_collection_or_to_come_is_refused() -> None:
    donation = steps.donated(steps.registered_donor())
    with pytest.raises(Invalid, match="before it was collected"):
        steps.received(donation, received_at=donation.collected_at - timedelta(minutes=1))
    with pytest.raises(Invalid, match="future"):
        steps.received(donation, received_at=clock.now() + timedelta(minutes=5))


def test_earlier_end_on_the_label_counts() -> None:
    donation = steps.donated(steps.registered_donor())
    end = donation.collected_at + timedelta(hours=24)
    assert steps.received(donation, usable_until=end).expires_at == end
    late = donation.collected_at + timedelta(days=9)
    assert steps.received(donation, usable_until=late).expires_at == donation.collected_at + timedelta(hours=48)


def test_cell_line_has_no_end_from_collection() -> None:
    donor = steps.registered_donor("ESC", named=False)

    with act(steps.coordinator(), "donor.donation_recorded", donor) as a:
        donation = registration.record_donation(
            a,
            donor,
            din=steps.DIN,
            check=steps.CHECK,
            collected_at=clock.now() - timedelta(days=900),
            site="Cell bank",
            facts={
                "line_name": "H-7",
                "bank_certificate": "CC-1",
                "ethics_approval": "EA-1",
                "passage": "12",
            },
        )
    lot = steps.received(donation, transport_low_c="-196", transport_high_c="-150")
    assert lot.expires_at is None
    assert guards.is_transport_within(lot)
    assert lot.unit == "vial"


@pytest.mark.req("R414")
def test_release_is_signed_by_qa() -> None:
    lot = steps.released_tissue()
    signature = Signature.objects.get(record_uuid=lot.uuid)
    assert (lot.state, signature.meaning, signature.role) == ("released", "released", "qa")
    assert signing.is_valid(signature, TissueLot.objects.get(pk=lot.pk))


@pytest.mark.req("R414")
@pytest.mark.parametrize("verdict", ["", "incomplete", "ineligible"])
def test_release_without_an_eligible_donor_is_refused(verdict: str) -> None:
    donation = steps.complete_donation()
    if verdict:
        steps.determined(donation, verdict)
    lot = steps.received(donation)
    with pytest.raises(Refused) as caught:
        steps.released(lot)
    assert [b.code for b in caught.value.blockers] == ["donor_not_eligible"]
    lot.refresh_from_db()
    assert lot.state == "quarantine"


@pytest.mark.req("R107")
@pytest.mark.parametrize("role", ["operator", "donor_coordinator", "donor_responsible", "qp"])
def test_release_by_another_role_is_refused(role: str) -> None:
    lot = steps.received(steps.eligible_donor())
    who, token = steps.challenged(person("x-person", role), lot, SignatureMeaning.RELEASED)
    with pytest.raises(Denied), act(who, "tissue.released", lot) as a:
        tissue.release_tissue(a, token, lot)


@pytest.mark.req("R107")
@pytest.mark.case("SIG-02")
def test_release_by_the_person_who_received_it_is_refused() -> None:
    both = person("olaf", "operator", "qa")
    lot = steps.received(steps.eligible_donor())
    signer, token = steps.challenged(both, lot, SignatureMeaning.RELEASED)
    with pytest.raises(Refused) as caught, act(signer, "tissue.released", lot) as a:
        tissue.release_tissue(a, token, lot)
    assert [b.code for b in caught.value.blockers] == ["same_person"]


@pytest.mark.case("CON-01")
def test_release_of_a_lot_that_changed_meanwhile_is_refused() -> None:
    lot = steps.released_tissue()
    with act(steps.quality(), "tissue.held", lot) as a:
        tissue.hold_tissue(a, lot, "Logger file is missing", version=lot.version)
    with pytest.raises(Stale), act(steps.quality(), "tissue.held", lot) as a:
        tissue.hold_tissue(a, lot, "Logger file is missing", version=lot.version)


@pytest.mark.req("R414")
def test_transport_outside_the_range_waits_for_qa() -> None:
    lot = steps.received(steps.eligible_donor(), transport_high_c="11.4")
    with pytest.raises(Refused) as caught:
        steps.released(lot)
    assert [b.code for b in caught.value.blockers] == ["transport_outside"]
    with pytest.raises(Denied), act(steps.operator(), "tissue.transport_judged", lot) as a:
        tissue.judge_transport(a, lot, "Short door opening, cord was fine")
    with act(steps.quality(), "tissue.transport_judged", lot) as a:
        lot = tissue.judge_transport(a, lot, "Short door opening, cord was fine", lot.version)
    assert steps.released(lot).state == "released"


def test_transport_within_the_range_needs_no_judgement() -> None:
    lot = steps.received(steps.donated(steps.registered_donor()))
    with (
        pytest.raises(Invalid, match="nothing to judge"),
        act(steps.quality(), "tissue.transport_judged", lot) as a,
    ):
        tissue.judge_transport(a, lot, "Short door opening, cord was fine")


def test_hold_resume_and_discard_each_with_reason() -> None:
    lot = steps.released_tissue()
    with pytest.raises(Invalid), act(steps.quality(), "tissue.held", lot) as a:
        tissue.hold_tissue(a, lot, "")
    with act(steps.responsible(), "tissue.held", lot) as a:
        lot = tissue.hold_tissue(a, lot, "Logger file is missing")
    assert lot.state == "on_hold"
    signer, token = steps.challenged(steps.quality(), lot, SignatureMeaning.RELEASED)
    with act(signer, "tissue.released", lot) as a:
        lot = tissue.resume_tissue(a, token, lot, "Logger file was found and is fine")
    assert lot.state == "released"
    with act(steps.quality(), "tissue.discarded", lot) as a:
        lot = tissue.discard_tissue(a, lot, "Time to isolation will be over")
    assert lot.state == "discarded"
    with pytest.raises(Refused), act(steps.quality(), "tissue.discarded", lot) as a:
        tissue.discard_tissue(a, lot, "Time to isolation will be over")


@pytest.mark.req("R416")
def test_rejected_from_quarantine_never_comes_back() -> None:
    lot = steps.received(steps.eligible_donor())
    signer, token = steps.challenged(steps.quality(), lot, SignatureMeaning.REJECTED)
    with pytest.raises(Invalid), act(signer, "tissue.rejected", lot) as a:
        tissue.reject_tissue(a, token, lot, " ")
    with act(signer, "tissue.rejected", lot) as a:
        lot = tissue.reject_tissue(a, token, lot, "Bag was leaking at receipt")
    assert lot.state == "rejected"
    with pytest.raises(Refused):
        steps.released(lot)


@pytest.mark.req("R105")
def test_use_leaves_the_rest_exactly() -> None:
    lot = steps.released_tissue()
    assert on_hand(lot) == Decimal(22)
    first = use(lot, "0.1")
    use(lot, "0.2")
    assert on_hand(lot) == Decimal("21.7")
    assert str(first) == "0.1 for CB-26-0001"
    with pytest.raises(Refused, match=r"21\.7 cm left"):
        use(lot, "21.8")
    use(lot, "21.7", market="EU")
    assert on_hand(lot) == 0


def test_use_by_another_role_or_without_purpose_is_refused() -> None:
    lot = steps.released_tissue()
    with pytest.raises(Denied), act(steps.quality(), "tissue.used", lot) as a:
        tissue.use_tissue(a, lot, "1", "CB-26-0001")
    with pytest.raises(Invalid), act(steps.operator(), "tissue.used", lot) as a:
        tissue.use_tissue(a, lot, "1", " ")
    assert not TissueUse.objects.exists()


@pytest.mark.req("R414")
def test_use_from_quarantine_is_refused() -> None:
    lot = steps.received(steps.eligible_donor())
    with pytest.raises(Refused) as caught:
        use(lot, "1")
    assert [b.code for b in caught.value.blockers] == ["tissue_quarantine"]
