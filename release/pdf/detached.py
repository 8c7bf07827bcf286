"""Detached seals over data that is no PDF: CMS, which plain openssl checks too (R112)."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from asn1crypto import cms
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from release.pdf.seal import SealKey, _certificates


def seal_data(data: bytes, key: SealKey) -> bytes:
    """A CMS signature over the bytes, as DER; the bytes stay as they are.

    `openssl cms -verify -binary -inform DER -in X.p7s -content X -CAfile ca.pem -purpose any` checks it. Refuses a
    certificate that has ended.
    """
    key.need_valid()
    hour = PdfCMSSignedAttributes(signing_time=datetime.now(UTC))
    signed = asyncio.run(key.signer.async_sign_general_data(data, "sha256", detached=True, signed_attr_settings=hour))
    return bytes(signed.dump())


def check_data(data: bytes, signature: bytes, roots: Sequence[bytes]) -> list[str]:
    """What is wrong with a detached seal; empty when the bytes are whole and its certificate leads to a root (PEM).

    The certificate is judged at the hour of the seal: one that ended later takes nothing from it.
    """
    anchors = [certificate for pem in roots for certificate in _certificates(pem)]
    try:
        content = cms.ContentInfo.load(signature, strict=True)["content"]
        context = ValidationContext(trust_roots=anchors, moment=_sealed_at(content))
        status = asyncio.run(async_validate_detached_cms(data, content, context))
    except (SignatureValidationError, ValueError, TypeError, KeyError) as error:
        return [f"the seal cannot be read: {error}"]
    if not (status.intact and status.valid):
        return ["the sealed bytes were changed"]
    return [] if status.trusted else ["the seal's certificate does not lead to a root of this site"]


def _sealed_at(content: cms.SignedData) -> datetime | None:
    """The hour that the seal itself states, under its signature."""
    for attribute in content["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "signing_time":
            at: datetime = attribute["values"][0].native
            return at
    return None
