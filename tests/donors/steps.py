"""Steps to a determined donor and released tissue, each by the acts of production.

The umbilical cord of the reference batch: 22 cm, collected 18 h before receipt, the birth mother tested
within the window of both markets.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from compliance.domain import clock, signing
from compliance.domain.act import act
from compliance.states import SignatureMeaning
from donors.domain import eligibility, registration, screening, tissue
from donors.domain.vault import Identity
from tests.helpers import SECRET, person

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from compliance.domain.actor import Actor
    from compliance.models import AppendOnly, Record
    from donors.models import Consent, Determination, Donation, Donor, TestResult, TissueLot

DIN, CHECK = "G123498654321", "H"
OTHER_DIN, OTHER_CHECK = "Z549917123456", "P"
MARKERS = (
    "hiv12_ab", "hiv1_nat", "hbsag", "hbc_ab", "hbv_nat", "hcv_ab", "hcv_nat", "tp_specific", "wnv_nat",
    "htlv12_ab", "cmv_ab",
)  # fmt: skip
SINCE_COLLECTION = timedelta(hours=18)
NAME, MOTHER, HOSPITAL_NUMBER = "Ödön Hapsburgersson", "Kunigunde Hapsburgersson", "MRN-7734921"


def coordinator() -> Actor:
    """Registers donors, consents, donations, results."""
    return person("carla", "donor_coordinator", station="donor desk")


def responsible() -> Actor:
    """Determines eligibility."""
    return person("rosa", "donor_responsible", station="donor desk")


def operator() -> Actor:
    """Receives and uses tissue."""
    return person("olaf", "operator")


def verifier() -> Actor:
    """The second person at a hand-over."""
    return person("vera", "verifier")


def quality() -> Actor:
    """Disposes of tissue."""
    return person("quinn", "qa", station="QA office")


def challenged(actor: Actor, row: Record | AppendOnly, meaning: str) -> tuple[Actor, UUID]:
    """A passed signing prompt of this person for this record."""
    return signing.challenge(actor, actor.name, SECRET, signing.subject_of(row, meaning))


def registered_donor(source_type: str = "UMSC", scheme: str = "", *, named: bool = True) -> Donor:
    """A coded donor, whose identity is sealed away."""
    who = coordinator()
    with act(who, "donor.registered", "donors") as a:
        donor = registration.register_donor(a, source_type, scheme)
    if named:
        with act(who, "donor.identity_recorded", donor) as a:
            registration.record_identity(a, donor, Identity(NAME, "2026-03-10", HOSPITAL_NUMBER, MOTHER))
    return donor


def consented(donor: Donor, given_at: datetime | None = None) -> Consent:
    """A consent to manufacture, given a week before the collection."""
    with act(coordinator(), "donor.consent_recorded", donor) as a:
        return registration.record_consent(
            a,
            donor,
            scope="manufacture",
            form="CF-012",
            form_version="3",
            given_at=given_at or clock.now() - timedelta(days=7),
        )


def donated(donor: Donor, din: str = DIN, check: str = CHECK, collected_at: datetime | None = None) -> Donation:
    """A cord collected 18 h ago."""
    at = collected_at or clock.now() - SINCE_COLLECTION
    with act(coordinator(), "donor.donation_recorded", donor) as a:
        return registration.record_donation(
            a,
            donor,
            din=din,
            check=check,
            collected_at=at,
            site="Delivery ward 4",
            facts={"cord_length": "22", "born_at": (at - timedelta(minutes=20)).isoformat()},
        )


def screened(donor: Donor, *, risk_found: bool = False) -> None:
    """History, examination and records of mother and newborn."""
    for who in ("birth_mother", "newborn"):
        with act(coordinator(), "donor.history_recorded", donor) as a:
            screening.record_history(
                a,
                donor,
                person=who,
                screened_on=clock.today(),
                risk_found=risk_found,
                htlv_risk=False,
                report=f"DH-{donor.number}",
            )


def result_of(donation: Donation, marker: str, outcome: str = "", **values: object) -> TestResult:
    """One result, non-reactive unless told, of the birth mother's sample of the day of the donation."""
    given: dict[str, object] = {
        "outcome": outcome or "non_reactive",
        "sampled_on": donation.donated_on,
        "laboratory": "CLIA 05D0000000",
        "kit": "Kit 7, licensed",
        "report": "LR-2026-031",
    }
    with act(coordinator(), "donor.result_recorded", donation.donor) as a:
        return screening.record_result(a, donation.donor, marker=marker, **(given | values))


def determined(donation: Donation, verdict: str = "eligible", markets: tuple[str, ...] = ()) -> Determination:
    """The signed determination."""
    row = eligibility.draft(donation, verdict, "All findings read and judged together", markets)
    signer, token = challenged(responsible(), row, eligibility.MEANING)
    with act(signer, "donor.determined", donation.donor) as a:
        return eligibility.determine(a, token, row)


def complete_donation(donor: Donor | None = None) -> Donation:
    """Consent, donation, screening and every test: ready to be determined."""
    donor = donor or registered_donor()
    consented(donor)
    donation = donated(donor)
    screened(donor)
    for marker in MARKERS:
        result_of(donation, marker)
    return donation


def eligible_donor() -> Donation:
    """A donation whose donor is determined eligible for both markets."""
    donation = complete_donation()
    determined(donation)
    donation.donor.refresh_from_db()
    return donation


def received(donation: Donation, **values: object) -> TissueLot:
    """22 cm of cord, cool and dry, in quarantine."""
    given: dict[str, object] = {
        "quantity": "22",
        "transport_low_c": "3.1",
        "transport_high_c": "6.8",
        "logger": "TL-0417",
        "condition": "bag closed, medium clear",
        "storage": "2-8 °C",
        "place": "Receipt fridge 1",
    }
    with act(operator(), "tissue.received", donation.donor) as a:
        return tissue.receive_tissue(a, donation, **(given | values))


def released(lot: TissueLot) -> TissueLot:
    """Released by QA's signature."""
    signer, token = challenged(quality(), lot, SignatureMeaning.RELEASED)
    with act(signer, "tissue.released", lot) as a:
        return tissue.release_tissue(a, token, lot)


def released_tissue() -> TissueLot:
    """22 cm of cord, received 18 h after collection, donor eligible, released."""
    return released(received(eligible_donor()))
