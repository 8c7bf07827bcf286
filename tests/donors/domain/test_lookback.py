"""What comes to light later takes determinations back and holds tissue, visibly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.domain import signing
from compliance.domain.act import act
from compliance.models import Signature
from compliance.refusals import Invalid, Refused
from compliance.states import SignatureMeaning
from donors.domain import registration, screening, tissue
from donors.models import Donation, Donor, TissueLot
from donors.queries import standing_determination
from tests.donors import steps

pytestmark = pytest.mark.django_db


def state_of(donation: Donation) -> str:
    return str(Donor.objects.get(pk=donation.donor_id).state)


@pytest.mark.req("R410")
def test_later_reactive_result_voids_the_determination_visibly_and_holds_the_tissue() -> None:
    lot = steps.released_tissue()
    donation = lot.donation
    row = standing_determination(donation)
    assert row is not None
    result = steps.result_of(donation, "hcv_nat", "reactive")
    assert standing_determination(donation) is None
    row.refresh_from_db()
    assert row.void.result == result
    assert "HCV NAT reactive" in row.void.reason
    assert str(row.void) == f"void: {row.pk}"
    assert Signature.objects.get(record_uuid=row.uuid).void.reason == row.void.reason
    assert state_of(donation) == "registered"
    lot.refresh_from_db()
    assert lot.state == "on_hold"
    entry = result.act
    assert lot.chain in set(entry.links.values_list("chain", flat=True))
    assert lot.history.latest("version").history_change_reason


@pytest.mark.req("R410")
def test_lot_in_quarantine_stays_there_when_a_determination_falls() -> None:
    donation = steps.eligible_donor()
    lot = steps.received(donation)
    steps.result_of(donation, "hcv_nat", "reactive")
    lot.refresh_from_db()
    assert lot.state == "quarantine"


@pytest.mark.req("R416")
def test_ineligible_holds_released_tissue_which_qa_then_rejects() -> None:
    lot = steps.released_tissue()
    steps.result_of(lot.donation, "hcv_nat", "reactive")
    steps.determined(lot.donation, "ineligible")
    assert state_of(lot.donation) == "ineligible"
    signer, token = steps.challenged(steps.quality(), lot, SignatureMeaning.RELEASED)
    with pytest.raises(Refused, match="ineligible"), act(signer, "tissue.released", lot) as a:
        tissue.resume_tissue(a, token, lot, "Trying to use it anyhow")
    signer, token = steps.challenged(steps.quality(), lot, SignatureMeaning.REJECTED)
    with act(signer, "tissue.rejected", lot) as a:
        assert tissue.reject_tissue(a, token, lot, "Donor is ineligible").state == "rejected"


@pytest.mark.req("R416")
def test_determination_of_ineligible_by_judgement_holds_tissue_at_once() -> None:
    lot = steps.released_tissue()
    steps.determined(lot.donation, "ineligible")
    lot.refresh_from_db()
    assert lot.state == "on_hold"
    steps.result_of(lot.donation, "hbsag")
    assert state_of(lot.donation) == "ineligible"


@pytest.mark.req("R410")
def test_from_ineligible_only_a_corrected_result_leads_back() -> None:
    donation = steps.complete_donation()
    reactive = steps.result_of(donation, "hbsag", "reactive")
    steps.determined(donation, "ineligible")
    with pytest.raises(Refused):
        steps.determined(donation, "incomplete")
    steps.result_of(donation, "hbsag", "non_reactive", report="LR-2026-044")
    assert state_of(donation) == "ineligible"
    with act(steps.coordinator(), "donor.result_corrected", donation.donor) as a:
        screening.correct_result(a, reactive, "Sample of another donor", outcome="invalid")
    assert state_of(donation) == "registered"
    steps.determined(donation)
    assert state_of(donation) == "eligible"


@pytest.mark.req("R410")
def test_determined_anew_voids_the_one_before() -> None:
    donation = steps.complete_donation()
    first = steps.determined(donation, "incomplete")
    second = steps.determined(donation)
    first.refresh_from_db()
    assert first.void.reason.startswith("Determined anew")
    assert standing_determination(donation) == second
    assert not signing.is_valid(Signature.objects.get(record_uuid=first.uuid), first)


@pytest.mark.req("R410")
def test_second_donation_needs_its_own_determination() -> None:
    first = steps.eligible_donor()
    second = steps.donated(first.donor, steps.OTHER_DIN, steps.OTHER_CHECK)
    assert standing_determination(second) is None
    steps.determined(second)
    assert standing_determination(first) is not None
    assert state_of(second) == "eligible"


@pytest.mark.req("R410")
def test_determinations_of_two_donations_fall_one_after_the_other() -> None:
    first = steps.eligible_donor()
    second = steps.donated(first.donor, steps.OTHER_DIN, steps.OTHER_CHECK)
    steps.determined(second, markets=("US",))
    with act(steps.coordinator(), "donor.result_corrected", first.donor) as a:
        # Outside the window of the EU, inside that of the US: the first falls, the second stands.
        result = first.donor.results.get(marker="hbsag")
        earlier = first.donated_on - timedelta(days=3)
        screening.correct_result(a, result, "Day of the sample was misread", sampled_on=earlier)
    assert standing_determination(first) is None
    assert standing_determination(second) is not None
    assert state_of(second) == "registered"
    steps.result_of(second, "hbsag", "reactive")
    assert standing_determination(second) is None
    assert state_of(second) == "registered"


# Corrected donations


@pytest.mark.req("R407")
def test_donation_number_is_corrected_with_reason_alone() -> None:
    donation = steps.donated(steps.registered_donor())
    values = {"din": steps.OTHER_DIN, "check": steps.OTHER_CHECK}
    with pytest.raises(Invalid), act(steps.coordinator(), "donor.donation_corrected", donation.donor) as a:
        registration.correct_donation(a, donation, "", **values)
    donation.refresh_from_db()
    assert donation.din == steps.DIN
    with act(steps.coordinator(), "donor.donation_corrected", donation.donor) as a:
        row = registration.correct_donation(a, donation, "Label of the twin was read", **values)
    assert (row.din, row.version) == (steps.OTHER_DIN, 2)
    assert row.history.get(version=1).din == steps.DIN
    assert row.history.get(version=2).history_change_reason == "Label of the twin was read"


@pytest.mark.req("R407")
@pytest.mark.case("SIG-09")
def test_corrected_donation_voids_signatures_on_its_tissue_and_holds_it() -> None:
    lot = steps.released_tissue()
    with act(steps.coordinator(), "donor.donation_corrected", lot.donation.donor) as a:
        registration.correct_donation(
            a, lot.donation, "Label of the twin was read", din=steps.OTHER_DIN, check=steps.OTHER_CHECK
        )
    lot = TissueLot.objects.get(pk=lot.pk)
    assert lot.state == "on_hold"
    signature = Signature.objects.get(record_uuid=lot.uuid)
    assert signature.void.reason == "Label of the twin was read"
    assert not signing.is_valid(signature, lot)
    assert standing_determination(lot.donation) is not None


@pytest.mark.req("R412", "R413")
def test_corrected_time_of_collection_takes_back_what_no_longer_holds() -> None:
    donation = steps.eligible_donor()
    with act(steps.coordinator(), "donor.donation_corrected", donation.donor) as a:
        row = registration.correct_donation(
            a,
            donation,
            "Wrong month was typed",
            din=steps.DIN,
            check=steps.CHECK,
            collected_at=donation.collected_at - timedelta(days=30),
        )
    assert row.donated_on == donation.donated_on - timedelta(days=30)
    assert standing_determination(row) is None
    assert state_of(row) == "registered"
