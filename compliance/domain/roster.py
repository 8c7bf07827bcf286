"""Who has an account, and what is to be said of it: state, roles, identity, acknowledgement, factors, what is odd."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet, Sum

from compliance.models import Acknowledgement, Factor, IdentityCheck, RoleGrant, User
from compliance.models.user import SYSTEM_PK
from compliance.registry import account_checks
from compliance.roles import Role
from compliance.states import FactorState, GrantState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

UNUSED_DAYS = 90


class Standing(StrEnum):
    """What an account is worth now."""

    ACTIVE = "active"
    WAITING = "waiting"
    LOCKED = "locked"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Account:
    """One account as lists and reviews show it. `unused` counts whole days since the last sign-in."""

    user: User
    standing: Standing
    roles: tuple[str, ...]
    identity: bool
    acknowledged: bool
    factors: tuple[str, ...]
    unused: int | None
    odd: tuple[str, ...]


def locked_names() -> list[str]:
    """The user names that wrong passwords locked, counted as the doors count them (R120)."""
    failed = AccessAttempt.objects.values("username").annotate(failures=Sum("failures_since_start"))
    return [str(row["username"]) for row in failed if row["failures"] >= settings.AXES_FAILURE_LIMIT]


def people() -> QuerySet[User]:
    """Every account of a person, also the ended ones; never the system's own."""
    return User.objects.exclude(pk=SYSTEM_PK)


def matching(words: str, standing: str, at: datetime) -> QuerySet[User]:
    """The accounts whose name holds the words and that stand so; all where nothing is asked."""
    found = people()
    if words:
        found = found.filter(Q(username__icontains=words.casefold()) | Q(printed_name__icontains=words))
    return found.filter(_that(Standing(standing), at)) if standing in list(Standing) else found


def count_of(standing: Standing, at: datetime) -> int:
    """How many accounts stand so."""
    return people().filter(_that(standing, at)).count()


def _that(standing: Standing, at: datetime) -> Q:
    """The same order as `_standing`: ended before waiting before locked."""
    ended = Q(is_active=False) | Q(valid_until__isnull=False, valid_until__lte=at)
    waiting = ~ended & Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    locked = ~ended & ~waiting & Q(username__in=locked_names())
    return {
        Standing.ENDED: ended,
        Standing.WAITING: waiting,
        Standing.LOCKED: locked,
        Standing.ACTIVE: ~ended & ~waiting & ~locked,
    }[standing]


def accounts_of(users: Iterable[User], at: datetime) -> list[Account]:
    """What is to be said of these people; the same few queries for one and for a thousand."""
    rows = list(users)
    keys = [user.pk for user in rows]
    grants: dict[int, list[str]] = {}
    for user_id, role in RoleGrant.objects.filter(user__in=keys, state=GrantState.HELD).values_list("user_id", "role"):
        grants.setdefault(user_id, []).append(role)
    factors: dict[int, list[str]] = {}
    for factor in Factor.objects.filter(user__in=keys, state=FactorState.HELD):
        factors.setdefault(factor.user_id, []).append(f"{factor.get_kind_display()} {factor.label}".strip())
    seen = set(IdentityCheck.objects.filter(user__in=keys).values_list("user_id", flat=True))
    said = set(Acknowledgement.objects.filter(user__in=keys).values_list("user_id", flat=True))
    locked = set(locked_names())
    return [
        Account(
            user=user,
            standing=_standing(user, locked, at),
            roles=tuple(sorted(grants.get(user.pk, ()))),
            identity=user.pk in seen,
            acknowledged=user.pk in said,
            factors=tuple(factors.get(user.pk, ())),
            unused=(at - user.last_login).days if user.last_login else None,
            odd=(),
        )
        for user in rows
    ]


def _standing(user: User, locked: set[str], at: datetime) -> Standing:
    if not user.may_enter(at):
        return Standing.ENDED
    if not user.has_usable_password():
        return Standing.WAITING
    return Standing.LOCKED if user.username in locked else Standing.ACTIVE


def with_odd(accounts: list[Account]) -> list[Account]:
    """The same with what looks wrong: what this app knows, then what the apps above know of the roles held."""
    more: dict[int, list[str]] = {}
    held = {a.user.pk: a.roles for a in accounts if a.standing != Standing.ENDED}
    for check in account_checks():
        for user_id, text in check(held).items():
            more.setdefault(user_id, []).append(text)
    return [replace(a, odd=(*_oddities(a), *more.get(a.user.pk, ()))) for a in accounts]


def _oddities(a: Account) -> list[str]:
    """In words. An account that has ended is odd only where it still holds roles."""
    if a.standing == Standing.ENDED:
        return ["ended, roles not withdrawn"] if a.roles else []
    found = [
        (a.standing == Standing.LOCKED, "locked after wrong passwords"),
        (a.standing == Standing.WAITING, "never activated"),
        (a.unused is not None and a.unused > UNUSED_DAYS, f"unused for {a.unused} days"),
        (a.unused is None and a.standing != Standing.WAITING, "never signed in"),
        (not a.roles, "no role"),
        (bool(a.roles) and not a.identity, "identity not checked"),
        (a.standing == Standing.ACTIVE and not a.acknowledged, "signature not acknowledged"),
        (Role.INSPECTOR in a.roles and a.user.valid_until is None, "inspector without an end"),
    ]
    return [text for holds, text in found if holds]
