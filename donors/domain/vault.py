"""Seals and opens a donor's identity with a key of that donor and the site's; nothing leaves in the clear (R417).

Both keys are needed, and both lie in files outside the database and its backups: a donor's key that is destroyed
makes row, history and every backup of them unreadable at once.
"""

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

from compliance.domain import clock
from compliance.domain.canonical import canonical_json, sha256
from compliance.refusals import Invalid, Refusal
from donors.models import DonorIdentity, IdentityDestruction

if TYPE_CHECKING:
    from donors.models import Donor

KEY_FILE = "donor_identity.key"
DONOR_KEYS = "donors"
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
    """The identity as ciphertext under the key of this donor, made at the first time, and the mark of the site's key.

    Refuses when the site's key or the donor's is missing, and when the donor's was destroyed.
    """
    key, path = _site_key(), key_path(donor)
    if not path.exists() and not DonorIdentity.objects.filter(donor=donor).exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _make_key(path)
    return _cipher(key, donor).encrypt(canonical_json(asdict(identity)).encode()).decode(), _mark(key)


def unseal(row: DonorIdentity) -> Identity:
    """The identity in the clear. Refuses when a key is missing, was destroyed, or was another one at sealing."""
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
    if row is None or not any(texts) or destruction_of(donor) is not None:
        return  # nobody knows the name any more
    written = re.findall(r"[\w\-./]+", _folded(" ".join(texts)))
    bare = {part for word in written for part in (word, word.strip("-./"), *re.findall(r"\w+", word))}
    if bare & unseal(row).words:
        raise Invalid(
            f"The text names the donor. Write {donor.number} instead; nothing was recorded.",
            "reason",
            "names_donor",
        )


def destruction_of(donor: Donor) -> IdentityDestruction | None:
    """The act that ended this identity, or None."""
    return IdentityDestruction.objects.select_related("destroyed_by").filter(donor=donor).first()


def key_path(donor: Donor) -> Path:
    """Where the key of a donor lies."""
    return Path(settings.KEYS) / DONOR_KEYS / f"{donor.uuid}.key"


def destroy_key(donor: Donor) -> None:
    """Overwrites and removes the key of a donor; nothing to do when it is gone already."""
    path = key_path(donor)
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _folded(text: str) -> str:
    """Small letters without accents: Ödön and Odon are one name."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _cipher(key: bytes, donor: Donor) -> Fernet:
    info = b"donor identity " + donor.uuid.bytes
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=_donor_key(donor), info=info).derive(key)
    return Fernet(base64.urlsafe_b64encode(derived))


def _donor_key(donor: Donor) -> bytes:
    ended = destruction_of(donor)
    if ended is not None:
        raise Refusal(
            f"The key of this identity was destroyed by {ended.destroyed_by.printed_name} on "
            f"{clock.stamp(ended.destroyed_at)}. Nobody can read or write it any more.",
            "identity_destroyed",
        )
    try:
        return base64.urlsafe_b64decode(key_path(donor).read_text())
    except FileNotFoundError:
        raise Refusal(
            f"The key of the identity of {donor.number} is missing, so it cannot be written or read. "
            "Nothing was recorded. Have the system administrator put it back from the copy of the keys.",
            "identity_key",
        ) from None


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
