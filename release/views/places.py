"""Rows that a URL names, and what every page of a batch says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse

from batches.views.places import batch_of, trail_url
from compliance.page_frame import Head, Link
from release.models import IssuedDocument

if TYPE_CHECKING:
    from uuid import UUID

    from batches.models import Batch

READ = "release.read_documents"
__all__ = ["READ", "batch_of", "document_of", "head_of", "links_of", "url"]


def document_of(uuid: UUID) -> IssuedDocument:
    """A document of a URL; 404 where there is none."""
    row = IssuedDocument.objects.filter(uuid=uuid).select_related("batch", "requested_by").first()
    if row is None:
        raise Http404("There is no such document.")
    return row


def url(name: str, batch: Batch, *more: object) -> str:
    """A page of release about a batch."""
    return reverse(f"release:{name}", args=(batch.number, *more))


def head_of(batch: Batch, title: str, *crumbs: Link, wide: bool = False) -> Head:
    """The head of a page about a batch; the last crumb is the page itself."""
    return Head(
        title=title,
        section="release",
        place=batch.product_version.product.name,
        subject=batch.number,
        crumbs=(
            Link("Release", reverse("release:batches")),
            Link(batch.number, reverse("batches:batch", args=(batch.number,))),
            *crumbs,
        ),
        wide=wide,
    )


def links_of(batch: Batch, here: str) -> tuple[Link, ...]:
    """The other pages of QA about this batch."""
    pages = (("review", "Review"), ("disposition", "Disposition"), ("documents", "Documents"))
    found = [Link(label, url(name, batch)) for name, label in pages if name != here]
    genealogy = Link("Genealogy", reverse("batches:genealogy", args=(batch.number,)))
    return (*found, genealogy, Link("Audit trail", trail_url(batch)))
