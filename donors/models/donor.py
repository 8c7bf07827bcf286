"""A donor by code. No name, no birth date, no hospital number: those are in `identity` alone (R417)."""

from __future__ import annotations

from django.db import models

from compliance.models import Record
from donors.states import DonorState, Scheme, Subject


class Donor(Record):
    """A coded donor: what is donated, for whom, whose blood is tested, and the eligibility (R410)."""

    number = models.CharField(max_length=20, unique=True)
    source_type = models.CharField(max_length=8)
    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    subject = models.CharField(max_length=16, choices=Subject.choices)
    state = models.CharField(max_length=16, choices=DonorState.choices, default=DonorState.REGISTERED)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=models.Q(scheme__in=Scheme.values), name="donor_scheme_known"),
            models.CheckConstraint(condition=models.Q(subject__in=Subject.values), name="donor_subject_known"),
            models.CheckConstraint(condition=models.Q(state__in=DonorState.values), name="donor_state_known"),
        ]
        indexes = [models.Index(fields=["state", "-number"], name="donor_by_state")]

    def __str__(self) -> str:
        return self.number
