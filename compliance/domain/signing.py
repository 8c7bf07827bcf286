"""The only way to an electronic signature: challenge before the act, sign inside it, void visibly, verify later."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest

from compliance.domain import alerts, clock, plain
from compliance.domain.act import act
from compliance.domain.actor import Actor
from compliance.domain.canonical import canonical_json, plain_value, sha256
from compliance.domain.ledger import row_label, row_values
from compliance.domain.records import save_record
from compliance.guards import blockers_for_signing
from compliance.manifests import newest
from compliance.models import Signature, SignatureVoid, SignChallenge, User
from compliance.refusals import Denied, Throttled
from compliance.states import SignatureMeaning
from compliance.validators import clean_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from compliance.domain.act import Act
    from compliance.models import AppendOnly, Record

NAME_MAX = 60  # what was typed into a name field may be no name at all
_children: dict[str, Callable[[Any, str], Iterable[Any]]] = {}


def register_children(label: str, children: Callable[[Any, str], Iterable[Any]]) -> None:
    """Names the rows that a signature on a record of this label covers beside it, by record and meaning."""
    _children[label] = children


def subject_of(record: Record | AppendOnly, meaning: str) -> str:
    """What a challenge is good for: this record in this meaning."""
    return f"{meaning}:{record.chain}"


def challenge(
    actor: Actor, username: str, password: str, subject: str, request: HttpRequest | None = None
) -> tuple[Actor, uuid.UUID]:
    """Checks the signer's two components, outside any act, and gives a one-use token (R117, R214, SIG-01).

    `actor` is the session's owner. With the owner's own name the owner signs; with another name that person
    signs as own actor for this one act at the same station (co-sign panel), the session stays the owner's.
    Refuses wrong or missing components (Denied, on record), a locked account (Throttled). Never says which
    component was wrong.
    """
    name = (username or "").strip().casefold()
    http = request or _bare_request(actor)
    user = authenticate(http, username=name, password=password) if name and password else None
    if not isinstance(user, User):
        locked = bool(name) and not AxesProxyHandler.is_allowed(http, {"username": name})
        _note_refusal(actor, name, subject, locked=locked)
        if locked:
            raise Throttled(
                "Too many wrong passwords: this account is locked. Nothing was signed. "
                "A system administrator unlocks it after a check.",
                "locked",
            )
        raise Denied("User name and password do not belong together. Nothing was signed.", "signature_refused")
    reset(username=name)
    stops = blockers_for_signing(user)
    if stops:
        _note_refusal(actor, name, subject)
        raise Denied(" ".join([*(b.text for b in stops), "Nothing was signed."]), stops[0].code)
    signer = Actor(user=user, station=actor.station, session=actor.session)
    token = uuid.uuid4()
    plain.insert(
        SignChallenge(
            token=token,
            user=user,
            session=actor.session,
            subject=subject,
            expires_at=clock.true_now() + timedelta(seconds=settings.CHALLENGE_SECONDS),
        )
    )
    return signer, token


def owner_only(actor: Actor, username: str) -> None:
    """In the session owner's dialog the signer must be the owner (R117). Another person uses the co-sign panel.

    Refuses another name (Denied); that is on record and raises an alert.
    """
    name = (username or "").strip().casefold()
    if name not in ("", actor.name):
        with act(actor, "signature.refused", actor.user) as a:
            a.fact(claimed=name[:NAME_MAX], subject="own signing dialog", station=actor.station)
            alerts.raise_alert(
                a, "other_person", actor.user, f"Somebody else's name was given in the signing dialog of {actor.user}."
            )
        raise Denied(
            f"This session belongs to {actor.user.printed_name}. Another person signs in the panel for the second "
            "person. Nothing was signed.",
            "not_owner",
        )


def _bare_request(actor: Actor) -> HttpRequest:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    request.META["HTTP_USER_AGENT"] = actor.station or "command"
    request.path = "/sign"
    return request


def _note_refusal(actor: Actor, name: str, subject: str, *, locked: bool = False) -> None:
    with act(actor, "signature.refused", actor.user) as a:
        a.fact(claimed=name[:NAME_MAX], subject=subject, station=actor.station)
        if locked:
            alerts.raise_lock(a, name)


def content_of(
    record: Any, meaning: str, *, version: int | None = None, signed: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What a signature covers: the record's signed values and those of its children; never state or stamps.

    With `signed` (an earlier content) each row is judged by the field list and version it was signed under: a
    later migration or a move of the row breaks no signature, another value does.
    """
    label = row_label(record)
    parts = [signed["record"], *signed["children"]] if signed else []
    before = {(part["label"], part["uuid"]): part for part in parts}
    children_of = _children.get(label)
    children = [_covered(row, before) for row in (children_of(record, meaning) if children_of else ())]
    body = _covered(record, before)
    if version is not None:
        body["version"] = version
    return {"meaning": meaning, "record": body, "children": sorted(children, key=lambda c: (c["label"], c["uuid"]))}


def _covered(row: Any, before: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    label = row_label(row)
    part = before.get((label, str(row.uuid)), {})
    number = part.get("manifest") or newest(label)
    unsigned = set(type(row).unsigned) | {"state"}
    values = {k: plain_value(v) for k, v in row_values(row, number).items() if k not in unsigned}
    version = part.get("version") or row.version
    return {"label": label, "uuid": str(row.uuid), "version": version, "manifest": number, "values": values}


def sign(
    a: Act,
    token: uuid.UUID,
    record: Record | AppendOnly,
    meaning: str,
    *,
    title: str,
    permission: str,
    challenged: Record | AppendOnly | None = None,
) -> Signature:
    """Signs `record` as it stands now in the open act (R113, R114). The act's actor is the signer.

    `challenged` is the record the prompt was for, where the signed one is made in this very act (a batch is
    issued from its master version). Refuses a token that is used, late, of another person, session, record or meaning.
    """
    a.actor.need(permission)
    _consume(a.actor, token, subject_of(challenged or record, meaning))
    content = canonical_json(content_of(record, meaning))
    return save_record(
        a,
        Signature(
            signer=a.actor.user,
            username=a.actor.name,
            printed_name=a.actor.user.printed_name,
            role=a.actor.role_for(permission),
            meaning=SignatureMeaning(meaning),
            record_label=row_label(record),
            record_uuid=record.uuid,
            record_version=record.version,
            title=title[:240],
            content=content,
            digest=sha256(content),
            signed_at=a.at,
            station=a.actor.station,
        ),
    )


def _consume(actor: Actor, token: uuid.UUID, subject: str) -> None:
    now = clock.true_now()
    waiting = SignChallenge.objects.filter(
        token=token,
        user=actor.user,
        session=actor.session,
        subject=subject,
        used_at__isnull=True,
        expires_at__gte=now,
    )
    if plain.claim(waiting, used_at=now) != 1:
        raise Denied("The signing prompt has run out or was for something else. Sign again.", "challenge")


def void_signatures(a: Act, record: Record | AppendOnly, reason: str, *meanings: str) -> list[Signature]:
    """Voids every standing signature on a record because its content changes; they stay readable (SIG-09, R215).

    With meanings, only those of them.
    """
    why = clean_reason(reason)
    query = Signature.objects.filter(record_uuid=record.uuid, void__isnull=True)
    standing = list(query.filter(meaning__in=meanings) if meanings else query)
    for signature in standing:
        save_record(a, SignatureVoid(signature=signature, reason=why, voided_by=a.actor.user, voided_at=a.at))
    return standing


def is_valid(signature: Signature, record: Record | AppendOnly) -> bool:
    """Valid = not void, its bytes are those signed, and the record says today what was signed."""
    if hasattr(signature, "void") or sha256(signature.content) != signature.digest:
        return False
    signed = json.loads(signature.content)
    now = content_of(record, signature.meaning, signed=signed)
    return canonical_json(now) == signature.content
