"""What stands behind an account: who checked the person, what she acknowledged, and who looked at all accounts."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from compliance.models.record import AppendOnly, Record
from compliance.states import AlertState, IdentityProof, LinkPurpose, ReviewState


class IdentityCheck(AppendOnly):
    """Somebody saw who the person is before she may sign (R116)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="identity_checks")
    proof = models.CharField(max_length=16, choices=IdentityProof.choices)
    reference = models.CharField(max_length=120)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(user=models.F("checked_by")), name="identity_checked_by_other")
        ]

    def __str__(self) -> str:
        return f"identity of {self.user_id}"


class Acknowledgement(AppendOnly):
    """The person's own word that her electronic signature binds like a handwritten one (R110)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acknowledgements")
    text = models.TextField()
    printed_name = models.CharField(max_length=120)
    acknowledged_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"acknowledged by {self.printed_name}"


class AccessReview(Record):
    """All accounts and roles as they stood on one day, looked at and signed (R205)."""

    number = models.CharField(max_length=24, unique=True)
    opened_at = models.DateTimeField()
    content = models.TextField()
    conclusion = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=ReviewState.choices, default=ReviewState.OPEN)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class TrailReview(Record):
    """A stretch of the audit trail, looked at by somebody independent of it and signed (R213)."""

    number = models.CharField(max_length=24, unique=True)
    chain = models.CharField(max_length=160, blank=True, db_index=True)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    sample = models.TextField(default="[]")
    statement = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=ReviewState.choices, default=ReviewState.OPEN)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class Alert(Record):
    """Something that security and QA must look at at once: a locked account, a signing prompt misused (R120)."""

    kind = models.CharField(max_length=24)
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    text = models.TextField()
    raised_at = models.DateTimeField()
    comment = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=AlertState.choices, default=AlertState.RAISED)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="alert_by_state")]

    def __str__(self) -> str:
        return self.text


class ActivationLink(models.Model):
    """A link good once, by which a person chooses her own secret; only its digest is kept (R118)."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=LinkPurpose.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


    def __str__(self) -> str:
        return f"{self.purpose} of {self.user_id}"


class LiveSession(models.Model):
    """A session that is open: whose, where and since when, so that it can be seen and ended (R204, R208)."""

    session_key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    station = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"session of {self.user_id}"
