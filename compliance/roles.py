"""The eleven roles as data, and the one place where a permission finds its roles (R107, R205)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compliance.states import Transition


class Role(models.TextChoices):
    """Who a person may be. No superuser exists."""

    OPERATOR = "operator", "Operator"
    VERIFIER = "verifier", "Verifier"
    PROCESS_ENGINEER = "process_engineer", "Process engineer"
    QC_ANALYST = "qc_analyst", "QC analyst"
    QC_REVIEWER = "qc_reviewer", "QC reviewer"
    QA = "qa", "QA"
    QP = "qp", "QP"
    DONOR_COORDINATOR = "donor_coordinator", "Donor coordinator"
    DONOR_RESPONSIBLE = "donor_responsible", "Donor responsible"
    INSPECTOR = "inspector", "Inspector"
    SYSTEM_ADMINISTRATOR = "system_administrator", "System administrator"


GMP_ROLES = frozenset(Role) - {Role.SYSTEM_ADMINISTRATOR, Role.INSPECTOR}

_permissions: dict[str, frozenset[Role]] = {}
_transitions: dict[str, tuple[Transition, ...]] = {}
_events: dict[str, str] = {}


def register(
    *,
    permissions: Mapping[str, Iterable[str]],
    events: Mapping[str, str],
    transitions: Mapping[str, tuple[Transition, ...]] | None = None,
) -> None:
    """Called by each app's `ready`: what its people may do, which ledger events it writes, how its records move."""
    global _permissions, _events, _transitions  # noqa: PLW0603 - merged in place
    _permissions |= {code: frozenset(Role(r) for r in roles) for code, roles in permissions.items()}
    _events |= events
    _transitions |= transitions or {}


def roles_for(permission: str) -> frozenset[Role]:
    """The roles that hold a permission; an unknown permission is held by nobody."""
    return _permissions.get(permission, frozenset())


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """Every permission that any of these roles holds."""
    held = {Role(r) for r in roles}
    return frozenset(code for code, allowed in _permissions.items() if allowed & held)


def all_permissions() -> dict[str, frozenset[Role]]:
    """Permission to roles, for the generated table."""
    return dict(_permissions)


def all_transitions() -> dict[str, tuple[Transition, ...]]:
    """Record label to its transitions, for the generated diagrams and the matrix test."""
    return dict(_transitions)


def event_title(event: str) -> str | None:
    """The words of a registered ledger event, or None: the ledger refuses others."""
    return _events.get(event)


def all_events() -> dict[str, str]:
    """Event to words."""
    return dict(_events)
