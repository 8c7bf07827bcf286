"""Joiner, mover, leaver: accounts and roles as acts (R115, R205)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from compliance.domain.records import save_record, store_secret
from compliance.domain.signing import sign
from compliance.domain.transitions import apply_transition, find, locked
from compliance.models import RoleGrant, User
from compliance.refusals import Denied, Invalid
from compliance.roles import GMP_ROLES, Role
from compliance.states import USER_TRANSITIONS, GrantState, SignatureMeaning
from compliance.validators import clean_reason, clean_username

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from compliance.domain.act import Act

MANAGE = "compliance.manage_accounts"


def manage(a: Act) -> None:
    """Refuses who may not manage accounts; the system itself makes the first administrator of a site."""
    if not a.actor.user.is_system:
        a.actor.need(MANAGE)


def create_user(a: Act, username: str, printed_name: str, valid_until: datetime | None = None) -> User:
    """Makes an account that cannot sign in until its person sets a secret; `valid_until` ends it by itself.

    Refuses a user name that was ever used, also by a disabled account (R115), and a blank printed name.
    """
    manage(a)
    name = clean_username(username)
    if User.objects.filter(username=name).exists():
        raise Invalid(f"The user name {name} was used before and is never given again.", "username", "name_used")
    if not printed_name.strip():
        raise Invalid("Give the name as it shall stand on printed records.", "printed_name")
    if valid_until is not None and valid_until <= a.at:
        raise Invalid("An account must end after now.", "valid_until")
    user = User(username=name, printed_name=" ".join(printed_name.split()), valid_until=valid_until)
    user.set_unusable_password()
    a.touch(user)
    return save_record(a, user)


def rename_user(a: Act, user: User, printed_name: str, reason: str) -> User:
    """Changes the printed name from now on; signatures keep the name they were made under (SIG-05)."""
    a.actor.need(MANAGE)
    row = locked(user)
    row.printed_name = " ".join(printed_name.split())
    a.touch(row)
    return save_record(a, row, reason)


def deactivate_user(a: Act, user: User, reason: str) -> User:
    """Ends an account at once; its records and signatures stay (AUD-14, SIG-06)."""
    a.actor.need(MANAGE)
    _not_self(a, user)
    row = locked(user)
    row.is_active = False
    a.touch(row)
    return save_record(a, row, reason)


def set_secret(a: Act, user: User, password: str) -> None:
    """Sets a person's own password; the hash stands outside record and history, the change is a ledger event.

    Refuses a password that breaks the rules (R120). Call outside any lock: hashing is slow.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), "password") from error
    a.touch(user)
    a.fact(user=user.username)
    user.set_password(password)
    store_secret(user)


def grant_role(a: Act, user: User, role: str, reason: str, token: UUID | None = None) -> RoleGrant:
    """Gives a role, by the administrator's signature (the system, which makes a site's first one, signs nothing).

    Refuses a GMP role beside the administrator's, and the other way round; a role for oneself; an inspector whose
    account has no end (R205).
    """
    manage(a)
    _not_self(a, user)
    wanted = Role(role)
    held = set(RoleGrant.objects.filter(user=user, state=GrantState.HELD).values_list("role", flat=True))
    if wanted in held:
        raise Invalid(f"{user.printed_name} holds this role already.", "role")
    after = held | {wanted}
    if Role.SYSTEM_ADMINISTRATOR in after and after & GMP_ROLES:
        raise Invalid("A system administrator holds no GMP role, and nobody with a GMP role administers.", "role")
    if wanted == Role.INSPECTOR and user.valid_until is None and not a.actor.user.is_system:
        raise Invalid("An inspector's account has an end. Make it with the last day of the visit.", "role")
    a.touch(user)
    grant = save_record(a, RoleGrant(user=user, role=wanted, state=GrantState.HELD), reason)
    _sign(a, token, user, grant, f"{wanted.label} for {user.printed_name}")
    return grant


def withdraw_role(a: Act, grant: RoleGrant, reason: str, token: UUID | None = None) -> RoleGrant:
    """Takes a role away, by signature; the grant stays readable. Refuses one's own."""
    _not_self(a, grant.user)
    a.touch(grant.user)
    moved = apply_transition(a, grant, find(USER_TRANSITIONS, "withdraw"), reason=reason)
    _sign(a, token, grant.user, moved, f"{Role(grant.role).label} withdrawn from {grant.user.printed_name}")
    return moved


def _not_self(a: Act, user: User) -> None:
    if a.actor.user.pk == user.pk:
        raise Denied("Nobody changes the own roles; another administrator does.", "same_person")


def _sign(a: Act, token: UUID | None, user: User, grant: RoleGrant, title: str) -> None:
    """The prompt was for the person whose access changes; what is signed is the grant."""
    if a.actor.user.is_system:
        return
    if token is None:
        raise Denied("A role is granted or withdrawn by signature. Sign with your password.", "unsigned")
    sign(a, token, grant, SignatureMeaning.APPROVED, title=title, permission=MANAGE, challenged=user)


def unlock_user(a: Act, user: User, reason: str) -> None:
    """Opens an account that wrong passwords locked (R120). Needs a reason; resets the shared counter."""
    a.actor.need(MANAGE)
    a.touch(user)
    a.fact(user=user.username, reason=clean_reason(reason))
    reset(username=user.username)
