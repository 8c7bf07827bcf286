"""The end of a donor's identity: after its retention the donor responsible destroys its key (R402, R417)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from compliance.domain import clock, signing
from compliance.domain.records import save_record
from compliance.domain.verification.findings import Kind, of_row
from compliance.refusals import Blocker, Refused
from compliance.states import SignatureMeaning
from compliance.validators import clean_reason
from donors.domain import keeping, vault
from donors.models import DonorIdentity, IdentityDestruction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from compliance.domain.act import Act
    from compliance.domain.verification.findings import Finding
    from compliance.domain.verification.scope import Scope
    from donors.models import Donor

MEANING = SignatureMeaning.RESPONSIBLE
PERMISSION = "donors.destroy_identity"


def blockers(donor: Donor) -> list[Blocker]:
    """What stops the destruction today: no identity, one that is destroyed, each thing that holds it longer."""
    if not DonorIdentity.objects.filter(donor=donor).exists():
        return [Blocker("no_identity", f"No identity is recorded for {donor.number}.")]
    if vault.destruction_of(donor) is not None:
        return [Blocker("identity_destroyed", f"The identity of {donor.number} is destroyed already.")]
    today = clock.today()
    found = []
    for hold in keeping.holds_of(donor):
        if hold.until is None:
            text = f"{hold} is not decided yet, so nobody can say how long it asks for."
            found.append(Blocker("retention_open", text))
        elif hold.until >= today:
            text = f"{hold} must lead to the donor until {hold.until}."
            found.append(Blocker("retention", text))
    return found


def draft(donor: Donor, reason: str) -> IdentityDestruction:
    """A destruction to be signed: not written yet, so that the prompt can be for it. Refuses a missing reason."""
    return IdentityDestruction(donor=donor, reason=clean_reason(reason))


def destroy(a: Act, token: UUID, row: IdentityDestruction) -> IdentityDestruction:
    """Destroys the key of a donor's identity for ever, by signature (R402, R417).

    The key goes when the act is on record; row and history stay, as ciphertext that nobody can open, so everything
    still verifies. Refuses a person who is not the donor responsible, a reason that names the donor, and every day
    that is not after the last one that a batch or the donor's own papers ask for.
    """
    a.actor.need(PERMISSION)
    donor = row.donor
    a.touch(donor)
    list(DonorIdentity.objects.select_for_update().filter(donor=donor))  # nobody writes it meanwhile
    found = blockers(donor)
    if found:
        raise Refused(found)
    vault.need_coded(donor, row.reason)
    until = keeping.kept_until(donor)
    if until is None:
        raise Refused([Blocker("retention_open", "Nobody can say how long the identity is kept.")])
    row.kept_until, row.destroyed_by, row.destroyed_at = until, a.actor.user, a.at
    save_record(a, row)
    signing.sign(a, token, row, MEANING, title=f"Identity of donor {donor.number} destroyed", permission=PERMISSION)
    # Robust: what stops it is told by the log and by verification, and the heads are still published.
    transaction.on_commit(lambda: vault.destroy_key(donor), robust=True)
    return row


def finish() -> list[str]:
    """Removes keys that a fault left behind after their destruction was signed; answers whose."""
    left = [row.donor for row in _left()]
    for donor in left:
        vault.destroy_key(donor)
    return [donor.number for donor in left]


def check_keys(scope: Scope) -> Iterator[Finding]:
    """For verification: a key that is still there although its destruction is on record."""
    for row in _left():
        if scope.covers(row.chain):
            text = "the key is still there; run `manage.py retention`"
            yield of_row(Kind.INSERTED, "donors.identitydestruction", row, text)


def _left() -> Iterator[IdentityDestruction]:
    for row in IdentityDestruction.objects.select_related("donor").order_by("pk").iterator():
        if vault.key_path(row.donor).exists():
            yield row
