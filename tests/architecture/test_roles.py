"""Every cell of role x transition and role x permission, and the generated tables."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from compliance.domain.actor import system
from compliance.roles import Role, all_permissions, all_transitions, permissions_of, roles_for
from compliance.states import FactorKind, SignatureMeaning

MOVES = [(label, move) for label, moves in sorted(all_transitions().items()) for move in moves]


@pytest.mark.req("R107")
@pytest.mark.parametrize("role", list(Role))
def test_role_holds_exactly_its_permissions(role: Role) -> None:
    held = permissions_of([role])
    for code, allowed in all_permissions().items():
        assert (code in held) == (role in allowed), code


@pytest.mark.req("R107")
@pytest.mark.parametrize(("label", "move"), MOVES, ids=lambda x: x if isinstance(x, str) else x.name)
def test_every_move_has_somebody_and_never_the_administrator(label: str, move) -> None:
    allowed = roles_for(move.permission)
    assert allowed, f"{label}.{move.name}: nobody may do it"
    if not label.startswith("compliance."):
        assert Role.SYSTEM_ADMINISTRATOR not in allowed
    assert Role.INSPECTOR not in allowed


@pytest.mark.req("R205")
def test_administrator_holds_no_gmp_permission() -> None:
    assert permissions_of([Role.SYSTEM_ADMINISTRATOR]) == {
        "compliance.manage_accounts",
        "compliance.read_people",
        "compliance.answer_alert",
        "compliance.own_factors",
    }


@pytest.mark.req("R301")
def test_only_quality_disposes() -> None:
    disposing = ("release.review_batch", "release.release_batch", "release.reject_batch", "batches.approve_master")
    for permission in disposing:
        assert roles_for(permission) <= {Role.QA, Role.QP}, permission


def test_no_role_performs_and_releases() -> None:
    executing = roles_for("batches.execute_phase")
    assert not executing & roles_for("release.review_batch")
    assert not executing & roles_for("release.release_batch")


def test_meanings_of_moves_are_of_the_closed_list() -> None:
    assert all(move.meaning is None or move.meaning in SignatureMeaning for _, move in MOVES)


def test_generated_tables_are_current() -> None:
    call_command("write_tables", "--check")


@pytest.mark.req("R228")
@pytest.mark.parametrize(("label", "move"), MOVES, ids=lambda x: x if isinstance(x, str) else x.name)
@pytest.mark.django_db
def test_no_move_is_the_system_s_own(label: str, move) -> None:
    """A decision is a person's: the account that works for the house holds no role, so no move is open to it."""
    assert not system().may(move.permission), f"{label}.{move.name}"


@pytest.mark.req("R119")
def test_no_factor_is_a_feature_of_the_body() -> None:
    """What the key itself checks stays in the key; the site takes its word that the owner was verified."""
    assert {str(kind) for kind in FactorKind} == {"totp", "webauthn", "codes"}
