"""A seal of the site's own making, for a site that has no certificate from a trust service."""

import contextlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from release.paper import SiteKind
from release.pdf.errors import SealError

YEARS = 10
NAMES = ("ca.pem", "ca_key.pem", "seal.pem", "seal_key.pem")


@dataclass(frozen=True, slots=True)
class SealFiles:
    """Where root, certificate and key of the site's seal lie."""

    root: Path
    certificate: Path
    key: Path


def _name(common: str, site: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, site),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, start: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _root(key: rsa.RSAPrivateKey, name: x509.Name, start: datetime) -> x509.Certificate:
    return (
        _builder(name, name, key.public_key(), start)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    key: rsa.RSAPrivateKey, root_key: rsa.RSAPrivateKey, name: x509.Name, issuer: x509.Name, start: datetime
) -> x509.Certificate:
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return (
        _builder(name, issuer, key.public_key(), start)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(above, critical=False)
        .sign(root_key, hashes.SHA256())
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _private(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def make_site_ca(folder: Path, kind: SiteKind, site: str = "EVidence site") -> SealFiles:
    """Make root, certificate and key of the site's seal, once; what is there is never overwritten.

    Valid for ten years. On a site that is not production both names say "not for GMP use". Keys are
    readable by their owner only. Refuses when only some of the files are there: replacing the rest would
    cut older seals from their root.
    """
    paths = [folder / name for name in NAMES]
    present = [path.name for path in paths if path.exists()]
    files = SealFiles(paths[0], paths[2], paths[3])
    if len(present) == len(NAMES):
        return files
    if present:
        raise SealError(f"{folder} holds only {', '.join(present)} of the site's seal; restore the others")
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(PermissionError):  # a folder of another owner keeps its mode; keys have theirs
        folder.chmod(0o700)
    suffix = "" if kind == "production" else ", not for GMP use"
    start = datetime.now(UTC) - timedelta(days=1)
    root_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    issuer, subject = (
        _name(f"{site} records root{suffix}", site),
        _name(f"{site}, batch records{suffix}", site),
    )
    root = _root(root_key, issuer, start)
    leaf = _leaf(key, root_key, subject, issuer, start)
    pem = serialization.Encoding.PEM
    contents = (root.public_bytes(pem), _private(root_key), leaf.public_bytes(pem), _private(key))
    for path, data in zip(paths, contents, strict=True):
        _write(path, data, 0o600 if "key" in path.name else 0o644)
    return files
