"""Donors, donations and tissue lots of the demonstration: invented people, invented numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from compliance.domain import clock
from donors.domain import custody, eligibility, registration, screening, tissue
from donors.domain.vault import Identity
from donors.rules import rules
from donors.validators.din import check_character

if TYPE_CHECKING:
    from donors.models import Donation, Donor, TissueLot
    from release.demo.desk import Desk

COORDINATOR, RESPONSIBLE, OPERATOR, VERIFIER, QA = "dana", "omar", "anna", "mei", "clara"
FACILITY = "A9999"  # of the standard's own examples: no real label has it, and a production site refuses it
MARKERS = (
    "hiv12_ab", "hiv1_nat", "hbsag", "hbc_ab", "hbv_nat", "hcv_ab", "hcv_nat", "tp_specific", "wnv_nat",
    "htlv12_ab", "cmv_ab",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cord:
    """An umbilical cord on its way: its serial number, who gave it, when it was collected and received."""

    serial: int
    child: str
    mother: str
    length_cm: str
    collected_at: datetime
    received_at: datetime

    @property
    def din(self) -> str:
        """The donation number: facility, year, serial."""
        return f"{FACILITY}{self.collected_at:%y}{self.serial:06d}"


def waiting_cord(desk: Desk, cord: Cord) -> TissueLot:
    """From consent to a lot in quarantine whose donor has every test and no determination yet."""
    donor = _donor(desk, cord)
    donation = _donation(desk, donor, cord)
    desk.wait_until(cord.received_at)
    lot = _received(desk, donation, cord)
    _screened(desk, donor, donation)
    return lot


def released_cord(desk: Desk, cord: Cord, *, to: str = "") -> TissueLot:
    """From consent to a released lot; `to` hands it over to a place with two people."""
    lot = waiting_cord(desk, cord)
    _determined(desk, lot.donation)
    with desk.signed(QA, "tissue.released", lot, "released") as (a, token):
        lot = tissue.release_tissue(a, token, lot)
    if to:
        _handed_over(desk, lot, to)
    return lot


def _donor(desk: Desk, cord: Cord) -> Donor:
    with desk.act(COORDINATOR, "donor.registered", "donors") as a:
        donor = registration.register_donor(a, "UMSC")
    born = cord.collected_at.astimezone(clock.zone()).date().isoformat()
    identity = Identity(cord.child, born, f"MRN-{7_000_000 + cord.serial}", cord.mother)
    with desk.act(COORDINATOR, "donor.identity_recorded", donor) as a:
        registration.record_identity(a, donor, identity)
    with desk.act(COORDINATOR, "donor.consent_recorded", donor) as a:
        given = cord.collected_at - timedelta(days=9)
        registration.record_consent(a, donor, scope="manufacture", form="CF-012", form_version="3", given_at=given)
    return donor


def _donation(desk: Desk, donor: Donor, cord: Cord) -> Donation:
    born_at = cord.collected_at - timedelta(minutes=20)
    with desk.act(COORDINATOR, "donor.donation_recorded", donor) as a:
        return registration.record_donation(
            a,
            donor,
            din=cord.din,
            check=check_character(cord.din),
            collected_at=cord.collected_at,
            site="Delivery ward 4",
            facts={"cord_length": cord.length_cm, "born_at": born_at.isoformat()},
        )


def _received(desk: Desk, donation: Donation, cord: Cord) -> TissueLot:
    with desk.act(OPERATOR, "tissue.received", donation.donor) as a:
        return tissue.receive_tissue(
            a,
            donation,
            quantity=cord.length_cm,
            transport_low_c="3.1",
            transport_high_c="6.8",
            logger=f"TL-{400 + cord.serial}",
            condition="bag closed, medium clear",
            storage="2-8 degC",
            place="Receipt fridge 1",
            received_at=cord.received_at,
        )


def _screened(desk: Desk, donor: Donor, donation: Donation) -> None:
    """History of mother and newborn, then the laboratory's report with every test of the birth mother."""
    with desk.act(COORDINATOR, "donor.history_recorded", donor) as a:
        for person in ("birth_mother", "newborn"):
            screening.record_history(
                a,
                donor,
                person=person,
                screened_on=donation.donated_on,
                risk_found=False,
                htlv_risk=False,
                report=f"DH-{donor.number}",
            )
    with desk.act(COORDINATOR, "donor.result_recorded", donor) as a:
        for marker in MARKERS:
            screening.record_result(
                a,
                donor,
                marker=marker,
                outcome="non_reactive",
                sampled_on=donation.donated_on,
                laboratory="Reference laboratory 05D0000000",
                kit=f"Licensed kit, {rules().markers[marker].label}",
                report=f"LR-{donor.number}",
            )


def _determined(desk: Desk, donation: Donation) -> None:
    statement = "History, examination and every test read and judged together; nothing speaks against the use."
    row = eligibility.draft(donation, "eligible", statement)
    with desk.signed(RESPONSIBLE, "donor.determined", row, eligibility.MEANING, donation.donor) as (a, token):
        eligibility.determine(a, token, row)


def _handed_over(desk: Desk, lot: TissueLot, place: str) -> None:
    row = custody.draft(
        desk.actor(OPERATOR),
        lot,
        to_place=place,
        given_scan=lot.number,
        taken_scan=lot.number,
        condition="cool, bag closed",
        temperature_c="5.0",
    )
    with desk.signed(VERIFIER, "tissue.handed_over", row, custody.MEANING, lot) as (a, token):
        custody.hand_over(a, token, row)
