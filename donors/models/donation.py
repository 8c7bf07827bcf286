"""One donation: its number for 100 years, when and where it was collected, and what was procured."""

from __future__ import annotations

from django.db import models

from compliance.models import Record
from donors.models.donor import Donor


class Donation(Record):
    """A donation under its 13-character donation identification number (R407, R409).

    `donated_on` is the day at the procurement site, which the sample windows count from (R412). `facts` is
    the canonical text of what the source type asks for. `leukocyte_rich` is QA's decision, none until taken.
    """

    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="donations")
    din = models.CharField(max_length=13, unique=True)
    dis = models.CharField(max_length=21, blank=True)
    sec = models.CharField(max_length=45, blank=True)
    collected_at = models.DateTimeField()
    donated_on = models.DateField()
    site = models.CharField(max_length=120)
    facts = models.TextField()
    leukocyte_rich = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["-collected_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(din__regex=r"^[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{10}$"),
                name="donation_din_form",
            ),
        ]
        indexes = [models.Index(fields=["donor", "-collected_at"], name="donation_by_donor")]

    def __str__(self) -> str:
        return self.din
