"""Tables outside the GMP record: they help acts happen and may be cleared."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from compliance.states import JobState, SiteKind


class SiteState(models.Model):
    """One row: what this database is for, and the scripted clock of a demonstration or test."""

    kind = models.CharField(max_length=12, choices=SiteKind.choices)
    scripted_now = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.kind


class SignChallenge(models.Model):
    """A right answer to the signing prompt: good once, for one person, session, record, and 60 seconds."""

    token = models.UUIDField(unique=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    session = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=160)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} for {self.subject}"


class OutboxJob(models.Model):
    """A job an act asked for. The broker only carries it; this row is the promise (JOB-05, JOB-06)."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    name = models.CharField(max_length=80)
    arguments = models.TextField(default="{}")
    act_id = models.UUIDField(db_index=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["state", "lease_until"], name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
