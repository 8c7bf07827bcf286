"""Who acts: a person at a station in a session, or the system for a person's earlier request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from compliance.domain import clock
from compliance.models import User
from compliance.models.user import SYSTEM_PK
from compliance.refusals import Denied
from compliance.roles import roles_for

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Actor:
    """Passed as an argument everywhere, never kept in a thread (AUD-06)."""

    user: User
    station: str = ""
    session: str = ""

    @property
    def name(self) -> str:
        """The folded user name."""
        return self.user.username

    def may(self, permission: str) -> bool:
        """Whether any held role gives the permission."""
        return self.user.has_perm(permission)

    def need(self, permission: str) -> None:
        """Refuses when no held role gives the permission (R107)."""
        if not self.may(permission):
            allowed = ", ".join(sorted(role.label for role in roles_for(permission))) or "nobody"
            raise Denied(f"{self.user.printed_name} may not do this. It is for: {allowed}.", "permission")

    def role_for(self, permission: str) -> str:
        """The role under which the person acts: the first held role that gives the permission."""
        held = sorted(r for r in roles_for(permission) if r in self.user.held_roles)
        return str(held[0]) if held else ("system" if self.user.is_system else "")


def session_digest(key: str | None) -> str:
    """The session key's digest: enough to tell sessions apart, useless to steal."""
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def of_request(request: HttpRequest) -> Actor:
    """The signed-in person of a request, at the station the browser named."""
    user: Any = request.user
    station = str(request.COOKIES.get("station", ""))[:80]
    return Actor(user=user, station=station, session=session_digest(request.session.session_key))


def system(station: str = "system") -> Actor:
    """The system's own account."""
    return Actor(user=User.objects.get(pk=SYSTEM_PK), station=station)


def fresh(actor: Actor) -> Actor:
    """The same actor read anew; refuses one whose account is no longer active (SIG-06)."""
    if actor.user.is_system and actor.user._state.adding:
        return actor  # a site's first act makes this very account
    user = User.objects.get(pk=actor.user.pk)
    if not user.may_enter(clock.true_now()):
        raise Denied(f"The account of {user.printed_name} is not active.", "inactive")
    return replace(actor, user=user)
