"""The people of the demonstration site, with passwords made at random for each site."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from compliance.domain import accounts, people
from compliance.domain.act import act
from compliance.domain.actor import Actor, system
from compliance.models import User
from compliance.roles import Role
from compliance.states import IdentityProof

LOGINS = "demo-logins.txt"
# Without signs that look alike, so that a password can be typed from a screen.
SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
REASON = "Joined the demonstration site"


@dataclass(frozen=True, slots=True)
class Cast:
    """Somebody of the house: user name, printed name, roles, and where she works."""

    username: str
    printed_name: str
    roles: tuple[Role, ...]
    station: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A person with her password, at her station."""

    cast: Cast
    actor: Actor
    password: str


CAST: tuple[Cast, ...] = (
    Cast("anna", "Anna Weber", (Role.OPERATOR,), "CC-1 tablet"),
    Cast("jonas", "Jonas Brandt", (Role.OPERATOR,), "EV-1 tablet"),
    Cast("mei", "Mei Tanaka", (Role.VERIFIER,), "EV-1 tablet"),
    Cast("petra", "Petra Novak", (Role.PROCESS_ENGINEER,), "office"),
    Cast("luis", "Luis Ortega", (Role.PROCESS_ENGINEER,), "office"),
    Cast("aron", "Aron Klein", (Role.QC_ANALYST,), "laboratory"),
    Cast("ruth", "Ruth Okafor", (Role.QC_REVIEWER,), "laboratory"),
    Cast("clara", "Clara Moreau", (Role.QA,), "QA office"),
    Cast("samuel", "Samuel Lind", (Role.QA,), "QA office"),
    Cast("irene", "Dr. Irene Vogt", (Role.QP,), "QP office"),
    Cast("dana", "Dana Petrov", (Role.DONOR_COORDINATOR,), "donor desk"),
    Cast("omar", "Dr. Omar Haddad", (Role.DONOR_RESPONSIBLE,), "donor desk"),
    Cast("grace", "Grace Lee", (Role.INSPECTOR,), "reading room"),
    Cast("tom", "Tom Fischer", (Role.SYSTEM_ADMINISTRATOR,), "server room"),
)


def make_people() -> dict[str, Seat]:
    """Makes every account with a random password and its roles, each by the acts of a real site."""
    return {cast.username: _make(cast) for cast in CAST}


def _make(cast: Cast) -> Seat:
    password = new_password()
    with act(system(), "user.created", "users") as a:
        user = accounts.create_user(a, cast.username, cast.printed_name)
        accounts.set_secret(a, user, password)
        people.check_identity(a, user, IdentityProof.EMPLOYER, "Staff file of the demonstration site")
    with act(Actor(user=User.objects.get(pk=user.pk), station=cast.station), "user.acknowledged", user) as a:
        people.acknowledge(a)
    for role in cast.roles:
        with act(system(), "role.granted", user) as a:
            accounts.grant_role(a, user, role, REASON)
    actor = Actor(user=User.objects.get(pk=user.pk), station=cast.station, session=f"demonstration of {cast.username}")
    return Seat(cast, actor, password)


def new_password() -> str:
    """Four groups of four signs: 80 bits, easy to read out."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(4))


def login_lines(seats: dict[str, Seat]) -> list[str]:
    """User name, password, printed name and roles, in columns."""
    return [
        f"{s.cast.username:<8} {s.password}  {s.cast.printed_name:<16} {', '.join(r.label for r in s.cast.roles)}"
        for s in seats.values()
    ]


def write_logins(folder: Path, seats: dict[str, Seat]) -> Path:
    """Writes the logins where only the owner of the site's folder reads them; one from before is replaced."""
    target = folder / LOGINS
    aside = folder / f".{LOGINS}.{secrets.token_hex(4)}"
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(login_lines(seats)) + "\n")
    aside.replace(target)
    return target
