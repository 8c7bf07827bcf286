"""Attached files: downloaded, never shown by the browser in the product's own origin (SEC-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from batches.domain import files
from batches.models import Entry
from compliance.views import acts

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@require_safe
@never_cache
@acts.needs("batches.read")
def download(request: HttpRequest, number: str, uuid: UUID) -> HttpResponse:
    """The file of an entry as it was stored, byte for byte, its digest compared first (R104, R223)."""
    del request
    entry = Entry.objects.filter(batch__number=number.replace("\x00", ""), uuid=uuid).exclude(file_sha256="").first()
    if entry is None:
        raise Http404("There is no such file.")
    content = files.read_kept(entry.file_sha256)
    kind = files.KINDS.get(files.kind_of(entry.file_name), "application/octet-stream")
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": content_disposition_header(True, entry.file_name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Digest": f"sha-256={entry.file_sha256}",
        },
    )
