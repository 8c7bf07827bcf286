"""Files by their SHA-256: written once, read back with the digest checked (R223)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from compliance.domain.canonical import sha256
from compliance.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable


def path_of(digest: str) -> Path:
    """Where a file lies."""
    return Path(settings.FILES) / digest


def keep(data: bytes) -> str:
    """Keeps bytes under their digest; a file that is there already is left alone. No half file is ever seen."""
    digest = sha256(data)
    target = path_of(digest)
    if target.exists():
        return digest
    descriptor, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o440)
    Path(name).replace(target)
    return digest


def read(digest: str) -> bytes:
    """The bytes of a digest. Refuses when the file is missing or is not what was kept."""
    try:
        data = path_of(digest).read_bytes()
    except OSError as error:
        raise Refusal(f"The file {digest[:12]}… is not in the store: {error.strerror}.", "file_missing") from error
    if sha256(data) != digest:
        raise Refusal(f"The file {digest[:12]}… is not what was kept: its digest differs.", "file_changed")
    return data


def missing(digests: Iterable[str]) -> list[str]:
    """Which of these are missing or changed."""
    found = []
    for digest in digests:
        try:
            read(digest)
        except Refusal:
            found.append(digest)
    return found
