"""Every gram and millilitre that came, went or was counted: the stock ledger of a lot."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from compliance.fields import ExactDecimalField
from compliance.models import AppendOnly
from resources.models.lot import MaterialLot


class MovementKind(models.TextChoices):
    """Why stock moved (R324)."""

    RECEIPT = "receipt", "receipt"
    CHARGE = "charge", "charged to a batch"
    RETURN = "return", "returned from a batch"
    SAMPLE = "sample", "sampled"
    DISCARD = "discard", "discarded"
    ADJUSTMENT = "adjustment", "adjusted after a count"


_IN = models.Q(kind__in=[MovementKind.RECEIPT, MovementKind.RETURN], delta__gt=0)
_OUT = models.Q(kind__in=[MovementKind.CHARGE, MovementKind.SAMPLE, MovementKind.DISCARD], delta__lt=0)
_COUNT = models.Q(kind=MovementKind.ADJUSTMENT)


class StockMovement(AppendOnly):
    """One movement of a lot's stock, in the lot's unit. On hand is the sum of all (R324).

    `sequence` counts the lot's movements without gap, so that two acts at once cannot both follow the same
    balance: the database refuses the second. `reference` is the uuid of what used it, `batch_ref` its number.
    """

    unsigned: ClassVar[tuple[str, ...]] = ("moved_at",)

    lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, related_name="movements")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=MovementKind.choices)
    delta = ExactDecimalField()
    unit = models.CharField(max_length=16)
    balance_after = ExactDecimalField()
    batch_ref = models.CharField(max_length=40, blank=True)
    reference = models.UUIDField(null=True, blank=True, db_index=True)
    reason = models.TextField(blank=True)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["lot", "sequence"]
        indexes = [models.Index(fields=["batch_ref", "lot"], name="movement_by_batch")]
        constraints = [
            models.UniqueConstraint(fields=["lot", "sequence"], name="movement_in_order"),
            models.CheckConstraint(condition=models.Q(balance_after__gte=0), name="stock_never_negative"),
            models.CheckConstraint(condition=_IN | _OUT | _COUNT, name="movement_goes_its_way"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.delta} {self.unit}"
