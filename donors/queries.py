"""Reads of donors and tissue. Coded only: nothing here opens an identity (R417)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.fields import ExactSum
from compliance.refusals import Invalid
from donors.models import (
    Determination,
    Donation,
    Donor,
    Handover,
    ScreeningHistory,
    TestResult,
    TissueLot,
    TissueUse,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from compliance.domain.actor import Actor


def donors_for(actor: Actor, state: str | None = None) -> QuerySet[Donor]:
    """The coded donors, newest first. Refuses a person who may not read donors (WF-12)."""
    actor.need("donors.read")
    found = Donor.objects.all()
    return found.filter(state=state) if state else found


def donor_for(actor: Actor, number: str) -> Donor:
    """One donor by code. Refuses a person who may not read donors (WF-12), and an unknown code."""
    actor.need("donors.read")
    found = Donor.objects.filter(number=number.strip().upper()).first()
    if found is None:
        raise Invalid(f"There is no donor {number}. Read the code again.", "number", "donor_unknown")
    return found


def lots_for(actor: Actor, state: str | None = None) -> QuerySet[TissueLot]:
    """The tissue lots with donation and donor, newest first."""
    actor.need("donors.read_tissue")
    found = TissueLot.objects.select_related("donation__donor")
    return found.filter(state=state) if state else found


def lot_for(actor: Actor, number: str) -> TissueLot:
    """One tissue lot by its number. Refuses an unknown number."""
    found = lots_for(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise Invalid(f"There is no tissue lot {number}. Scan the label again.", "number", "lot_unknown")
    return found


def donor_of_lot(lot: TissueLot) -> Donor:
    """The donor a lot came from: the first step of the way back (R402)."""
    return Donor.objects.get(donations__lots=lot.pk)


def lots_of_donor(donor: Donor) -> QuerySet[TissueLot]:
    """Every lot that came of a donor: the first step of a look-back (R402)."""
    return TissueLot.objects.filter(donation__donor=donor)


def live_results(donor: Donor) -> QuerySet[TestResult]:
    """The results that count: those that no correction has replaced."""
    return donor.results.filter(superseded_by__isnull=True)


def newest_histories(donor: Donor) -> dict[str, ScreeningHistory]:
    """The newest screening of each person."""
    return {history.person: history for history in donor.histories.order_by("id")}


def standing_determinations(donor: Donor) -> QuerySet[Determination]:
    """Every determination of a donor that was not voided, newest first."""
    return Determination.objects.filter(donation__donor=donor, void__isnull=True).order_by("-id")


def standing_determination(donation: Donation) -> Determination | None:
    """The newest determination for a donation that was not voided; none where it awaits one."""
    return donation.determinations.filter(void__isnull=True).order_by("-id").first()


def on_hand(lot: TissueLot) -> Decimal:
    """What is left of a lot, in its unit."""
    used = TissueUse.objects.filter(lot=lot).aggregate(total=ExactSum("quantity"))["total"]
    left: Decimal = lot.quantity - (used or Decimal(0))
    return left


def custody_of(lot: TissueLot) -> QuerySet[Handover]:
    """The chain of custody, oldest link first (R418)."""
    return lot.handovers.select_related("given_by", "taken_by").order_by("id")


def place_of(lot: TissueLot) -> str:
    """Where the lot is: the end of the last hand-over, or where it was received."""
    last = lot.handovers.order_by("-id").values_list("to_place", flat=True).first()
    return last or lot.place
