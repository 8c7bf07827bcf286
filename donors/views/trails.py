"""The trails of donors and tissue: coded names alone, and the way back to donor and lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from compliance import registry
from compliance.page_frame import Link
from donors.states import READING
from donors.views import places

if TYPE_CHECKING:
    from collections.abc import Callable

# Whose a row is: the donor or the lot that its name begins with and its trail leads back to.
OWNERS: dict[str, str] = {
    "donors.donoridentity": "donor",
    "donors.identitydestruction": "donor",
    "donors.consent": "donor",
    "donors.screeninghistory": "donor",
    "donors.testresult": "donor",
    "donors.determination": "donation__donor",
    "donors.determinationvoid": "determination__donation__donor",
    "donors.donation": "donor",
    "donors.tissueuse": "lot",
    "donors.handover": "lot",
}
WHAT: dict[str, str] = {"donors.donoridentity": "identity", "donors.determinationvoid": "determination voided"}
WORDS: dict[str, str] = {
    "donors.donoridentity": "identity",
    "donors.identitydestruction": "destruction of a key",
    "donors.determinationvoid": "voiding",
}
HIDDEN: dict[str, frozenset[str]] = {"donors.donoridentity": frozenset({"sealed", "key_mark"})}


def register() -> None:
    """Opens each trail to who may read its kind; the ciphertext of an identity is shown in none (R417)."""
    for label, permission in READING.items():
        owner = OWNERS.get(label, "")
        registry.register_trail(
            label,
            permission,
            _title(label),
            words=WORDS.get(label, ""),
            place=_place(owner, tissue=label == "donors.tissuelot" or owner == "lot"),
            related=(owner,) if owner else (),
            hidden=HIDDEN.get(label, frozenset()),
        )


def _owner(row: Any, path: str) -> Any:
    for name in path.split("__") if path else ():
        row = getattr(row, name)
    return row


def _title(label: str) -> Callable[[Any], str]:
    path = OWNERS.get(label, "")
    # Who reads tissue alone knows a donation by its own number; the donor's code is not hers to read.
    if not path or label == "donors.donation":
        return registry.plain_title
    return lambda row: f"{_owner(row, path).number}: {WHAT.get(label) or registry.plain_title(row)}"


def _place(path: str, *, tissue: bool) -> Callable[[Any], tuple[Link, ...]]:
    def place(row: Any) -> tuple[Link, ...]:
        owner = _owner(row, path)
        if tissue:
            return (Link("Tissue lots", reverse("donors:lots")), Link(owner.number, places.lot_url(owner)))
        return (Link("Donors", reverse("donors:list")), Link(owner.number, places.donor_url(owner)))

    return place
