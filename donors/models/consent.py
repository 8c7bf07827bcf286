"""What a donor has agreed to, on which form, and whether that still holds."""

from __future__ import annotations

from django.db import models

from compliance.models import Record
from donors.models.donor import Donor
from donors.states import ConsentScope, ConsentState


class Consent(Record):
    """One consent: its scope, the form and its issue, when it was given, when and why it was withdrawn."""

    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="consents")
    scope = models.CharField(max_length=16, choices=ConsentScope.choices)
    form = models.CharField(max_length=60)
    form_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=ConsentState.choices, default=ConsentState.GIVEN)

    unsigned = ("withdrawn_at", "withdrawal_reason")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=ConsentState.GIVEN, withdrawn_at__isnull=True, withdrawal_reason="")
                | models.Q(state=ConsentState.WITHDRAWN, withdrawn_at__isnull=False),
                name="consent_withdrawn_has_time",
            ),
            models.UniqueConstraint(
                fields=["donor", "scope"],
                condition=models.Q(state=ConsentState.GIVEN),
                name="consent_scope_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope}, {self.form} issue {self.form_version}"
