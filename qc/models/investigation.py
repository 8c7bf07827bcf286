"""Out-of-specification investigations; the original result stays and is reported (R502)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from compliance.models import Record
from qc.models.result import Result
from qc.states import OosState


class OosInvestigation(Record):
    """One investigation, opened by the result in the same act."""

    number = models.CharField(max_length=40, unique=True)
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="oos")
    state = models.CharField(max_length=12, choices=OosState.choices, default=OosState.OPENED)
    laboratory_cause = models.TextField(blank=True)
    confirmed_laboratory_cause = models.BooleanField(default=False)
    retest_plan = models.TextField(blank=True)
    conclusion = models.TextField(blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number
