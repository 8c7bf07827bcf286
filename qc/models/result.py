"""Results: raw as typed, reported as rounded, judged by a frozen limit; repeated ones stay visible (R222, R335)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from compliance.fields import ExactDecimalField
from compliance.models import Record
from qc.models.sample import Sample
from qc.models.specification import SpecificationItem
from qc.states import LIVE, ResultState


class Result(Record):
    """One result of one attribute of one sample."""

    unsigned: ClassVar[tuple[str, ...]] = ("reviewed_by_id", "reviewed_at", "taken_back_because")

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="results")
    item = models.ForeignKey(SpecificationItem, on_delete=models.PROTECT, related_name="results")
    typed = models.TextField()
    qualifier = models.CharField(max_length=1, blank=True)
    value = ExactDecimalField(null=True, blank=True)
    text = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=32, blank=True)
    reported = models.CharField(max_length=200)
    verdict = models.CharField(max_length=16)
    message = models.TextField(blank=True)
    judged = ExactDecimalField(null=True, blank=True)
    method = models.CharField(max_length=80)
    instrument = models.CharField(max_length=80, blank=True)
    raw_sha256 = models.CharField(max_length=64, blank=True)
    raw_name = models.CharField(max_length=200, blank=True)
    comment = models.TextField(blank=True)
    taken_back_because = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=ResultState.choices, default=ResultState.ENTERED)
    analyst = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "item"], condition=models.Q(state__in=[str(s) for s in LIVE]), name="result_live_once"
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True) | ~models.Q(analyst=models.F("reviewed_by")),
                name="result_reviewed_by_another",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="result_by_state")]

    def __str__(self) -> str:
        return f"{self.item.title}: {self.reported}"

    @property
    def reason(self) -> str:
        """Why it was retracted or invalidated; "" while it stands."""
        return self.taken_back_because
