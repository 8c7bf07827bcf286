"""Receives donor tissue into quarantine, disposes of it, and takes it for a batch (R414, R416)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.domain import signing
from compliance.domain.numbering import next_number
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.refusals import Invalid, Refused
from compliance.states import SignatureMeaning
from compliance.validators import clean_reason
from donors import guards
from donors.domain import vault
from donors.domain.entry import clean_instant, clean_number, clean_text, source_of
from donors.models import TissueLot, TissueUse
from donors.states import TISSUE_TRANSITIONS

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from compliance.domain.act import Act
    from donors.models import Donation

PREFIX = "TIS"
PERMISSION = "donors.dispose_tissue"


def receive_tissue(
    a: Act,
    donation: Donation,
    *,
    quantity: Decimal | str,
    transport_low_c: Decimal | str,
    transport_high_c: Decimal | str,
    logger: str,
    condition: str,
    storage: str,
    place: str,
    received_at: datetime | None = None,
    usable_until: datetime | None = None,
) -> TissueLot:
    """Receives tissue of a donation into quarantine, as TIS-26-0001 (R414).

    Quantity in the unit of the source type (cord in cm); temperatures in degrees Celsius, lowest and highest
    of the logger. It may be used until the source type's time from collection is over, or until an earlier
    `usable_until` of the label. Refuses a quantity of zero or less, temperatures the wrong way round, a
    receipt before the collection or in the future.
    """
    a.actor.need("donors.receive_tissue")
    donor = donation.donor
    a.touch(donor, donation)
    vault.need_coded(donor, condition, logger, storage, place)
    low = clean_number(transport_low_c, "transport_low_c", "Lowest transport temperature")
    high = clean_number(transport_high_c, "transport_high_c", "Highest transport temperature")
    if low > high:
        raise Invalid("The lowest temperature is above the highest. Look at the logger again.", "transport_low_c")
    received = clean_instant(received_at or a.at, a.at, "received_at", "The receipt")
    if received < donation.collected_at:
        raise Invalid("The tissue was received before it was collected. Check both times.", "received_at")
    lot = TissueLot(
        donation=donation,
        quantity=_positive(quantity),
        unit=source_of(donor).quantity_unit,
        transport_low_c=low,
        transport_high_c=high,
        logger=clean_text(logger, "logger", "The temperature logger"),
        condition=clean_text(condition, "condition", "The condition"),
        storage=clean_text(storage, "storage", "The storage"),
        place=clean_text(place, "place", "The place"),
        received_by=a.actor.user,
        received_at=received,
        expires_at=_end_of_use(donation, usable_until),
    )
    lot.number = next_number(a, PREFIX)
    a.touch(lot)
    return save_record(a, lot)


def judge_transport(a: Act, lot: TissueLot, judgement: str, version: int | None = None) -> TissueLot:
    """QA judges a transport outside the accepted range, in words; only then can the lot be released.

    Refuses a transport that stayed within the range, and a judgement that tells nothing.
    """
    a.actor.need(PERMISSION)
    why = clean_reason(judgement)
    vault.need_coded(lot.donation.donor, why)
    row = locked(lot, version)
    if guards.is_transport_within(row):
        raise Invalid("The transport stayed within the accepted range: there is nothing to judge.", "judgement")
    a.touch(row)
    row.transport_judgement = why
    return save_record(a, row, why)


def release_tissue(a: Act, token: UUID, lot: TissueLot, version: int | None = None) -> TissueLot:
    """QA releases a lot from quarantine, by signature (R414).

    Refuses while a guard of `blockers_for_release` stands against it, and a person who received it.
    """
    row = apply_transition(a, _touched(a, lot), find(TISSUE_TRANSITIONS, "release"), version=version)
    return _signed(a, token, row, SignatureMeaning.RELEASED)


def resume_tissue(a: Act, token: UUID, lot: TissueLot, reason: str, version: int | None = None) -> TissueLot:
    """QA takes a lot off hold, by signature and with a reason; the same guards as at release stand (R414)."""
    why = _coded(lot, reason)
    move = find(TISSUE_TRANSITIONS, "resume")
    row = apply_transition(a, _touched(a, lot), move, version=version, reason=why)
    return _signed(a, token, row, SignatureMeaning.RELEASED)


def reject_tissue(a: Act, token: UUID, lot: TissueLot, reason: str, version: int | None = None) -> TissueLot:
    """QA rejects a lot for good, by signature and with a reason (R416)."""
    why = _coded(lot, reason)
    move = find(TISSUE_TRANSITIONS, "reject")
    row = apply_transition(a, _touched(a, lot), move, version=version, reason=why)
    return _signed(a, token, row, SignatureMeaning.REJECTED)


def hold_tissue(a: Act, lot: TissueLot, reason: str, version: int | None = None) -> TissueLot:
    """Puts a released lot on hold with a reason; it cannot be used until QA takes it off hold."""
    why = _coded(lot, reason)
    return apply_transition(a, _touched(a, lot), find(TISSUE_TRANSITIONS, "hold"), version=version, reason=why)


def discard_tissue(a: Act, lot: TissueLot, reason: str, version: int | None = None) -> TissueLot:
    """Records that a lot was destroyed, with a reason; the record stays."""
    why = _coded(lot, reason)
    move = find(TISSUE_TRANSITIONS, "discard")
    return apply_transition(a, _touched(a, lot), move, version=version, reason=why)


def use_tissue(
    a: Act, lot: TissueLot, quantity: Decimal | str, purpose: str, *, market: str | None = None
) -> TissueUse:
    """Takes a quantity (in the lot's unit) of a lot for a batch, which `purpose` names (R410, R414).

    Refuses while a guard of `blockers_for_tissue` stands against it now.
    """
    a.actor.need("donors.use_tissue")
    row = locked(_touched(a, lot))
    amount = _positive(quantity)
    found = guards.blockers_for_tissue(row, a.at, amount, market)
    if found:
        raise Refused(found)
    use = TissueUse(
        lot=row,
        quantity=amount,
        purpose=clean_text(purpose, "purpose", "What it is used for"),
        used_by=a.actor.user,
        used_at=a.at,
    )
    return save_record(a, use)


def _positive(quantity: Decimal | str) -> Decimal:
    amount = clean_number(quantity, "quantity", "Quantity")
    if amount <= 0:
        raise Invalid("The quantity must be more than zero.", "quantity", "not_positive")
    return amount


def _end_of_use(donation: Donation, usable_until: datetime | None) -> datetime | None:
    """The earlier of the time the source type allows after collection and what the label says."""
    limit = source_of(donation.donor).collection_limit_h
    ends = [] if usable_until is None else [usable_until]
    if limit is not None:
        seconds = limit * 3600
        ends.append(donation.collected_at + timedelta(seconds=int(seconds)))
    return min(ends) if ends else None


def _coded(lot: TissueLot, reason: str) -> str:
    why = clean_reason(reason)
    vault.need_coded(lot.donation.donor, why)
    return why


def _touched(a: Act, lot: TissueLot) -> TissueLot:
    """The lot, its donor locked first: what comes to light about the donor meanwhile waits, or is seen."""
    donor = locked(lot.donation.donor)
    a.touch(lot, lot.donation, donor)
    return lot


def _signed(a: Act, token: UUID, lot: TissueLot, meaning: SignatureMeaning) -> TissueLot:
    title = f"Tissue lot {lot.number} {meaning.label}"
    signing.sign(a, token, lot, meaning, title=title, permission=PERMISSION)
    return lot
