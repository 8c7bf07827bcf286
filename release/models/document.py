"""Issued documents: each row one file that never changes; and sections kept by digest."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from batches.models import Batch
from compliance.models import Record
from release.states import DocumentKind, DocumentState


class IssuedDocument(Record):
    """A batch record or certificate: from which ledger entry it was read, its digests, its copy number (R224)."""

    unsigned: ClassVar[tuple[str, ...]] = ()

    number = models.CharField(max_length=48, unique=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=4, choices=DocumentKind.choices)
    copy_no = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=DocumentState.choices, default=DocumentState.REQUESTED)
    ledger_seq = models.PositiveBigIntegerField(null=True, blank=True)
    template_version = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64, blank=True)
    unsigned_sha256 = models.CharField(max_length=64, blank=True)
    dossier_sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["batch", "kind", "copy_no"], name="document_copy_once")]
        indexes = [models.Index(fields=["state", "-id"], name="document_by_state")]

    def __str__(self) -> str:
        return self.number


class KeptSection(models.Model):
    """A rendered section under the digest of its content and templates; it may be cleared at any time."""

    key = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
