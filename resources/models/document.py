"""Procedures and master versions that people are trained in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from compliance.models import Record
from resources.states import DocumentState


class DocumentKind(models.TextChoices):
    """What a document is."""

    PROCEDURE = "procedure", "standard operating procedure"
    MASTER = "master", "master batch record"
    METHOD = "method", "test method"


class Document(Record):
    """One version of a procedure or master; one version at a time is effective (R109)."""

    unsigned: ClassVar[tuple[str, ...]] = ("effective_from", "superseded_at")

    code = models.CharField(max_length=40)
    document_version = models.CharField(max_length=16)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=DocumentKind.choices, default=DocumentKind.PROCEDURE)
    state = models.CharField(max_length=12, choices=DocumentState.choices, default=DocumentState.DRAFT)
    effective_from = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["code", "document_version"], name="document_version_once_a_code"),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(state=DocumentState.EFFECTIVE),
                name="document_effective_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DocumentState.DRAFT) | models.Q(effective_from__isnull=False),
                name="document_effective_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.document_version}"
