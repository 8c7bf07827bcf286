"""What makes an account a person's own: identity seen, link sent, secret chosen by herself, signature acknowledged."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from axes.utils import reset

from compliance.domain import clock, plain
from compliance.domain.accounts import manage, set_secret
from compliance.domain.actor import session_digest
from compliance.domain.records import save_record
from compliance.models import Acknowledgement, ActivationLink, IdentityCheck, User
from compliance.refusals import Denied, Invalid
from compliance.states import IdentityProof, LinkPurpose

if TYPE_CHECKING:
    from compliance.domain.act import Act

LINK_HOURS = 24
ACKNOWLEDGEMENT = (
    "I understand that my electronic signature in this system is the legally binding equivalent of my handwritten "
    "signature, that it is mine alone, and that I answer for everything signed with it. I give my password, my "
    "security key and my recovery codes to nobody."
)


def check_identity(a: Act, user: User, proof: str, reference: str) -> IdentityCheck:
    """Records that the actor saw who the person is, by which paper (R116).

    Refuses one's own identity, and a reference that says nothing (which paper, where it is kept; not its number).
    """
    manage(a)
    if a.actor.user.pk == user.pk:
        raise Denied("Nobody confirms the own identity; another administrator does.", "same_person")
    said = " ".join(reference.split())
    if len(said) < 3:
        raise Invalid("Say by what the person was known: who saw which paper, where the copy is kept.", "reference")
    a.touch(user)
    check = IdentityCheck(
        user=user, proof=IdentityProof(proof), reference=said, checked_by=a.actor.user, checked_at=a.at
    )
    return save_record(a, check)


def acknowledge(a: Act) -> Acknowledgement:
    """The actor's own word that her electronic signature binds like a handwritten one (R110)."""
    user = a.actor.user
    a.touch(user)
    word = Acknowledgement(
        user=user, text=ACKNOWLEDGEMENT, printed_name=user.printed_name, acknowledged_at=a.at
    )
    return save_record(a, word)


def make_link(a: Act, user: User) -> str:
    """Makes a link that is good once within 24 hours and gives its secret part, which is kept nowhere (R118).

    The administrator hands it over and never knows a password. Links made before for the person end. Refuses an
    account that is not active, and one's own account: a lost password of an administrator is another one's work.
    """
    manage(a)
    if a.actor.user.pk == user.pk:
        raise Denied("Another administrator makes the link for you.", "same_person")
    if not user.is_active:
        raise Invalid(f"The account of {user.printed_name} is not active.", "user", "inactive")
    purpose = LinkPurpose.RESET if user.has_usable_password() else LinkPurpose.ACTIVATION
    end_links(user)
    token = secrets.token_urlsafe(32)
    now = clock.true_now()
    plain.insert(
        ActivationLink(
            digest=session_digest(token),
            user=user,
            purpose=purpose,
            made_by=a.actor.user,
            expires_at=now + timedelta(hours=LINK_HOURS),
        )
    )
    a.touch(user)
    a.fact(user=user.username, purpose=str(purpose), hours=LINK_HOURS)
    return token


def end_links(user: User) -> None:
    """Ends every link of the person that was not used."""
    plain.claim(ActivationLink.objects.filter(user=user, used_at__isnull=True), used_at=clock.true_now())


def link_of(token: str) -> ActivationLink:
    """The link behind a token. Refuses one that is used, late or unknown with the same words (Denied)."""
    found = ActivationLink.objects.filter(
        digest=session_digest(token), used_at__isnull=True, expires_at__gte=clock.true_now(), user__is_active=True
    )
    link = found.select_related("user").first()
    if link is None:
        raise Denied("This link was used, has run out or never was. Ask an administrator for a new one.", "link")
    return link


def use_link(a: Act, token: str, password: str) -> User:
    """The person chooses her own secret. The act is hers: whoever holds the link is the person it was given to.

    Refuses a link of somebody else, a second use, and a password that breaks the rules (R206). Opens a lock.
    """
    link = link_of(token)
    if link.user_id != a.actor.user.pk:
        raise Denied("This link belongs to another account.", "link")
    user = a.actor.user
    set_secret(a, user, password)
    if plain.claim(ActivationLink.objects.filter(pk=link.pk, used_at__isnull=True), used_at=clock.true_now()) != 1:
        raise Denied("This link was used a moment ago.", "link")
    a.fact(purpose=link.purpose)
    reset(username=user.username)
    return user
