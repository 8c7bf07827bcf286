"""The closed door for everything the renderer wants to load: a fixed list, nothing else (PDF-11)."""

import hashlib
import mimetypes
from collections.abc import Callable, Mapping
from pathlib import Path

from release.paper import Attachment
from release.pdf.errors import FileMissing, ForbiddenAddress
from release.pdf.fonts import OWN_FACES, STATIC, unpacked

BASE = "https://record.invalid/"  # RFC 6761: never resolves, even if the door had a hole
STYLES = ("pdf.css", "furniture.css")
PRINTED = ("image/png", "image/jpeg")

FileReader = Callable[[str], bytes]


def read_attachment(attachment: Attachment, files: FileReader | None) -> bytes:
    """Read an attached file by its digest.

    Refuses when it is gone, or when its bytes are not the recorded ones; the message names the file
    (PDF-09).
    """
    if files is None:
        raise FileMissing(f"Attached file {attachment.name} ({attachment.sha256}) is not at hand")
    try:
        data = files(attachment.sha256)
    except (OSError, KeyError) as error:
        raise FileMissing(f"Attached file {attachment.name} ({attachment.sha256}) is missing") from error
    if hashlib.sha256(data).hexdigest() != attachment.sha256:
        raise FileMissing(f"Attached file {attachment.name} is not the recorded one ({attachment.sha256})")
    return data


class ClosedList:
    """The product's style sheets and fonts and the given pictures; nothing else can be loaded."""

    def __init__(self, pictures: Mapping[str, tuple[str, bytes]], folder: Path = STATIC) -> None:
        self._files = {BASE + name: folder / "pdf" / name for name in STYLES}
        self._files |= {f"{BASE}fonts/{name}": folder / "fonts" / name for name in OWN_FACES}
        self._pictures = {f"{BASE}files/{digest}": found for digest, found in pictures.items()}

    def read(self, url: str) -> tuple[str, bytes]:
        """Answer with media type and bytes. Refuses when the address is not on the list (PDF-11)."""
        if url in self._pictures:
            return self._pictures[url]
        path = self._files.get(url)
        if path is None:
            raise ForbiddenAddress(f"Address outside the closed list: {url}")
        if not path.is_file():
            raise FileMissing(f"File of the record's look is missing: {path.name}")
        if path.suffix == ".woff2":
            return "font/ttf", unpacked(path)
        return mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes()
