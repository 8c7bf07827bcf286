"""Second factors of a person. What is secret stands outside record and history; each change is a ledger event."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from compliance.models.record import AppendOnly, Record
from compliance.states import FactorKind, FactorState


class Factor(Record):
    """An authenticator app or a security key that belongs to one person (R207)."""

    outside_history: ClassVar[tuple[str, ...]] = ("secret", "counter")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="factors")
    kind = models.CharField(max_length=12, choices=FactorKind.choices)
    label = models.CharField(max_length=60)
    credential = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=FactorState.choices, default=FactorState.HELD)
    secret = models.TextField(blank=True)
    counter = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.label} of {self.user_id}"


class TimeStamp(AppendOnly):
    """What an RFC 3161 authority said about a digest: it existed by then, whatever our own clock says."""

    digest = models.CharField(max_length=64)
    sealed_entry = models.BigIntegerField()
    token = models.TextField()
    authority = models.CharField(max_length=240)
    stamped_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.digest[:12]} by {self.authority}"
