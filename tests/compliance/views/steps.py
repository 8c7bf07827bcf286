"""Steps that the tests of the pages share."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test import Client

from compliance import net
from compliance.domain import accounts, clock, sessions, signing
from compliance.domain.act import act
from compliance.models import LedgerEntry
from compliance.states import SignatureMeaning
from tests.helpers import SECRET, approval, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.domain.actor import Actor
    from compliance.models import RoleGrant, Signature, User

HTMX = {"HX-Request": "true"}
WRONG = "not her password at all"


def sign_in(username: str, password: str = SECRET, client: Client | None = None, **more: str) -> Client:
    """A browser that signed in at the door; with a wrong password one that tried to."""
    browser = client or Client()
    browser.post("/login/", {"username": username, "password": password, **more})
    return browser


def inside(username: str, *roles: str) -> Client:
    """A browser of a person with these roles, signed in."""
    person(username, *roles)
    browser = sign_in(username)
    assert "_auth_user_id" in browser.session
    return browser


def idle(browser: Client, seconds: int) -> None:
    """Nobody worked in this browser for so long."""
    session = browser.session
    session[sessions.SEEN_AT] = clock.true_now().timestamp() - seconds
    session.save()


def events(name: str) -> list[LedgerEntry]:
    """The acts of one kind, oldest first."""
    return list(LedgerEntry.objects.filter(event=name).order_by("id"))


def token_of(browser: Client, url: str) -> str:
    """The act id of the first form on a page."""
    html = browser.get(url).content.decode()
    found = re.search(r'name="token" value="([^"]+)"', html)
    assert found, html[:400]
    return found[1]


def grant(username: str, role: str = "operator") -> RoleGrant:
    """A role given by the administrator."""
    admin = person("sysadmin", "system_administrator")
    user = person(username).user
    token = approval(admin, user)
    with act(admin, "role.granted", user) as a:
        return accounts.grant_role(a, user, role, "Joined the team for this test", token)


@contextmanager
def guards_gone() -> Iterator[None]:
    """An attacker who owns the database and has dropped the guards."""
    net.remove(connection)
    try:
        yield
    finally:
        net.install(connection)


def sign(actor: Actor, record: Any, permission: str = "compliance.read_trail", title: str = "Role grant") -> Signature:
    """A signature as it is given everywhere."""
    subject = signing.subject_of(record, SignatureMeaning.REVIEWED)
    signer, token = signing.challenge(actor, actor.name, SECRET, subject)
    with act(signer, "role.granted", record) as a:
        return signing.sign(a, token, record, SignatureMeaning.REVIEWED, title=title, permission=permission)


def rename(user: User, *names: str) -> None:
    """The administrator renames a person, once for each name."""
    admin = person("sysadmin", "system_administrator")
    for name in names:
        with act(admin, "user.renamed", user) as a:
            accounts.rename_user(a, user, name, f"She is called {name} from now on")
