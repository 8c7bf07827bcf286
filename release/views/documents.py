"""Issued documents of a batch: asked for with a reason, made meanwhile, tried again, downloaded on record (R102)."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from compliance.domain import store
from compliance.domain.act import act
from compliance.page_forms import FormField
from compliance.pages import Option
from compliance.refusals import Blocker, Invalid, Refused
from compliance.views import act_pages, acts
from release.domain.documents import request_document, retry_document
from release.domain.export import note_export, parts_of
from release.pdf.bundle import BundlePart, write_bundle
from release.states import DocumentKind
from release.views import places
from release.views.documents_page import documents_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from compliance.page_forms import ActForm
    from release.pages import DocumentsPage

SEALED = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
IN_MEMORY = 8 * 1024 * 1024
COPY_HELP = "A second copy is counted, with this reason. The first needs none."


@act_pages.acting(places.READ)
def documents(request: HttpRequest, number: str) -> HttpResponse:
    """The documents of a batch; its form asks for one more."""
    batch = places.batch_of(number)
    actor = acts.of_request(request)
    kinds = tuple(Option(str(kind), str(kind.label)) for kind in DocumentKind)
    fields = (
        FormField("kind", "Document", "select", value=str(DocumentKind.EBR), options=kinds),
        FormField("reason", "Why another copy", "area", help=COPY_HELP, required=False),
    )
    form = act_pages.form_of(request, "request", "Ask for a document", "Ask for it", fields, version=batch.version)

    def page(shown: ActForm) -> DocumentsPage:
        return documents_page(request, actor, batch, shown)

    def do() -> None:
        kind = request.POST.get("kind", "")
        if kind not in DocumentKind.values:
            raise Invalid("Choose which document.", "kind")
        with acts.plain_act(request, "document.requested", batch) as a:
            request_document(a, batch, kind, request.POST.get("reason", ""))

    to, said = places.url("documents", batch), "Asked for. It is being made; you can leave this page."
    return act_pages.answer(request, form, page, do, to=to, said=said, template="release/documents.html")


@require_POST
@acts.needs("release.request_document")
def retry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Tries a document again that could not be made (JOB-06)."""
    row = places.document_of(uuid)
    retry_document(acts.of_request(request), row)
    return acts.done(request, places.url("documents", row.batch), f"{row.number} is tried again.")


@require_GET
@never_cache
@acts.needs(places.READ)
def download(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The sealed file, byte for byte, its digest compared first; who took it is on record (R212, R223)."""
    row = places.document_of(uuid)
    if not row.sha256:
        raise Refused([Blocker("not_made", f"{row.number} is not made yet: {row.get_state_display()}.")])
    content = store.read(row.sha256)
    with act(acts.of_request(request), "document.downloaded", row) as a:
        a.touch(row.batch)
        a.fact(document=row.number, sha256=row.sha256)
    name = content_disposition_header(True, f"{row.number}.pdf") or "attachment"
    headers = {**SEALED, "Content-Disposition": name, "Digest": f"sha-256={row.sha256}"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_POST
@never_cache
@acts.needs("release.export_batch")
def export(request: HttpRequest, number: str) -> HttpResponse | FileResponse:
    """The bundle that verifies without us, as one ZIP; who took it is on record (R102, R212)."""
    batch = places.batch_of(number)
    parts, heads, made_at = parts_of(batch)
    name = f"{batch.number}.evb.zip"
    with acts.once(), acts.plain_act(request, "batch.exported", batch) as a:
        note_export(a, batch, name)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    write_bundle(file, batch.number, made_at, [BundlePart(*part) for part in parts], heads)  # type: ignore[arg-type]
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip", headers=SEALED)
