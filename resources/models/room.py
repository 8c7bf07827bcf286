"""Rooms with their cleanroom grade."""

from __future__ import annotations

from django.db import models

from compliance.models import Record
from resources.states import UnitState


class Grade(models.TextChoices):
    """Cleanroom grades of EU GMP Annex 1; unclassified space has none."""

    A = "A", "grade A"
    B = "B", "grade B"
    C = "C", "grade C"
    D = "D", "grade D"
    NONE = "none", "unclassified"


class Room(Record):
    """A room or an open zone in it, with its grade."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    grade = models.CharField(max_length=4, choices=Grade.choices)
    state = models.CharField(max_length=16, choices=UnitState.choices, default=UnitState.OUT_OF_SERVICE)

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=~models.Q(code=""), name="room_has_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
