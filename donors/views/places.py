"""Where the pages of donors are, and the record that an address names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.urls import reverse

from compliance.page_frame import Head, Link
from donors import queries
from donors.models import Donation, TissueLot

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.actor import Actor
    from donors.models import Donor

READ = "donors.read"
READ_TISSUE = "donors.read_tissue"
READ_IDENTITY = "donors.read_identity"
ACT = "donors/act.html"


def donor_of(actor: Actor, number: str) -> Donor:
    """The donor of this code, or 404. Refuses a person who may not read donors (WF-12)."""
    return get_object_or_404(queries.donors_for(actor), number=number.upper())


def donation_of(donor: Donor, din: str) -> Donation:
    """The donation of this donor under this number, or 404."""
    return get_object_or_404(Donation.objects.select_related("donor"), donor=donor, din=din.upper())


def lot_of(actor: Actor, number: str) -> TissueLot:
    """The tissue lot of this number, or 404."""
    rows = queries.lots_for(actor).select_related("donation__donor", "received_by")
    return get_object_or_404(rows, number=number.upper())


def donor_url(donor: Donor) -> str:
    """The page of a donor."""
    return reverse("donors:donor", args=(donor.number,))


def act_url(donor: Donor, name: str, *more: str | UUID) -> str:
    """The page of an act on a donor."""
    return reverse(f"donors:{name}", args=(donor.number, *more))


def lot_url(lot: TissueLot) -> str:
    """The page of a tissue lot."""
    return reverse("donors:lot", args=(lot.number,))


def lot_act_url(lot: TissueLot, name: str, *more: str) -> str:
    """The page of an act on a tissue lot."""
    return reverse(f"donors:{name}", args=(lot.number, *more))


def donor_head(title: str, donor: Donor | None = None) -> Head:
    """The head of a page under the donors; never a draft in the browser."""
    between = (Link(donor.number, donor_url(donor)),) if donor else ()
    crumbs = (Link("Donors", reverse("donors:list")), *between, Link(title))
    return Head(title=title, section="donors", crumbs=crumbs)


def lot_head(title: str, lot: TissueLot | None = None) -> Head:
    """The head of a page under the tissue lots."""
    between = (Link(lot.number, lot_url(lot)),) if lot else ()
    crumbs = (Link("Tissue lots", reverse("donors:lots")), *between, Link(title))
    return Head(title=title, section="tissue", crumbs=crumbs)
