"""What people write about a deviation, out of its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.forms.words import clean_text
from batches.models import Deviation
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

ASSESS = ("classification", "rationale", "immediate_action")
INVESTIGATE = ("root_cause", "impact", "other_batches", "conclusion")


def texts_of(posted: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """The named texts. Refuses what cannot be kept, and a class that is none (Invalid)."""
    found = {name: clean_text(posted.get(name, ""), name) for name in names}
    if "classification" in found and found["classification"] not in Deviation.Class.values:
        raise Invalid("Choose how grave it is.", "classification", "class")
    return found
