"""Steps that tests share; every state is reached by the same acts as in production."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import accounts, people, signing
from compliance.domain.act import act
from compliance.domain.actor import Actor, system
from compliance.models import User
from compliance.states import SignatureMeaning

if TYPE_CHECKING:
    from uuid import UUID

WHY = "Joined the team for this test"
SECRET = "correct horse battery staple"


def person(username: str, *roles: str, station: str = "bench 1") -> Actor:
    """An account with roles and a known secret; the same one when it is there already."""
    user = User.objects.filter(username=username).first()
    if user is None:
        with act(system(), "user.created", "users") as a:
            user = accounts.create_user(a, username, f"{username.capitalize()} Test")
            accounts.set_secret(a, user, SECRET)
            people.check_identity(a, user, "id_card", "Seen by the test house")
        with act(Actor(user=User.objects.get(pk=user.pk)), "user.acknowledged", user) as a:
            people.acknowledge(a)
        for role in roles:
            with act(system(), "role.granted", user) as a:
                accounts.grant_role(a, user, role, WHY)
    return Actor(user=User.objects.get(pk=user.pk), station=station, session=f"session of {username}")


def approval(actor: Actor, user: User) -> UUID:
    """The administrator's answer to the prompt before she changes what a person may do."""
    return signing.challenge(actor, actor.name, SECRET, signing.subject_of(user, SignatureMeaning.APPROVED))[1]
