"""A typed reading: the entries of one unit procedure run as columns that lists, charts and trends can query."""

from __future__ import annotations

from django.db import models

from batches.models.batch import Batch, UnitRun
from compliance.models import Record


class Reading(Record):
    """The reading of one run. It says nothing of its own: each column repeats the live entry bound to it."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    run = models.OneToOneField(UnitRun, on_delete=models.PROTECT, related_name="%(class)s")

    class Meta:
        abstract = True
        ordering = ["batch", "run"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.run_id}"
