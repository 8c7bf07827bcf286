"""What stands against releasing or using donor tissue. Read-only, never short-cut for anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import clock
from compliance.guards import blockers_for_other_person
from compliance.numbers import canonical
from compliance.refusals import Blocker
from donors.models import Donation, TissueLot
from donors.queries import on_hand, standing_determination
from donors.rules import rules
from donors.states import USABLE_DONOR, ConsentScope, TissueState

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from compliance.domain.actor import Actor

STATE_WORDS = {
    TissueState.QUARANTINE: "is in quarantine",
    TissueState.ON_HOLD: "is on hold",
    TissueState.REJECTED: "was rejected",
    TissueState.DISCARDED: "was discarded",
}


def blockers_for_tissue(lot: TissueLot, at: datetime, quantity: Decimal, market: str | None = None) -> list[Blocker]:
    """What stops taking this quantity (in the lot's unit) for a batch at this time (R410, R414).

    The lot in quarantine, on hold, rejected or discarded; expired; too little left; the donor not determined
    eligible for this donation, or not for the market; consent absent or withdrawn.
    """
    donation = lot.donation
    return [
        *_of_state(lot),
        *_of_expiry(lot, at),
        *_of_quantity(lot, quantity),
        *blockers_for_eligibility(donation, at, market),
        *blockers_for_consent(donation, at),
    ]


def blockers_for_release(actor: Actor, lot: TissueLot, at: datetime) -> list[Blocker]:
    """What stops QA from releasing a lot (R414, R416): all but its state, and transport nobody has judged.

    Refuses also the person who received it.
    """
    return [
        *_of_expiry(lot, at),
        *_of_transport(lot),
        *blockers_for_eligibility(lot.donation, at),
        *blockers_for_consent(lot.donation, at),
        *blockers_for_other_person(actor.user, [lot.received_by_id], "release the lot"),
    ]


def blockers_for_eligibility(donation: Donation, at: datetime, market: str | None = None) -> list[Blocker]:
    """Whether a standing, signed determination lets this donation be used (R410)."""
    donor = donation.donor
    clears = "donor responsible"
    if donor.state not in USABLE_DONOR:
        words = f"Donor {donor.number} is {donor.get_state_display()}"
        text = f"{words}: the tissue stays unused until the donor responsible has determined eligibility."
        return [Blocker("donor_not_eligible", text, clears=clears)]
    found = standing_determination(donation)
    if found is None or found.determined_at > at:
        text = f"Eligibility of donor {donor.number} is not determined for donation {donation.din}."
        return [Blocker("donation_not_determined", text, clears=clears)]
    if found.verdict not in USABLE_DONOR:
        text = f"Donation {donation.din} is determined {found.get_verdict_display()}."
        return [Blocker("donor_not_eligible", text, clears=clears)]
    if market is not None and market not in found.markets.split(","):
        text = f"Donation {donation.din} is determined for {found.markets}, not for {market}."
        return [Blocker("market_not_determined", text, clears=clears)]
    return []


def blockers_for_consent(donation: Donation, at: datetime) -> list[Blocker]:
    """Whether the donor agreed to manufacture before the collection and has not withdrawn by this time."""
    donor = donation.donor
    given = [
        c
        for c in donor.consents.filter(scope=ConsentScope.MANUFACTURE).order_by("id")
        if c.given_at <= donation.collected_at
    ]
    if not given:
        text = f"Donor {donor.number} has no consent to manufacture from before the collection."
        return [Blocker("consent_absent", text, clears="donor coordinator")]
    if all(c.withdrawn_at is not None and c.withdrawn_at <= at for c in given):
        text = f"Donor {donor.number} has withdrawn the consent to manufacture: nothing more may be used."
        return [Blocker("consent_withdrawn", text)]
    return []


def is_expired(lot: TissueLot, at: datetime) -> bool:
    """Whether the time to the start of isolation is over; the last moment itself still counts."""
    return lot.expires_at is not None and at > lot.expires_at


def is_transport_within(lot: TissueLot) -> bool:
    """Whether the logger stayed within one of the ranges that the source type accepts."""
    source = rules().source_types[lot.donation.donor.source_type]
    if not source.transport_c:
        return True
    return any(low <= lot.transport_low_c and lot.transport_high_c <= high for low, high in source.transport_c)


def _of_state(lot: TissueLot) -> list[Blocker]:
    words = STATE_WORDS.get(TissueState(lot.state))
    if words is None:
        return []
    return [Blocker(f"tissue_{lot.state}", f"Tissue lot {lot.number} {words}.", clears="QA")]


def _of_expiry(lot: TissueLot, at: datetime) -> list[Blocker]:
    if lot.expires_at is None or not is_expired(lot, at):
        return []
    end = clock.stamp(lot.expires_at)
    return [Blocker("tissue_expired", f"Tissue lot {lot.number} could be used until {end} only.")]


def _of_quantity(lot: TissueLot, quantity: Decimal) -> list[Blocker]:
    if quantity <= 0:
        return [Blocker("quantity_not_positive", "The quantity taken must be more than zero.")]
    left = on_hand(lot)
    if quantity > left:
        text = f"{canonical(quantity)} {lot.unit} wanted, {canonical(left)} {lot.unit} left of {lot.number}."
        return [Blocker("quantity_short", text)]
    return []


def _of_transport(lot: TissueLot) -> list[Blocker]:
    if is_transport_within(lot) or lot.transport_judgement:
        return []
    low, high = canonical(lot.transport_low_c), canonical(lot.transport_high_c)
    text = f"Transport was at {low} to {high} °C, outside what this tissue allows; QA has not judged it yet."
    return [Blocker("transport_outside", text, clears="QA")]
