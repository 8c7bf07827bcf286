"""Steps that tests share; every state is reached by the same acts as in production."""

from __future__ import annotations

from compliance.domain import accounts
from compliance.domain.act import act
from compliance.domain.actor import Actor, system
from compliance.models import User

SECRET = "correct horse battery staple"


def person(username: str, *roles: str, station: str = "bench 1") -> Actor:
    """An account with roles and a known secret; the same one when it is there already."""
    user = User.objects.filter(username=username).first()
    if user is None:
        with act(system(), "user.created", "users") as a:
            user = accounts.create_user(a, username, f"{username.capitalize()} Test")
            accounts.set_secret(a, user, SECRET)
        for role in roles:
            with act(system(), "role.granted", user) as a:
                accounts.grant_role(a, user, role, "Joined the team for this test")
    return Actor(user=User.objects.get(pk=user.pk), station=station, session=f"session of {username}")
