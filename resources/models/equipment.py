"""Instruments, vessels and hoods that batches and tests are made with."""

from __future__ import annotations

from django.db import models

from compliance.fields import ExactDecimalField
from compliance.models import Record
from resources.models.room import Room
from resources.states import UnitState


class Equipment(Record):
    """One unit under its own code (R108, R309, R323).

    `exclusive`: it holds one batch at a time. `needs_cleaning`: it must be clean before a batch takes it, and
    for `clean_hold_h` hours at most; it may stand dirty `dirty_hold_h` hours. Clean, dirty, in use and in
    calibration are derived from the log.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    equipment_class = models.CharField(max_length=40)
    serial = models.CharField(max_length=60, blank=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="equipment", null=True, blank=True)
    exclusive = models.BooleanField(default=True)
    needs_calibration = models.BooleanField(default=True)
    needs_cleaning = models.BooleanField(default=True)
    clean_hold_h = ExactDecimalField(null=True, blank=True)
    dirty_hold_h = ExactDecimalField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=UnitState.choices, default=UnitState.OUT_OF_SERVICE)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "equipment"
        indexes = [models.Index(fields=["equipment_class", "state"], name="equipment_by_class")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(code="") & ~models.Q(equipment_class=""),
                name="equipment_has_code_and_class",
            ),
            models.CheckConstraint(
                condition=(models.Q(clean_hold_h__isnull=True) | models.Q(clean_hold_h__gt=0))
                & (models.Q(dirty_hold_h__isnull=True) | models.Q(dirty_hold_h__gt=0)),
                name="equipment_holds_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
