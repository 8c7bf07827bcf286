"""A result out of a POST: the text as typed, where it was read, a raw file that is stored first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batches.domain import files
from compliance.forms.reading import read_text

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

TYPED_MOST = 200


def read_typed(request: HttpRequest) -> str:
    """The value as typed, blanks and all; whether it is one is the number engine's question."""
    return read_text(request.POST, "value", "The result", most=TYPED_MOST, need=False)


def read_details(request: HttpRequest) -> dict[str, str]:
    """Instrument, comment, and a raw file under its digest. Refuses a file that is not kept (SEC-03)."""
    found = {
        "instrument": read_text(request.POST, "instrument", "The instrument", most=80, need=False),
        "comment": read_text(request.POST, "comment", "The comment", most=2000, need=False),
    }
    upload: UploadedFile[Any] | None = request.FILES.get("file")
    if upload is not None:
        kept = files.keep_file(upload.name or "", upload.chunks())
        found |= {"raw_sha256": kept.sha256, "raw_name": kept.name}
    return found
