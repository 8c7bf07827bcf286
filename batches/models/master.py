"""Master batch records. A version is one signed text; its tree is read from that text, never copied into rows."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from batches.models.product import ProductVersion
from batches.states import MasterState
from compliance.models import Record


class MasterBatchRecord(Record):
    """A master by its code (ISA-88 master recipe)."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=160)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class MasterVersion(Record):
    """One version as people signed it: the YAML text, its digest, and its state (R331)."""

    unsigned: ClassVar[tuple[str, ...]] = ("effective_at",)

    master = models.ForeignKey(MasterBatchRecord, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    product_version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="masters")
    source = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=MasterState.choices, default=MasterState.DRAFT)
    change_id = models.CharField(max_length=40)
    change_reason = models.TextField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    effective_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["master", "number"]
        constraints = [
            models.UniqueConstraint(fields=["master", "number"], name="master_version_number_once"),
            models.UniqueConstraint(
                fields=["master"], condition=models.Q(state=MasterState.EFFECTIVE), name="master_effective_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.master} v{self.number}"
