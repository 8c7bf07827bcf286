"""The last number given in each series of numbers."""

from __future__ import annotations

from django.db import models

from compliance.models.record import Record


class NumberSeries(Record):
    """One counter: what stands before the number, its year (0: no year), the last number given."""

    prefix = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField(default=0)
    last = models.PositiveIntegerField()

    class Meta:
        ordering = ["prefix", "year"]
        verbose_name_plural = "number series"
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year"], name="number_series_once"),
            models.CheckConstraint(condition=models.Q(last__gte=1), name="number_series_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.year or ''}".strip()
