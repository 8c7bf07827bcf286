"""What verification asks of release: every issued document and result file is there, byte for byte (R223)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import store
from compliance.domain.verification.findings import Kind, of_row
from compliance.refusals import Refusal
from qc.models import Result
from release.models import IssuedDocument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.domain.verification.findings import Finding
    from compliance.domain.verification.scope import Scope


def check_files(scope: Scope) -> Iterator[Finding]:
    """The sealed file and the data of each issued document, and the raw file of each result."""
    for row in IssuedDocument.objects.exclude(sha256="").select_related("batch").order_by("pk").iterator():
        if scope.covers(row.batch.chain):
            yield from _file("release.issueddocument", row, "sha256", row.sha256, "the issued file")
            yield from _file("release.issueddocument", row, "dossier_sha256", row.dossier_sha256, "its data")
    results = Result.objects.exclude(raw_sha256="").select_related("sample__batch", "item")
    for result in results.order_by("pk").iterator():
        if scope.covers(result.sample.batch.chain):
            yield from _file("qc.result", result, "raw_sha256", result.raw_sha256, f"file {result.raw_name}")


def _file(label: str, row: IssuedDocument | Result, field: str, digest: str, words: str) -> Iterator[Finding]:
    try:
        store.read(digest)
    except Refusal as refusal:
        kind = Kind.REMOVED if refusal.code == "file_missing" else Kind.CHANGED
        yield of_row(kind, label, row, f"{words}: {refusal.text}", field)
