"""Seals and opens a donor's identity with the site's key; nothing of it leaves in the clear (R417)."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import unicodedata
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from compliance.domain.canonical import canonical_json, sha256
from compliance.refusals import Invalid, Refusal
from donors.models import DonorIdentity

if TYPE_CHECKING:
    from donors.models import Donor

KEY_FILE = "donor_identity.key"
KEY_BYTES = 32
SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a donor is. `born_on` as YYYY-MM-DD; the birth mother where she is the one who is tested."""

    full_name: str
    born_on: str = ""
    hospital_number: str = ""
    birth_mother: str = ""

    def __repr__(self) -> str:
        """Never the content: a traceback or a log must not name a donor."""
        return "Identity(sealed)"

    @property
    def words(self) -> frozenset[str]:
        """Each word of a name, and the hospital number, folded: what must stand nowhere else."""
        names = re.findall(r"\w+", _folded(f"{self.full_name} {self.birth_mother}"))
        number = _folded(self.hospital_number.strip())
        return frozenset(word for word in [*names, number] if len(word) >= SHORTEST_NAME)


def seal(donor: Donor, identity: Identity) -> tuple[str, str]:
    """The identity as ciphertext under a key made for this donor, and the mark of the site's key."""
    key = _site_key()
    return _cipher(key, donor).encrypt(canonical_json(asdict(identity)).encode()).decode(), _mark(key)


def unseal(row: DonorIdentity) -> Identity:
    """The identity in the clear. Refuses when the site's key is missing or was another one at sealing."""
    key = _site_key()
    try:
        clear = _cipher(key, row.donor).decrypt(row.sealed.encode())
    except InvalidToken:
        raise Refusal(
            "This identity does not open with the site's key. Nothing was shown. Put back the key file "
            f"{KEY_FILE} that carries the mark {row.key_mark}.",
            "identity_key",
        ) from None
    return Identity(**json.loads(clear))


def need_coded(donor: Donor, *texts: str) -> None:
    """Refuses a free text that names the donor: reasons and statements stand where many read (R417)."""
    row = DonorIdentity.objects.filter(donor=donor).first()
    if row is None or not any(texts):
        return
    written = re.findall(r"[\w\-./]+", _folded(" ".join(texts)))
    bare = {part for word in written for part in (word, word.strip("-./"), *re.findall(r"\w+", word))}
    if bare & unseal(row).words:
        raise Invalid(
            f"The text names the donor. Write {donor.number} instead; nothing was recorded.",
            "reason",
            "names_donor",
        )


def _folded(text: str) -> str:
    """Small letters without accents: Ödön and Odon are one name."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _cipher(key: bytes, donor: Donor) -> Fernet:
    info = b"donor identity " + donor.uuid.bytes
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)
    return Fernet(base64.urlsafe_b64encode(derived))


def _mark(key: bytes) -> str:
    return sha256(b"mark of " + key)[:16]


def _site_key() -> bytes:
    """The key of this site; made at the first identity, never again once there is one."""
    path = Path(settings.KEYS) / KEY_FILE
    if not path.exists():
        if DonorIdentity.objects.exists():
            raise Refusal(
                f"The key of the donor identities ({KEY_FILE}) is missing, so none can be written or read. "
                "Nothing was recorded. Have the system administrator put it back from the backup.",
                "identity_key",
            )
        _make_key(path)
    return base64.urlsafe_b64decode(path.read_text())


def _make_key(path: Path) -> None:
    """Written aside and linked into place, so that two processes never use two keys or half a one."""
    aside = path.with_name(f".{KEY_FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # another process was first; its key is the key
        path.hardlink_to(aside)
    aside.unlink()
