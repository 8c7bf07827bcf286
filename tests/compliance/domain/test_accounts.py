"""Joiner, mover, leaver: names are given once, roles do not mix, nobody is deleted (R115, R205, R120)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import HttpRequest

from compliance.backends import PersonBackend
from compliance.domain import accounts
from compliance.domain import actor as actors
from compliance.domain.act import act
from compliance.models import LedgerEntry, RoleGrant, User
from compliance.refusals import Denied, Invalid
from compliance.roles import GMP_ROLES, Role
from tests import helpers
from tests.compliance.domain import small_site
from tests.helpers import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db

WHY = "Joined the team for this test"


def create(actor: Actor, name: str, printed: str = "Some Body") -> User:
    with act(actor, "user.created", "users") as a:
        return accounts.create_user(a, name, printed)


def give(actor: Actor, user: User, role: str) -> RoleGrant:
    with act(actor, "role.granted", user) as a:
        return accounts.grant_role(a, user, role, WHY, helpers.approval(actor, user))


def sign_in(name: str, password: str) -> Any:
    request = HttpRequest()
    request.META |= {"REMOTE_ADDR": "10.0.0.7", "HTTP_USER_AGENT": "x"}
    return authenticate(request, username=name, password=password)


@pytest.mark.req("R115")
@pytest.mark.parametrize("name", ["anna", "ANNA", " Anna "])
def test_user_name_is_given_once_also_after_its_person_left(
    admin: Actor, person: Callable[..., Actor], name: str
) -> None:
    anna = person("anna")
    with act(admin, "user.deactivated", anna.user) as a:
        accounts.deactivate_user(a, anna.user, "Has left the company today")
    with pytest.raises(Invalid, match="never given again") as caught:
        create(admin, name)
    assert caught.value.code == "name_used"
    assert User.objects.filter(username="anna").count() == 1


@pytest.mark.req("R115")
@pytest.mark.parametrize("name", ["", "a", "ab", "-anna", "an na", "anna!", "x" * 61, "änna", "anna\n@x"])
def test_user_name_of_other_shape_is_refused(admin: Actor, name: str) -> None:
    with pytest.raises(Invalid):
        create(admin, name)


def test_printed_name_is_asked_for_and_tidied(admin: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        create(admin, "bela", "  ")
    assert caught.value.field == "printed_name"
    assert create(admin, "bela", "  Bela   Nagy ").printed_name == "Bela Nagy"


def test_new_account_signs_in_after_its_person_set_a_secret(admin: Actor) -> None:
    user = create(admin, "bela")
    assert sign_in("bela", "") is None
    with act(admin, "user.secret_changed", user) as a:
        accounts.set_secret(a, user, SECRET)
    assert sign_in("BELA", SECRET) == user
    assert user.version == 1
    assert LedgerEntry.objects.filter(links__chain=user.chain, event="user.secret_changed").count() == 1


@pytest.mark.req("R120")
@pytest.mark.parametrize("secret", ["short", "password1234", "bela.nagy.1", ""])
def test_weak_secret_is_refused(admin: Actor, secret: str) -> None:
    user = create(admin, "bela.nagy.1")
    with pytest.raises(Invalid) as caught, act(admin, "user.secret_changed", user) as a:
        accounts.set_secret(a, user, secret)
    assert caught.value.field == "password"
    assert not User.objects.get(pk=user.pk).has_usable_password()


@pytest.mark.case("AUD-14")
@pytest.mark.req("R115")
def test_person_with_records_is_never_deleted(admin: Actor, person: Callable[..., Actor]) -> None:
    anna = person("anna", "operator")
    small_site.rename(admin, anna.user, "Anna Kiss")
    with pytest.raises((ProtectedError, IntegrityError)), transaction.atomic():
        User.objects.filter(pk=admin.user.pk).delete()
    with pytest.raises(IntegrityError, match="evidence net"), transaction.atomic():
        User.objects.filter(pk=admin.user.pk)._raw_delete("default")
    assert anna.user.history.first().history_user == admin.user


@pytest.mark.case("AUD-12")
def test_what_an_old_history_row_points_to_is_never_removed(admin: Actor, person: Callable[..., Actor]) -> None:
    grant = RoleGrant.objects.get(user=person("anna", "operator").user)
    with pytest.raises(ProtectedError):
        grant.user.delete()
    with pytest.raises(IntegrityError, match="evidence net"), transaction.atomic():
        RoleGrant.objects.filter(pk=grant.pk)._raw_delete("default")
    assert str(grant.history.first().user) == "Anna Test"


@pytest.mark.req("R107")
@pytest.mark.parametrize("what", ["rename", "deactivate", "unlock"])
def test_accounts_are_managed_by_the_administrator_alone(person: Callable[..., Actor], what: str) -> None:
    anna = person("anna", "qa")
    doors: dict[str, Callable[[Any], Any]] = {
        "rename": lambda a: accounts.rename_user(a, anna.user, "Anna Queen", WHY),
        "deactivate": lambda a: accounts.deactivate_user(a, anna.user, WHY),
        "unlock": lambda a: accounts.unlock_user(a, anna.user, WHY),
    }
    with pytest.raises(Denied, match="It is for: System administrator"), act(anna, "user.renamed", anna.user) as a:
        doors[what](a)


@pytest.mark.req("R205")
@pytest.mark.parametrize("role", sorted(GMP_ROLES))
def test_administrator_holds_no_gmp_role_and_the_other_way_round(
    admin: Actor, person: Callable[..., Actor], role: str
) -> None:
    with pytest.raises(Invalid, match="holds no GMP role"):
        give(person("second", "system_administrator"), admin.user, role)
    worker = person("worker", role)
    with pytest.raises(Invalid, match="holds no GMP role"):
        give(admin, worker.user, Role.SYSTEM_ADMINISTRATOR)


@pytest.mark.req("R205")
def test_role_is_held_once_and_given_again_after_its_withdrawal(admin: Actor, person: Callable[..., Actor]) -> None:
    anna = person("anna", "operator").user
    with pytest.raises(Invalid, match="holds this role already"):
        give(admin, anna, "operator")
    grant = RoleGrant.objects.get(user=anna)
    with act(admin, "role.withdrawn", grant) as a:
        accounts.withdraw_role(a, grant, "Moved to another department", helpers.approval(admin, anna))
    assert not User.objects.get(pk=anna.pk).held_roles
    give(admin, anna, "operator")
    assert RoleGrant.objects.filter(user=anna).count() == 2
    assert str(grant) == "Anna Test as operator"


@pytest.mark.req("R205")
def test_role_is_given_with_a_reason_and_by_name(admin: Actor, person: Callable[..., Actor]) -> None:
    anna = person("anna").user
    with pytest.raises(Invalid), act(admin, "role.granted", anna) as a:
        accounts.grant_role(a, anna, "operator", "x")
    with pytest.raises(ValueError, match="emperor"):
        give(admin, anna, "emperor")


@pytest.mark.req("R120")
def test_unlocking_asks_for_a_reason(admin: Actor, person: Callable[..., Actor]) -> None:
    anna = person("anna").user
    with pytest.raises(Invalid), act(admin, "user.unlocked", anna) as a:
        accounts.unlock_user(a, anna, "")


def test_actor_speaks_for_roles_held(person: Callable[..., Actor]) -> None:
    anna = person("anna", "operator", "verifier")
    assert anna.name == "anna"
    assert anna.role_for("compliance.manage_accounts") == ""
    assert anna.role_for("no.such_permission") == ""
    with pytest.raises(Denied, match="It is for: nobody"):
        anna.need("no.such_permission")
    assert actors.system().role_for("no.such_permission") == "system"
    assert actors.session_digest(None) == actors.session_digest("") == ""
    assert len(actors.session_digest("key")) == 64


def test_actor_of_a_request_is_its_person_at_its_station(rf: Any, person: Callable[..., Actor]) -> None:
    request = rf.get("/")
    request.user = person("anna").user
    request.COOKIES["station"] = "bench 7"
    request.session = type("Session", (), {"session_key": "key"})()
    found = actors.of_request(request)
    assert (found.name, found.station, found.session) == ("anna", "bench 7", actors.session_digest("key"))


def test_backend_gives_active_people_alone(admin: Actor, person: Callable[..., Actor]) -> None:
    anna = person("anna")
    backend = PersonBackend()
    assert backend.get_user(anna.user.pk) == anna.user
    with act(admin, "user.deactivated", anna.user) as a:
        accounts.deactivate_user(a, anna.user, "Has left the company today")
    assert backend.get_user(anna.user.pk) is None
    assert backend.authenticate(None, "anna", SECRET) is None
    assert User.objects.get_by_natural_key("ANNA") == anna.user


@pytest.mark.req("R205")
def test_nobody_holds_every_permission(admin: Actor, person: Callable[..., Actor]) -> None:
    auditor = person("auditor", "inspector").user
    assert admin.user.has_perms(["compliance.manage_accounts"])
    assert not admin.user.has_perms(["compliance.manage_accounts", "compliance.read_trail"])
    assert (auditor.is_staff, auditor.has_module_perms("compliance"), admin.user.is_staff) == (True, True, False)
    assert not hasattr(admin.user, "is_superuser")
    assert (str(auditor), User.objects.get(pk=0).is_system) == ("Auditor Test", True)
