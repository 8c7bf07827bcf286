"""Deviations: opened by a breach in the same act, closed by QA with cause, impact and other batches (R504)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from batches.models.batch import Batch, PhaseRecord
from batches.models.execution import Entry
from batches.states import DeviationState
from compliance.models import Record


class Deviation(Record):
    """A departure from the master, linked to the step and the value it came from (R306, R334)."""

    unsigned: ClassVar[tuple[str, ...]] = ("closed_at",)

    class Class(models.TextChoices):
        """How grave; with a written rationale."""

        MINOR = "minor", "minor"
        MAJOR = "major", "major"
        CRITICAL = "critical", "critical"

    number = models.CharField(max_length=40, unique=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="deviations")
    phase = models.ForeignKey(PhaseRecord, on_delete=models.PROTECT, related_name="deviations", null=True, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="deviations", null=True, blank=True)
    title = models.CharField(max_length=240)
    description = models.TextField()
    state = models.CharField(max_length=16, choices=DeviationState.choices, default=DeviationState.OPEN)
    classification = models.CharField(max_length=10, choices=Class.choices, blank=True)
    rationale = models.TextField(blank=True)
    immediate_action = models.TextField(blank=True)
    root_cause = models.TextField(blank=True)
    impact = models.TextField(blank=True)
    other_batches = models.TextField(blank=True)
    conclusion = models.TextField(blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["batch", "state"], name="deviation_by_state")]

    def __str__(self) -> str:
        return self.number
