"""A batch pins one master version and its digest; its unit procedures and phases run in occurrences."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from batches.models.master import MasterVersion
from batches.models.product import ProductVersion
from batches.states import BatchState, PhaseState
from compliance.models import Record
from donors.models import TissueLot


class Batch(Record):
    """A batch (ISA-88 control recipe): number, pinned master version and digest, state (R332)."""

    unsigned: ClassVar[tuple[str, ...]] = ("started_at", "executed_at", "manufactured_at", "expires_on")

    number = models.CharField(max_length=40, unique=True)
    master_version = models.ForeignKey(MasterVersion, on_delete=models.PROTECT, related_name="batches")
    master_digest = models.CharField(max_length=64)
    product_version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="batches")
    scheme = models.CharField(max_length=12)
    state = models.CharField(max_length=16, choices=BatchState.choices, default=BatchState.ISSUED)
    bank = models.ForeignKey("self", on_delete=models.PROTECT, related_name="products", null=True, blank=True)
    tissue = models.ForeignKey(TissueLot, on_delete=models.PROTECT, related_name="batches", null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    executed_at = models.DateTimeField(null=True, blank=True)
    manufactured_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "batches"
        indexes = [models.Index(fields=["state", "-id"], name="batch_by_state")]

    def __str__(self) -> str:
        return self.number


class UnitRun(Record):
    """One occurrence of a unit procedure in a batch; typed readings and genealogy hang on it."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="runs")
    unit = models.CharField(max_length=60)
    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=160)
    unit_index = models.PositiveSmallIntegerField()
    occurrence = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["batch", "unit_index", "occurrence"]
        constraints = [models.UniqueConstraint(fields=["batch", "unit", "occurrence"], name="unit_run_once")]

    def __str__(self) -> str:
        return f"{self.batch} {self.title} {self.occurrence}"


class PhaseRecord(Record):
    """One occurrence of a phase: who started, performed, verified and closed it, and when."""

    unsigned: ClassVar[tuple[str, ...]] = (
        "started_by_id",
        "started_at",
        "performed_by_id",
        "performed_at",
        "verified_by_id",
        "verified_at",
        "closed_at",
    )

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="phases")
    run = models.ForeignKey(UnitRun, on_delete=models.PROTECT, related_name="phases")
    path = models.CharField(max_length=160)
    occurrence = models.PositiveSmallIntegerField()
    seq = models.PositiveIntegerField()
    phase_index = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=PhaseState.choices, default=PhaseState.PENDING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    started_at = models.DateTimeField(null=True, blank=True)
    performed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    performed_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["batch", "run__unit_index", "occurrence", "phase_index"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "path", "occurrence"], name="phase_once"),
            models.UniqueConstraint(fields=["batch", "seq"], name="phase_seq_once"),
            models.CheckConstraint(
                condition=models.Q(performed_by__isnull=True)
                | models.Q(verified_by__isnull=True)
                | ~models.Q(performed_by=models.F("verified_by")),
                name="phase_verified_by_another",
            ),
        ]
        indexes = [models.Index(fields=["batch", "state"], name="phase_by_state")]

    def __str__(self) -> str:
        return f"{self.batch} {self.path} #{self.occurrence}"
