"""Joiner, mover, leaver: accounts and roles as acts (R115, R205)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from compliance.domain.records import save_record, store_secret
from compliance.domain.transitions import apply_transition, find, locked
from compliance.models import RoleGrant, User
from compliance.refusals import Invalid
from compliance.roles import GMP_ROLES, Role
from compliance.states import USER_TRANSITIONS, GrantState
from compliance.validators import clean_reason, clean_username

if TYPE_CHECKING:
    from compliance.domain.act import Act


def create_user(a: Act, username: str, printed_name: str) -> User:
    """Makes an account that cannot sign in until its person sets a secret.

    Refuses a user name that was ever used, also by a disabled account (R115), and a blank printed name.
    """
    name = clean_username(username)
    if User.objects.filter(username=name).exists():
        raise Invalid(f"The user name {name} was used before and is never given again.", "username", "name_used")
    if not printed_name.strip():
        raise Invalid("Give the name as it shall stand on printed records.", "printed_name")
    user = User(username=name, printed_name=" ".join(printed_name.split()))
    user.set_unusable_password()
    a.touch(user)
    return save_record(a, user)


def rename_user(a: Act, user: User, printed_name: str, reason: str) -> User:
    """Changes the printed name from now on; signatures keep the name they were made under (SIG-05)."""
    a.actor.need("compliance.manage_accounts")
    row = locked(user)
    row.printed_name = " ".join(printed_name.split())
    a.touch(row)
    return save_record(a, row, reason)


def deactivate_user(a: Act, user: User, reason: str) -> User:
    """Ends an account at once; its records and signatures stay (AUD-14, SIG-06)."""
    a.actor.need("compliance.manage_accounts")
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


def grant_role(a: Act, user: User, role: str, reason: str) -> RoleGrant:
    """Gives a role. Refuses a GMP role beside the administrator's, and the other way round (R205)."""
    wanted = Role(role)
    held = set(RoleGrant.objects.filter(user=user, state=GrantState.HELD).values_list("role", flat=True))
    if wanted in held:
        raise Invalid(f"{user.printed_name} holds this role already.", "role")
    after = held | {wanted}
    if Role.SYSTEM_ADMINISTRATOR in after and after & GMP_ROLES:
        raise Invalid("A system administrator holds no GMP role, and nobody with a GMP role administers.", "role")
    a.touch(user)
    return save_record(a, RoleGrant(user=user, role=wanted, state=GrantState.HELD), reason)


def withdraw_role(a: Act, grant: RoleGrant, reason: str) -> RoleGrant:
    """Takes a role away; the grant stays readable."""
    a.touch(grant.user)
    return apply_transition(a, grant, find(USER_TRANSITIONS, "withdraw"), reason=reason)


def unlock_user(a: Act, user: User, reason: str) -> None:
    """Opens an account that wrong passwords locked (R120). Needs a reason; resets the shared counter."""
    a.actor.need("compliance.manage_accounts")
    a.touch(user)
    a.fact(user=user.username, reason=clean_reason(reason))
    reset(username=user.username)
