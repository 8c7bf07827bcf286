"""A sample from a phase of a batch, from its taking to the end of its tests (R333, R335)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from batches.models import Batch, Entry, PhaseRecord
from compliance.models import Record
from qc.states import SampleState


class Sample(Record):
    """One container at the laboratory: where it comes from, who took it, who received it."""

    unsigned: ClassVar[tuple[str, ...]] = ("received_by_id", "received_at")

    number = models.CharField(max_length=48, unique=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="samples")
    phase = models.ForeignKey(PhaseRecord, on_delete=models.PROTECT, related_name="samples")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="sample")
    point = models.CharField(max_length=16)
    occurrence = models.PositiveSmallIntegerField()
    taken_from = models.CharField(max_length=120)
    container = models.CharField(max_length=120)
    quantity = models.CharField(max_length=40, blank=True)
    tests = models.TextField()
    state = models.CharField(max_length=12, choices=SampleState.choices, default=SampleState.TAKEN)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    received_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-id"], name="sample_by_state"),
            models.Index(fields=["batch", "point"], name="sample_by_point"),
        ]

    def __str__(self) -> str:
        return self.number
