"""The chain of custody: every hand-over has two people, both scan, and a mismatch stops it (R418)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from compliance.domain import signing
from compliance.domain.records import save_record
from compliance.domain.transitions import locked
from compliance.guards import blockers_for_other_person
from compliance.refusals import Blocker, Invalid, Refused
from compliance.states import SignatureMeaning
from donors.domain import vault
from donors.domain.entry import clean_number, clean_text
from donors.models import Handover
from donors.queries import custody_of, place_of
from donors.states import TissueState

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from decimal import Decimal
    from uuid import UUID

    from compliance.domain.act import Act
    from compliance.domain.actor import Actor
    from donors.models import TissueLot

MEANING = SignatureMeaning.ACCEPTED
PERMISSION = "donors.hand_over_tissue"


def draft(
    giver: Actor,
    lot: TissueLot,
    *,
    to_place: str,
    given_scan: str,
    taken_scan: str,
    condition: str,
    temperature_c: Decimal | str | None = None,
    logger: str = "",
) -> Handover:
    """A hand-over to be signed by who takes the lot: not written yet. Temperature in degrees Celsius.

    Refuses a scan, of either side, that is not this lot (R418): open an act and note it by `note_mismatch`.
    """
    giver.need(PERMISSION)
    for scan in (given_scan, taken_scan):
        need_match(lot, scan)
    temperature = None
    if temperature_c is not None:
        temperature = clean_number(temperature_c, "temperature_c", "Temperature")
    return Handover(
        lot=lot,
        to_place=clean_text(to_place, "to_place", "Where the lot goes"),
        given_by=giver.user,
        given_scan=given_scan.strip(),
        taken_scan=taken_scan.strip(),
        temperature_c=temperature,
        logger=" ".join(logger.split()),
        condition=clean_text(condition, "condition", "The condition"),
    )


def need_match(lot: TissueLot, scan: str) -> None:
    """The hard stop of the chain of identity: what was scanned must be this lot (R418)."""
    if scan.strip().upper() != lot.number:
        text = (
            f"Scanned {scan.strip() or 'nothing'}, but this is {lot.number}. Stop: do not hand over. "
            "Put the container aside and call QA."
        )
        raise Refused([Blocker("identity_mismatch", text, clears="QA")])


def note_mismatch(a: Act, lot: TissueLot, scan: str) -> None:
    """Puts a scan that did not match on record, in an act of its own: the refused one left nothing (R418)."""
    a.touch(lot, lot.donation)
    a.fact(lot=lot.number, scanned=scan.strip()[:60])


def hand_over(a: Act, token: UUID, handover: Handover) -> Handover:
    """Hands a lot to the person who signs for it; the giver is another one (R418).

    The place it comes from is where the last hand-over ended, so the chain has no gap. Refuses the same
    person on both sides, the place where it is already, a discarded lot, a condition that names the donor.
    """
    a.actor.need(PERMISSION)
    lot = locked(handover.lot)
    a.touch(lot, lot.donation)
    vault.need_coded(lot.donation.donor, handover.condition, handover.to_place, handover.logger)
    found = blockers_for_other_person(a.actor.user, [handover.given_by_id], "take the lot")
    if lot.state == TissueState.DISCARDED:
        found.append(Blocker("tissue_discarded", f"Tissue lot {lot.number} was discarded."))
    if found:
        raise Refused(found)
    handover.from_place = place_of(lot)
    if handover.from_place == handover.to_place:
        raise Invalid(f"{lot.number} is at {handover.to_place} already.", "to_place", "same_place")
    handover.taken_by, handover.handed_at = a.actor.user, a.at
    save_record(a, handover)
    title = f"Tissue lot {lot.number} taken over, {handover}"
    signing.sign(a, token, handover, MEANING, title=title, permission=PERMISSION)
    return handover


def subject_of(handover: Handover) -> str:
    """What the signing prompt of a drafted hand-over is for."""
    return signing.subject_of(handover, MEANING)


def gaps(lot: TissueLot, limit: timedelta) -> list[tuple[datetime, datetime]]:
    """Each stretch longer than `limit` between receipt and hand-overs in which nobody took the lot (R418)."""
    times = [lot.received_at, *[handover.handed_at for handover in custody_of(lot)]]
    return [(before, after) for before, after in pairwise(times) if after - before > limit]
