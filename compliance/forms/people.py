"""What the forms about people ask and give: accounts, identity, roles."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from compliance.domain import clock
from compliance.forms import reading
from compliance.page_forms import FormField
from compliance.pages import Option
from compliance.roles import GMP_ROLES, Role
from compliance.states import IdentityProof

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME_HELP = "As it shall stand on printed records."


def joining_fields() -> tuple[FormField, ...]:
    """A new account."""
    return (
        FormField("username", "User name", "code", help="3 to 60 of a-z, 0-9, dot or dash. It is never given again."),
        FormField("printed_name", "Name", help=NAME_HELP),
        FormField(
            "valid_until",
            "Last day",
            "date",
            required=False,
            help="The account ends by itself after this day. An inspector's account needs one.",
        ),
    )


def read_joining(posted: Mapping[str, str]) -> dict[str, Any]:
    """User name, printed name and the end, which is the midnight after the last day in the site's zone."""
    last = reading.read_day_if_any(posted, "valid_until", "The last day")
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=clock.zone()) if last else None
    return {
        "username": reading.read_text(posted, "username", "The user name", most=60),
        "printed_name": reading.read_text(posted, "printed_name", "The name"),
        "valid_until": end,
    }


def identity_fields() -> tuple[FormField, ...]:
    """By which paper the person was known."""
    return (
        FormField("proof", "Seen by", "select", options=reading.options(IdentityProof.choices)),
        FormField("reference", "Who saw it, where the copy is kept", help="Not the number of the paper."),
    )


def read_identity(posted: Mapping[str, str]) -> tuple[str, str]:
    """The paper and the words about it."""
    proof = reading.read_choice(posted, "proof", "The paper", IdentityProof.values)
    return proof, reading.read_text(posted, "reference", "The reference")


def role_fields(held: frozenset[str], *, ends: bool) -> tuple[FormField, ...]:
    """The roles that the person does not hold; those that cannot stand beside hers say why."""
    offered = tuple(
        Option(role, role.label, why, disabled=bool(why))
        for role in Role
        if role not in held
        for why in (_why_not(role, held, ends=ends),)
    )
    return (FormField("role", "Role", "select", options=offered), reading.reason_field())


def _why_not(role: Role, held: frozenset[str], *, ends: bool) -> str:
    if role in GMP_ROLES and Role.SYSTEM_ADMINISTRATOR in held:
        return "an administrator holds no GMP role"
    if role == Role.SYSTEM_ADMINISTRATOR and held & GMP_ROLES:
        return "nobody with a GMP role administers"
    return "the account has no last day" if role == Role.INSPECTOR and not ends else ""


def read_role(posted: Mapping[str, str]) -> tuple[str, str]:
    """The role and why it is given."""
    return reading.read_choice(posted, "role", "The role", Role.values), reading.read_reason(posted)


def secret_fields() -> tuple[FormField, ...]:
    """A new password, typed twice."""
    rules = "At least 12 characters, not a common one, nothing like your name. A sentence is easy to keep in mind."
    return (
        FormField("password", "New password", "password", help=rules),
        FormField("again", "The same again", "password"),
    )
