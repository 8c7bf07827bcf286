"""QA decides on a lot: release, reject, hold, discard (R301, R303)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import clock, signing
from compliance.domain.transitions import apply_transition, find
from compliance.states import SignatureMeaning
from resources import queries
from resources.domain.stock import record_movement
from resources.models.movement import MovementKind
from resources.states import LOT_TRANSITIONS, LotState
from resources.validators.expiry import check_dates, local_day

if TYPE_CHECKING:
    import uuid
    from datetime import date

    from compliance.domain.act import Act
    from resources.models import MaterialLot

PERMISSION = "resources.disposition_lot"


def release_lot(
    a: Act,
    token: uuid.UUID,
    lot: MaterialLot,
    *,
    version: int | None = None,
    reason: str | None = None,
    retest_on: date | None = None,
) -> MaterialLot:
    """QA releases a lot by signature, from quarantine or again from hold; `retest_on` sets a new retest date.

    Refuses without a passed identity test, with a failed test, a certificate of an unqualified supplier, a
    date gone by, by the person who received it, and from hold without a reason (R301, R303, R304).
    """
    values: dict[str, object] = {"released_at": a.at}
    if retest_on is not None:
        check_dates(local_day(a.at, clock.zone()), lot.expires_on, retest_on)
        values["retest_on"] = retest_on
    name = "release_again" if lot.state == LotState.ON_HOLD else "release"
    row = apply_transition(a, lot, find(LOT_TRANSITIONS, name), version=version, reason=reason, **values)
    _sign(a, token, row, SignatureMeaning.RELEASED)
    return row


def reject_lot(
    a: Act, token: uuid.UUID, lot: MaterialLot, reason: str, *, version: int | None = None
) -> MaterialLot:
    """QA rejects a lot by signature, from quarantine or hold. It can never be released again (R304)."""
    row = apply_transition(a, lot, find(LOT_TRANSITIONS, "reject"), version=version, reason=reason)
    _sign(a, token, row, SignatureMeaning.REJECTED)
    return row


def hold_lot(a: Act, lot: MaterialLot, reason: str, *, version: int | None = None) -> MaterialLot:
    """QA stops a released lot; the release signature is voided, visibly, until QA decides again."""
    row = apply_transition(a, lot, find(LOT_TRANSITIONS, "hold"), version=version, reason=reason)
    signing.void_signatures(a, row, reason)
    a.touch(row)
    return row


def discard_lot(a: Act, lot: MaterialLot, reason: str, *, version: int | None = None) -> MaterialLot:
    """QA discards a lot with all that is left of it, expired or not: stock becomes 0 (MAT-06)."""
    row = apply_transition(a, lot, find(LOT_TRANSITIONS, "discard"), version=version, reason=reason)
    left = queries.on_hand(row)
    if left > 0:
        record_movement(a, row, MovementKind.DISCARD, -left, reason=reason)
    a.touch(row)
    return row


def _sign(a: Act, token: uuid.UUID, lot: MaterialLot, meaning: SignatureMeaning) -> None:
    a.touch(lot)
    title = f"Material lot {lot.number}: {lot.item.name}, {meaning.label}"
    signing.sign(a, token, lot, meaning, title=title, permission=PERMISSION)
