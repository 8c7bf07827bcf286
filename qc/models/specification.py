"""What a product is tested for, by version; an item freezes when it is written (R503, R509)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from batches.models import ProductVersion
from compliance.models import AppendOnly, Record
from qc.states import SpecificationState


class Specification(Record):
    """One version of a specification, as text people signed and as items."""

    code = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    product_version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="specifications")
    source = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=SpecificationState.choices, default=SpecificationState.DRAFT)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["code", "number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="specification_number_once"),
            models.UniqueConstraint(
                fields=["product_version"],
                condition=models.Q(state=SpecificationState.APPROVED),
                name="specification_approved_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class SpecificationItem(AppendOnly):
    """One attribute: its test, sample point, limits with operator, and how it is rounded before it is judged."""

    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    test = models.CharField(max_length=60)
    point = models.CharField(max_length=16)
    title = models.CharField(max_length=160)
    unit = models.CharField(max_length=32, blank=True)
    method = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=[("number", "number"), ("choice", "choice")])
    options = models.TextField(blank=True)
    passing = models.TextField(blank=True)
    decimals = models.PositiveSmallIntegerField(null=True, blank=True)
    significant = models.PositiveSmallIntegerField(null=True, blank=True)
    limits = models.TextField(blank=True)
    limit_words = models.TextField(blank=True)
    is_cqa = models.BooleanField(default=False)
    stage = models.CharField(max_length=8, choices=[("release", "release"), ("ipc", "in process"), ("info", "info")])

    class Meta:
        ordering = ["specification", "position"]
        constraints = [
            models.UniqueConstraint(fields=["specification", "code", "point"], name="specification_item_once")
        ]

    def __str__(self) -> str:
        return self.title
