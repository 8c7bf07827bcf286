"""Procedures and master versions: registered, made effective, superseded (R109)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find
from compliance.refusals import Invalid
from resources.models import Document
from resources.models.document import DocumentKind
from resources.states import DOCUMENT_TRANSITIONS, DocumentState

if TYPE_CHECKING:
    from compliance.domain.act import Act


def register_document(
    a: Act, code: str, document_version: str, title: str, kind: str = DocumentKind.PROCEDURE
) -> Document:
    """Registers a version of a document as draft, so that people can be trained before it is effective.

    Refuses a version that is registered already.
    """
    a.actor.need("resources.draft_documents")
    code, number = code.strip(), document_version.strip()
    if Document.objects.filter(code=code, document_version=number).exists():
        raise Invalid(
            f"Version {number} of {code} is registered already.", "document_version", "version_taken"
        )
    document = Document(code=code, document_version=number, title=title.strip(), kind=kind)
    a.touch(document)
    return save_record(a, document)


def make_effective(a: Act, document: Document, *, version: int | None = None) -> Document:
    """QA makes a version effective now; the one before is superseded in the same act (R109).

    From this instant only training in the new version counts.
    """
    for before in Document.objects.filter(code=document.code, state=DocumentState.EFFECTIVE):
        supersede(a, before, f"Replaced by version {document.document_version}")
    a.touch(document)
    move = find(DOCUMENT_TRANSITIONS, "make_effective")
    return apply_transition(a, document, move, version=version, effective_from=a.at)


def supersede(a: Act, document: Document, reason: str, *, version: int | None = None) -> Document:
    """QA takes an effective version out of use; work that asks for it stops until another is effective."""
    a.touch(document)
    move = find(DOCUMENT_TRANSITIONS, "supersede")
    return apply_transition(a, document, move, version=version, reason=reason, superseded_at=a.at)
