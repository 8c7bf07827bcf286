"""What each calibration found, and how long it holds."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from compliance.models import AppendOnly
from resources.models.equipment import Equipment
from resources.validators.calibration import CalibrationOutcome


class CalibrationRecord(AppendOnly):
    """One calibration of one unit; `due_on` is the last day it holds at the site (R108)."""

    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="calibrations")
    performed_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=[(o.value, o.value) for o in CalibrationOutcome])
    due_on = models.DateField()
    certificate = models.CharField(max_length=120)
    performed_by = models.CharField(max_length=120)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["equipment", "-performed_at"], name="calibration_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(performed_at__lte=models.F("recorded_at")), name="calibration_not_ahead"
            )
        ]

    def __str__(self) -> str:
        return f"{self.equipment_id} {self.outcome}, due {self.due_on}"
