"""The seal: a PAdES signature over the whole file, put on last. Bytes under it never change again."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import x509
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from release.pdf.errors import SealError
from release.pdf.tsa import UrlTimeStamper


def _certificates(pem: bytes) -> list[x509.Certificate]:
    return list(load_certs_from_pemder_data(pem))


def _common_name(certificate: x509.Certificate | None) -> str:
    return "" if certificate is None else str(certificate.subject.native.get("common_name", ""))


@dataclass(frozen=True, slots=True)
class SealKey:
    """Key and certificates that seal. `chain` holds intermediate and root certificates to embed."""

    signer: signers.SimpleSigner

    @classmethod
    def from_pem(
        cls, certificate: Path, key: Path, chain: Sequence[Path] = (), passphrase: bytes | None = None
    ) -> "SealKey":
        """Read key and certificate from PEM files. Refuses when one cannot be read."""
        try:
            certificates = _certificates(certificate.read_bytes())
            store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
            above = [one for path in chain for one in _certificates(path.read_bytes())]
            store.register_multiple([*certificates[1:], *above])
            private = load_private_key_from_pemder(str(key), passphrase)
        except (OSError, ValueError, TypeError) as error:
            raise SealError(f"The seal's key cannot be read: {error}") from error
        return cls(signers.SimpleSigner(certificates[0], private, store))

    @classmethod
    def from_pkcs12(cls, path: Path, passphrase: bytes | None = None, chain: Sequence[Path] = ()) -> "SealKey":
        """Read key and certificates from a PKCS#12 file. Refuses when it cannot be read or opened."""
        try:
            others = [certificate for one in chain for certificate in _certificates(one.read_bytes())]
            signer = signers.SimpleSigner.load_pkcs12_data(path.read_bytes(), others, passphrase)
        except (OSError, ValueError, TypeError) as error:
            raise SealError(f"The seal's key {path.name} cannot be read: {error}") from error
        return cls(signer)

    @property
    def name(self) -> str:
        """The name on the certificate, as printed on the last page of a record."""
        return _common_name(self.signer.signing_cert)

    @property
    def certificates(self) -> list[x509.Certificate]:
        """The public part: the key's own certificate and those above it that came with it."""
        return [self.signer.signing_cert, *self.signer.cert_registry]

    def need_valid(self) -> None:
        """Refuses (SealError) a certificate that has ended or has not begun: what it seals, nobody would trust."""
        validity = self.certificates[0]["tbs_certificate"]["validity"]
        begins, ends = validity["not_before"].native, validity["not_after"].native
        now = datetime.now(UTC)
        if not begins <= now <= ends:
            words = f"ended on {ends:%Y-%m-%d %H:%M} UTC" if now > ends else f"begins on {begins:%Y-%m-%d %H:%M} UTC"
            raise SealError(
                f"The seal's certificate “{self.name}” {words}. Nothing is sealed until a valid one is set."
            )


@dataclass(frozen=True, slots=True)
class SealLine:
    """One seal of a file: by whom, what for, when, and what the check said."""

    field: str
    signer: str
    reason: str
    signed_at: datetime | None
    timestamped: bool
    intact: bool
    trusted: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class SealReport:
    """All seals of a file, oldest first. `ok` only if nothing is wrong with any of them."""

    seals: tuple[SealLine, ...]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the file is sealed and nothing was changed or added since."""
        return bool(self.seals) and not self.problems


def _next_field(pdf: bytes) -> str:
    count = len(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
    return "Seal" if count == 0 else f"Seal{count + 1}"


def seal(pdf: bytes, key: SealKey, reason: str, *, location: str = "", tsa_url: str | None = None) -> bytes:
    """Seal a finished file (PAdES B-B; B-T with a time stamp when `tsa_url` is given).

    The file grows, what is there stays byte for byte, so a second seal (countersign) leaves the first
    whole (PDS-01). Refuses when the time-stamp authority gives no stamp: there is no silent fall-back to
    the local clock, and the message carries the true reason (PDS-05). Refuses a certificate that has ended.
    """
    key.need_valid()
    meta = signers.PdfSignatureMetadata(
        field_name=_next_field(pdf),
        md_algorithm="sha256",
        reason=reason,
        location=location or None,
        name=key.name,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    try:
        stamper = UrlTimeStamper(tsa_url) if tsa_url else None
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        sealed = signers.PdfSigner(meta, key.signer, timestamper=stamper).sign_pdf(writer)
    except TimestampRequestError as error:
        raise SealError(f"No time stamp from {tsa_url}: {error}") from error
    except (SigningError, PdfError) as error:
        raise SealError(f"The file cannot be sealed: {error}") from error
    return bytes(sealed.getbuffer())


def _trust(roots: Sequence[bytes], moment: datetime | None) -> ValidationContext:
    anchors = [certificate for pem in roots for certificate in _certificates(pem)]
    return ValidationContext(trust_roots=anchors, moment=moment)


def _sealed_at(signature: EmbeddedPdfSignature) -> datetime | None:
    """When a file was sealed: by its time stamp, else by its own word. Certificates are judged at that hour."""
    stamp = next(extract_tst_data_iter(signature.signer_info, signed=False), None)
    if stamp is None:
        return signature.self_reported_timestamp
    at: datetime = stamp["encap_content_info"]["content"].parsed["gen_time"].native
    return at


def check_seal(pdf: bytes, roots: Sequence[bytes]) -> SealReport:
    """Check every seal of a file against the given root certificates (PEM).

    The last seal must cover the entire file: bytes appended after it would otherwise go unnoticed. An
    earlier one must cover its whole revision, with nothing but later seals after it (PDS-01, R112). A certificate
    that ended after it sealed takes nothing from the seal.
    """
    try:
        embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    except PdfError as error:
        return SealReport((), (f"Not readable as PDF: {error}",))
    lines, problems = [], []
    for index, signature in enumerate(embedded):
        try:
            moment = _sealed_at(signature)
            trust, of_stamp = _trust(roots, moment), _trust(roots, moment)
            status = validate_pdf_signature(signature, trust, ts_validation_context=of_stamp)
        except (SignatureValidationError, PdfError, ValueError, TypeError, KeyError) as error:
            problems.append(f"{signature.field_name}: {error}")
            continue
        last = index == len(embedded) - 1
        wanted = SignatureCoverageLevel.ENTIRE_FILE if last else SignatureCoverageLevel.ENTIRE_REVISION
        whole = status.coverage >= wanted and (status.docmdp_ok is not False)
        line = SealLine(
            signature.field_name,
            _common_name(status.signing_cert),
            str(signature.sig_object.get("/Reason", "")),
            status.signer_reported_dt,
            status.timestamp_validity is not None,
            status.intact and status.valid,
            status.trusted,
            whole,
        )
        lines.append(line)
        problems += _problems(line, status.bottom_line)
    if not embedded:
        problems.append("The file carries no seal")
    return SealReport(tuple(lines), tuple(problems))


def _problems(line: SealLine, bottom: bool) -> list[str]:
    found = []
    if not line.intact:
        found.append(f"{line.field}: the sealed bytes were changed")
    elif not line.trusted:  # only judged where the bytes are whole
        found.append(f"{line.field}: the certificate of {line.signer} does not lead to a given root")
    if not line.whole:
        found.append(f"{line.field}: bytes were added after the seal")
    if not bottom and not found:
        found.append(f"{line.field}: the seal is not valid")
    return found
