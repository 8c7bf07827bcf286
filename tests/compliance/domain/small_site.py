"""A small site with something in every guarded table of compliance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import accounts, proof, signing
from compliance.domain.act import act
from compliance.domain.numbering import next_number
from compliance.models import RoleGrant, User
from compliance.states import SignatureMeaning
from tests import helpers

if TYPE_CHECKING:
    from compliance.domain.actor import Actor
    from compliance.models import Record, Signature

PERMISSION = "compliance.manage_accounts"


def sign(
    actor: Actor, record: Record, meaning: str = SignatureMeaning.APPROVED, permission: str = PERMISSION
) -> Signature:
    """The actor signs a record as it stands."""
    signer, token = signing.challenge(actor, actor.name, helpers.SECRET, signing.subject_of(record, meaning))
    with act(signer, "role.granted", record) as a:
        return signing.sign(a, token, record, meaning, title=str(record), permission=permission)


def rename(actor: Actor, user: User, name: str) -> User:
    """A change of a record."""
    with act(actor, "user.renamed", user) as a:
        return accounts.rename_user(a, user, name, "Has another name since the wedding")


def make() -> Actor:
    """Fills the site; answers its administrator."""
    admin = helpers.person("sysadmin", "system_administrator")
    anna = helpers.person("anna", "operator", "verifier")
    helpers.person("bela", "qa")
    rename(admin, anna.user, "Anna Kiss")
    grants = list(RoleGrant.objects.order_by("pk"))
    for grant in grants[:3]:
        sign(admin, grant)
    with act(admin, "role.withdrawn", grants[1]) as a:
        signing.void_signatures(a, grants[1], "The role is taken away again")
        accounts.withdraw_role(a, grants[1], "Moved to another department", helpers.approval(admin, grants[1].user))
    rename(admin, User.objects.get(pk=anna.user.pk), "Anna Nagy")
    for _ in range(3):
        with act(admin, "clock.set", "numbers") as a:
            next_number(a, "EV")
    proof.seal_site()
    return admin
