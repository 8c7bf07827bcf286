"""The seals of a PDF: which bytes they cover, whether those changed, who signed them.

Used by `verify_bundle.py`. The digest needs Python alone; signature and certificates need the package
`cryptography`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
except ImportError:
    x509 = None  # type: ignore[assignment]

MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
DIGESTS = {"608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512"}
PSS = "2a864886f70d01010a"
DEPTH = 6


class Untrusted(Exception):
    """A seal does not hold."""


def der(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """Read one DER element: its tag, where its content begins and where it ends."""
    tag, length, begin = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, begin = int.from_bytes(data[begin : begin + size], "big"), begin + size
    return tag, begin, begin + length


def children(data: bytes, begin: int, end: int) -> list[tuple[int, int, int, int]]:
    """The elements inside one: (tag, start, content, end)."""
    found = []
    while begin < end:
        tag, content, stop = der(data, begin)
        found.append((tag, begin, content, stop))
        begin = stop
    return found


def read_cms(cms: bytes) -> dict[str, Any]:
    """Take out of a CMS structure what the check needs."""
    _, begin, end = der(cms)
    outer = children(cms, begin, end)[1]
    _, begin, end = der(cms, outer[2])
    body = children(cms, begin, end)
    certificates = [cms[s:e] for part in body if part[0] == 0xA0 for _, s, _, e in children(cms, part[2], part[3])]
    signer = children(cms, body[-1][2], body[-1][3])[0]
    parts = children(cms, signer[2], signer[3])
    issuer, serial = children(cms, parts[1][2], parts[1][3])[:2]
    oid = children(cms, parts[2][2], parts[2][3])[0]
    attributes = parts[3]
    digest = b""
    for _, _, content, stop in children(cms, attributes[2], attributes[3]):
        name, values = children(cms, content, stop)[:2]
        if cms[name[2] : name[3]] == MESSAGE_DIGEST:
            _, first, last = der(cms, values[2])
            digest = cms[first:last]
    algorithm = children(cms, parts[4][2], parts[4][3])[0]
    return {
        "certificates": certificates,
        "issuer": cms[issuer[1] : issuer[3]],
        "serial": int.from_bytes(cms[serial[2] : serial[3]], "big", signed=True),
        "hash": DIGESTS[cms[oid[2] : oid[3]].hex()],
        "digest": digest,
        "signed": b"\x31" + cms[attributes[1] + 1 : attributes[3]],
        "algorithm": cms[algorithm[2] : algorithm[3]].hex(),
        "signature": cms[parts[5][2] : parts[5][3]],
    }


def seals(pdf: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Each seal of a PDF: its CMS structure, the bytes it covers, where its range ends."""
    for match in re.finditer(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf):
        first, length, second, rest = (int(number) for number in match.groups())
        gap = pdf[first + length : second]
        if first != 0 or not re.fullmatch(rb"<[0-9A-Fa-f]*>", gap):
            raise Untrusted("the seal leaves out more than itself")
        yield bytes.fromhex(gap[1:-1].decode()), pdf[:length] + pdf[second : second + rest], second + rest


def check_digests(pdf: bytes) -> tuple[str, list[dict[str, Any]]]:
    """Every seal's digest is that of the bytes it covers, and the last one covers the whole file."""
    found, reach = [], 0
    for cms, covered, end in seals(pdf):
        reach = end
        seal = read_cms(cms)
        if hashlib.new(seal["hash"], covered).digest() != seal["digest"]:
            raise Untrusted("the sealed bytes were changed")
        found.append(seal)
    if not found:
        raise Untrusted("it carries no seal")
    if reach != len(pdf):
        raise Untrusted("bytes were added after the last seal")
    return f"{len(found)} seal{'s' if len(found) > 1 else ''} over the whole file", found


def verify_one(key: Any, seal: dict[str, Any]) -> None:
    """The signature over the signed attributes, by the key of the certificate."""
    algorithm = getattr(hashes, seal["hash"].upper())()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(seal["signature"], seal["signed"], ec.ECDSA(algorithm))
    elif isinstance(key, rsa.RSAPublicKey):
        if seal["algorithm"] == PSS:
            scheme: Any = padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO)
        else:
            scheme = padding.PKCS1v15()
        key.verify(seal["signature"], seal["signed"], scheme, algorithm)
    else:
        raise Untrusted(f"key of kind {type(key).__name__} is not known here")


def signer_of(seal: dict[str, Any], certificates: list[x509.Certificate]) -> x509.Certificate:
    """The certificate the seal names by issuer and serial number."""
    for certificate in certificates:
        if certificate.serial_number == seal["serial"] and certificate.issuer.public_bytes() == seal["issuer"]:
            return certificate
    raise Untrusted("the certificate of the seal is not in it")


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether a certificate may issue others."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def issuer_of(certificate: x509.Certificate, candidates: list[x509.Certificate]) -> x509.Certificate | None:
    """The authority among the candidates whose key signed this certificate, or None."""
    for above in candidates:
        if above.subject != certificate.issuer or not is_authority(above):
            continue
        try:
            certificate.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return above
    return None


def way_to_root(
    certificate: x509.Certificate, between: list[x509.Certificate], roots: list[x509.Certificate]
) -> x509.Certificate:
    """Go up from a certificate to one of the roots of the bundle."""
    for _ in range(DEPTH):
        if certificate in roots and certificate.subject == certificate.issuer:
            return certificate
        above = issuer_of(certificate, [*roots, *between])
        if above is None or above == certificate:
            break
        certificate = above
    raise Untrusted("its certificate does not lead to a root in certificates/")


def name_of(certificate: x509.Certificate) -> str:
    """The common name on a certificate."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def check_signatures(found: list[dict[str, Any]], pems: list[bytes]) -> tuple[str, bool]:
    """Every seal is signed by its certificate, which leads to a root of the bundle.

    The root comes with the bundle: its fingerprint is printed, to be compared with one from the site.
    """
    roots = [certificate for pem in pems for certificate in x509.load_pem_x509_certificates(pem)]
    words = []
    for seal in found:
        certificates = [x509.load_der_x509_certificate(data) for data in seal["certificates"]]
        certificate = signer_of(seal, certificates)
        try:
            verify_one(certificate.public_key(), seal)
        except InvalidSignature as error:
            raise Untrusted("the signature does not match its certificate") from error
        root = way_to_root(certificate, certificates, roots)
        until = certificate.not_valid_after_utc
        mark = hashlib.sha256(root.public_bytes(serialization.Encoding.DER)).hexdigest()
        words.append(f"{name_of(certificate)}, valid to {until:%Y-%m-%d}, root sha256 {mark}")
    return "; ".join(words), True
