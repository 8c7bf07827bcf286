"""The hidden part of every form: its act id, bound to person and session, and the version that was seen."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, Signer

from compliance.refusals import Invalid

if TYPE_CHECKING:
    from django.http import HttpRequest

TOKEN = "token"
VERSION = "version"
# Survives locking and unlocking by the same person, so a form opened before a time-out can still be sent.
BOND = "act_bond"


def _signer(request: HttpRequest) -> Signer:
    bond = request.session.get(BOND)
    if not bond:
        bond = request.session[BOND] = secrets.token_hex(16)
    return Signer(salt=f"evidence.act:{request.user.pk}:{bond}")


def new_token(request: HttpRequest) -> str:
    """A new act id for one form, signed to this person in this session (CON-04)."""
    return _signer(request).sign(str(uuid.uuid4()))


def read_token(request: HttpRequest) -> uuid.UUID:
    """The act id that the form carries. Refuses a missing, changed or foreign one (Invalid)."""
    text = request.POST.get(TOKEN, "")
    try:
        return uuid.UUID(_signer(request).unsign(text))
    except (BadSignature, ValueError):
        raise Invalid(
            "This form was not opened in your session. Nothing was recorded. Load the page again and send it anew.",
            TOKEN,
            "token",
        ) from None


def read_version(request: HttpRequest) -> int:
    """The version of the record that the person saw. Refuses a form that does not say (Invalid)."""
    text = request.POST.get(VERSION, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise Invalid("The form does not say which version it was filled in for. Load the page again.", VERSION)
    return int(text)
