"""The signed eligibility determination, and what took it away."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from compliance.models import AppendOnly
from donors.models.donation import Donation
from donors.models.screening import TestResult
from donors.states import Verdict


class Determination(AppendOnly):
    """What the responsible person determined for a donation, over which findings, for which markets (R410).

    `findings` is the canonical text of each market's reading; `markets` lists the rule sets the verdict is
    given for, sorted, with commas between.
    """

    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="determinations")
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    markets = models.CharField(max_length=40)
    statement = models.TextField()
    findings = models.TextField()
    rules_digest = models.CharField(max_length=64)
    determined_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    determined_at = models.DateTimeField()

    unsigned = ("determined_at",)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(verdict__in=Verdict.values), name="determination_verdict_known")
        ]
        indexes = [models.Index(fields=["donation", "-id"], name="determination_by_donation")]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} ({self.markets})"


class DeterminationVoid(AppendOnly):
    """A determination that no longer stands, with why and by which result; both stay readable (R410)."""

    determination = models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="void")
    result = models.ForeignKey(TestResult, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField()
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"void: {self.determination_id}"
