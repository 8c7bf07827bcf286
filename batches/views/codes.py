"""What a code on a label opens: the page of a batch, vial, deviation, sample, tissue lot, material lot or unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from batches import gates
from batches.models import Batch, Container, Deviation
from batches.views import places
from donors import queries as donors

if TYPE_CHECKING:
    from compliance.domain.actor import Actor
    from resources.queries import Scanned


def own_page(code: str) -> str:
    """The page of a batch, a vial or a deviation by its number; "" for any other code."""
    folded = code.upper()
    if Batch.objects.filter(number=folded).exists():
        return places.batch_url(folded)
    if Container.objects.filter(number=folded).exists():
        return reverse("batches:container", args=(folded,))
    if Deviation.objects.filter(number=folded).exists():
        return places.deviation_url(folded)
    return ""


def other_page(actor: Actor, code: str, found: Scanned) -> str:
    """The page of a lot, a unit, a tissue lot or a sample, for a person who may open it; "" for any other code."""
    if found.lot is not None and actor.may("resources.read"):
        return reverse("resources:lot", args=(found.lot.number,))
    if found.equipment is not None and actor.may("resources.read"):
        return reverse("resources:unit", args=(found.equipment.uuid,))
    return _tissue(actor, code) or gates.page_of_code(actor, code)


def _tissue(actor: Actor, code: str) -> str:
    if not actor.may("donors.read_tissue"):
        return ""
    lot = donors.lots_for(actor).filter(number=code.upper()).first()
    return reverse("donors:lot", args=(lot.number,)) if lot is not None else ""
