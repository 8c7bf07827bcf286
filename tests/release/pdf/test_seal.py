"""The seal: valid for others, whole, repeatable, and never without the time stamp that was asked for."""

import http.server
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from release.pdf.errors import SealError
from release.pdf.render import UnsignedPdf
from release.pdf.seal import SealKey, check_seal, seal
from release.pdf.site_ca import SealFiles, make_site_ca


@pytest.fixture(scope="module")
def sealed(record: UnsignedPdf, seal_key: SealKey) -> bytes:
    return seal(record.bytes, seal_key, "Batch record issued")


@pytest.fixture(scope="module")
def roots(seal_files: SealFiles) -> list[bytes]:
    return [seal_files.root.read_bytes()]


@pytest.mark.req("R112")
def test_seal_is_valid_and_leaves_the_document_as_it_was(
    sealed: bytes, record: UnsignedPdf, roots: list[bytes]
) -> None:
    report = check_seal(sealed, roots)
    assert report.ok, report.problems
    assert report.seals[0].signer == "Cell Processing Unit 1, batch records, not for GMP use"
    assert report.seals[0].reason == "Batch record issued"
    assert sealed.startswith(record.bytes)


def pdfsig(folder: Path, pdf: bytes, root: Path) -> str:
    base = folder / "nss"
    base.mkdir()
    path = folder / "sealed.pdf"
    path.write_bytes(pdf)
    subprocess.run(["certutil", "-N", "-d", f"sql:{base}", "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-d", f"sql:{base}", "-n", "root", "-t", "C,C,C", "-i", str(root)], check=True)
    done = subprocess.run(["pdfsig", "-nssdir", f"sql:{base}", str(path)], capture_output=True, text=True, check=True)
    return done.stdout


def test_seal_is_valid_for_poppler(sealed: bytes, seal_files: SealFiles, tmp_path: Path) -> None:
    said = pdfsig(tmp_path, sealed, seal_files.root)
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


@pytest.mark.case("PDS-01")
def test_countersign_leaves_the_first_seal_valid(
    sealed: bytes, seal_key: SealKey, seal_files: SealFiles, roots: list[bytes], tmp_path: Path
) -> None:
    twice = seal(sealed, seal_key, "Countersigned")
    report = check_seal(twice, roots)
    assert report.ok, report.problems
    assert [line.field for line in report.seals] == ["Seal", "Seal2"]
    assert pdfsig(tmp_path, twice, seal_files.root).count("Signature is Valid.") == 2


@pytest.mark.req("R112")
@pytest.mark.parametrize("where", [0.05, 0.5, 0.9])
def test_changed_byte_is_found(sealed: bytes, roots: list[bytes], where: float) -> None:
    changed = bytearray(sealed)
    changed[int(len(changed) * where)] ^= 1
    assert not check_seal(bytes(changed), roots).ok


def test_bytes_after_the_seal_are_found(sealed: bytes, roots: list[bytes]) -> None:
    report = check_seal(sealed + b"% later\n", roots)
    assert report.problems == ("Seal: bytes were added after the seal",)


def test_unsealed_file_and_no_file_are_found(record: UnsignedPdf, roots: list[bytes]) -> None:
    assert check_seal(record.bytes, roots).problems == ("The file carries no seal",)
    assert not check_seal(b"no pdf", roots).ok


def test_seal_of_another_root_is_not_trusted(sealed: bytes, tmp_path: Path) -> None:
    other = make_site_ca(tmp_path / "other", "demo")
    report = check_seal(sealed, [other.root.read_bytes()])
    assert not report.ok
    assert "does not lead to a given root" in report.problems[0]


class _Refusal(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/html":
            body = b"<p>maintenance</p>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            self.send_error(400, "Unknown policy")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - name given by the library
        """Keep quiet."""


@pytest.fixture
def refusing() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Refusal)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.case("PDS-05")
def test_time_stamp_service_down_or_refusing_is_named(record: UnsignedPdf, seal_key: SealKey, refusing: str) -> None:
    with pytest.raises(SealError, match="Connection refused"):
        seal(record.bytes, seal_key, "r", tsa_url="http://127.0.0.1:9/tsa")
    with pytest.raises(SealError, match="HTTP 400 Unknown policy"):
        seal(record.bytes, seal_key, "r", tsa_url=f"{refusing}/tsa")
    with pytest.raises(SealError, match="answered text/html"):
        seal(record.bytes, seal_key, "r", tsa_url=f"{refusing}/html")
    with pytest.raises(SealError, match="is not an http address"):
        seal(record.bytes, seal_key, "r", tsa_url="ftp://127.0.0.1/tsa")


def test_key_from_pkcs12_seals_as_well(
    record: UnsignedPdf, seal_files: SealFiles, roots: list[bytes], tmp_path: Path
) -> None:
    private = serialization.load_pem_private_key(seal_files.key.read_bytes(), None)
    certificate = x509.load_pem_x509_certificate(seal_files.certificate.read_bytes())
    lock = serialization.BestAvailableEncryption(b"word")
    path = tmp_path / "seal.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", private, certificate, None, lock))  # type: ignore[arg-type]
    assert check_seal(seal(record.bytes, SealKey.from_pkcs12(path, b"word"), "r"), roots).ok
    with pytest.raises(SealError, match=r"seal\.p12"):
        SealKey.from_pkcs12(path, b"wrong")


def test_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(SealError, match=r"nothing\.pem"):
        SealKey.from_pem(tmp_path / "nothing.pem", tmp_path / "nothing.pem")


def test_site_ca_is_made_once_and_never_overwritten(tmp_path: Path) -> None:
    first = make_site_ca(tmp_path / "ca", "production", "Unit 2")
    before = {path.name: path.read_bytes() for path in (tmp_path / "ca").iterdir()}
    assert make_site_ca(tmp_path / "ca", "demo") == first
    assert {path.name: path.read_bytes() for path in (tmp_path / "ca").iterdir()} == before
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600
    certificate = x509.load_pem_x509_certificate(first.certificate.read_bytes())
    assert "not for GMP use" not in certificate.subject.rfc4514_string()
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 3650
    first.root.unlink()
    with pytest.raises(SealError, match="restore the others"):
        make_site_ca(tmp_path / "ca", "production")
    assert not first.root.exists()
