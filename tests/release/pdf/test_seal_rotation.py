"""A site changes its key, and certificates end: what was sealed stays verifiable, what would not be is not sealed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from release.pdf import site_ca
from release.pdf.errors import SealError
from release.pdf.seal import SealKey, check_seal, seal
from release.pdf.site_ca import SealFiles, make_site_ca
from release.pdf.site_key import keep_certificates
from tests.release.pdf.test_seal import pdfsig

if TYPE_CHECKING:
    from pathlib import Path

    from release.pdf.render import UnsignedPdf

pytestmark = pytest.mark.req("R112")
TEN_YEARS = timedelta(days=365 * site_ca.YEARS)


def key_from(folder: Path, start: datetime) -> tuple[SealKey, SealFiles]:
    """A root and a key whose certificates begin then and end ten years later."""
    folder.mkdir()
    above, own = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    name = site_ca._name("Root", "Unit 1")
    root = site_ca._root(above, name, start)
    leaf = site_ca._leaf(own, above, site_ca._name("Unit 1, batch records", "Unit 1"), name, start)
    files = SealFiles(folder / "ca.pem", folder / "seal.pem", folder / "seal_key.pem")
    files.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    files.certificate.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(site_ca._private(own))
    return SealKey.from_pem(files.certificate, files.key, [files.root]), files


def test_document_sealed_with_the_old_key_stays_valid_after_the_key_changed(
    record: UnsignedPdf, seal_key: SealKey, seal_files: SealFiles, tmp_path: Path
) -> None:
    old = seal(record.bytes, seal_key, "Batch record issued")
    other = make_site_ca(tmp_path / "new", "production", "Unit 1")
    new_key = SealKey.from_pem(other.certificate, other.key, [other.root])
    new = seal(record.bytes, new_key, "Batch record issued")
    kept = tmp_path / "kept"
    for key in (seal_key, new_key, new_key):
        keep_certificates(kept, key)
    roots = [path.read_bytes() for path in sorted(kept.iterdir())]
    assert len(roots) == 4
    for sealed in (old, new):
        report = check_seal(sealed, roots)
        assert report.ok, report.problems
    said = pdfsig(tmp_path, old, seal_files.root)
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said


def test_certificates_are_kept_without_the_key(seal_key: SealKey, tmp_path: Path) -> None:
    keep_certificates(tmp_path, seal_key)
    texts = [path.read_text() for path in tmp_path.glob("*.pem")]
    assert all("PRIVATE" not in text for text in texts)
    names = {x509.load_pem_x509_certificate(text.encode()).serial_number for text in texts}
    assert names == {certificate.serial_number for certificate in seal_key.certificates}


def test_seal_stays_valid_when_its_certificate_ends_and_the_ended_one_seals_no_more(
    record: UnsignedPdf, tmp_path: Path
) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=4)
    key, files = key_from(tmp_path / "ending", ends - TEN_YEARS)
    sealed = seal(record.bytes, key, "Batch record issued")
    time.sleep(max(0.0, (ends - datetime.now(UTC)).total_seconds()) + 1)
    with pytest.raises(SealError, match=r"“Unit 1, batch records” ended on .* Nothing is sealed"):
        seal(record.bytes, key, "Batch record issued")
    report = check_seal(sealed, [files.root.read_bytes()])
    assert report.ok, report.problems
    assert "Signature is Valid." in pdfsig(tmp_path, sealed, files.root)


def test_certificate_that_has_not_begun_seals_nothing(record: UnsignedPdf, tmp_path: Path) -> None:
    key, _ = key_from(tmp_path / "early", datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(SealError, match="begins on"):
        seal(record.bytes, key, "Batch record issued")
