"""A time stamp from an authority: asked over HTTP, in the seal, and checked with it."""

import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.sign.timestamps import DummyTimeStamper

from release.pdf.render import UnsignedPdf
from release.pdf.seal import SealKey, check_seal, seal
from release.pdf.site_ca import SealFiles


@pytest.fixture(scope="module")
def authority() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Clock of the test")])
    start = datetime.now(UTC) - timedelta(days=1)
    usage = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=30))
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


@pytest.fixture
def clock_url(authority: tuple[x509.Certificate, rsa.RSAPrivateKey]) -> Iterator[str]:
    certificate, key = authority
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    stamper = DummyTimeStamper(
        asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(private),
    )

    class Clock(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            body = stamper.request_tsa_response(query).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - name given by the library
            """Keep quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Clock)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/tsa"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.case("PDS-05")
def test_seal_carries_the_time_stamp_of_the_authority(
    record: UnsignedPdf,
    seal_key: SealKey,
    seal_files: SealFiles,
    authority: tuple[x509.Certificate, rsa.RSAPrivateKey],
    clock_url: str,
) -> None:
    sealed = seal(record.bytes, seal_key, "Batch record issued", tsa_url=clock_url)
    clock_root = authority[0].public_bytes(serialization.Encoding.PEM)
    report = check_seal(sealed, [seal_files.root.read_bytes(), clock_root])
    assert report.ok, report.problems
    assert report.seals[0].timestamped
    unknown = check_seal(sealed, [seal_files.root.read_bytes()])
    assert not unknown.ok
