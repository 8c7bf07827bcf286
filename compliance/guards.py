"""Guards that every kind of record shares. Read-only, never short-cut for anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from compliance.models import Acknowledgement, IdentityCheck, Signature
from compliance.queries.stretch import unreviewed
from compliance.refusals import Blocker
from compliance.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from compliance.models import User


def blockers_for_other_person(user: User, earlier: Iterable[int | None], act: str) -> list[Blocker]:
    """Four eyes: the person must differ from everyone who did the earlier part (R107, SIG-02)."""
    if user.pk in set(earlier):
        text = f"{user.printed_name} did this before; to {act} it needs a second person."
        return [Blocker("same_person", text, clears="another person")]
    return []


def signers_of(record_uuid: UUID, *meanings: str) -> set[int]:
    """Who holds a signature on this record that is not void."""
    found = Signature.objects.filter(record_uuid=record_uuid, void__isnull=True)
    if meanings:
        found = found.filter(meaning__in=meanings)
    return set(found.values_list("signer_id", flat=True))


def blockers_for_signing(user: User) -> list[Blocker]:
    """What keeps a person from signing anything: no identity check, no acknowledgement of her own (R110, R116)."""
    found = []
    if not IdentityCheck.objects.filter(user=user).exists():
        text = f"Nobody recorded yet who {user.printed_name} is; without an identity check nobody signs."
        found.append(Blocker("identity_unchecked", text, clears="a system administrator"))
    if not Acknowledgement.objects.filter(user=user).exists():
        text = "You have not acknowledged that your electronic signature binds you like a handwritten one."
        found.append(Blocker("not_acknowledged", text, clears=user.printed_name))
    return found


def owes_acknowledgement(user: User) -> bool:
    """Whether the person still has to say that her signature binds her (R110); who only inspects never signs."""
    return user.held_roles != {Role.INSPECTOR} and not Acknowledgement.objects.filter(user=user).exists()


def blockers_for_trail_review(chain: str, but: frozenset[str] = frozenset()) -> list[Blocker]:
    """The trail of a chain is reviewed and signed to its last act (R213). The events `but` ask for no new review."""
    first = unreviewed(chain, but).first()
    if first is None:
        return []
    link = f"{reverse('compliance:trail-review-open')}?{urlencode({'on': chain})}"
    text = f"No signed audit-trail review covers act {first.pk} and what follows it."
    return [Blocker("trail_not_reviewed", text, link, clears="QA who took no part")]
