"""The bundle: everything of one batch in one ZIP that is checked without us (R102).

The rules are restated in `verify/verify_bundle.py`, which imports nothing of this product.
"""

import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from release.paper_json import canonical

FORMAT = "evidence-bundle/1"
FIXED_DATE = (1980, 1, 1, 0, 0, 0)
README = """Batch record {number}, exported {made_at}.

record.pdf        the batch record as issued, PDF/A-3b, sealed
coa.pdf           the certificate of analysis, sealed (where one was issued)
dossier.json      the record as data; the same bytes are embedded in record.pdf
ledger.json       every act on this batch with its chain of digests
signatures.json   every signature with the exact text that was signed
files/            attached files, each named by its SHA-256
certificates/     the certificates the seals lead to
manifest.json     name, size and SHA-256 of each part

To check it you need Python 3 and verify_bundle.py, nothing of ours:

    python verify_bundle.py {number}.evb.zip

The last line begins with OK, or names the part that differs.
"""


@dataclass(frozen=True, slots=True)
class BundlePart:
    """One file of the bundle. `kind`: record, coa, dossier, ledger, signatures, file, certificate, readme."""

    name: str
    data: bytes
    kind: str


def manifest(
    number: str, made_at: datetime, parts: Sequence[BundlePart], heads: Sequence[Mapping[str, object]]
) -> bytes:
    """The list of parts with a digest over itself, so that no character of it can change unseen."""
    body: dict[str, object] = {
        "format": FORMAT,
        "number": number,
        "made_at": made_at.isoformat(),
        "parts": [
            {
                "name": part.name,
                "size": len(part.data),
                "sha256": hashlib.sha256(part.data).hexdigest(),
                "kind": part.kind,
            }
            for part in parts
        ],
        "ledger_heads": [dict(head) for head in heads],
    }
    return canonical({**body, "digest": hashlib.sha256(canonical(body)).hexdigest()})


def write_bundle(
    target: BinaryIO,
    number: str,
    made_at: datetime,
    parts: Sequence[BundlePart],
    heads: Sequence[Mapping[str, object]],
) -> None:
    """Write the ZIP: README and manifest are added, order and dates are fixed, so it is the same twice.

    Refuses when two parts have one name, or the time has no offset.
    """
    readme = README.format(number=number, made_at=made_at.isoformat())
    every = sorted([*parts, BundlePart("README.txt", readme.encode(), "readme")], key=lambda part: part.name)
    names = [part.name for part in every]
    if len(set(names)) != len(names) or "manifest.json" in names:
        raise ValueError("Two parts of a bundle have one name")
    if made_at.utcoffset() is None:
        raise ValueError(f"{made_at} has no offset")
    listing = BundlePart("manifest.json", manifest(number, made_at, every, heads), "manifest")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for part in (listing, *every):
            info = zipfile.ZipInfo(part.name, FIXED_DATE)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(info, part.data)
