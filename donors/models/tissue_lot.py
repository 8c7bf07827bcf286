"""Donor tissue as received: the lot, what was taken from it, and who held it (R418)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from compliance.fields import ExactDecimalField
from compliance.models import AppendOnly, Record
from donors.models.donation import Donation
from donors.states import TissueState


class TissueLot(Record):
    """One lot of donor tissue: quantity with unit, transport, storage, disposition (R414).

    Temperatures in degrees Celsius as the logger saw them. `expires_at` is the end of the time from
    collection to the start of isolation, or an earlier end on the label; expired and used up are derived.
    """

    number = models.CharField(max_length=20, unique=True)
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="lots")
    quantity = ExactDecimalField()
    unit = models.CharField(max_length=12)
    transport_low_c = ExactDecimalField()
    transport_high_c = ExactDecimalField()
    logger = models.CharField(max_length=60)
    condition = models.CharField(max_length=240)
    transport_judgement = models.TextField(blank=True)
    storage = models.CharField(max_length=60)
    place = models.CharField(max_length=60)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=TissueState.choices, default=TissueState.QUARANTINE)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=TissueState.values), name="tissue_state_known"),
        ]
        indexes = [models.Index(fields=["state", "-number"], name="tissue_by_state")]

    def __str__(self) -> str:
        return self.number


class TissueUse(AppendOnly):
    """A quantity taken from a lot, in the lot's unit, for a named purpose (a batch)."""

    lot = models.ForeignKey(TissueLot, on_delete=models.PROTECT, related_name="uses")
    quantity = ExactDecimalField()
    purpose = models.CharField(max_length=60)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["lot", "id"], name="tissue_use_by_lot")]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.purpose}"


class Handover(AppendOnly):
    """One link of the chain of custody: who to whom, where to where, when, in what condition (R418)."""

    lot = models.ForeignKey(TissueLot, on_delete=models.PROTECT, related_name="handovers")
    from_place = models.CharField(max_length=60)
    to_place = models.CharField(max_length=60)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_scan = models.CharField(max_length=60)
    taken_scan = models.CharField(max_length=60)
    temperature_c = ExactDecimalField(null=True, blank=True)
    logger = models.CharField(max_length=60, blank=True)
    condition = models.CharField(max_length=240)
    handed_at = models.DateTimeField()

    unsigned = ("handed_at",)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(given_by=models.F("taken_by")), name="handover_two_people"),
            models.CheckConstraint(condition=~models.Q(from_place=models.F("to_place")), name="handover_two_places"),
        ]
        indexes = [models.Index(fields=["lot", "id"], name="handover_by_lot")]

    def __str__(self) -> str:
        return f"{self.from_place} to {self.to_place}"
