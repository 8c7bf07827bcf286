"""From a POST to an open act: plain, signed by the session's owner, or co-signed by a second person."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from compliance.domain import actor as actors
from compliance.domain import sessions, signing
from compliance.domain.act import act
from compliance.forms.tokens import read_token
from compliance.queries import recorded_by
from compliance.refusals import AlreadyDone, Invalid, Refusal, SentBefore, Throttled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from django.http import HttpRequest

    from compliance.domain.act import Act
    from compliance.models import AppendOnly, Record
    from compliance.page_forms import ActForm

NAME_LONGEST = 100
SIGNATURE_CODES = frozenset({"signature_refused", "locked", "not_owner", "challenge"})


@contextmanager
def plain_act(request: HttpRequest, event: str, home: Record | AppendOnly | str) -> Iterator[Act]:
    """Opens the act of a form that asks for no signature; the form's token is the act's id (CON-04)."""
    with act(actors.of_request(request), event, home, read_token(request)) as a:
        yield a


@contextmanager
def signed_act(
    request: HttpRequest,
    event: str,
    home: Record | AppendOnly | str,
    record: Record | AppendOnly,
    meaning: str,
    *,
    cosign: bool = False,
    part: str = "",
) -> Iterator[tuple[Act, UUID]]:
    """Asks for the signer's name and password, then opens the act as that person; gives act and signing token.

    `cosign` False: the session's owner signs and nobody else (R117). `cosign` True: a second person signs at
    this station for this one act, the owner's session stays. `record` and `meaning` are what the prompt is for.
    `part` names one of several acts that a single form asks for; each has an id of its own that follows from the
    form's, so that a second send meets every one of them.
    Refuses: Denied for wrong components, Throttled for a locked account (and ends the session when it is the
    owner's), AlreadyDone for a second send.
    """
    form_id = read_token(request)
    form_id = uuid5(form_id, part) if part else form_id
    signer, pen = _challenge(request, signing.subject_of(record, meaning), cosign=cosign)
    with act(signer, event, home, form_id) as a:
        yield a, pen


def _challenge(request: HttpRequest, subject: str, *, cosign: bool) -> tuple[actors.Actor, UUID]:
    owner = actors.of_request(request)
    # No account has a longer name, and no database holds a NUL: the attempt must go on record, whatever was typed.
    username = request.POST.get("username", "").replace("\x00", "").strip().casefold()[:NAME_LONGEST]
    if not cosign:
        signing.owner_only(owner, username)
        username = owner.name
    try:
        return signing.challenge(owner, username, request.POST.get("password", ""), subject, request)
    except Throttled:
        if username == owner.name:
            sessions.sign_out(request, "account locked")
        raise
    finally:
        request.axes_locked_out = False  # type: ignore[attr-defined]  # else axes answers in its own words


@contextmanager
def once(*typed: str) -> Iterator[None]:
    """`with once(), signed_act(...)`: a second send of the form is answered like the first (CON-04, CON-05).

    `typed` are the texts that the act keeps as they are typed. Refuses (SentBefore) a second send with a text that
    the first one's act did not record, so that nobody reads that it is.
    """
    try:
        yield
    except AlreadyDone as done:
        if typed and not recorded_by(done.entry, typed):
            raise SentBefore from done


def kept(form: ActForm, posted: Mapping[str, Any], refusal: Refusal) -> ActForm:
    """The form as the person filled it in, with the refusal where it belongs. Passwords are never kept."""
    at = refusal.field if isinstance(refusal, Invalid) else ""
    fields = tuple(
        replace(
            f,
            value=f.value if f.kind in ("password", "file") else str(posted.get(f.name, f.value)),
            options=tuple(replace(o, chosen=o.value == posted.get(f.name)) for o in f.options),
            error=refusal.text if f.name == at else "",
        )
        for f in form.fields
    )
    signing = form.signing
    if signing is not None and not signing.owner:
        signing = replace(signing, username=str(posted.get("username", ""))[:NAME_LONGEST])
    if signing is not None and refusal.code in SIGNATURE_CODES:
        return replace(form, fields=fields, signing=replace(signing, error=refusal.text))
    error = "" if any(f.error for f in fields) else refusal.text
    return replace(form, fields=fields, signing=signing, error=error)
