"""A time-stamp authority for tests: a root and a certificate of its own, tokens by certomancer, any hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import core, keys, tsp
from asn1crypto import x509 as asn1
from certomancer.services import TimeStamper
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.compliance.domain.web_double import Answer

DAY = timedelta(days=1)


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Authority:
    """Answers queries; `at` sets its clock, `status` other than granted refuses."""

    root: bytes
    certificate: asn1.Certificate
    key: keys.PrivateKeyInfo
    at: datetime | None = None
    status: str = "granted"
    calls: int = 0

    def answer(self, body: bytes) -> Answer:
        """One answer by RFC 3161."""
        self.calls += 1
        query = tsp.TimeStampReq.load(body)
        if self.status != "granted":
            info = tsp.PKIStatusInfo({"status": self.status, "status_string": ["Unknown policy"]})
            # A refusal has no token; the library's own class knows none without.
            reply = core.SequenceOf([info], spec=tsp.PKIStatusInfo).dump()
        else:
            reply = TimeStamper(self.certificate, self.key, fixed_dt=self.at).request_tsa_response(query).dump()
        return 200, "application/timestamp-reply", reply


def authority(begins: datetime | None = None, ends: datetime | None = None, *, stamps: bool = True) -> Authority:
    """An authority whose certificate is good between two hours; today for a month by itself."""
    now = datetime.now(UTC)
    above, own = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    first, last = begins or now - DAY, ends or now + 30 * DAY
    root = (
        x509.CertificateBuilder()
        .subject_name(_named("Root of the test"))
        .issuer_name(_named("Root of the test"))
        .public_key(above.public_key())
        .serial_number(1)
        .not_valid_before(first - DAY)
        .not_valid_after(now + 3650 * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(above.public_key()), critical=False)
        .sign(above, hashes.SHA256())
    )
    use = ExtendedKeyUsageOID.TIME_STAMPING if stamps else ExtendedKeyUsageOID.CODE_SIGNING
    leaf = (
        x509.CertificateBuilder()
        .subject_name(_named("Clock of the test"))
        .issuer_name(_named("Root of the test"))
        .public_key(own.public_key())
        .serial_number(2)
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.ExtendedKeyUsage([use]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
        .sign(above, hashes.SHA256())
    )
    private = own.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Authority(
        root.public_bytes(serialization.Encoding.PEM),
        asn1.Certificate.load(leaf.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(private),
    )
