"""What a time-stamp token (RFC 3161) says, and whether it is good: plain reading of bytes, no database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from asn1crypto import cms, tsp
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

if TYPE_CHECKING:
    from asn1crypto import x509

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
FAILS = (*UNREADABLE, SignatureValidationError, PathError)


class Unreadable(Exception):
    """These bytes are no time-stamp token."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `ends` is when the authority's certificate ends, or ended."""

    signed: Any
    certificate: x509.Certificate
    at: datetime
    imprint: bytes
    algorithm: str
    nonce: int | None
    authority: str
    begins: datetime
    ends: datetime
    for_stamps: bool


def read(data: bytes) -> Token:
    """The token in these bytes. Refuses what is none (Unreadable)."""
    try:
        signed = cms.ContentInfo.load(data, strict=True)["content"]
        info: Any = signed["encap_content_info"]["content"].parsed
        if not isinstance(info, tsp.TSTInfo):
            raise Unreadable("it holds no time stamp")
        certificate = extract_certs_for_validation(signed).signer_cert
        validity = certificate["tbs_certificate"]["validity"]
        return Token(
            signed,
            certificate,
            info["gen_time"].native.astimezone(UTC),
            info["message_imprint"]["hashed_message"].native,
            info["message_imprint"]["hash_algorithm"]["algorithm"].native,
            info["nonce"].native,
            _name(certificate),
            validity["not_before"].native,
            validity["not_after"].native,
            "time_stamping" in (certificate.extended_key_usage_value or _Nothing).native,
        )
    except UNREADABLE as error:
        raise Unreadable(str(error) or type(error).__name__) from error


def faults(token: Token, digest: str, sealed_at: datetime, skew: timedelta, roots: list[x509.Certificate]) -> list[str]:
    """What is wrong with a token over this SHA-256, in words; nothing where it is good (R112).

    A certificate counts at the hour of the stamp: one that ended since takes nothing from a stamp made before. With
    `roots` the certificate must lead to one of them; without, only the signature over the token is checked.
    """
    found = []
    if (token.algorithm, token.imprint.hex()) != ("sha256", digest):
        found.append(f"it stamps {token.algorithm} {token.imprint.hex()}, not the seal's digest {digest}")
    if not token.begins <= token.at <= token.ends:
        found.append(f"it was made on {token.at}, outside its certificate's time ({token.begins} to {token.ends})")
    if token.at + skew < sealed_at:
        found.append(f"it was made on {token.at}, before the seal it stamps ({sealed_at})")
    if not token.for_stamps:
        found.append("its certificate is not one for time stamps")
    return found + _signature(token, roots)


def load_roots(pem: bytes) -> list[x509.Certificate]:
    """Root certificates of a PEM file."""
    return list(load_certs_from_pemder_data(pem))


class _Nothing:
    native: tuple[str, ...] = ()


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)[:240]


def _signature(token: Token, roots: list[x509.Certificate]) -> list[str]:
    anchors = roots or [token.certificate]
    trust = ValidationContext(trust_roots=anchors, moment=token.at, allow_fetching=False, revocation_mode="soft-fail")
    try:
        status = asyncio.run(validate_tst_signed_data(token.signed, trust, lambda _algorithm: token.imprint))
    except FAILS as error:
        return [f"its signature cannot be checked: {error}"]
    if not (status["intact"] and status["valid"]):
        return ["its signature is not valid"]
    if status["trust_problem_indic"] is not None:
        return [f"the certificate of {token.authority} does not lead to a given root"]
    return []
