"""The use and cleaning log of each unit, in the order of time (R323)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from compliance.models import AppendOnly, Record
from resources.models.equipment import Equipment


class EquipmentUse(Record):
    """One use of a unit by one batch, from its start to its end.

    A Record and not a written-once row, because the end comes later; so the database itself can hold that an
    exclusive unit has one open use (R309). `exclusive` is the unit's own at the start.
    """

    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="uses")
    batch_ref = models.CharField(max_length=40)
    reference = models.UUIDField()
    purpose = models.CharField(max_length=120, blank=True)
    exclusive = models.BooleanField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["equipment", "-started_at"], name="use_newest"),
            models.Index(fields=["reference"], name="use_by_batch"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["equipment"],
                condition=models.Q(ended_at__isnull=True, exclusive=True),
                name="one_vessel_one_batch",
            ),
            models.UniqueConstraint(
                fields=["equipment", "reference"],
                condition=models.Q(ended_at__isnull=True),
                name="use_open_once_a_batch",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                name="use_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.equipment_id} by {self.batch_ref}"


class CleaningRecord(AppendOnly):
    """One cleaning by its performer; it counts once a second person has found it good."""

    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="cleanings")
    procedure = models.CharField(max_length=60)
    agent = models.CharField(max_length=120, blank=True)
    cleaned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cleaned_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["equipment", "-cleaned_at"], name="cleaning_newest")]

    def __str__(self) -> str:
        return f"{self.equipment_id} by {self.procedure}"


class CleaningCheck(AppendOnly):
    """The second person's finding on a cleaning."""

    cleaning = models.OneToOneField(CleaningRecord, on_delete=models.PROTECT, related_name="check_row")
    good = models.BooleanField()
    remark = models.CharField(max_length=240, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return "good" if self.good else "not good"
