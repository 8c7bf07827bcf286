"""Asks a time-stamp authority by RFC 3161, over plain HTTP of the standard library."""

from __future__ import annotations

import http.client
import secrets
import urllib.error
import urllib.request

from asn1crypto import cms, core, tsp

from compliance.domain import stamp_token

SECONDS = 10
REPLY = "application/timestamp-reply"


class _Answer(core.Sequence):
    """The library's own class takes no refusal, which has no token."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class NoStamp(Exception):
    """The authority gave no time stamp; the message carries the true reason (PDS-05)."""


def stamp_of(url: str, digest: str) -> bytes:
    """A token over this SHA-256. Refuses (NoStamp) an authority that is down or answers something else.

    What the token is worth is judged by `stamp_token.faults`; here it must answer this very question.
    """
    nonce = secrets.randbits(63)
    answer = _load(post(url, _query(digest, nonce)))
    status = answer["status"]["status"].native
    if status not in ("granted", "granted_with_mods"):
        words = "; ".join(answer["status"]["status_string"].native or [])
        raise NoStamp(f"{url} answered {status}: {words or 'no reason given'}")
    data: bytes = answer["time_stamp_token"].dump()
    try:
        token = stamp_token.read(data)
    except stamp_token.Unreadable as error:
        raise NoStamp(f"the token of {url} cannot be read: {error}") from error
    if token.nonce != nonce:
        raise NoStamp(f"{url} answered another question: its token carries another nonce")
    return data


def post(url: str, query: bytes) -> bytes:
    """What the authority answers. Refuses whatever is no answer, named as it happened."""
    if not url.startswith(("http://", "https://")):
        raise NoStamp(f"{url} is not an http address")
    headers = {"Content-Type": "application/timestamp-query", "Accept": REPLY}
    request = urllib.request.Request(url, query, headers)  # noqa: S310 - scheme checked above
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the same
            kind = answer.headers.get_content_type()
            data: bytes = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            raise NoStamp(f"HTTP {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise NoStamp(str(error.reason)) from error
    except (OSError, http.client.HTTPException) as error:
        raise NoStamp(str(error)) from error
    if kind != REPLY:
        raise NoStamp(f"answered {kind}, not {REPLY}")
    return data


def _query(digest: str, nonce: int) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes.fromhex(digest)}
    query = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    return bytes(query.dump())


def _load(data: bytes) -> _Answer:
    try:
        answer: _Answer = _Answer.load(data, strict=True)
        answer.native  # noqa: B018 - parses what is inside
    except (ValueError, TypeError, KeyError) as error:
        raise NoStamp(f"the answer cannot be read: {error}") from error
    return answer
