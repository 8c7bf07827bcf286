"""Which key seals on which site: the site's own in production, a local one that says so elsewhere."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from asn1crypto import pem

from release.pdf.errors import SealError
from release.pdf.seal import SealKey
from release.pdf.site_ca import make_site_ca

if TYPE_CHECKING:
    from release.paper import SiteKind

NOT_GMP = "not for GMP use"


def site_key(kind: SiteKind, folder: Path, site: str, pkcs12: str = "", passphrase: str = "") -> SealKey:
    """The key of a site (R112). In production it comes from a PKCS#12 file that the site was given.

    Refuses in production: no such file, and a key made for demonstrations.
    """
    if pkcs12:
        key = SealKey.from_pkcs12(Path(pkcs12), passphrase.encode() or None)
    elif kind == "production":
        raise SealError("A production site seals with its own key: set EVIDENCE_SEAL_PKCS12 to its PKCS#12 file.")
    else:
        files = make_site_ca(folder, kind, site)
        key = SealKey.from_pem(files.certificate, files.key, [files.root])
    if kind == "production" and NOT_GMP in key.name:
        raise SealError(f"The key “{key.name}” was made for demonstrations; a production site does not seal with it.")
    return key


def keep_certificates(folder: Path, key: SealKey) -> None:
    """Keeps the public certificates of every key that ever sealed here, by their SHA-256 (R112).

    Bundles carry them, so that a document stays verifiable after the site changed its key. Nothing is overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for certificate in key.certificates:
        data = certificate.dump()
        path = folder / f"sealed-with-{hashlib.sha256(data).hexdigest()[:16]}.pem"
        if not path.exists():
            part = path.with_suffix(f".{os.getpid()}.part")
            part.write_bytes(pem.armor("CERTIFICATE", data))
            part.replace(path)
