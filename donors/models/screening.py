"""What screening and testing found. Written once; a correction is a new row that names the old one."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from compliance.models import AppendOnly
from donors.models.donor import Donor
from donors.states import Dilution, Outcome, Person, Subject


class ScreeningHistory(AppendOnly):
    """History, examination and records of one person, as screened on a day (R410).

    `htlv_risk` is none where it was not asked for. The newest row of a person counts.
    """

    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="histories")
    person = models.CharField(max_length=16, choices=Person.choices)
    screened_on = models.DateField()
    risk_found = models.BooleanField()
    htlv_risk = models.BooleanField(null=True, blank=True)
    report = models.CharField(max_length=120)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "screening histories"
        indexes = [models.Index(fields=["donor", "person", "-id"], name="history_by_person")]

    def __str__(self) -> str:
        return f"screening of the {self.get_person_display()} on {self.screened_on}"


class TestResult(AppendOnly):
    """One test of one sample: by which kit and laboratory, of whom, of which day, with the result (R411)."""

    __test__ = False  # the field's own word for it; no test of this software

    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="results")
    marker = models.CharField(max_length=20)
    method = models.CharField(max_length=20)
    laboratory = models.CharField(max_length=120, blank=True)
    kit = models.CharField(max_length=120, blank=True)
    sampled_on = models.DateField()
    subject = models.CharField(max_length=16, choices=Subject.choices)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    dilution = models.CharField(max_length=16, choices=Dilution.choices)
    report = models.CharField(max_length=120)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(supersedes__isnull=True, reason="")
                | (models.Q(supersedes__isnull=False) & ~models.Q(reason="")),
                name="test_result_correction_has_reason",
            )
        ]
        indexes = [models.Index(fields=["donor", "marker"], name="test_result_by_marker")]

    def __str__(self) -> str:
        return f"{self.marker} {self.outcome} of {self.sampled_on}"
