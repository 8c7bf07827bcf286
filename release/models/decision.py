"""What was decided about a batch: reviewed, certified, released, rejected, with the statement that was signed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from batches.models import Batch
from compliance.models import AppendOnly


class Disposition(AppendOnly):
    """One decision, its statement and what it rested on; signed in the same act (R301, R403)."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=12)
    statement = models.TextField()
    basis = models.TextField()
    units = models.PositiveIntegerField(default=0)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.batch} {self.decision}"
