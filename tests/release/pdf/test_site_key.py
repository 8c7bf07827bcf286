"""A production site seals with its own key alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_pem_x509_certificate

from release.pdf.errors import SealError
from release.pdf.site_ca import make_site_ca
from release.pdf.site_key import site_key


def packed(folder: Path, kind: str, target: Path) -> Path:
    files = make_site_ca(folder, kind, "Unit 1")  # type: ignore[arg-type]
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    certificate = load_pem_x509_certificate(files.certificate.read_bytes())
    root = load_pem_x509_certificate(files.root.read_bytes())
    how = serialization.BestAvailableEncryption(b"secret")
    target.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, certificate, [root], how))  # type: ignore[arg-type]
    return target


@pytest.mark.req("R112")
def test_production_without_a_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SealError, match="EVIDENCE_SEAL_PKCS12"):
        site_key("production", tmp_path, "Unit 1")
    assert not list(tmp_path.rglob("*.pem"))


@pytest.mark.req("R112")
def test_production_refuses_a_key_of_a_demonstration(tmp_path: Path) -> None:
    path = packed(tmp_path / "demo", "demo", tmp_path / "demo.p12")
    with pytest.raises(SealError, match="demonstrations"):
        site_key("production", tmp_path, "Unit 1", str(path), "secret")


def test_production_takes_its_own_key(tmp_path: Path) -> None:
    path = packed(tmp_path / "own", "production", tmp_path / "own.p12")
    assert site_key("production", tmp_path, "Unit 1", str(path), "secret").name == "Unit 1, batch records"


def test_wrong_passphrase_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "own", "production", tmp_path / "own.p12")
    with pytest.raises(SealError):
        site_key("production", tmp_path, "Unit 1", str(path), "wrong")


def test_demonstration_makes_a_key_that_says_so(tmp_path: Path) -> None:
    assert "not for GMP use" in site_key("demo", tmp_path, "Unit 1").name
