"""Addresses of donors and tissue lots, and a filled-in form of results."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from compliance.domain import clock
from tests.donors.steps import MARKERS

if TYPE_CHECKING:
    from donors.models import Donation, Donor, TissueLot


def donor_url(donor: Donor, *tail: str) -> str:
    """The page of a donor, or of an act on it."""
    return "/".join(["/donors", donor.number, *tail, ""])


def lot_url(lot: TissueLot, *tail: str) -> str:
    """The page of a tissue lot, or of an act on it."""
    return "/".join(["/donors/tissue", lot.number, *tail, ""])


def results_form(
    donation: Donation, markers: tuple[str, ...] = MARKERS, outcome: str = "non_reactive", **more: str
) -> dict[str, str]:
    """One sample of the day of the donation with these tests."""
    sample = {
        "sampled_on": donation.donated_on.isoformat(),
        "subject": donation.donor.subject,
        "laboratory": "CLIA 05D0000000",
        "dilution": "none",
        "report": "LR-2026-031",
    }
    for marker in markers:
        sample |= {f"outcome_{marker}": outcome, f"kit_{marker}": "Kit 7, licensed"}
    return sample | more


def stamped(hours: int) -> str:
    """So many hours ago, as people at the site write it."""
    return clock.stamp(clock.true_now() - timedelta(hours=hours))[:16] + clock.stamp(clock.true_now())[-6:]


def donation_form(**more: str) -> dict[str, str]:
    """A cord collected 18 h ago."""
    return {
        "din": "G1234 98 654321", "check_character": "H", "collected_at": stamped(18), "donated_on": "",
        "site": "Delivery ward 4", "fact_cord_length": "22", "fact_born_at": stamped(19), "sec": "", "sec_again": "",
        "dis": "", **more,
    }  # fmt: skip


def receipt_form(**more: str) -> dict[str, str]:
    """22 cm of cord that arrived an hour ago."""
    return {
        "quantity": "22", "received_at": stamped(1), "transport_low_c": "3.1", "transport_high_c": "6.8",
        "logger": "TL-0417", "condition": "bag closed", "storage": "2-8 °C", "place": "Receipt fridge 1",
        "usable_until": "", **more,
    }  # fmt: skip
