"""A document version and a person's training in it as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from compliance.forms import reading
from compliance.models import User
from compliance.page_forms import FormField
from compliance.refusals import Invalid
from resources.models import Document
from resources.models.document import DocumentKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def document_fields() -> tuple[FormField, ...]:
    """What a document version is."""
    return (
        FormField("code", "Code", "code", help="SOP-CUL-010."),
        FormField("document_version", "Version", "code"),
        FormField("title", "Title"),
        FormField("kind", "Kind", "select", options=reading.options(DocumentKind.choices)),
    )


def read_document(posted: Mapping[str, str]) -> dict[str, str]:
    """The document version of the form."""
    return {
        "code": reading.read_text(posted, "code", "The code", most=40),
        "document_version": reading.read_text(posted, "document_version", "The version", most=16),
        "title": reading.read_text(posted, "title", "The title", most=160),
        "kind": reading.read_choice(posted, "kind", "The kind", DocumentKind.values),
    }


def qualifying_fields(
    people: Sequence[User], documents: Sequence[Document], document: str = ""
) -> tuple[FormField, ...]:
    """Who is trained in what, up to when."""
    names = reading.options((u.username, f"{u.printed_name} ({u.username})") for u in people)
    known = reading.options(((str(d.uuid), f"{d} {d.title} ({d.get_state_display()})") for d in documents), document)
    return (
        FormField("person", "Person", "select", options=names, help="Not yourself: another person assesses you."),
        FormField("document", "Document version", "select", document, options=known),
        FormField("trained_on", "Trained on", "date"),
        FormField("expires_on", "Holds until", "date", required=False, help="Empty: until a new version is effective."),
        FormField("evidence", "Evidence", help="Number of the training record."),
    )


def read_qualifying(posted: Mapping[str, str]) -> dict[str, Any]:
    """The training of the form, person and document found."""
    person = User.objects.filter(username=reading.read_text(posted, "person", "The person", most=60)).first()
    if person is None or person.is_system:
        raise Invalid("Choose a person.", "person")
    key = _uuid(posted.get("document", ""))
    document = Document.objects.filter(uuid=key).first() if key else None
    if document is None:
        raise Invalid("Choose a document version.", "document")
    return {
        "person": person,
        "document": document,
        "trained_on": reading.read_day(posted, "trained_on", "The day of the training"),
        "expires_on": reading.read_day_if_any(posted, "expires_on", "The last day"),
        "evidence": reading.read_text(posted, "evidence", "The evidence", most=160),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
