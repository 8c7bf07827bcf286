"""Batches, entries and documents in the admin: read-only; review and disposition by signed transitions.

The admin handles review and release (R105); it calls the same functions as the pages.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from batches.models import Batch, Entry, PhaseRecord
from compliance.admin import ReadOnlyRecordAdmin, TransitionAdmin
from compliance.admin_site import site
from compliance.page_frame import Link
from release.forms import deciding
from release.models import IssuedDocument
from release.states import REVIEW_TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest

    from compliance.domain.act import Act
    from compliance.page_forms import FormField
    from compliance.page_transition import TransitionPage
    from compliance.pages import Check, Fact, Table
    from compliance.refusals import Refusal
    from compliance.states import Transition

READ = "release.read_documents"


class BatchAdmin(TransitionAdmin):
    """Batches: reviewed, certified, released, rejected by signature, each with what stands against it."""

    permission = READ
    table: ClassVar[tuple[Transition, ...]] = REVIEW_TRANSITIONS
    list_display = ("number", "product_version", "master_version", "state", "executed_at", "expires_on")
    list_filter = ("state",)
    list_select_related = ("product_version__product", "master_version__master")
    search_fields = ("number",)
    fields = (
        "number", "product_version", "master_version", "master_digest", "scheme", "state", "bank", "tissue",
        "issued_by", "issued_at", "started_at", "executed_at", "manufactured_at", "expires_on", "version",
    )  # fmt: skip

    def perform(self, a: Act, token: UUID | None, obj: Any, name: str, form: Mapping[str, str]) -> None:
        """The same decision as on the pages."""
        if token is None:
            raise TypeError(f"{name} of a batch is signed.")
        deciding.perform(a, token, obj, name, form)

    def question(self, obj: Any, move: Transition) -> str:
        """What is decided."""
        del obj
        return deciding.QUESTIONS[move.name]

    def holds(self, obj: Any, move: Transition) -> tuple[Check, ...]:
        """What is fulfilled already."""
        del move
        return deciding.holds_of(obj)

    def about(self, obj: Any, move: Transition) -> tuple[Fact, ...]:
        """What would be signed."""
        del move
        return deciding.about_of(obj)

    def sheet(self, obj: Any, move: Transition) -> Table | None:
        """Results against their specification."""
        del move
        return deciding.results_of_batch(obj)

    def fields_of(self, obj: Any, move: Transition) -> tuple[FormField, ...]:
        """The statement that is signed, or the reason."""
        del obj
        return deciding.fields_of(move)

    def moves_of(self, row: Any) -> tuple[Link, ...]:
        """Decisions, and the page where exceptions are answered."""
        return (*super().moves_of(row), Link("Exceptions", deciding.review_url(row)))

    def _page(self, request: HttpRequest, row: Any, move: Transition, refusal: Refusal | None) -> TransitionPage:
        page = super()._page(request, row, move, refusal)
        return replace(page, open=tuple(replace(c, url=deciding.link_of(row, c.url)) for c in page.open))


class PhaseRecordAdmin(ReadOnlyRecordAdmin):
    """Executed steps."""

    permission = READ
    list_display = ("id", "batch", "title", "state", "performed_by", "verified_by", "closed_at")
    list_filter = ("state",)
    list_select_related = ("batch", "performed_by", "verified_by")
    search_fields = ("batch__number", "path")
    fields = (
        "batch", "path", "occurrence", "title", "state", "started_by", "started_at", "performed_by", "performed_at",
        "verified_by", "verified_at", "closed_at", "version",
    )  # fmt: skip


class EntryAdmin(ReadOnlyRecordAdmin):
    """Every value that was recorded, superseded ones too."""

    permission = READ
    list_display = ("id", "batch", "path", "reported", "unit", "verdict", "recorded_by", "recorded_at")
    list_filter = ("verdict", "source", "kind")
    list_select_related = ("batch", "recorded_by")
    search_fields = ("batch__number", "path")
    fields = (
        "batch", "phase", "path", "slot", "kind", "label", "typed", "qualifier", "value", "unit", "text", "instant",
        "reported", "is_critical", "verdict", "message", "judged", "limit_words", "function", "formula", "file_name",
        "file_sha256", "source", "station", "comment", "reason", "supersedes", "recorded_by", "recorded_at",
        "performed_at",
    )  # fmt: skip


class IssuedDocumentAdmin(ReadOnlyRecordAdmin):
    """Issued documents; the files are downloaded from the pages, on record."""

    permission = READ
    list_display = ("number", "batch", "kind", "copy_no", "state", "requested_by", "made_at", "pages")
    list_filter = ("kind", "state")
    list_select_related = ("batch", "requested_by")
    search_fields = ("number", "batch__number", "sha256")
    fields = (
        "number", "batch", "kind", "copy_no", "reason", "state", "ledger_seq", "template_version", "sha256",
        "unsigned_sha256", "dossier_sha256", "size", "pages", "error", "requested_by", "requested_at", "made_at",
        "version",
    )  # fmt: skip


site.register(Batch, BatchAdmin)
site.register(PhaseRecord, PhaseRecordAdmin)
site.register(Entry, EntryAdmin)
site.register(IssuedDocument, IssuedDocumentAdmin)
