"""Eligibility is determined by signature, never computed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection

from compliance.domain import clock, signing
from compliance.domain.act import act
from compliance.models import Signature
from compliance.refusals import Denied, Invalid, Refused
from donors.domain import eligibility, registration, screening
from donors.models import Determination, Donation, Donor
from donors.queries import standing_determination
from donors.rules import rules
from tests.donors import steps
from tests.helpers import SECRET, person

pytestmark = pytest.mark.django_db


def state_of(donation: Donation) -> str:
    return str(Donor.objects.get(pk=donation.donor_id).state)


def codes(caught: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {blocker.code for blocker in caught.value.blockers}


@pytest.mark.req("R410", "R412", "R413")
def test_determination_is_signed_over_the_findings_of_both_markets() -> None:
    donation = steps.complete_donation()
    assert state_of(donation) == "registered"
    row = steps.determined(donation)
    assert state_of(donation) == "eligible"
    findings = json.loads(row.findings)
    assert [part["market"] for part in findings["summaries"]] == ["EU", "US"]
    assert (row.markets, row.rules_digest) == ("EU,US", rules().digest)
    signature = Signature.objects.get(record_uuid=row.uuid)
    assert (signature.meaning, signature.role) == ("determined", "donor_responsible")
    assert donation.din in signature.title
    assert signing.is_valid(signature, Determination.objects.get(pk=row.pk))
    connection.check_constraints()


@pytest.mark.req("R410")
@pytest.mark.parametrize("marker", ["hiv1_nat", "hbsag", "hcv_ab", "tp_specific", "htlv12_ab"])
def test_eligible_over_a_reactive_test_cannot_be_signed(marker: str) -> None:
    donation = steps.complete_donation()
    steps.result_of(donation, marker, "reactive")
    with pytest.raises(Refused) as caught:
        steps.determined(donation)
    assert any(code.startswith("reactive_") for code in codes(caught))
    assert state_of(donation) == "registered"
    assert not Determination.objects.exists()
    assert not Signature.objects.exists()


@pytest.mark.req("R410")
def test_reactive_test_counts_for_every_market() -> None:
    donation = steps.complete_donation()
    steps.result_of(donation, "wnv_nat", "reactive")
    with pytest.raises(Refused):
        steps.determined(donation, markets=("EU",))


@pytest.mark.req("R411")
@pytest.mark.parametrize("left_out", steps.MARKERS)
def test_eligible_with_a_test_missing_cannot_be_signed(left_out: str) -> None:
    donor = steps.registered_donor()
    steps.consented(donor)
    donation = steps.donated(donor)
    steps.screened(donor)
    for marker in steps.MARKERS:
        if marker != left_out:
            steps.result_of(donation, marker)
    with pytest.raises(Refused) as caught:
        steps.determined(donation)
    assert {code.split("_")[0] for code in codes(caught)} <= {"missing", "repeat"}
    steps.determined(donation, "incomplete")
    assert state_of(donation) == "incomplete"


@pytest.mark.req("R411")
def test_reactive_cmv_alone_does_not_exclude() -> None:
    donation = steps.complete_donation()
    row = steps.determined(donation)
    steps.result_of(donation, "cmv_ab", "reactive")
    assert state_of(donation) == "eligible"
    assert standing_determination(donation) == row


@pytest.mark.req("R411")
def test_leukocyte_content_is_decided_by_qa() -> None:
    donor = steps.registered_donor()
    donation = steps.donated(donor)
    steps.screened(donor)
    for marker in steps.MARKERS:
        if marker not in {"htlv12_ab", "cmv_ab"}:
            steps.result_of(donation, marker)
    with pytest.raises(Refused):
        steps.determined(donation)
    with pytest.raises(Denied), act(steps.responsible(), "donor.cell_content_decided", donor) as a:
        registration.decide_leukocyte_content(a, donation, rich=False, reason="Cord tissue is washed free of blood")
    with act(steps.quality(), "donor.cell_content_decided", donor) as a:
        donation = registration.decide_leukocyte_content(
            a, donation, rich=False, reason="Cord tissue is washed free of blood"
        )
    steps.determined(donation)
    with act(steps.quality(), "donor.cell_content_decided", donor) as a:
        registration.decide_leukocyte_content(a, donation, rich=True, reason="Blood was seen in the cord after all")
    assert state_of(donation) == "registered"


@pytest.mark.req("R413")
def test_dates_that_pass_in_us_and_fail_in_eu_are_determined_for_us_alone() -> None:
    donor = steps.registered_donor()
    donation = steps.donated(donor)
    steps.screened(donor)
    for marker in steps.MARKERS:
        steps.result_of(donation, marker, sampled_on=donation.donated_on - timedelta(days=7))
    with pytest.raises(Refused) as caught:
        steps.determined(donation)
    assert all(b.text.startswith("EU: ") for b in caught.value.blockers)
    assert any(code.startswith("out_of_window_") for code in codes(caught))
    assert steps.determined(donation, markets=("US",)).markets == "US"
    assert state_of(donation) == "eligible"


@pytest.mark.req("R412")
def test_sample_of_the_newborn_does_not_stand_for_the_birth_mother() -> None:
    donation = steps.complete_donation()
    with act(steps.coordinator(), "donor.result_corrected", donation.donor) as a:
        screening.correct_result(
            a,
            donation.donor.results.get(marker="hbsag"),
            "The sample was of the cord blood",
            subject="donor",
        )
    with pytest.raises(Refused, match="not of the birth mother"):
        steps.determined(donation)


@pytest.mark.req("R412")
def test_infant_of_a_donor_source_is_judged_by_the_birth_mother() -> None:
    with act(steps.coordinator(), "donor.registered", "donors") as a:
        donor = registration.register_donor(a, "BMSC", "allogeneic", infant=True)
    at = clock.now() - timedelta(hours=18)
    with act(steps.coordinator(), "donor.donation_recorded", donor) as a:
        donation = registration.record_donation(
            a,
            donor,
            din=steps.DIN,
            check=steps.CHECK,
            collected_at=at,
            site="Ward 2",
            facts={"aspirate_volume": "5", "anticoagulant": "heparin"},
        )
    for who in ("donor", "birth_mother"):
        with act(steps.coordinator(), "donor.history_recorded", donor) as a:
            screening.record_history(
                a, donor, person=who, screened_on=clock.today(), risk_found=False, htlv_risk=False, report="DH-1"
            )
    for marker in steps.MARKERS:
        steps.result_of(donation, marker)
    assert {r.subject for r in donor.results.all()} == {"birth_mother"}
    assert steps.determined(donation).verdict == "eligible"


@pytest.mark.req("R410")
def test_risk_found_by_screening_blocks_and_takes_back() -> None:
    donation = steps.eligible_donor()
    steps.screened(donation.donor, risk_found=True)
    assert state_of(donation) == "registered"
    with pytest.raises(Refused) as caught:
        steps.determined(donation)
    assert codes(caught) == {"risk_birth_mother", "risk_newborn"}


@pytest.mark.req("R410", "R107")
@pytest.mark.parametrize("role", ["donor_coordinator", "qa", "qp", "operator", "inspector"])
def test_determination_by_another_role_is_refused(role: str) -> None:
    donation = steps.complete_donation()
    row = eligibility.draft(donation, "ineligible", "Judged by the wrong person")
    who = person("x-person", role)
    signer, token = steps.challenged(who, row, eligibility.MEANING)
    with pytest.raises(Denied, match="Donor responsible"), act(signer, "donor.determined", donation.donor) as a:
        eligibility.determine(a, token, row)
    assert state_of(donation) == "registered"


@pytest.mark.req("R410", "R112")
def test_prompt_for_another_determination_does_not_sign_this_one() -> None:
    donation = steps.complete_donation()
    shown = eligibility.draft(donation, "ineligible", "Judged over all findings")
    signer, token = steps.challenged(steps.responsible(), shown, eligibility.MEANING)
    other = eligibility.draft(donation, "eligible", "Judged over all findings")
    with pytest.raises(Denied), act(signer, "donor.determined", donation.donor) as a:
        eligibility.determine(a, token, other)
    assert not Determination.objects.exists()
    assert state_of(donation) == "registered"


def test_wrong_password_signs_nothing() -> None:
    donation = steps.complete_donation()
    row = eligibility.draft(donation, "eligible", "Judged over all findings")
    with pytest.raises(Denied):
        signing.challenge(steps.responsible(), "rosa", SECRET + "x", eligibility.subject_of(row))


@pytest.mark.parametrize(
    ("verdict", "statement", "markets", "field"),
    [
        ("fine", "Judged over all findings", (), "verdict"),
        ("eligible", "Judged over all findings", ("MARS",), "markets"),
        ("eligible", "ok", (), "reason"),
    ],
)
def test_draft_that_says_nothing_sound_is_refused(
    verdict: str, statement: str, markets: tuple[str, ...], field: str
) -> None:
    donation = steps.donated(steps.registered_donor())
    with pytest.raises(Invalid) as caught:
        eligibility.draft(donation, verdict, statement, markets)
    assert caught.value.field == field


@pytest.mark.req("R410")
def test_not_required_is_for_own_use_alone() -> None:
    donation = steps.complete_donation()
    with pytest.raises(Refused) as caught:
        steps.determined(donation, "not_required")
    assert codes(caught) == {"not_autologous"}


@pytest.mark.req("R410")
def test_own_use_needs_no_tests_in_us_but_in_eu() -> None:
    donor = steps.registered_donor(scheme="autologous")
    donation = steps.donated(donor)
    with pytest.raises(Refused):
        steps.determined(donation, "not_required")
    row = steps.determined(donation, "not_required", markets=("US",))
    assert str(row) == "not required (US)"
    assert state_of(donation) == "not_required"
