"""Raw files of the record: kept once under their digest, never changed, never run by a browser (R223, SEC-03)."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings

from compliance.refusals import Blocker, Invalid, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BYTES = 32 * 1024 * 1024
NAME_MAX = 200
SNIFFED = 65_536
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
_STARTS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml|\w+:svg)|<\?xml", re.IGNORECASE)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored file: its digest is its place; the name is the one it came with."""

    sha256: str
    name: str
    size: int


def keep_file(name: str, chunks: Iterable[bytes]) -> Kept:
    """Stores a file under its SHA-256 and gives the digest to record (R223).

    The same bytes are stored once. Refuses an empty file, one over 32 MB, a kind that is not csv, txt, pdf, png
    or jpg, content that is not of the kind its name says, and anything a browser could run (SEC-03). Nothing
    is recorded by this: a stored file that no entry names is only a file.
    """
    clean = clean_name(name)
    folder = Path(settings.FILES)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".incoming-", delete=False) as incoming:
        place = Path(incoming.name)
        try:
            size = _write(incoming.file, chunks)
            _judge(clean, size, _head(incoming.file))
            incoming.file.seek(0)
            digest = hashlib.file_digest(incoming.file, "sha256").hexdigest()  # type: ignore[arg-type]
            os.fsync(incoming.fileno())
            place.chmod(0o440)
            if not path_of(digest).exists():
                place.replace(path_of(digest))
        finally:
            place.unlink(missing_ok=True)
    return Kept(digest, clean, size)


def clean_name(name: str) -> str:
    """The last part of a file's name, without signs that could mislead. Refuses a kind that is not kept."""
    bare = re.split(r"[/\\]", name)[-1]
    shown = "".join(c for c in bare if c.isprintable() and c not in '"<>|').strip()
    kind = kind_of(shown)
    if kind not in KINDS:
        kinds = "csv, txt, pdf, png and jpg"
        raise Invalid(f"A file of this kind is not kept. Kept are {kinds}. Nothing was recorded.", "file", "file_kind")
    stem = shown[: -len(kind) - 1].strip(". ") or "file"
    return f"{stem[: NAME_MAX - len(kind) - 1]}.{kind}"


def kind_of(name: str) -> str:
    """The kind that a name says, small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def path_of(sha256: str) -> Path:
    """Where a file of this digest stands. Refuses what is no digest."""
    if not _DIGEST.fullmatch(sha256):
        raise Invalid("This is no digest of a file.", "file", "digest")
    return Path(settings.FILES) / sha256


def read_kept(sha256: str) -> bytes:
    """A stored file's bytes, compared with their digest at each reading.

    Refuses when the file is gone or not what was stored: the record says what it was, so this must be looked into.
    """
    place = path_of(sha256)
    content = place.read_bytes() if place.is_file() else None
    if content is None or hashlib.sha256(content).hexdigest() != sha256:
        text = f"The stored file {sha256[:8]} is missing or changed. Tell the system administrator and QA."
        raise Refused([Blocker("file_damaged", text, clears="a restore from the backup")])
    return content


def _write(target: IO[bytes], chunks: Iterable[bytes]) -> int:
    """Writes the chunks; answers how many bytes they were."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Invalid("The file is larger than 32 MB. Nothing was recorded.", "file", "file_large")
        target.write(chunk)
    target.flush()
    return size


def _head(target: IO[bytes]) -> bytes:
    target.seek(0)
    return target.read(SNIFFED)


def _judge(name: str, size: int, head: bytes) -> None:
    kind = kind_of(name)
    if size == 0:
        raise Invalid("The file is empty. Nothing was recorded.", "file", "file_empty")
    start = _STARTS.get(kind)
    if start is not None:
        if not head.startswith(start):
            raise Invalid(f"The file is not what its name says ({kind}). Nothing was recorded.", "file", "file_content")
        return
    if _MARKUP.search(_as_ascii(head)):
        raise Invalid(
            "The file holds markup that a browser could run. Save it as plain text. Nothing was recorded.",
            "file",
            "file_markup",
        )
    if not _is_text(head):
        raise Invalid(f"The file is not the text its name says ({kind}). Nothing was recorded.", "file", "file_content")


def _as_ascii(head: bytes) -> bytes:
    """Wide characters of UTF-16 folded, so that markup is found there too."""
    return head.replace(b"\x00", b"")


def _is_text(head: bytes) -> bool:
    """UTF-8, UTF-16 with its mark, or a single-byte code without control characters, as instruments write."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 32 and byte not in (9, 10, 12, 13) for byte in head)
